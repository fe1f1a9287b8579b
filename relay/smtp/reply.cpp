#include "relay/smtp/reply.hpp"

#include <algorithm>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika::smtp {
namespace {

constexpr std::size_t reply_line_bytes_max = 512;
constexpr int code_min = 200;
constexpr int code_max = 599;

void append_cleaned(std::string& line, std::string_view text) {
    while (!text.empty()) {
        line += ascii::is_printable(text.front()) ? text.front() : '?';
        text.remove_prefix(utf8::first(text).bytes);
    }
}

std::string without_class(const std::string& enhanced) {
    return enhanced.size() > 1 && enhanced[1] == '.' ? enhanced.substr(1) : ".0.0";
}

// RFC 2034 4: the class of the enhanced code is that of the code.
std::string enhanced_for(int code, const std::string& theirs) {
    return static_cast<char>('0' + code / 100) + without_class(theirs);
}

std::string_view our_words_for(int code) noexcept {
    if (code < 300) return "Taken by the next hop";
    if (code < 500) return outcome<Stage::deliver, Failure::refused_for_now>().words;
    return outcome<Stage::deliver, Failure::refused>().words;
}

}  // namespace

std::string Reply::line() const {
    const bool sound = code >= code_min && code <= code_max;
    std::string line = std::to_string(sound ? code : Reply{}.code);
    line += ' ';
    if (!enhanced.empty()) {
        append_cleaned(line, enhanced);
        line += ' ';
    }
    append_cleaned(line, words);
    line.resize(std::min(line.size(), reply_line_bytes_max - 2));
    return line += "\r\n";
}

Reply reply_from(const Outcome& row) {
    if (row.code == 0) return reply_from(outcome<Stage::spool, Failure::io>());
    return {row.code, std::string(row.enhanced), std::string(row.words)};
}

Reply reply_from_next_hop(const Reply& theirs) {
    if (!theirs.positive() && !theirs.transient() && !theirs.permanent()) {
        return reply_from(outcome<Stage::deliver, Failure::malformed>());
    }
    const int code = theirs.code == 421 ? 451 : theirs.code;
    std::string words(our_words_for(code));
    if (!theirs.words.empty()) words += " (next hop said: " + theirs.words + ")";
    return {code, enhanced_for(code, theirs.enhanced), std::move(words)};
}

}  // namespace mugaika::smtp

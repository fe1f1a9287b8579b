#include "relay/smtp/reply_reader.hpp"

#include <algorithm>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika::smtp {
namespace {

// RFC 5321 4.2.1 wants 2-5, 0-5, 0-9. The second digit is left open: 571 and its like are in real use.
int code_of(std::string_view line) noexcept {
    if (line.size() < 3 || line[0] < '2' || line[0] > '5') return 0;
    if (!ascii::is_digit(line[1]) || !ascii::is_digit(line[2])) return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

std::string cleaned(std::string_view untrusted_text) {
    std::string text;
    while (!untrusted_text.empty()) {
        const utf8::Character c = utf8::first(untrusted_text);
        if (c.valid && is_showable(c.value)) {
            text += untrusted_text.substr(0, c.bytes);
        } else {
            text += ascii::is_blank(untrusted_text.front()) ? ' ' : '?';
        }
        untrusted_text.remove_prefix(c.bytes);
    }
    return text;
}

std::size_t digits_at(std::string_view text, std::size_t from) noexcept {
    std::size_t count = 0;
    while (from + count < text.size() && ascii::is_digit(text[from + count])) ++count;
    return count;
}

// RFC 2034 4: class "." subject "." detail at the start of the text, its class that of the code.
std::string_view enhanced_code_of(int code, std::string_view text) noexcept {
    if (text.size() < 5 || text[0] != static_cast<char>('0' + code / 100) || text[1] != '.') return {};
    const std::size_t subject = digits_at(text, 2);
    if (subject < 1 || subject > 3 || 2 + subject >= text.size() || text[2 + subject] != '.') return {};
    const std::size_t detail = digits_at(text, 3 + subject);
    const std::size_t end = 3 + subject + detail;
    if (detail < 1 || detail > 3 || (end < text.size() && text[end] != ' ')) return {};
    return text.substr(0, end);
}

Reply reply_of(int code, const std::vector<std::string>& lines) {
    Reply reply{code, std::string(enhanced_code_of(code, lines.front())), {}};
    for (const std::string& line : lines) {
        std::string_view text = line;
        if (!reply.enhanced.empty() && enhanced_code_of(code, text) == reply.enhanced) {
            text.remove_prefix(reply.enhanced.size());
        }
        text = ascii::trim(text);
        if (text.empty()) continue;
        if (!reply.words.empty()) reply.words += ' ';
        reply.words += text;
    }
    reply.words.resize(utf8::cut(reply.words, reply_words_bytes_max).size());
    return reply;
}

}  // namespace

std::size_t ReplyReader::read(std::string_view untrusted_bytes) {
    std::size_t taken = 0;
    while (taken < untrusted_bytes.size() && broken_.empty() && !complete_) {
        const char c = untrusted_bytes[taken++];
        const bool after_cr = !line_.empty() && line_.back() == '\r';
        if (c == '\0') {
            broken_ = "NUL in a reply";
        } else if (after_cr && c != '\n') {
            broken_ = "bare CR in a reply";
        } else if (line_.size() == line_bytes_max_) {
            broken_ = "reply line too long";
        } else if (c == '\n') {
            if (after_cr) line_.pop_back();
            end_line();
        } else {
            line_ += c;
        }
    }
    return taken;
}

void ReplyReader::end_line() {
    const int code = code_of(line_);
    const char mark = line_.size() > 3 ? line_[3] : ' ';  // "250" alone ends a reply too (RFC 5321 4.2.1)
    if (code == 0 || (mark != ' ' && mark != '-')) {
        broken_ = "no reply code";
        return;
    }
    if (code_ != 0 && code != code_) {
        broken_ = "lines of one reply with different codes";
        return;
    }
    if (lines_.size() == lines_max_) {
        broken_ = "too many reply lines";
        return;
    }
    code_ = code;
    lines_.push_back(cleaned(std::string_view(line_).substr(std::min<std::size_t>(4, line_.size()))));
    line_.clear();
    if (mark == ' ') finish_reply();
}

void ReplyReader::finish_reply() {
    complete_ = NextHopReply{reply_of(code_, lines_), std::exchange(lines_, {})};
    code_ = 0;
}

std::optional<NextHopReply> ReplyReader::take() { return std::exchange(complete_, std::nullopt); }

}  // namespace mugaika::smtp

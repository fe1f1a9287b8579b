#include "relay/quarantine/index_words.hpp"

#include <algorithm>
#include <span>

#include "policy/ascii.hpp"
#include "policy/folded_text.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

constexpr char32_t private_first = 0xe000;
constexpr char32_t between_values = private_first + 0x80;
constexpr char32_t in_no_text = between_values + 1;
constexpr std::string_view was_released = "d1";
constexpr std::string_view was_not_released = "d0";

bool is_token_character(char32_t c) noexcept { return c >= 0x80 || ascii::is_alnum(static_cast<char>(c)); }

void put(std::string& out, char32_t c) { utf8::append(out, is_token_character(c) ? c : private_first + c); }

void put_pairs(std::string& out, std::u32string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        put(out, text[i - 1]);
        put(out, text[i]);
        out.push_back(' ');
    }
}

// A pair never goes from one value to the next.
std::string cut(std::span<const std::string> values) {
    std::string out;
    std::u32string letters;
    for (const std::string& value : values) {
        const std::u32string text = folded_text(value);
        put_pairs(out, text);
        put(out, between_values);
        out.push_back(' ');
        letters += text;
    }
    std::sort(letters.begin(), letters.end());
    letters.erase(std::unique(letters.begin(), letters.end()), letters.end());
    for (const char32_t letter : letters) {
        put(out, letter);
        out.push_back(' ');
    }
    return out;
}

std::string cut(const std::string& value) { return cut(std::span(&value, 1)); }

std::string mark(char kind, std::string_view text) {
    std::string out(1, kind);
    for (const char32_t c : folded_text(text)) put(out, c);
    return out;
}

std::string marks_of(const QuarantineStore::Row& row) {
    std::string out(row.release ? was_released : was_not_released);
    out += " " + mark('o', row.route);
    for (const std::string& reason : row.reasons) out += " " + mark('r', reason);
    return out;
}

// Conditions, each of which a row must meet.
class Conditions {
public:
    // A piece of the text in one of these columns; "" asks for nothing.
    void piece(std::string_view columns, const std::string& untrusted_word) {
        if (!untrusted_word.empty()) add(phrase(columns, take(untrusted_word)));
    }
    void piece_or_begin_of_id(std::string_view columns, const std::string& untrusted_word) {
        if (untrusted_word.empty()) return;
        const std::u32string word = take(untrusted_word);
        std::string found = phrase(columns, word);
        const auto is_of_an_id = [](char32_t c) { return c < 0x80 && is_token_character(c); };
        if (!word.empty() && std::all_of(word.begin(), word.end(), is_of_an_id)) {
            found = "(" + found + " OR " + condition("id", std::string(word.begin(), word.end())) + " *)";
        }
        add(found);
    }
    void whole(std::string_view mark) { add(condition("marks", mark)); }

    Result<std::string> finish() && {
        if (!is_too_long_) return std::move(match_);
        return Error(Fault::bad_input, "expected a word of at most " +
                                           std::to_string(QuarantineStore::Query::characters_max) +
                                           " characters to search for");
    }

private:
    std::u32string take(const std::string& untrusted_word) {
        std::u32string word = folded_text(untrusted_word);
        is_too_long_ = is_too_long_ || word.size() > QuarantineStore::Query::characters_max;
        return word;
    }
    static std::string condition(std::string_view columns, std::string_view tokens) {
        return "{" + std::string(columns) + "} : \"" + std::string(tokens) + "\"";
    }
    static std::string phrase(std::string_view columns, std::u32string_view word) {
        std::string tokens;
        if (word.size() > 1) put_pairs(tokens, word);
        if (word.size() < 2) put(tokens, word.empty() ? in_no_text : word.front());
        return condition(columns, tokens);
    }
    void add(const std::string& condition) { match_ += (match_.empty() ? "" : " AND ") + condition; }

    std::string match_;
    bool is_too_long_ = false;
};

// As it stands in a mail's header, brackets and all.
std::string without_brackets(const std::string& id) {
    const std::size_t begin = id.starts_with('<') ? 1 : 0;
    const std::size_t end = id.ends_with('>') ? 1 : 0;
    return id.size() > begin + end ? id.substr(begin, id.size() - begin - end) : id;
}

}  // namespace

WordTexts words_of(const QuarantineStore::Row& row) {
    return {row.id,           cut(row.sender),     cut(row.from_text),  cut(row.recipients),
            cut(row.subject), cut(row.message_id), cut(row.file_names), row.release ? cut(row.release->person) : "",
            marks_of(row)};
}

Result<std::string> match_of(const QuarantineStore::Query& query) {
    Conditions conditions;
    conditions.piece_or_begin_of_id("sender author recipients subject message_id", query.text);
    conditions.piece("sender author", query.sender);
    conditions.piece("recipients", query.recipient);
    conditions.piece("subject", query.subject);
    conditions.piece("message_id", without_brackets(query.message_id));
    conditions.piece("files", query.file_name);
    conditions.piece("person", query.person);
    if (!query.route.empty()) conditions.whole(mark('o', query.route));
    if (!query.reason.empty()) conditions.whole(mark('r', query.reason));
    if (query.released) conditions.whole(*query.released ? was_released : was_not_released);
    return std::move(conditions).finish();
}

}  // namespace mugaika

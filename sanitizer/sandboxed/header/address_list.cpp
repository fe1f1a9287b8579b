#include "sanitizer/sandboxed/header/address_list.hpp"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/skeleton.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/header/header_facts.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/cjk_stepper.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"

namespace mugaika::sandboxed {
namespace {

enum class TokenKind { atom, quoted, comment, literal, special };

struct Token {
    TokenKind kind = TokenKind::atom;
    std::string_view raw;       // as written, with quotes, parentheses or brackets
    bool blank_before = false;  // parted from the token before it
};

bool is_special(char c) noexcept { return std::string_view("<>@,;:").find(c) != std::string_view::npos; }

// One pass; a quoted string, comment or literal that never ends takes the rest as one token.
class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_(text), stepper_(text) {}
    std::vector<Token> tokens() &&;

private:
    std::size_t token_bytes() const;
    std::size_t delimited_bytes(char close) const;
    std::size_t comment_bytes() const;
    std::size_t atom_bytes() const;
    std::size_t step(std::size_t at) const noexcept { return stepper_.character_bytes(text_.substr(at)); }
    static TokenKind kind_of(char first) noexcept;

    std::string_view text_;  // what is left
    CjkStepper stepper_;
};

std::vector<Token> Tokenizer::tokens() && {
    std::vector<Token> list;
    bool blank = false;
    while (!text_.empty()) {
        if (ascii::is_space(text_.front())) {
            blank = true;
            text_.remove_prefix(1);
            continue;
        }
        const std::size_t bytes = token_bytes();
        list.push_back({kind_of(text_.front()), text_.substr(0, bytes), blank});
        text_.remove_prefix(bytes);
        blank = false;
    }
    return list;
}

TokenKind Tokenizer::kind_of(char first) noexcept {
    switch (first) {
        case '"':
            return TokenKind::quoted;
        case '(':
            return TokenKind::comment;
        case '[':
            return TokenKind::literal;
        default:
            return is_special(first) ? TokenKind::special : TokenKind::atom;
    }
}

std::size_t Tokenizer::token_bytes() const {
    switch (kind_of(text_.front())) {
        case TokenKind::quoted:
            return delimited_bytes('"');
        case TokenKind::literal:
            return delimited_bytes(']');
        case TokenKind::comment:
            return comment_bytes();
        case TokenKind::special:
            return 1;
        case TokenKind::atom:
            return atom_bytes();
    }
    return 1;
}

std::size_t Tokenizer::delimited_bytes(char close) const {
    std::size_t at = 1;
    while (at < text_.size() && text_[at] != close) at += text_[at] == '\\' ? 2 : step(at);
    return std::min(at + 1, text_.size());
}

std::size_t Tokenizer::comment_bytes() const {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text_.size(); at += step(at)) {
        if (text_[at] == '\\') {
            if (++at >= text_.size()) break;
        } else if (text_[at] == '(') {
            ++depth;
        } else if (text_[at] == ')' && --depth == 0) {
            return at + 1;
        }
    }
    return text_.size();
}

// An encoded-word is one atom, whatever a careless mailer put into it.
std::size_t Tokenizer::atom_bytes() const {
    std::size_t at = 0;
    while (at < text_.size()) {
        const char c = text_[at];
        if (const std::size_t word = encoded_word_bytes(text_.substr(at))) {
            at += word;
            continue;
        }
        const bool ends = ascii::is_space(c) || is_special(c) || c == '"' || c == '(' || c == '[';
        if (ends && at > 0) return at;
        at += step(at);
    }
    return text_.size();
}

bool is_special(const Token& token, char c) noexcept { return token.kind == TokenKind::special && token.raw[0] == c; }

std::string unquoted(std::string_view raw) {
    if (raw.size() >= 2 && raw.back() == '"') raw.remove_suffix(1);
    raw.remove_prefix(1);
    const CjkStepper stepper(raw);
    std::string text;
    while (!raw.empty()) {
        const std::size_t step = stepper.character_bytes(raw);
        if (step == 1 && raw[0] == '\\' && raw.size() > 1) raw.remove_prefix(1);
        text += raw.substr(0, step);
        raw.remove_prefix(step);
    }
    return text;
}

std::string_view comment_text(std::string_view raw) noexcept {
    raw.remove_prefix(1);
    if (raw.ends_with(')')) raw.remove_suffix(1);
    return raw;
}

std::string phrase_text(std::span<const Token> tokens) {
    std::string phrase;
    for (const Token& token : tokens) {
        if (token.kind == TokenKind::comment) continue;
        if (token.blank_before && !phrase.empty()) phrase.push_back(' ');
        phrase += token.kind == TokenKind::quoted ? unquoted(token.raw) : std::string(token.raw);
    }
    return phrase;
}

// May a blank stand between these? RFC 5322 3.4.1 lets it beside the "@", 4.4 beside the dots.
bool may_be_parted(std::string_view before, std::string_view after) noexcept {
    return before.ends_with('.') || before.ends_with('@') || after.starts_with('.') || after.starts_with('@');
}

// The text of an addr-spec; nothing when comments stand inside it, or blanks where none may be.
std::optional<std::string> address_text(std::span<const Token> tokens) {
    while (!tokens.empty() && tokens.front().kind == TokenKind::comment) tokens = tokens.subspan(1);
    while (!tokens.empty() && tokens.back().kind == TokenKind::comment) tokens = tokens.first(tokens.size() - 1);
    std::string text;
    for (const Token& token : tokens) {
        const bool is_parted = token.blank_before && !text.empty() && !may_be_parted(text, token.raw);
        if (token.kind == TokenKind::comment || is_parted) return std::nullopt;
        text += token.raw;
    }
    return text;
}

// RFC 5322 4.4: "@a,@b:" before the address is dropped.
std::span<const Token> without_route(std::span<const Token> tokens) {
    if (tokens.empty() || !is_special(tokens.front(), '@')) return tokens;
    const auto colon = std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return is_special(t, ':'); });
    return colon == tokens.end() ? tokens : tokens.subspan(static_cast<std::size_t>(colon - tokens.begin()) + 1);
}

class ListReader {
public:
    ListReader(const BudgetLimits& limits, std::vector<Reason>& notes, std::string_view text_label)
        : limits_(limits), notes_(notes), text_label_(text_label) {}

    std::vector<Mailbox> read(std::span<const Token> tokens) &&;

private:
    void on_item(std::span<const Token>);
    std::optional<Mailbox> mailbox(std::span<const Token>);
    std::optional<Mailbox> angle_mailbox(std::span<const Token>, std::size_t open);
    std::optional<Mailbox> bare_mailbox(std::span<const Token>);
    std::optional<Mailbox> make(const std::string& untrusted_name, const std::optional<std::string>& untrusted_address);

    const BudgetLimits& limits_;
    std::vector<Reason>& notes_;
    std::string_view text_label_;
    std::vector<Mailbox> list_;
};

// Commas and semicolons (Outlook, and the ends of groups) part items; a colon ends the name of a group.
std::vector<Mailbox> ListReader::read(std::span<const Token> tokens) && {
    std::size_t begin = 0;
    bool in_angle = false;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
        const bool at_end = i == tokens.size();
        if (!at_end && is_special(tokens[i], '<')) in_angle = true;
        if (!at_end && is_special(tokens[i], '>')) in_angle = false;
        if (!at_end && in_angle) continue;
        if (!at_end && is_special(tokens[i], ':')) begin = i + 1;
        if (at_end || is_special(tokens[i], ',') || is_special(tokens[i], ';')) {
            if (begin < i) on_item(tokens.subspan(begin, i - begin));
            begin = i + 1;
        }
    }
    return std::move(list_);
}

void ListReader::on_item(std::span<const Token> tokens) {
    if (list_.size() >= limits_.addresses_max) {
        add_once(notes_, Reason::field_cut);
        return;
    }
    std::optional<Mailbox> read = mailbox(tokens);
    if (read) {
        list_.push_back(std::move(*read));
    } else {
        add_once(notes_, Reason::bad_address);
    }
}

std::optional<Mailbox> ListReader::mailbox(std::span<const Token> tokens) {
    const auto open = std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return is_special(t, '<'); });
    if (open == tokens.end()) return bare_mailbox(tokens);
    return angle_mailbox(tokens, static_cast<std::size_t>(open - tokens.begin()));
}

// Exactly one pair of angle brackets, and nothing but comments after it.
std::optional<Mailbox> ListReader::angle_mailbox(std::span<const Token> tokens, std::size_t open) {
    const std::span<const Token> rest = tokens.subspan(open + 1);
    const auto close = std::find_if(rest.begin(), rest.end(), [](const Token& t) { return is_special(t, '>'); });
    if (close == rest.end()) return std::nullopt;
    const bool ends_there =
        std::all_of(close + 1, rest.end(), [](const Token& t) { return t.kind == TokenKind::comment; });
    if (!ends_there) return std::nullopt;
    const auto inside = rest.first(static_cast<std::size_t>(close - rest.begin()));
    return make(phrase_text(tokens.first(open)), address_text(without_route(inside)));
}

// "a@b (Name)" is the old way to give a name.
std::optional<Mailbox> ListReader::bare_mailbox(std::span<const Token> tokens) {
    const bool has_name = tokens.back().kind == TokenKind::comment;
    return make(has_name ? std::string(comment_text(tokens.back().raw)) : std::string(), address_text(tokens));
}

std::optional<Mailbox> ListReader::make(const std::string& untrusted_name,
                                        const std::optional<std::string>& untrusted_address) {
    if (!untrusted_address) return std::nullopt;
    const Result<MailAddress> address = MailAddress::parse(*untrusted_address);
    if (!address) return std::nullopt;
    return Mailbox{read_line(untrusted_name, limits_, notes_, text_label_), *address};
}

// ---- display names

bool is_address_character(char c) noexcept {
    return ascii::is_alnum(c) || std::string_view(".!#$%&*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

struct ShownAddress {
    std::string text;        // "" when none is shown
    bool is_spaced = false;  // "info @ city.example", which could be a slogan
};

// The address that `text` shows around the '@' at `at`.
ShownAddress shown_address(std::string_view text, std::size_t at) {
    std::size_t local_end = at, domain_begin = at + 1;
    while (local_end > 0 && text[local_end - 1] == ' ') --local_end;
    while (domain_begin < text.size() && text[domain_begin] == ' ') ++domain_begin;
    std::size_t begin = local_end, end = domain_begin;
    while (begin > 0 && is_address_character(text[begin - 1])) --begin;
    while (end < text.size() && (ascii::is_alnum(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
    while (end > domain_begin && text[end - 1] == '.') --end;
    const std::string_view local = text.substr(begin, local_end - begin);
    const std::string_view domain = text.substr(domain_begin, end - domain_begin);
    if (local.empty() || domain.find('.') == std::string_view::npos) return {};
    return {std::string(local).append("@").append(domain), local_end != at || domain_begin != at + 1};
}

// Blanks that nobody types, and that some fonts draw as nothing at all.
constexpr bool is_odd_blank(char32_t c) noexcept {
    return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x2800;
}

// As it looks: ＠ and ﹫ are @, 。 is a dot between letters, letters of other alphabets are those of ours, and what is
// not seen is not there.
std::string as_it_looks(std::string_view utf8) {
    std::string seen;
    for (std::string_view rest = utf8; !rest.empty();) {
        const utf8::Character c = utf8::first(rest);
        if (!is_odd_blank(c.value) && taken_for(c.value) != 0) seen.append(rest.substr(0, c.bytes));
        rest.remove_prefix(c.bytes);
    }
    if (ascii::is_ascii(seen)) return seen;
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(error);
    if (U_FAILURE(error)) return seen;
    std::string folded;
    nfkc->normalize(icu::UnicodeString::fromUTF8(seen), error).toUTF8String(folded);
    if (U_FAILURE(error)) return seen;
    std::string out;
    for (std::string_view rest = folded; !rest.empty();) {
        const utf8::Character c = utf8::first(rest);
        const char32_t letter = taken_for(c.value);
        const bool is_within_word = !out.empty() && ascii::is_alnum(out.back());
        if (c.value == 0x3002 && is_within_word) {
            out.push_back('.');
        } else if (letter < 0x80) {
            out.push_back(static_cast<char>(letter));
        } else {
            out.append(rest.substr(0, c.bytes));
        }
        rest.remove_prefix(c.bytes);
    }
    return out;
}

}  // namespace

std::vector<Mailbox> read_addresses(std::string_view untrusted_value, const BudgetLimits& limits,
                                    std::vector<Reason>& notes, std::string_view text_label) {
    const std::vector<Token> tokens = Tokenizer(untrusted_value).tokens();
    return ListReader(limits, notes, text_label).read(tokens);
}

bool display_name_lies(const Mailbox& mailbox) {
    const std::string name = as_it_looks(mailbox.name.str());
    for (std::size_t at = name.find('@'); at != std::string::npos; at = name.find('@', at + 1)) {
        const ShownAddress shown = shown_address(name, at);
        if (shown.text.empty()) continue;
        const bool is_true = shown.is_spaced
                                 ? ascii::iequals(shown.text.substr(shown.text.find('@') + 1), mailbox.address.domain())
                                 : ascii::iequals(shown.text, mailbox.address.text());
        if (!is_true) return true;
    }
    return false;
}

}  // namespace mugaika::sandboxed

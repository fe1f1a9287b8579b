#include "sanitizer/sandboxed/structure/structured_value.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/text/cjk_stepper.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t parameters_max = 200;
constexpr std::size_t charset_label_bytes_max = 40;

// RFC 2045 5.1
bool is_token_character(char c) noexcept {
    return c > ' ' && c <= '~' && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

// A parameter as it stands, before RFC 2231 sections are joined.
struct RawParameter {
    std::string name;  // lower case, stars and all
    std::string value;
    bool is_quoted = false;
    bool is_cut = false;
};

class ValueReader {
public:
    explicit ValueReader(std::string_view text) : text_(text), whole_(text) {}

    void read_main();
    void read_parameters();

    std::string main;
    std::vector<RawParameter> raw;
    std::vector<Reason> findings;
    bool is_plain = true;

private:
    bool at_end() const noexcept { return at_ >= text_.size(); }
    char peek() const noexcept { return text_[at_]; }
    bool skip_blanks_and_comments();  // true when there was anything
    void skip_comment();
    void read_parameter();
    std::string read_quoted(RawParameter&);
    std::string read_unquoted(RawParameter&);
    void skip_to_semicolon(RawParameter&);
    void note(Reason reason) {
        add_once(findings, reason);
        is_plain = false;
    }

    std::string_view text_;
    CjkStepper whole_;  // of which each value gets its stepper
    std::size_t at_ = 0;
};

void ValueReader::skip_comment() {
    note(Reason::comment_in_structure);
    std::size_t depth = 0;
    for (; !at_end(); ++at_) {
        if (peek() == '\\') {
            ++at_;
        } else if (peek() == '(') {
            ++depth;
        } else if (peek() == ')' && --depth == 0) {
            ++at_;
            return;
        }
    }
    at_ = text_.size();  // a backslash as the last character has stepped over the end
    note(Reason::unbalanced_comment);
}

bool ValueReader::skip_blanks_and_comments() {
    const std::size_t before = at_;
    while (!at_end() && (ascii::is_blank(peek()) || peek() == '(')) {
        if (peek() == '(') {
            skip_comment();
        } else {
            ++at_;
        }
    }
    return at_ != before;
}

// "multipart / mixed" is one value, "text/plain charset=x" is a value and a parameter whose semicolon is missing.
void ValueReader::read_main() {
    skip_blanks_and_comments();
    while (!at_end() && peek() != ';') {
        const std::size_t begin = at_;
        while (!at_end() && peek() != ';' && peek() != '(' && !ascii::is_blank(peek())) ++at_;
        main += ascii::to_lower(text_.substr(begin, at_ - begin));
        if (!skip_blanks_and_comments() || at_end() || peek() == ';') continue;
        if (!main.ends_with('/') && peek() != '/') {
            note(Reason::malformed_content_type);
            return;
        }
        is_plain = false;
    }
}

void ValueReader::read_parameters() {
    while (!at_end() && raw.size() < parameters_max) {
        std::size_t semicolons = 0;
        skip_blanks_and_comments();
        while (!at_end() && peek() == ';') {
            ++at_;
            ++semicolons;
            skip_blanks_and_comments();
        }
        if (semicolons > 1) note(Reason::malformed_content_type);
        if (!at_end()) read_parameter();
    }
    if (!at_end()) note(Reason::malformed_content_type);
}

void ValueReader::read_parameter() {
    RawParameter parameter;
    const std::size_t begin = at_;
    while (!at_end() && is_token_character(peek())) ++at_;
    parameter.name = ascii::to_lower(text_.substr(begin, at_ - begin));
    if (skip_blanks_and_comments()) is_plain = false;
    if (at_end() || peek() != '=' || parameter.name.empty()) {
        note(Reason::malformed_content_type);
        skip_to_semicolon(parameter);
        return;
    }
    ++at_;
    if (skip_blanks_and_comments()) is_plain = false;
    parameter.is_quoted = !at_end() && peek() == '"';
    parameter.value = parameter.is_quoted ? read_quoted(parameter) : read_unquoted(parameter);
    raw.push_back(std::move(parameter));
}

// Raw ISO-2022-JP and Shift_JIS hold bytes that look like quotes and backslashes: they must not end the string
// (AC-092).
std::string ValueReader::read_quoted(RawParameter& parameter) {
    std::string value;
    const CjkStepper stepper = whole_.from(text_.substr(at_));
    ++at_;
    while (!at_end() && peek() != '"') {
        const std::size_t step = stepper.character_bytes(text_.substr(at_));
        if (step > 1) {
            value += text_.substr(at_, step);
            at_ += step;
            continue;
        }
        // "C:\temp\x.doc" is not escaped by those who send it; \" and \\ are.
        if (peek() == '\\') {
            const bool is_escape = at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
            if (is_escape) ++at_;
        }
        if (peek() == ';') is_plain = false;
        value.push_back(peek());
        ++at_;
    }
    if (at_end()) {
        parameter.is_cut = true;
        note(Reason::malformed_content_type);
        return value;
    }
    ++at_;
    const bool had_blanks = skip_blanks_and_comments();
    if (!at_end() && peek() != ';') {
        note(Reason::malformed_content_type);
        // a="x" b="y": a semicolon is missing; a="x"y"z": the rest is nobody's.
        if (!had_blanks) skip_to_semicolon(parameter);
    }
    return value;
}

std::string ValueReader::read_unquoted(RawParameter& parameter) {
    const bool is_name = is_name_parameter(parameter.name);
    const CjkStepper stepper = whole_.from(text_.substr(at_));
    const std::size_t begin = at_;
    while (!at_end() && peek() != ';' && (is_name || peek() != '(')) at_ += stepper.character_bytes(text_.substr(at_));
    const std::string value(ascii::trim(text_.substr(begin, at_ - begin)));
    if (!is_token(value)) is_plain = false;
    skip_blanks_and_comments();
    if (!at_end() && peek() != ';') skip_to_semicolon(parameter);
    return value;
}

void ValueReader::skip_to_semicolon(RawParameter& parameter) {
    const std::size_t semicolon = text_.find(';', at_);
    if (semicolon != at_) parameter.is_cut = true;
    at_ = std::min(semicolon, text_.size());
}

// ---- RFC 2231

struct SectionName {
    std::string base;
    std::optional<unsigned> section;
    bool is_encoded = false;
};

// "filename*1*" -> filename, 1, encoded. What does not fit the grammar is a plain name.
SectionName split_name(std::string_view name) {
    SectionName split{std::string(name), std::nullopt, false};
    const std::size_t star = name.find('*');
    if (star == std::string_view::npos || star == 0) return split;
    std::string_view rest = name.substr(star + 1);
    split.is_encoded = rest.empty() || rest.ends_with('*');
    if (rest.ends_with('*')) rest.remove_suffix(1);
    const bool is_number = std::all_of(rest.begin(), rest.end(), ascii::is_digit) && rest.size() <= 3;
    if (!is_number) return {std::string(name), std::nullopt, false};
    split.base = name.substr(0, star);
    if (rest.empty()) return split;
    unsigned section = 0;
    for (const char digit : rest) section = section * 10 + static_cast<unsigned>(digit - '0');
    split.section = section;
    return split;
}

std::string percent_decoded(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool has_digits = text[i] == '%' && i + 2 < text.size();
        const int high = has_digits ? ascii::hex_value(text[i + 1]) : -1;
        const int low = has_digits ? ascii::hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            bytes.push_back(text[i]);
            continue;
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return bytes;
}

// charset'language'text; where the two quotes are missing all of it is text.
std::string take_charset(std::string_view& text) {
    const std::size_t first = text.find('\'');
    const std::size_t second = first == std::string_view::npos ? first : text.find('\'', first + 1);
    if (second == std::string_view::npos) return {};
    const std::string charset = ascii::to_lower(text.substr(0, std::min(first, charset_label_bytes_max)));
    text.remove_prefix(second + 1);
    return charset;
}

// The sections of one parameter, wherever they stand.
struct Sections {
    std::size_t order = 0;                                               // where the parameter first appears
    std::map<unsigned, std::pair<const RawParameter*, bool>> by_number;  // value, percent-encoded?
    bool is_odd = false;
};

Parameter join(const std::string& name, const Sections& sections) {
    Parameter joined{name, {}, {}, true, false, false};
    for (const auto& [number, section] : sections.by_number) {
        std::string_view text = section.first->value;
        const bool is_encoded = section.second;
        if (is_encoded && number == 0) joined.charset = take_charset(text);
        joined.value += is_encoded ? percent_decoded(text) : std::string(text);
    }
    return joined;
}

// One reading for sections that are out of order, missing or doubled: sorted by number, gaps closed, the first of a
// pair.
void join_sections(const std::vector<RawParameter>& raw, StructuredValue& out) {
    std::map<std::string, Sections> split_parameters;
    std::vector<std::pair<std::size_t, Parameter>> ordered;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const SectionName name = split_name(raw[i].name);
        if (!name.section && !name.is_encoded) {
            ordered.push_back({i, {name.base, raw[i].value, {}, false, raw[i].is_quoted, raw[i].is_cut}});
        } else if (!name.section) {
            std::string_view text = raw[i].value;
            std::string charset = take_charset(text);
            ordered.push_back({i, {name.base, percent_decoded(text), std::move(charset), true, false, false}});
        } else {
            Sections& sections = split_parameters.try_emplace(name.base, Sections{i, {}, false}).first->second;
            const unsigned expected = static_cast<unsigned>(sections.by_number.size());
            const bool is_new = sections.by_number.try_emplace(*name.section, &raw[i], name.is_encoded).second;
            sections.is_odd = sections.is_odd || !is_new || *name.section != expected;
        }
    }
    for (const auto& [name, sections] : split_parameters) {
        if (sections.is_odd) add_once(out.findings, Reason::malformed_content_type);
        ordered.push_back({sections.order, join(name, sections)});
    }
    std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [order, parameter] : ordered) {
        if (parameter.is_rfc2231) out.is_plain = false;
        out.parameters.push_back(std::move(parameter));
    }
}

}  // namespace

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_name_parameter(std::string_view name) noexcept {
    return name.starts_with("name") || name.starts_with("filename");
}

StructuredValue read_structured_value(std::string_view untrusted_value) {
    ValueReader reader(untrusted_value);
    reader.read_main();
    reader.read_parameters();
    StructuredValue value;
    value.main = std::move(reader.main);
    value.findings = std::move(reader.findings);
    value.is_plain = reader.is_plain;
    join_sections(reader.raw, value);
    return value;
}

const Parameter* find_parameter(const StructuredValue& value, std::string_view name) noexcept {
    const auto found = std::find_if(value.parameters.begin(), value.parameters.end(),
                                    [&](const Parameter& parameter) { return parameter.name == name; });
    return found == value.parameters.end() ? nullptr : &*found;
}

}  // namespace mugaika::sandboxed

#include "sanitizer/sandboxed/structure/content_type.hpp"

#include <algorithm>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/text/charset_names.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t charset_label_bytes_max = 40;
constexpr std::size_t method_bytes_max = 40;
constexpr std::size_t type_bytes_max = 255;  // two names of at most 127 (RFC 6838 4.2)
constexpr std::size_t boundary_bytes_by_rfc = 70;

// "text" alone was a type once (RFC 1049); nothing at all means text as well.
std::string type_from(const std::string& main, std::vector<Reason>& findings) {
    const std::size_t slash = main.find('/');
    const std::string_view view = main;
    const bool is_type =
        slash != std::string::npos && is_token(view.substr(0, slash)) && is_token(view.substr(slash + 1));
    if (is_type && main.size() <= type_bytes_max) return main;
    add_once(findings, Reason::malformed_content_type);
    if (view.starts_with("multipart")) add_once(findings, Reason::readings_differ);
    return main.empty() || main == "text" ? "text/plain" : "";
}

std::string clean_label(std::string_view untrusted_label) {
    std::string label;
    for (const char c : untrusted_label.substr(0, 4 * charset_label_bytes_max)) {
        const bool is_allowed = ascii::is_alnum(c) || std::string_view("._:+-").find(c) != std::string_view::npos;
        if (is_allowed) label.push_back(ascii::to_lower(c));
    }
    return label.size() <= charset_label_bytes_max ? label : std::string();
}

// An iana-token (RFC 5545 3.1).
std::string method_from(const Parameter* parameter) {
    const std::string method = parameter == nullptr ? std::string() : ascii::to_lower(parameter->value);
    const bool is_method = method.size() <= method_bytes_max && std::all_of(method.begin(), method.end(), [](char c) {
                               return ascii::is_alnum(c) || c == '-';
                           });
    return is_method ? method : std::string();
}

// What a label of ASCII says of a text is what everybody assumes of it.
bool says_nothing(std::string_view label) {
    const Charset* charset = charset_by_label(label);
    return charset != nullptr && charset->family == CharsetFamily::ascii;
}

// Do two labels of one text lead to one text, however ill it may be shown? Not where one of them makes other words of
// the same ASCII bytes: UTF-7, HZ, UTF-16 and their kin (AC-043, AC-045).
bool charsets_agree(std::string_view a, std::string_view b) {
    const auto is_ascii_compatible = [](std::string_view label) {
        const Charset* charset = charset_by_label(label);
        if (charset == nullptr) return true;
        const CharsetFamily family = charset->family;
        return family != CharsetFamily::seven_bit && family != CharsetFamily::utf16 && family != CharsetFamily::wide;
    };
    return a == b || (is_ascii_compatible(a) && is_ascii_compatible(b));
}

// The names of a file in the order in which they stand, for comparing.
std::vector<std::string> names_in(const StructuredValue& value) {
    std::vector<std::string> names;
    for (const Parameter& parameter : value.parameters) {
        if (is_name_parameter(parameter.name)) names.push_back(parameter.name + "=" + parameter.value);
    }
    return names;
}

// RFC 2046 5.1.1 bchars.
bool is_boundary_character(char c) noexcept {
    return ascii::is_alnum(c) || std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

// Characters beyond the RFC that every reader compares alike are noted; those that some cut or unescape are ambiguous.
void judge_boundary(const Parameter& parameter, std::vector<Reason>& findings) {
    const std::string& boundary = parameter.value;
    const bool is_printable = std::all_of(boundary.begin(), boundary.end(), ascii::is_printable);
    const bool has_edge_blank = ascii::is_blank(boundary.front()) || ascii::is_blank(boundary.back());
    const bool is_cut_by_some = boundary.find_first_of("\"\\;") != std::string::npos;
    const bool is_bare = !parameter.is_quoted && !parameter.is_rfc2231;
    const bool has_blank_or_special = boundary.find_first_of(" ,()<>") != std::string::npos;
    const bool is_open = parameter.is_cut || (is_bare && has_blank_or_special);
    if (!is_printable || has_edge_blank || is_cut_by_some || is_open) add_once(findings, Reason::boundary_odd);
    if (!std::all_of(boundary.begin(), boundary.end(), is_boundary_character)) {
        add_once(findings, Reason::malformed_content_type);
    }
    if (boundary.size() > boundary_bytes_by_rfc) add_once(findings, Reason::boundary_long);
    if (looks_like_encoded_word(boundary)) add_once(findings, Reason::encoded_word_in_structure);
}

// "multi part/mixed", folded inside a word, is a multipart to readers that throw blanks away.
bool is_multipart_without_blanks(std::string_view value) {
    std::string main;
    for (const char c : value.substr(0, value.find(';'))) {
        if (!ascii::is_blank(c)) main.push_back(c);
    }
    return ascii::istarts_with(main, "multipart/");
}

class ContentTypeReader {
public:
    explicit ContentTypeReader(const BudgetLimits& limits) : limits_(limits) {}

    ContentType read(std::string_view untrusted_value) &&;

private:
    void read_boundary(std::string_view untrusted_value);
    void read_text_parameters();
    void note_duplicates();
    void note(Reason reason) { add_once(out_.findings, reason); }

    const BudgetLimits& limits_;
    ContentType out_;
};

ContentType ContentTypeReader::read(std::string_view untrusted_value) && {
    out_.value = read_structured_value(untrusted_value);
    out_.findings = out_.value.findings;
    out_.type = type_from(out_.value.main, out_.findings);
    if (out_.value.main.find("=?") != std::string::npos) note(Reason::encoded_word_in_structure);
    if (is_multipart_without_blanks(untrusted_value) && !out_.type.starts_with("multipart/")) note(Reason::odd_folding);
    note_duplicates();
    read_text_parameters();
    if (out_.type.starts_with("multipart/")) {
        read_boundary(untrusted_value);
    } else if (find_parameter(out_.value, "boundary") != nullptr && out_.type.empty()) {
        note(Reason::readings_differ);  // a multipart to whoever repairs the type
    }
    return std::move(out_);
}

void ContentTypeReader::read_boundary(std::string_view untrusted_value) {
    const Parameter* parameter = find_parameter(out_.value, "boundary");
    if (parameter == nullptr || parameter->value.empty()) {
        note(Reason::missing_boundary);
        return;
    }
    judge_boundary(*parameter, out_.findings);
    // An unclosed quote, a missing semicolon or raw JIS may swallow the boundary for one reader and not for another.
    const std::string_view main_end = untrusted_value.substr(0, untrusted_value.find(';'));
    const bool is_first_separated =
        untrusted_value.find(';') != std::string_view::npos && main_end.find('=') == std::string_view::npos;
    const bool has_escape = untrusted_value.find('\x1b') != std::string_view::npos;
    const bool has_raw_backslash =
        !ascii::is_ascii(untrusted_value) && untrusted_value.find('\\') != std::string_view::npos;
    const bool is_every_value_closed = std::count(untrusted_value.begin(), untrusted_value.end(), '"') % 2 == 0;
    if (!is_first_separated || has_escape || has_raw_backslash || !is_every_value_closed) note(Reason::boundary_odd);
    if (parameter->value.size() > limits_.boundary_bytes_max) {
        note(Reason::boundary_odd);
        return;
    }
    out_.boundary = parameter->value;
}

void ContentTypeReader::read_text_parameters() {
    for (const Parameter& parameter : out_.value.parameters) {
        if (parameter.name != "charset") continue;
        const std::string label = clean_label(parameter.value);
        if (out_.charset_label.empty() || says_nothing(out_.charset_label)) out_.charset_label = label;
    }
    if (out_.type == "text/calendar") out_.calendar_method = method_from(find_parameter(out_.value, "method"));
    const Parameter* format = find_parameter(out_.value, "format");
    out_.format_flowed = format != nullptr && ascii::iequals(format->value, "flowed");
    const Parameter* delsp = find_parameter(out_.value, "delsp");
    out_.delsp = delsp != nullptr && ascii::iequals(delsp->value, "yes");
}

// File names have a rule of their own (name_differs); the same value twice can mislead nobody, and neither can a
// parameter by which no reader cuts, decodes or names anything.
void ContentTypeReader::note_duplicates() {
    for (const Parameter& parameter : out_.value.parameters) {
        const Parameter* first = find_parameter(out_.value, parameter.name);
        if (first == &parameter || is_name_parameter(parameter.name)) continue;
        const bool is_same = first->value == parameter.value;
        if (!is_same && parameter.name == "boundary") {
            note(Reason::conflicting_boundary);
        } else if (!is_same && parameter.name == "charset" &&
                   !charsets_agree(clean_label(first->value), clean_label(parameter.value))) {
            note(Reason::duplicate_parameter);
        } else {
            note(Reason::malformed_content_type);
        }
    }
}

}  // namespace

ContentType read_content_type(std::string_view untrusted_value, const BudgetLimits& limits) {
    return ContentTypeReader(limits).read(untrusted_value);
}

bool take_other_charset(ContentType& type, const ContentType& other) {
    const bool is_alike = !type.type.empty() && type.type == other.type && type.boundary == other.boundary &&
                          names_in(type.value) == names_in(other.value);
    if (!is_alike || !charsets_agree(type.charset_label, other.charset_label)) return false;
    if (type.charset_label.empty() || says_nothing(type.charset_label)) type.charset_label = other.charset_label;
    add_once(type.findings, other.findings);
    return true;
}

}  // namespace mugaika::sandboxed

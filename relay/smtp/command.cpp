#include "relay/smtp/command.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "policy/ascii.hpp"

namespace mugaika::smtp {
namespace {

constexpr std::size_t helo_name_bytes_max = 255;  // RFC 5321 4.5.3.1.2

struct VerbName {
    std::string_view name;
    Verb verb;
};

constexpr std::array verb_names{
    VerbName{"HELO", Verb::helo},        VerbName{"EHLO", Verb::ehlo},         VerbName{"MAIL", Verb::mail},
    VerbName{"RCPT", Verb::rcpt},        VerbName{"DATA", Verb::data},         VerbName{"RSET", Verb::rset},
    VerbName{"NOOP", Verb::noop},        VerbName{"VRFY", Verb::vrfy},         VerbName{"HELP", Verb::help},
    VerbName{"QUIT", Verb::quit},        VerbName{"STARTTLS", Verb::starttls}, VerbName{"EXPN", Verb::not_offered},
    VerbName{"TURN", Verb::not_offered}, VerbName{"ATRN", Verb::not_offered},  VerbName{"ETRN", Verb::not_offered},
    VerbName{"BDAT", Verb::not_offered}, VerbName{"BURL", Verb::not_offered},  VerbName{"AUTH", Verb::not_offered},
    VerbName{"SEND", Verb::not_offered}, VerbName{"SOML", Verb::not_offered},  VerbName{"SAML", Verb::not_offered},
    VerbName{"XCLIENT", Verb::xclient},  VerbName{"XFORWARD", Verb::xforward}, VerbName{"DEBUG", Verb::not_offered},
    VerbName{"WIZ", Verb::not_offered},  VerbName{"GET", Verb::http},          VerbName{"HEAD", Verb::http},
    VerbName{"POST", Verb::http},        VerbName{"PUT", Verb::http},          VerbName{"DELETE", Verb::http},
    VerbName{"OPTIONS", Verb::http},     VerbName{"CONNECT", Verb::http},      VerbName{"TRACE", Verb::http},
    VerbName{"PATCH", Verb::http},       VerbName{"PRI", Verb::http},  // the preface of HTTP/2
};

constexpr const Outcome* syntax_error = &outcome<Stage::command, Failure::malformed>();
constexpr const Outcome* needs_smtputf8 = &outcome<Stage::command, Failure::needs_smtputf8>();
constexpr const Outcome* parameter_error = &outcome<Stage::command, Failure::unknown_parameter>();

std::string_view without_trailing_blanks(std::string_view text) noexcept {
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::string_view without_leading_blanks(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return text;
}

// Where the path that begins with < ends, one past its >. A quoted local part may hold > and quoted pairs
// (RFC 5321 4.1.2); npos when it does not end.
std::size_t end_of_path(std::string_view text) noexcept {
    bool quoted = false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quoted && text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && text[i] == '>') {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

// "FROM:<path> parameters" taken apart.
struct PathAndParameters {
    std::string_view path;        // without < and >
    std::string_view parameters;  // "" or begins with a blank
};

std::optional<PathAndParameters> split_path(std::string_view argument, std::string_view keyword) noexcept {
    if (!ascii::istarts_with(argument, keyword)) return std::nullopt;
    const std::string_view rest = without_leading_blanks(argument.substr(keyword.size()));
    if (rest.empty() || rest.front() != '<') return std::nullopt;
    const std::size_t end = end_of_path(rest);
    if (end == std::string_view::npos) return std::nullopt;
    if (end < rest.size() && rest[end] != ' ') return std::nullopt;
    return PathAndParameters{rest.substr(1, end - 2), rest.substr(end)};
}

// RFC 5321 4.1.2: esmtp-keyword ["=" esmtp-value].
struct Parameter {
    std::string_view keyword;
    std::optional<std::string_view> value;
};

bool is_keyword(std::string_view text) noexcept {
    if (text.empty() || !ascii::is_alnum(text.front())) return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alnum(c) || c == '-'; });
}

bool is_value(std::string_view text) noexcept {
    if (text.empty()) return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_printable(c) && c != ' ' && c != '='; });
}

std::optional<Parameter> parse_parameter(std::string_view text) noexcept {
    const std::size_t equals = text.find('=');
    Parameter parameter{text.substr(0, equals), std::nullopt};
    if (equals != std::string_view::npos) parameter.value = text.substr(equals + 1);
    if (!is_keyword(parameter.keyword) || (parameter.value && !is_value(*parameter.value))) return std::nullopt;
    return parameter;
}

// Takes the next parameter off `rest`; "" when there is none.
std::string_view next_word(std::string_view& rest) noexcept {
    rest = without_leading_blanks(rest);
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

// RFC 1870 4: 1*20DIGIT. A sign is no digit; what overflows is surely over every limit (AC-039).
std::optional<std::uint64_t> parse_size(std::string_view digits) noexcept {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    if (digits.empty() || digits.size() > 20) return std::nullopt;
    std::uint64_t size = 0;
    for (char c : digits) {
        if (!ascii::is_digit(c)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        size = size > (most - digit) / 10 ? most : size * 10 + digit;
    }
    return size;
}

// Which parameters were given already: giving one twice is a syntax error.
struct Seen {
    bool size = false;
    bool body = false;
    bool smtputf8 = false;
};

bool first_time(bool& seen) noexcept { return !std::exchange(seen, true); }

const Outcome* judged(DsnParameter parameter) noexcept {
    if (parameter == DsnParameter::not_dsn) return parameter_error;
    return parameter == DsnParameter::taken ? nullptr : syntax_error;
}

// Null when the parameter was taken.
const Outcome* take_mail_parameter(const Parameter& parameter, MailArguments& arguments, Seen& seen) {
    if (ascii::iequals(parameter.keyword, "SIZE")) {
        arguments.declared_size = parse_size(parameter.value.value_or(""));
        return first_time(seen.size) && arguments.declared_size ? nullptr : syntax_error;
    }
    if (ascii::iequals(parameter.keyword, "BODY")) {
        const bool eight_bit = ascii::iequals(parameter.value.value_or(""), "8BITMIME");
        arguments.body = eight_bit ? Body::eight_bit_mime : Body::seven_bit;
        const bool known = eight_bit || ascii::iequals(parameter.value.value_or(""), "7BIT");
        return first_time(seen.body) && known ? nullptr : syntax_error;
    }
    if (ascii::iequals(parameter.keyword, "SMTPUTF8")) {
        arguments.smtputf8 = true;
        return first_time(seen.smtputf8) && !parameter.value ? nullptr : syntax_error;
    }
    return judged(take_dsn_parameter(parameter.keyword, parameter.value, arguments.dsn));
}

const Outcome* take_mail_parameters(std::string_view rest, MailArguments& arguments) {
    Seen seen;
    for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
        const std::optional<Parameter> parameter = parse_parameter(word);
        if (!parameter) return syntax_error;
        const Outcome* refused = take_mail_parameter(*parameter, arguments, seen);
        if (refused != nullptr) return refused;
        arguments.has_parameters = true;
    }
    return nullptr;
}

const Outcome* take_rcpt_parameters(std::string_view rest, RecipientDsn& dsn) {
    for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
        const std::optional<Parameter> parameter = parse_parameter(word);
        if (!parameter) return syntax_error;
        const Outcome* refused = judged(take_dsn_parameter(parameter->keyword, parameter->value, dsn));
        if (refused != nullptr) return refused;
    }
    return nullptr;
}

Parsed<MailAddress> parse_address(std::string_view untrusted_path, bool smtputf8) {
    Result<MailAddress> address = MailAddress::parse(MailAddress::without_obsolete_blanks(untrusted_path));
    if (!address) return syntax_error;
    if (address->needs_smtputf8() && !smtputf8) return needs_smtputf8;  // RFC 6531 3.5
    return std::move(*address);
}

}  // namespace

CommandLine parse_command_line(std::string_view untrusted_line) noexcept {
    const std::string_view name = untrusted_line.substr(0, untrusted_line.find(' '));
    const auto known = std::find_if(verb_names.begin(), verb_names.end(),
                                    [name](const VerbName& row) { return ascii::iequals(row.name, name); });
    const std::string_view rest = untrusted_line.substr(std::min(untrusted_line.size(), name.size() + 1));
    return {known == verb_names.end() ? Verb::unknown : known->verb,
            without_leading_blanks(without_trailing_blanks(rest))};
}

Parsed<MailArguments> parse_mail_arguments(std::string_view untrusted_argument) {
    const auto split = split_path(untrusted_argument, "FROM:");
    if (!split) return syntax_error;
    MailArguments arguments;
    const Outcome* refused = take_mail_parameters(split->parameters, arguments);
    if (refused != nullptr) return refused;
    if (split->path.empty()) return arguments;
    Parsed<MailAddress> sender = parse_address(split->path, arguments.smtputf8);
    if (const auto* wrong = std::get_if<const Outcome*>(&sender)) return *wrong;
    arguments.sender = std::get<MailAddress>(std::move(sender));
    return arguments;
}

Parsed<RcptArguments> parse_rcpt_arguments(std::string_view untrusted_argument, bool smtputf8,
                                           const MailAddress& postmaster) {
    const auto split = split_path(untrusted_argument, "TO:");
    if (!split) return syntax_error;
    RecipientDsn dsn;
    const Outcome* refused = take_rcpt_parameters(split->parameters, dsn);
    if (refused != nullptr) return refused;
    if (ascii::iequals(split->path, "Postmaster")) return RcptArguments{postmaster, std::move(dsn)};
    Parsed<MailAddress> recipient = parse_address(split->path, smtputf8);
    if (const auto* wrong = std::get_if<const Outcome*>(&recipient)) return *wrong;
    return RcptArguments{std::get<MailAddress>(std::move(recipient)), std::move(dsn)};
}

bool is_helo_name(std::string_view untrusted_argument) noexcept {
    return !untrusted_argument.empty() && untrusted_argument.size() <= helo_name_bytes_max &&
           std::all_of(untrusted_argument.begin(), untrusted_argument.end(), ascii::is_printable);
}

}  // namespace mugaika::smtp

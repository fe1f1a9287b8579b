// Command lines of a client, by the letter of RFC 5321 4.1.2 (SIZE: RFC 1870, BODY: RFC 6152, SMTPUTF8: RFC 6531). What
// does not fit the grammar is refused with a row of the matrix; nothing is repaired. One leniency: blanks behind the
// colon of FROM: and TO:, which RFC 5321 3.3 forbids and many devices write, change no meaning and are taken.
// Limits: the caller bounds the line; all reading is linear. AC-028 ... AC-036, AC-039.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "policy/mail_address.hpp"
#include "policy/matrix.hpp"
#include "relay/smtp/envelope.hpp"

namespace mugaika::smtp {

enum class Verb : std::uint8_t {
    helo,
    ehlo,
    mail,
    rcpt,
    data,
    rset,
    noop,
    vrfy,
    help,
    quit,
    starttls,
    xclient,
    xforward,
    not_offered,  // verbs of SMTP and its extensions that this relay does not serve
    http,         // a browser, a proxy or an attack through one is talking (AC-042)
    unknown,
};

struct CommandLine {
    Verb verb = Verb::unknown;
    std::string_view argument;  // behind the first blank, without trailing blanks (RFC 5321 4.1.1); not checked further
};

// `untrusted_line` is without its CRLF; the argument is a view of it.
CommandLine parse_command_line(std::string_view untrusted_line) noexcept;

struct MailArguments {
    std::optional<MailAddress> sender;  // nothing: <>
    Body body = Body::seven_bit;
    bool smtputf8 = false;
    std::optional<std::uint64_t> declared_size;  // what does not fit 64 bits is the largest number that does
    MailDsn dsn;
    bool has_parameters = false;
};

struct RcptArguments {
    MailAddress recipient;
    RecipientDsn dsn;
};

// The arguments, or the row of the matrix that refuses them; the row is never null.
template <class Arguments>
using Parsed = std::variant<Arguments, const Outcome*>;

Parsed<MailArguments> parse_mail_arguments(std::string_view untrusted_argument);

// `postmaster` stands in for <Postmaster>, which has no domain of its own and must be taken (RFC 5321 4.5.1).
Parsed<RcptArguments> parse_rcpt_arguments(std::string_view untrusted_argument, bool smtputf8,
                                           const MailAddress& postmaster);

// The name of HELO and EHLO: 1 to 255 printable ASCII characters. It is told to nobody as anything but the client's
// word, so wrong but harmless names are taken.
bool is_helo_name(std::string_view untrusted_argument) noexcept;

}  // namespace mugaika::smtp

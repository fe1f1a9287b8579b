// One mail address, local-part@domain, by a strict grammar of our own (RFC 5321 4.1.2, RFC 6531 3.3).
// Whoever holds a MailAddress knows: no controls, no angle brackets, no bare line ends, blanks only between quotes and
// there one by one; the local part is a dot-string or a quoted string; the domain is dot-separated labels of letters,
// digits, hyphens and underscores, UTF-8 labels (SMTPUTF8) or an address literal. AC-029 … AC-032, AC-103.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

class MailAddress {
public:
    static constexpr std::size_t bytes_max = 256 + 1 + 255;

    // Limits: local part 256, domain 255 octets. Source routes, quoted strings that hold "<>", "@", "%" or "!", or a
    // blank at an end or beside another, comments and anything before or after the addr-spec are errors; so are numbers
    // without brackets for a domain. A bare local part whose only fault is a dot at an end or beside another (as
    // Japanese carriers gave them out) is kept as the quoted string that names the same mailbox. Fails with
    // Fault::bad_input and words fit for a log.
    static Result<MailAddress> parse(std::string_view untrusted_text);

    // RFC 5322 4.4 let blanks stand around the dots of an address, and some programs still write them: "taro .
    // yamada@example.jp". The text without them; blanks anywhere else stay, so that parse refuses them.
    static std::string without_obsolete_blanks(std::string_view untrusted_text);

    const std::string& local() const noexcept { return local_; }    // quotes included
    const std::string& domain() const noexcept { return domain_; }  // ASCII letters in lower case
    bool needs_smtputf8() const noexcept { return needs_smtputf8_; }
    std::string text() const { return local_ + "@" + domain_; }

    // "user%elsewhere@ours", "elsewhere!user@ours": an MTA behind us that trusts us may route by these, past our list
    // of domains. Fine in a sender, never to be taken as a recipient (AC-031).
    bool asks_for_routing() const noexcept;

    friend bool operator==(const MailAddress&, const MailAddress&) = default;
    friend auto operator<=>(const MailAddress&, const MailAddress&) = default;

private:
    MailAddress(std::string local, std::string domain, bool needs_smtputf8)
        : local_(std::move(local)), domain_(std::move(domain)), needs_smtputf8_(needs_smtputf8) {}

    std::string local_;
    std::string domain_;
    bool needs_smtputf8_ = false;
};

}  // namespace mugaika

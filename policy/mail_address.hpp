// One mail address, local-part@domain, by a strict grammar of our own (RFC 5321 4.1.2, RFC 6531 3.3).
// Whoever holds a MailAddress knows: no controls, no blanks, no angle brackets, no bare line ends; the local part is a
// dot-string or a quoted string without controls; the domain is dot-separated LDH labels, UTF-8 labels (SMTPUTF8) or
// an address literal. AC-029 … AC-032, AC-103.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

class MailAddress {
public:
    // Limits: local part 64, domain 255, whole 254 octets. Source routes, quoted strings that hold a blank, "<>", "@",
    // "%" or "!", comments and anything before or after the addr-spec are errors; so are numbers without brackets for a
    // domain. A bare local part whose only fault is a dot at an end or beside another (as Japanese carriers gave them
    // out) is kept as the quoted string that names the same mailbox. Fails with Fault::bad_input and words fit for a
    // log.
    static Result<MailAddress> parse(std::string_view untrusted_text);

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

// The SMTP envelope of one mail (RFC 5321 2.3.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/mail_address.hpp"
#include "relay/smtp/dsn.hpp"

namespace mugaika::smtp {

enum class Body : std::uint8_t { seven_bit, eight_bit_mime };

struct Envelope {
    std::optional<MailAddress> sender;  // nothing: the null sender <>
    std::vector<MailAddress> recipients;
    bool smtputf8 = false;  // the client said SMTPUTF8
    Body body = Body::seven_bit;
    std::optional<std::uint64_t> declared_size;  // SIZE=

    MailDsn dsn;
    std::vector<RecipientDsn> recipient_dsn;  // in the order of the recipients; none for those past its end

    std::string sender_text() const { return sender ? sender->text() : std::string(); }
};

}  // namespace mugaika::smtp

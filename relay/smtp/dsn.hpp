// What a sender asks about delivery status notifications (RFC 3461 4): checked, and given on to a next hop that offers
// DSN as it came. The relay itself sends no reports. Where the next hop does not offer DSN the relay does not either,
// and the sending side reports "relayed" itself, as RFC 3461 5.2.2 wants it to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mugaika::smtp {

// Of MAIL. "": not asked.
struct MailDsn {
    std::string ret;    // FULL or HDRS
    std::string envid;  // xtext, at most 100 characters
    bool asked() const noexcept { return !ret.empty() || !envid.empty(); }
};

// Of RCPT. "": not asked.
struct RecipientDsn {
    std::string notify;  // NEVER, or a list of SUCCESS, FAILURE and DELAY, in capitals
    std::string orcpt;   // address-type;xtext, at most 500 characters
    bool asked() const noexcept { return !notify.empty() || !orcpt.empty(); }
    bool wants_success() const noexcept { return notify.find("SUCCESS") != std::string::npos; }
};

enum class DsnParameter { not_dsn, taken, wrong };

// `value` is nothing when there was no "=". Wrong: twice, empty, or not by the grammar.
DsnParameter take_dsn_parameter(std::string_view keyword, std::optional<std::string_view> value, MailDsn&);
DsnParameter take_dsn_parameter(std::string_view keyword, std::optional<std::string_view> value, RecipientDsn&);

// " RET=HDRS ENVID=..." or "".
std::string parameters_of(const MailDsn&);
std::string parameters_of(const RecipientDsn&);

}  // namespace mugaika::smtp

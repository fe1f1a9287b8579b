// Counts mails from events. A mail counts once, when it ends: delivered, refused, or, at the end of the log, deferred
// or unfinished. Tries before the end count as its deferrals. A delivery by a release order is no new mail: it has the
// verdict "released".
//
// A recipient who was refused at RCPT is no mail: he counts as a recipient with the verdict "recipient_refused" (5xx)
// or "recipient_deferred" (4xx), once for each such answer.
//
// Recipients of a mail that the relay owes while others of it were served (message.owed) are no further mail either:
// they count as recipients where they end, with the verdict "owed" as long as they did not.
//
// Memory: one entry for each row of the result and one for each mail that has not ended yet.
#pragma once

#include <array>
#include <boost/json/fwd.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/part_facts.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika {

enum class Dimension : std::uint8_t {
    day,  // of the end, as the log's own clock says
    route,
    verdict,  // clean sanitized quarantined refused released deferred owed unfinished recipient_refused
              // recipient_deferred
    reason,   // the verdict's; for what was refused without one and for recipients the SMTP code, for deferred
              // STAGE/FAILURE
    kind,     // of part: a mail counts in the row of each kind that it has
};
std::string_view to_string(Dimension) noexcept;
std::optional<Dimension> dimension_from_name(std::string_view) noexcept;

struct StatsQuery {
    std::optional<Moment> since;  // of the end
    std::optional<Moment> until;  // not included
    std::vector<Dimension> by;
};

struct Counts {
    std::uint64_t mails = 0;
    std::uint64_t bytes = 0;  // of the mails as received; by kind: of the parts
    std::uint64_t deferrals = 0;
    std::uint64_t parts = 0;
    std::uint64_t dropped = 0;     // parts that did not cross
    std::uint64_t recipients = 0;  // of the mails, and those who were refused at RCPT
    Counts& operator+=(const Counts&) noexcept;
};

class MailCounter {
public:
    using Rows = std::map<std::vector<std::string>, Counts>;  // key: one value per dimension of the query

    explicit MailCounter(StatsQuery query) : query_(std::move(query)) {}
    void take(const boost::json::object& event);
    Rows finish() &&;

private:
    struct PartCounts {
        std::uint64_t parts = 0, bytes = 0, dropped = 0;
    };
    struct OpenMail {
        std::string time;  // of the last event
        std::string route;
        std::string deferred_by;  // STAGE/FAILURE of the last deferral
        std::uint64_t bytes = 0;
        std::uint64_t deferrals = 0;
        std::uint64_t recipients = 0;
        bool is_owed_rest = false;
        std::array<PartCounts, part_kind_count> kinds{};
    };

    void take_refused_recipient(const boost::json::object& event);
    void take_step(std::string_view name, const boost::json::object& event);
    void take_ledger(const boost::json::object& event, OpenMail& mail) const;
    void close(const boost::json::object& event, std::string_view verdict, std::string reason);
    void count(const OpenMail&, std::string_view verdict, const std::string& reason);
    void add_row(const OpenMail&, std::string_view verdict, const std::string& reason, std::string_view kind,
                 const Counts&);

    StatsQuery query_;
    std::unordered_map<std::string, OpenMail> open_;
    Rows rows_;
};

}  // namespace mugaika

// Rows of counts, by any of the dimensions. A mail counts once in each row that it belongs to.
//
// Memory: one entry for each row.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "relay/log/timestamp.hpp"
#include "relay/stats/dimension.hpp"
#include "relay/stats/mail_facts.hpp"
#include "relay/stats/time_histogram.hpp"

namespace mugaika {

struct StatsQuery {
    std::optional<Moment> since = {};  // of the end
    std::optional<Moment> until = {};  // not included
    std::vector<Dimension> by;
    std::vector<Condition> where = {};

    bool asks_for(DimensionGroup) const noexcept;
};

struct Counts {
    std::uint64_t mails = 0;
    std::uint64_t bytes = 0;  // of the mails as received; by kind and the like: of the parts
    std::uint64_t deferrals = 0;
    std::uint64_t parts = 0;
    std::uint64_t dropped = 0;     // parts that did not cross
    std::uint64_t recipients = 0;  // of the mails, and those who were refused at RCPT
    TimeHistogram times = {};      // from the end of the content to the answer; by stage: in this stage
    Counts& operator+=(const Counts&);
};

class MailRows {
public:
    using Rows = std::map<std::vector<std::string>, Counts>;  // key: one value per dimension of the query

    explicit MailRows(StatsQuery query) : query_(std::move(query)) {}
    void add(const MailFacts&);
    const StatsQuery& query() const noexcept { return query_; }
    Rows take() && { return std::move(rows_); }

private:
    StatsQuery query_;
    Rows rows_;
};

}  // namespace mugaika

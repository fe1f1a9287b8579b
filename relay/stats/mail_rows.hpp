// Rows of counts, by any of the dimensions. A mail counts once in each row that it belongs to.
//
// Memory: one entry for each row; of the top, no more than top_rows_kept(). Where there are more, those with the fewest
// mails are forgotten, and each row says how many of its mails may be missing for that: what is told is never too much.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
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
    std::size_t top = 0;  // so many rows, those with the most mails; 0: all

    bool asks_for(DimensionGroup) const noexcept;
    bool asks_for(Dimension) const noexcept;
};

struct Counts {
    std::uint64_t mails = 0;
    std::uint64_t bytes = 0;  // of the mails as received; by kind and the like: of the parts
    std::uint64_t deferrals = 0;
    std::uint64_t parts = 0;
    std::uint64_t dropped = 0;     // parts that did not cross
    std::uint64_t recipients = 0;  // of the mails, and those who were refused at RCPT
    TimeHistogram times = {};      // from the end of the content to the answer; by stage: in this stage
    std::uint64_t ends = 0;        // mails, and refusals of recipients without one: by them rows are of the top
    std::uint64_t missed_max = 0;  // of the top: at most so many more ends came, of which nothing is counted
    Counts& operator+=(const Counts&);

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp
        io(self.mails, self.bytes, self.deferrals, self.parts, self.dropped, self.recipients, self.times, self.ends,
           self.missed_max);
    }
};

// What there is to print. A mail or recipient that no row is about is not in `all` either.
struct StatsTable {
    using Row = std::pair<std::vector<std::string>, Counts>;

    std::vector<Dimension> by;
    std::vector<Row> rows;  // by their values; of the top, those with the most mails first
    Counts all;             // each mail once, whatever rows it stands in
    bool is_top = false;
    std::uint64_t missed_max = 0;  // a row that is not there has at most so many ends; 0: nothing was forgotten
};

// Enough that the first `top` are right unless very many have almost as many mails.
constexpr std::size_t top_rows_kept(std::size_t top) noexcept { return std::max<std::size_t>(20'000, 20 * top); }

class MailRows {
public:
    using Rows = std::map<std::vector<std::string>, Counts>;  // key: one value per dimension of the query

    explicit MailRows(StatsQuery query) : query_(std::move(query)) {}
    void add(const MailFacts&);
    const StatsQuery& query() const noexcept { return query_; }
    Rows take() && { return std::move(rows_); }
    StatsTable take_table() &&;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp; of the same query
        io(self.rows_, self.all_, self.missed_max_);
        for (const auto& [key, counts] : self.rows_) io.must(key.size() == self.query_.by.size());
    }

private:
    void forget_the_least();

    StatsQuery query_;
    Rows rows_;
    Counts all_;                    // each mail once; what else it has, as its first row counts it
    std::uint64_t missed_max_ = 0;  // of a row that is not there
};

}  // namespace mugaika

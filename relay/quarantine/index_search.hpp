// The statement that answers a query from the index: rows newest first, from one place of the list on. It walks the
// rows that are searched for and no others: by the full-text table, by the ids that are asked for, or by place.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/quarantine/index_statement.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika {

// Where an item stands in the list: by the time it was received, then by its id. The same after the index was lost, but
// for two items of one millisecond whose ids begin alike: the second one stands where place is left below.
std::int64_t place_of(std::chrono::system_clock::time_point received_at, std::string_view id) noexcept;

inline constexpr std::string_view index_columns =
    "item.place, item.id, item.route, item.sender, item.recipients, item.subject, item.from_text, item.message_id,"
    " item.verdict, item.reason, item.reasons, item.file_names, item.bytes, item.parts_kept, item.received_at,"
    " item.key_id, item.released_at, item.released_by";

class IndexSearch {
public:
    static Result<IndexSearch> for_query(const QuarantineStore::Query&);

    const std::string& sql() const noexcept { return sql_; }
    bool has_words() const noexcept { return !match_.empty(); }
    void bind(IndexStatement&) const;

private:
    std::string sql_;
    std::string match_;
    std::string among_;
    std::string not_among_;
    std::int64_t first_ = 0;
    std::int64_t end_ = 0;
    std::int64_t limit_ = -1;
};

}  // namespace mugaika

#include "relay/quarantine/index_search.hpp"

#include <algorithm>
#include <vector>

#include "relay/quarantine/index_words.hpp"

namespace mugaika {
namespace {

using Clock = std::chrono::system_clock;

constexpr int id_bits = 20;  // of the place; the milliseconds of 278 years stand above
constexpr std::int64_t milliseconds_end = std::int64_t{1} << (63 - id_bits);

std::int64_t place_at(Clock::time_point time) noexcept {
    const std::int64_t milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return std::clamp<std::int64_t>(milliseconds, 0, milliseconds_end - 1) << id_bits;
}

// Ids hold letters and digits only.
std::string json_list(const std::vector<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids) text += (text.empty() ? "\"" : ",\"") + id + "\"";
    return "[" + text + "]";
}

// CROSS JOIN fixes the order of the loops; the planner knows nothing of how many rows a MATCH has.
std::string tables_of(bool has_words, bool has_ids) {
    if (has_ids) {
        return std::string("json_each(?4) AS chosen CROSS JOIN item ON item.id = chosen.value") +
               (has_words ? " CROSS JOIN words ON words.rowid = item.place" : "");
    }
    return has_words ? "words CROSS JOIN item ON item.place = words.rowid" : "item";
}

}  // namespace

std::int64_t place_of(Clock::time_point received_at, std::string_view id) noexcept {
    constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
    std::int64_t number = 0;
    for (std::size_t i = 0; i < id_bits / 5; ++i) {
        const std::size_t digit = i < id.size() ? digits.find(id[i]) : std::string_view::npos;
        number = number << 5 | static_cast<std::int64_t>(digit == std::string_view::npos ? 0 : digit);
    }
    return place_at(received_at) | (((std::int64_t{1} << id_bits) - 1) - number);
}

Result<IndexSearch> IndexSearch::for_query(const QuarantineStore::Query& query) {
    auto match = match_of(query);
    if (!match) return match.error();
    IndexSearch search;
    search.match_ = std::move(*match);
    search.first_ = query.since ? place_at(*query.since) : 0;
    search.end_ = std::min(query.until ? place_at(*query.until) : INT64_MAX, query.after.value_or(INT64_MAX));
    if (query.among) search.among_ = json_list(*query.among);
    if (query.not_among) search.not_among_ = json_list(*query.not_among);
    if (query.limit != 0) search.limit_ = static_cast<std::int64_t>(query.limit);

    const bool has_words = !search.match_.empty();
    const std::string place = has_words && !query.among ? "words.rowid" : "item.place";
    search.sql_ = "SELECT " + std::string(index_columns) + " FROM " + tables_of(has_words, query.among.has_value()) +
                  " WHERE " + place + " >= ?1 AND " + place + " < ?2";
    if (has_words) search.sql_ += " AND words MATCH ?3";
    if (query.not_among) search.sql_ += " AND item.id NOT IN (SELECT value FROM json_each(?5))";
    search.sql_ += " ORDER BY " + place + " DESC LIMIT ?6";
    return search;
}

void IndexSearch::bind(IndexStatement& statement) const {
    statement.bind(1, first_);
    statement.bind(2, end_);
    statement.bind(3, match_);
    statement.bind(4, among_);
    statement.bind(5, not_among_);
    statement.bind(6, limit_);
}

}  // namespace mugaika

#include "relay/stats/mail_rows.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::string_view none = "none";

// The values that a mail has in one group of dimensions, and what of the mail belongs to each.
struct Share {
    std::map<Dimension, std::string> values;
    std::uint64_t parts = 0, dropped = 0, part_bytes = 0, recipients = 0;
    std::optional<StageTimes::Time> time;
};

std::string local_text(Moment moment, const char* form) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), form, &local)};
}

std::string domain_of(const std::string& address) {
    const std::size_t at = address.rfind('@');
    return at == std::string::npos ? std::string(address.empty() ? "<>" : "") : ascii::to_lower(address.substr(at + 1));
}

std::string value_of(Dimension dimension, const MailFacts& mail) {
    switch (dimension) {
        case Dimension::hour:
            return local_text(mail.time, "%Y-%m-%d %H:00");
        case Dimension::day:
            return local_text(mail.time, "%Y-%m-%d");
        case Dimension::week:
            return local_text(mail.time, "%G-W%V");
        case Dimension::month:
            return local_text(mail.time, "%Y-%m");
        case Dimension::route:
            return mail.route;
        case Dimension::verdict:
            return mail.verdict;
        case Dimension::reason:
            return mail.reason;
        case Dimension::sender_domain:
            return domain_of(mail.from);
        default:
            return mail.person;
    }
}

std::string value_of(Dimension dimension, const MailFacts::Part& part) {
    switch (dimension) {
        case Dimension::kind:
            return std::string(to_string(part.kind));
        case Dimension::type:
            return part.type;
        case Dimension::action:
            return part.action;
        case Dimension::method:
            return part.method;
        default:
            return part.handler;
    }
}

std::string value_of(Dimension dimension, const Share& share, const MailFacts& mail) {
    const auto found = share.values.find(dimension);
    return found != share.values.end() ? found->second : value_of(dimension, mail);
}

bool is_chosen(const StatsQuery& query, const Share& share, const MailFacts& mail) {
    return std::all_of(query.where.begin(), query.where.end(), [&](const Condition& condition) {
        return value_of(condition.dimension, share, mail) == condition.value;
    });
}

// Each with each; what the groups count is of one of them alone.
std::vector<Share> combined(const std::vector<Share>& some, const std::vector<Share>& others) {
    std::vector<Share> all;
    for (const Share& one : some) {
        for (const Share& other : others) {
            Share& both = all.emplace_back(one);
            both.values.insert(other.values.begin(), other.values.end());
            both.parts += other.parts;
            both.dropped += other.dropped;
            both.part_bytes += other.part_bytes;
            both.recipients += other.recipients;
            if (other.time) both.time = other.time;
        }
    }
    return all;
}

class Shares {
public:
    explicit Shares(const StatsQuery& query) {
        for (const Dimension dimension : query.by) wanted_.push_back(dimension);
        for (const Condition& condition : query.where) wanted_.push_back(condition.dimension);
    }

    std::vector<Share> of_recipients(const MailFacts& mail) const {
        if (!wants(DimensionGroup::recipient)) return {whole_mail_recipients(mail)};
        std::map<std::map<Dimension, std::string>, Share> shares;
        for (const std::string& address : mail.to) {
            std::map<Dimension, std::string> values;
            if (wants(Dimension::recipient)) values[Dimension::recipient] = ascii::to_lower(address);
            if (wants(Dimension::recipient_domain)) values[Dimension::recipient_domain] = domain_of(address);
            ++shares[values].recipients;
        }
        return with_values(std::move(shares));
    }

    std::vector<Share> of_parts(const MailFacts& mail) const {
        std::map<std::map<Dimension, std::string>, Share> shares;
        for (const MailFacts::Part& part : mail.parts) {
            std::map<Dimension, std::string> values;
            for (const Dimension dimension : wanted_) {
                if (group_of(dimension) != DimensionGroup::part || dimension == Dimension::loss) continue;
                values[dimension] = value_of(dimension, part);
            }
            for (const std::string& loss : losses_of(part)) {
                if (wants(Dimension::loss)) values[Dimension::loss] = loss;
                Share& share = shares[values];
                ++share.parts;
                share.part_bytes += part.bytes;
                share.dropped += part.dropped ? 1 : 0;
            }
        }
        if (shares.empty() && !wants(DimensionGroup::part)) return {Share()};
        return with_values(std::move(shares));
    }

    std::vector<Share> of_engines(const MailFacts& mail) const {
        if (!wants(DimensionGroup::engine)) return {Share()};
        std::vector<Share> shares;
        for (const std::string& engine : mail.engines) shares.emplace_back().values[Dimension::engine] = engine;
        if (shares.empty()) shares.emplace_back().values[Dimension::engine] = none;
        return shares;
    }

    std::vector<Share> of_stages(const MailFacts& mail) const {
        std::vector<Share> shares;
        const auto add = [&](std::string_view stage, std::optional<StageTimes::Time> time) {
            if (!time) return;
            Share& share = shares.emplace_back();
            if (wants(Dimension::stage)) share.values[Dimension::stage] = stage;
            share.time = time;
        };
        if (!wants(DimensionGroup::stage)) {
            add("", mail.times.total());
            if (shares.empty()) shares.emplace_back();
            return shares;
        }
        for (const Stage stage : StageTimes::measured) add(to_string(stage), mail.times.of(stage));
        add("total", mail.times.total());
        return shares;
    }

private:
    bool wants(Dimension dimension) const {
        return std::find(wanted_.begin(), wanted_.end(), dimension) != wanted_.end();
    }
    bool wants(DimensionGroup group) const {
        return std::any_of(wanted_.begin(), wanted_.end(), [&](Dimension d) { return group_of(d) == group; });
    }
    static Share whole_mail_recipients(const MailFacts& mail) {
        Share share;
        share.recipients = mail.to.size();
        return share;
    }
    // One for each; a part without any counts under a value of its own.
    std::vector<std::string> losses_of(const MailFacts::Part& part) const {
        if (!wants(Dimension::loss)) return {""};
        return part.losses.empty() ? std::vector{std::string(none)} : part.losses;
    }
    static std::vector<Share> with_values(std::map<std::map<Dimension, std::string>, Share> shares) {
        std::vector<Share> list;
        for (auto& [values, share] : shares) {
            share.values = values;
            list.push_back(std::move(share));
        }
        return list;
    }

    std::vector<Dimension> wanted_;
};

constexpr std::array parted{DimensionGroup::recipient, DimensionGroup::part, DimensionGroup::engine,
                            DimensionGroup::stage};

Share whole(const MailFacts& mail) {
    Share share;
    share.parts = mail.parts.size();
    for (const MailFacts::Part& part : mail.parts) {
        share.part_bytes += part.bytes;
        share.dropped += part.dropped ? 1 : 0;
    }
    share.recipients = mail.to.size();
    share.time = mail.times.total();
    return share;
}

// One for each way to take one share of each group; of most questions there is one.
std::vector<Share> shares_of(const MailFacts& mail, const StatsQuery& query) {
    const bool is_of_whole_mails =
        std::none_of(parted.begin(), parted.end(), [&](DimensionGroup group) { return query.asks_for(group); });
    if (is_of_whole_mails) return {whole(mail)};
    const Shares shares(query);
    return combined(combined(shares.of_parts(mail), shares.of_engines(mail)),
                    combined(shares.of_recipients(mail), shares.of_stages(mail)));
}

}  // namespace

bool StatsQuery::asks_for(Dimension dimension) const noexcept {
    return std::find(by.begin(), by.end(), dimension) != by.end() ||
           std::any_of(where.begin(), where.end(), [&](const Condition& c) { return c.dimension == dimension; });
}

bool StatsQuery::asks_for(DimensionGroup group) const noexcept {
    const auto is_of_it = [group](Dimension dimension) { return group_of(dimension) == group; };
    return std::any_of(by.begin(), by.end(), is_of_it) ||
           std::any_of(where.begin(), where.end(), [&](const Condition& c) { return is_of_it(c.dimension); });
}

Counts& Counts::operator+=(const Counts& other) {
    ends += other.ends;
    mails += other.mails;
    bytes += other.bytes;
    deferrals += other.deferrals;
    parts += other.parts;
    dropped += other.dropped;
    recipients += other.recipients;
    times += other.times;
    return *this;
}

void MailRows::add(const MailFacts& mail) {
    const bool before = query_.since && mail.time < *query_.since;
    if (before || (query_.until && mail.time >= *query_.until)) return;
    const bool by_part = query_.asks_for(DimensionGroup::part);
    bool is_first = true;
    for (const Share& share : shares_of(mail, query_)) {
        if (!is_chosen(query_, share, mail)) continue;
        const auto count = [&](Counts& row) {
            ++row.ends;
            row.mails += mail.is_mail ? 1 : 0;
            row.bytes += by_part ? share.part_bytes : mail.bytes;
            row.deferrals += mail.deferrals;
            row.parts += share.parts;
            row.dropped += share.dropped;
            row.recipients += share.recipients;
            if (share.time) row.times.add(*share.time);
        };
        std::vector<std::string> key;
        for (const Dimension dimension : query_.by) key.push_back(value_of(dimension, share, mail));
        const auto [row, is_new] = rows_.try_emplace(std::move(key));
        if (is_new) row->second.missed_max = missed_max_;
        count(row->second);
        if (std::exchange(is_first, false)) count(all_);
    }
    if (query_.top > 0 && rows_.size() > 2 * top_rows_kept(query_.top)) forget_the_least();
}

// Whatever came of a key before it was forgotten is no more than what its row had, or may have missed, by then. So a
// row that comes (again) later has missed at most that.
void MailRows::forget_the_least() {
    std::vector<std::uint64_t> weights;
    for (const auto& [key, counts] : rows_) weights.push_back(counts.ends + counts.missed_max);
    const auto middle = weights.begin() + static_cast<std::ptrdiff_t>(weights.size() / 2);
    std::nth_element(weights.begin(), middle, weights.end());
    missed_max_ = std::max(missed_max_, *middle);
    std::size_t to_go = weights.size() / 2;
    std::erase_if(rows_, [&](const auto& row) {
        const std::uint64_t most = row.second.ends + row.second.missed_max;
        if (to_go == 0 || most > *middle) return false;
        --to_go;
        return true;
    });
}

StatsTable MailRows::take_table() && {
    StatsTable table{query_.by, {}, std::move(all_), query_.top > 0, missed_max_};
    for (auto& [key, counts] : rows_) table.rows.emplace_back(key, std::move(counts));
    rows_.clear();
    if (query_.top == 0) return table;
    std::sort(table.rows.begin(), table.rows.end(), [](const StatsTable::Row& a, const StatsTable::Row& b) {
        return a.second.ends != b.second.ends ? a.second.ends > b.second.ends : a.first < b.first;
    });
    table.rows.resize(std::min(table.rows.size(), query_.top));
    return table;
}

}  // namespace mugaika

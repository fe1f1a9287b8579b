#include "relay/inbound/summed_lines.hpp"

namespace mugaika {

std::uint64_t SummedLines::add(const Name& of, Time now) {
    const Name name{of.client.client_key(), of.row, of.why};
    const auto known = by_key_.find(key_of(name));
    if (known == by_key_.end()) {
        if (entries_.size() >= names_max_) forget_oldest();
        entries_.push_back({{name, 0}, now});
        by_key_.emplace(key_of(name), std::prev(entries_.end()));
        return 1;
    }
    Entry& entry = *known->second;
    ++entry.not_said.times;
    if (now - entry.said_at < pause_) return 0;
    entry.said_at = now;
    entries_.splice(entries_.end(), entries_, known->second);
    return std::exchange(entry.not_said.times, 0);
}

std::vector<SummedLines::Sum> SummedLines::due(Time now) {
    std::vector<Sum> sums = std::exchange(forgotten_, {});
    while (!entries_.empty() && now - entries_.front().said_at >= pause_) {
        Entry& entry = entries_.front();
        if (entry.not_said.times == 0) {
            by_key_.erase(key_of(entry.not_said.name));
            entries_.pop_front();
            continue;
        }
        sums.push_back(entry.not_said);
        entry.not_said.times = 0;
        entry.said_at = now;
        entries_.splice(entries_.end(), entries_, entries_.begin());
    }
    return sums;
}

std::vector<SummedLines::Sum> SummedLines::rest() {
    while (!entries_.empty()) forget_oldest();
    return std::exchange(forgotten_, {});
}

void SummedLines::forget_oldest() {
    const Sum& oldest = entries_.front().not_said;
    if (oldest.times > 0) forgotten_.push_back(oldest);
    by_key_.erase(key_of(oldest.name));
    entries_.pop_front();
}

}  // namespace mugaika

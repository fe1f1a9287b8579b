#include "relay/stats/accounts.hpp"

#include <algorithm>

#include "relay/log/counted_verdict.hpp"

namespace mugaika {
namespace {

// A sender tries for five days (RFC 5321 4.5.4.1): what ends later than this began in the log, if it did.
constexpr std::chrono::days longest_story{7};

constexpr std::size_t day_characters = 10;  // "2026-11-20"

std::string day_of(Moment moment) { return local_time_text(moment).substr(0, day_characters); }

}  // namespace

Account& Account::operator+=(const Account& other) noexcept {
    received += other.received;
    delivered += other.delivered;
    held += other.held;
    refused += other.refused;
    deferred += other.deferred;
    owed += other.owed;
    given_up += other.given_up;
    cut_off += other.cut_off;
    under_way += other.under_way;
    released += other.released;
    followed += other.followed;
    return *this;
}

void Accounts::keep_days(std::optional<Moment> since, std::optional<Moment> until) {
    const std::string first = since ? day_of(*since) : "";
    const std::string last = until ? day_of(*until - std::chrono::milliseconds(1)) : "";
    std::erase_if(rows, [&](const auto& row) {
        const std::string& day = row.first.first;
        return day < first || (!last.empty() && day > last);
    });
}

void AccountKeeper::take(const ReadEvent& read) {
    if (!first_) first_ = read.moment;
    if (!read.event) return;
    const auto book = [&](const auto& event) {
        if constexpr (requires { this->on(event, read); }) this->on(event, read);
    };
    std::visit(book, *read.event);
}

// What was under way had no answer: its sender keeps it.
void AccountKeeper::on(const event::RelayStarted&, const ReadEvent&) {
    for (auto& [id, comings] : open_) {
        for (auto& [session, coming] : comings) {
            for (auto& [recipient, wait] : coming.waiting) {
                if (wait == Wait::answer) wait = Wait::cut_off;
            }
        }
    }
}

void AccountKeeper::on(const event::LogGap& gap, const ReadEvent& read) {
    blame(read, "", "", std::to_string(gap.lost) + " events before this time could not be written");
}

// Whoever had to come again does: he waits no more where he came before. The day stays that of the first coming.
void AccountKeeper::on(const event::MessageReceived& received, const ReadEvent& read) {
    const MailTag& tag = received.mail;
    if (tag.id.empty()) return blame(read, "", "", "received without an id");
    Comings& comings = open_[tag.id];
    Accounts::Key key{day_of(read.moment), tag.route};
    for (auto& [session, before] : comings) {
        for (const std::string& recipient : received.to) {
            const auto waits = before.waiting.find(recipient);
            if (waits == before.waiting.end() || waits->second == Wait::answer || waits->second == Wait::own_try)
                continue;
            before.waiting.erase(waits);
            key = before.key;
        }
    }
    Coming& coming = comings[tag.session];
    if (coming.waiting.empty()) coming = {std::move(key), {}, {}, "", false};
    for (const std::string& recipient : received.to) coming.waiting[recipient] = Wait::answer;
}

void AccountKeeper::on(const event::MessageQuarantined& kept, const ReadEvent&) {
    if (Coming* coming = coming_of(kept.mail)) coming->kept = true;
}

void AccountKeeper::on(const event::MessageDelivered& delivered, const ReadEvent& read) {
    const MailTag& tag = delivered.mail;
    if (tag.order_kind == to_string(OrderKind::checkpoint)) return;  // it came from nobody
    if (is_by_order(tag)) {
        Account& row = accounts_.rows[{day_of(read.moment), tag.route}];
        const bool follows = tag.order_kind == to_string(OrderKind::rerun);
        (follows ? row.followed : row.released) += delivered.to.size();
        return;
    }
    const bool is_held = delivered.verdict.is(MailVerdict::quarantined);
    const Coming* coming = coming_of(tag);
    if (is_held && coming != nullptr && !coming->kept) {
        blame(read, tag.id, "", "held, but the log does not say that its original was kept");
    }
    end(tag, delivered.to, is_held ? &Account::held : &Account::delivered, read);
}

// Before it had an id: while its content came. It was received as far as anybody will.
void AccountKeeper::on(const event::MessageRefused& refused, const ReadEvent& read) {
    if (refused.mail.id.empty()) {
        Account& row = accounts_.rows[{day_of(read.moment), refused.mail.route}];
        row.received += refused.to.size();
        row.refused += refused.to.size();
        return;
    }
    end(refused.mail, refused.to, &Account::refused, read);
}

void AccountKeeper::on(const event::MessageDeferred& deferred, const ReadEvent& read) {
    wait(deferred.mail, deferred.to, Wait::next_try, read);
}

void AccountKeeper::on(const event::MessageOwed& owed, const ReadEvent& read) {
    wait(owed.mail, owed.to, Wait::own_try, read);
    if (Coming* coming = coming_of(owed.mail)) coming->order = owed.order;
}

void AccountKeeper::on(const event::QuarantineReleaseFailed& failed, const ReadEvent&) {
    if (failed.final && failed.kind == to_string(OrderKind::rest)) give_up(failed.order.item, failed.order.order);
}

void AccountKeeper::on(const event::QueueDeleted& deleted, const ReadEvent&) { give_up(deleted.item, deleted.order); }

AccountKeeper::Coming* AccountKeeper::coming_of(const MailTag& tag) {
    const auto comings = open_.find(tag.id);
    if (comings == open_.end()) return nullptr;
    const auto coming = comings->second.find(tag.session);
    return coming == comings->second.end() ? nullptr : &coming->second;
}

// What asks for an order has no place in the books.
void AccountKeeper::end(const MailTag& tag, const std::vector<std::string>& recipients, std::uint64_t Account::*end,
                        const ReadEvent& read) {
    if (tag.id.empty() || is_by_order(tag)) return;
    Coming* coming = coming_of(tag);
    if (coming == nullptr) return has_not_come(tag, recipients.size(), read);
    for (const std::string& recipient : recipients) {
        if (coming->waiting.erase(recipient) == 0) {
            const bool again = coming->ended.contains(recipient);
            blame(read, tag.id, recipient,
                  again ? "ended twice, the second time as " + read.name
                        : "ended as " + read.name + " for a recipient it did not come for");
            continue;
        }
        coming->ended.insert(recipient);
        Account& row = accounts_.rows[coming->key];
        ++row.received;
        ++(row.*end);
    }
    forget_when_over(tag.id);
}

void AccountKeeper::wait(const MailTag& tag, const std::vector<std::string>& recipients, Wait wait,
                         const ReadEvent& read) {
    if (tag.id.empty() || is_by_order(tag)) return;
    Coming* coming = coming_of(tag);
    if (coming == nullptr) return has_not_come(tag, recipients.size(), read);
    for (const std::string& recipient : recipients) {
        const auto waiting = coming->waiting.find(recipient);
        if (waiting == coming->waiting.end()) {
            blame(read, tag.id, recipient, "waits by " + read.name + ", but it had an end or did not come");
        } else {
            waiting->second = wait;
        }
    }
}

void AccountKeeper::give_up(const std::string& id, const std::string& order) {
    const auto comings = open_.find(id);
    if (comings == open_.end()) return;
    for (auto& [session, coming] : comings->second) {
        if (coming.order != order) continue;
        Account& row = accounts_.rows[coming.key];
        const auto given_up =
            std::erase_if(coming.waiting, [](const auto& recipient) { return recipient.second == Wait::own_try; });
        row.received += given_up;
        row.given_up += given_up;
    }
    forget_when_over(id);
}

void AccountKeeper::forget_when_over(const std::string& id) {
    const auto comings = open_.find(id);
    const bool is_over = std::all_of(comings->second.begin(), comings->second.end(),
                                     [](const auto& coming) { return coming.second.waiting.empty(); });
    if (is_over) open_.erase(comings);
}

void AccountKeeper::has_not_come(const MailTag& tag, std::size_t recipients, const ReadEvent& read) {
    if (read.moment < *first_ + longest_story) {
        accounts_.began_before += recipients;
    } else {
        blame(read, tag.id, "", "ended as " + read.name + ", but the log does not say that it came");
    }
}

void AccountKeeper::blame(const ReadEvent& read, std::string_view id, std::string_view recipient, std::string what) {
    ++accounts_.fault_count;
    if (accounts_.faults.size() == Accounts::faults_max) return;
    accounts_.faults.push_back({read.time, std::string(id), std::string(recipient), std::move(what)});
}

Accounts AccountKeeper::finish() && {
    for (const auto& [id, comings] : open_) {
        for (const auto& [session, coming] : comings) {
            Account& row = accounts_.rows[coming.key];
            for (const auto& [recipient, wait] : coming.waiting) {
                ++row.received;
                switch (wait) {
                    case Wait::answer:
                        ++row.under_way;
                        break;
                    case Wait::next_try:
                        ++row.deferred;
                        break;
                    case Wait::own_try:
                        ++row.owed;
                        break;
                    case Wait::cut_off:
                        ++row.cut_off;
                        break;
                }
            }
        }
    }
    return std::move(accounts_);
}

}  // namespace mugaika

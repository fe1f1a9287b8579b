#include "relay/stats/accounts.hpp"

#include <algorithm>

namespace mugaika {
namespace {

// A sender tries for five days (RFC 5321 4.5.4.1): what ends later than this began in the log, if it did.
constexpr std::chrono::days longest_story{7};

constexpr std::size_t day_characters = 10;  // "2026-11-20"

std::string day_of(Moment moment) { return local_time_text(moment).substr(0, day_characters); }

bool is_by_order(const MailTag& tag) noexcept { return tag.session.empty(); }

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

// No more can come of it: the sender has an answer that is none to come again with.
bool AccountKeeper::OpenMail::is_over() const noexcept {
    return std::all_of(ends.begin(), ends.end(), [](const auto& recipient) {
        const End end = recipient.second;
        return end == End::delivered || end == End::held || end == End::refused || end == End::given_up;
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
    for (auto& [id, mail] : open_) {
        for (auto& [recipient, end] : mail.ends) {
            if (end == End::none) end = End::cut_off;
        }
    }
}

void AccountKeeper::on(const event::LogGap& gap, const ReadEvent& read) {
    blame(read, "", "", std::to_string(gap.lost) + " events before this time could not be written");
}

// A second time: its sender came again, with those who had not been served.
void AccountKeeper::on(const event::MessageReceived& received, const ReadEvent& read) {
    if (received.mail.id.empty()) return blame(read, "", "", "received without an id");
    const auto [mail, is_new] = open_.try_emplace(received.mail.id);
    if (is_new) mail->second.key = {day_of(read.moment), received.mail.route};
    for (const std::string& recipient : received.to) mail->second.ends[recipient] = End::none;
}

void AccountKeeper::on(const event::MessageQuarantined& kept, const ReadEvent&) {
    const auto mail = open_.find(kept.mail.id);
    if (mail != open_.end()) mail->second.kept = true;
}

void AccountKeeper::on(const event::MessageDelivered& delivered, const ReadEvent& read) {
    if (is_by_order(delivered.mail)) {
        Account& row = accounts_.rows[{day_of(read.moment), delivered.mail.route}];
        const bool follows = delivered.mail.order_kind == to_string(OrderKind::rerun);
        (follows ? row.followed : row.released) += delivered.to.size();
        return;
    }
    const bool is_held = delivered.verdict.is(MailVerdict::quarantined);
    const auto mail = open_.find(delivered.mail.id);
    if (is_held && mail != open_.end() && !mail->second.kept) {
        blame(read, delivered.mail.id, "", "held, but the log does not say that its original was kept");
    }
    end(delivered.mail, delivered.to, is_held ? End::held : End::delivered, read);
}

// Before it had an id: while its content came. It was received as far as anybody will.
void AccountKeeper::on(const event::MessageRefused& refused, const ReadEvent& read) {
    if (refused.mail.id.empty()) {
        Account& row = accounts_.rows[{day_of(read.moment), refused.mail.route}];
        row.received += refused.to.size();
        row.refused += refused.to.size();
        return;
    }
    end(refused.mail, refused.to, End::refused, read);
}

void AccountKeeper::on(const event::MessageDeferred& deferred, const ReadEvent& read) {
    end(deferred.mail, deferred.to, End::deferred, read);
}

void AccountKeeper::on(const event::MessageOwed& owed, const ReadEvent& read) {
    end(owed.mail, owed.to, End::owed, read);
}

void AccountKeeper::on(const event::QuarantineReleaseFailed& failed, const ReadEvent&) {
    if (failed.final && failed.kind == to_string(OrderKind::rest)) give_up(failed.order.item);
}

void AccountKeeper::on(const event::QueueDeleted& deleted, const ReadEvent&) { give_up(deleted.item); }

void AccountKeeper::give_up(const std::string& id) {
    const auto mail = open_.find(id);
    if (mail == open_.end()) return;
    for (auto& [recipient, end] : mail->second.ends) {
        if (end == End::owed) end = End::given_up;
    }
    if (!mail->second.is_over()) return;
    close(mail->second);
    open_.erase(mail);
}

// What was deferred before it was received whole, or asks for an order, has no place in the books.
void AccountKeeper::end(const MailTag& tag, const std::vector<std::string>& recipients, End end,
                        const ReadEvent& read) {
    if (tag.id.empty() || is_by_order(tag)) return;
    const auto mail = open_.find(tag.id);
    if (mail == open_.end()) {
        if (read.moment < *first_ + longest_story) {
            accounts_.began_before += recipients.size();
            return;
        }
        return blame(read, tag.id, "", "ended as " + read.name + ", but the log does not say that it came");
    }
    for (const std::string& recipient : recipients) {
        const auto known = mail->second.ends.find(recipient);
        if (known == mail->second.ends.end()) {
            blame(read, tag.id, recipient, "ended as " + read.name + " for a recipient it did not come for");
            continue;
        }
        const bool again = known->second == End::delivered || known->second == End::held;
        if (again) blame(read, tag.id, recipient, "ended twice, the second time as " + read.name);
        known->second = end;
    }
    if (!mail->second.is_over()) return;
    close(mail->second);
    open_.erase(mail);
}

void AccountKeeper::close(const OpenMail& mail) {
    Account& row = accounts_.rows[mail.key];
    for (const auto& [recipient, end] : mail.ends) {
        ++row.received;
        switch (end) {
            case End::none:
                ++row.under_way;
                break;
            case End::delivered:
                ++row.delivered;
                break;
            case End::held:
                ++row.held;
                break;
            case End::refused:
                ++row.refused;
                break;
            case End::deferred:
                ++row.deferred;
                break;
            case End::owed:
                ++row.owed;
                break;
            case End::given_up:
                ++row.given_up;
                break;
            case End::cut_off:
                ++row.cut_off;
                break;
        }
    }
}

void AccountKeeper::blame(const ReadEvent& read, std::string_view id, std::string_view recipient, std::string what) {
    ++accounts_.fault_count;
    if (accounts_.faults.size() == Accounts::faults_max) return;
    accounts_.faults.push_back({read.time, std::string(id), std::string(recipient), std::move(what)});
}

Accounts AccountKeeper::finish() && {
    for (const auto& [id, mail] : open_) close(mail);
    return std::move(accounts_);
}

}  // namespace mugaika

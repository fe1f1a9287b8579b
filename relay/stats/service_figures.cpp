#include "relay/stats/service_figures.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "policy/release_order.hpp"

namespace mugaika {
namespace {

using Time = TimeHistogram::Time;

constexpr std::size_t to_the_minute = 16;     // "2026-11-20 09:15"
constexpr std::size_t open_minutes_max = 10;  // lines of several writers are out of order by less
constexpr std::string_view other_details = "…";

// A log from elsewhere may say any number.
Time time_of(std::uint64_t microseconds) {
    constexpr auto most = static_cast<std::uint64_t>(Time::max().count());
    return Time(static_cast<Time::rep>(std::min(microseconds, most)));
}

Time between(Moment from, Moment to) { return std::chrono::duration_cast<Time>(to - from); }

}  // namespace

void ServiceFigures::take(const ReadEvent& read) {
    if (!read.event || (until_ && read.moment >= *until_)) return;
    last_ = std::max(last_, read.moment);
    counts_ = !since_ || read.moment >= *since_;
    const auto note = [&](const auto& event) {
        if constexpr (requires { this->on(event, read.moment); }) this->on(event, read.moment);
    };
    std::visit(note, *read.event);
}

void ServiceFigures::count(const FigureName& name, const std::string& detail, std::optional<Time> time) {
    if (!counts_) return;
    Sums& sums = sums_[std::string(name.name)];
    const bool is_full = sums.size() >= details_max && !sums.contains(detail);
    Sum& sum = sums[is_full ? std::string(other_details) : detail];
    ++sum.count;
    if (time) sum.times.add(*time);
}

void ServiceFigures::on(const event::MessageReceived&, Moment moment) {
    if (counts_) note_minute(moment);
}

void ServiceFigures::note_minute(Moment moment) {
    const std::int64_t minute = std::chrono::floor<std::chrono::minutes>(moment.time_since_epoch()).count();
    const std::uint64_t mails = ++minutes_[minute];
    if (mails > peak_mails_) {
        peak_mails_ = mails;
        peak_ = minute;
    }
    if (minutes_.size() > open_minutes_max) minutes_.erase(minutes_.begin());
}

// Each try says it; the first one kept it.
void ServiceFigures::on(const event::MessageQuarantined& quarantined, Moment moment) {
    kept_.try_emplace(quarantined.item.empty() ? quarantined.mail.id : quarantined.item, moment);
}

// Only what came over SMTP has a session; without one it is a stored mail on its way again.
void ServiceFigures::on(const event::MessageDelivered& delivered, Moment) {
    const MailTag& tag = delivered.mail;
    if (!tag.session.empty() || tag.id.empty()) return;
    count(figure::sent_by_order, tag.order_kind.empty() ? std::string(to_string(OrderKind::release)) : tag.order_kind);
}

void ServiceFigures::on(const event::WorkerDied&, Moment) { count(figure::worker_died, ""); }

void ServiceFigures::on(const event::WorkerLimited& limited, Moment) { count(figure::worker_limited, limited.limit); }

void ServiceFigures::on(const event::FileFailed&, Moment) { count(figure::file_failed, ""); }

void ServiceFigures::on(const event::FileConverted& converted, Moment) {
    count(figure::conversion, converted.engine + " " + converted.end, time_of(converted.took_us));
}

void ServiceFigures::on(const event::QuarantineReleased& released, Moment moment) {
    orders_.try_emplace(released.order, moment);
    const auto kept = kept_.find(released.item);
    if (kept != kept_.end()) count(figure::time_to_release, "", between(kept->second, moment));
}

void ServiceFigures::on(const event::QuarantineUnlocked& unlocked, Moment moment) {
    orders_.try_emplace(unlocked.order, moment);
    count(figure::unlocked, "");
}

void ServiceFigures::on(const event::QuarantineUnlockFailed& failed, Moment) {
    count(figure::unlock_failed, failed.why);
}

void ServiceFigures::on(const event::QuarantineRerunOrdered& ordered, Moment moment) {
    orders_.try_emplace(ordered.order, moment);
}

void ServiceFigures::on(const event::QuarantineDelivered& delivered, Moment moment) {
    const auto order = orders_.find(delivered.order.order);
    if (order == orders_.end()) return;
    count(figure::order_carried_out, "", between(order->second, moment));
    orders_.erase(order);
}

void ServiceFigures::on(const event::QuarantineReleaseFailed& failed, Moment) {
    if (failed.final) orders_.erase(failed.order.order);
}

void ServiceFigures::on(const event::QueueDeleted& deleted, Moment) { orders_.erase(deleted.order); }

void ServiceFigures::on(const event::QuarantineDeleted& deleted, Moment) { kept_.erase(deleted.item); }

void ServiceFigures::on(const event::QuarantineExpired& expired, Moment) { kept_.erase(expired.item); }

std::vector<Figure> ServiceFigures::finish() && {
    counts_ = true;
    for (const auto& [id, moment] : kept_) count(figure::kept, "", between(moment, last_));
    std::vector<Figure> figures;
    const std::string minute =
        peak_mails_ == 0 ? "" : local_time_text(Moment(std::chrono::minutes(peak_))).substr(0, to_the_minute);
    figures.push_back({figure::peak_minute, minute, peak_mails_});
    constexpr std::array others{figure::worker_died,       figure::worker_limited, figure::file_failed,
                                figure::conversion,        figure::kept,           figure::time_to_release,
                                figure::order_carried_out, figure::sent_by_order,  figure::unlocked,
                                figure::unlock_failed};
    for (const FigureName& name : others) {
        Sums& sums = sums_[std::string(name.name)];
        if (sums.empty()) sums[""];
        for (auto& [detail, sum] : sums) figures.push_back({name, detail, sum.count, std::move(sum.times)});
    }
    return figures;
}

}  // namespace mugaika

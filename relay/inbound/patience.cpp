#include "relay/inbound/patience.hpp"

#include <algorithm>
#include <utility>

namespace mugaika {

Patience::Time Patience::deadline(const smtp::ServerSession& session, Time now) {
    if (std::exchange(progress_, session.progress()) != session.progress()) progress_at_ = now;
    if (std::exchange(transactions_, session.transactions()) != session.transactions()) transaction_at_ = now;
    if (std::exchange(mails_, session.mails()) != session.mails()) mail_at_ = now;
    const Time began = session.in_transaction() ? transaction_at_ : mail_at_;
    const auto patience = session.reading_data() ? limits_.data_timeout : limits_.command_timeout;
    const Time deadline = std::min(progress_at_ + patience, began + limits_.transaction_timeout);
    return session.reading_data() ? std::min(deadline, rate_deadline(session.transactions(), now)) : deadline;
}

// Each window lasts data_timeout, so that a stall which RFC 5321 4.5.3.2.5 allows is no fault when enough came before.
Patience::Time Patience::rate_deadline(std::uint64_t transaction, Time now) {
    const auto seconds = static_cast<std::uint64_t>(limits_.data_timeout.count());
    const bool first = std::exchange(window_transaction_, transaction) != transaction;
    const bool enough = received_ - window_received_ >= client_limits_.data_bytes_per_second_min * seconds;
    if (first || (enough && now >= window_at_ + limits_.data_timeout)) {
        window_at_ = now;
        window_received_ = received_;
    } else if (enough) {
        return Time::max();
    }
    return window_at_ + limits_.data_timeout;
}

}  // namespace mugaika

// How long a client is waited for. A command has command_timeout for all of its bytes; content has data_timeout for
// each piece and must keep its rate; a transaction has its own limit, which is also how long a session may go on
// without a mail. So neither one byte now and then nor one NOOP now and then holds a session for ever (AC-248).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "policy/client_limits.hpp"
#include "policy/limits.hpp"
#include "relay/smtp/server_session.hpp"

namespace mugaika {

class Patience {
public:
    using Time = std::chrono::steady_clock::time_point;

    // The limits must outlive it. `now`: the session begins.
    Patience(const SmtpLimits& limits, const ClientLimits& client_limits, Time now)
        : limits_(limits), client_limits_(client_limits), progress_at_(now), mail_at_(now) {}

    void received(std::size_t bytes) noexcept { received_ += bytes; }
    // Until when to wait for the next bytes; to be asked before each wait, as it notes how far the session has come.
    Time deadline(const smtp::ServerSession&, Time now);

private:
    Time rate_deadline(std::uint64_t transaction, Time now);

    const SmtpLimits& limits_;
    const ClientLimits& client_limits_;
    std::uint64_t progress_ = 0;  // as the session counts
    std::uint64_t transactions_ = 0;
    std::uint32_t mails_ = 0;
    Time progress_at_;
    Time transaction_at_;
    Time mail_at_;  // the session's beginning or its last mail
    std::uint64_t received_ = 0;
    // In which content must come fast enough.
    std::uint64_t window_transaction_ = 0;
    std::uint64_t window_received_ = 0;
    Time window_at_;
};

}  // namespace mugaika

// One mail's life, from its content to its end. Addresses stand in them, subjects and bodies never.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/matrix.hpp"
#include "policy/reason.hpp"
#include "relay/log/event_fields.hpp"
#include "relay/log/stage_times.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/log/word.hpp"
#include "sanitizer/mail/ledger.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika::event {

// TLS is that of the client, in MessageDelivered that of the next hop; nothing: in the clear, and no such keys.
struct MessageReceived {
    MailTag mail;
    std::string from;
    std::vector<std::string> to;
    std::string client;
    std::optional<TlsFacts> tls;
    std::uint64_t bytes;
    std::string sha256;

    static constexpr EventName name{"message.received", "received", "受信"};
    static constexpr auto fields = std::tuple{group<&MessageReceived::mail>,
                                              field<&MessageReceived::from>(key::from),
                                              field<&MessageReceived::to>(key::to),
                                              field<&MessageReceived::client>(key::client),
                                              group<&MessageReceived::tls>,
                                              field<&MessageReceived::bytes>(key::bytes),
                                              field<&MessageReceived::sha256>(key::sha256)};
};

// The ledger whole: the keys of `mugaika sanitize --report`.
struct MessageSanitized {
    MailTag mail;
    Ledger ledger;
    std::uint64_t worker_us;

    static constexpr EventName name{"message.sanitized", "inspected", "検査"};
    static constexpr auto fields = std::tuple{group<&MessageSanitized::mail>, group<&MessageSanitized::ledger>,
                                              field<&MessageSanitized::worker_us>(key::worker_us)};
};

struct MessageQuarantined {
    MailTag mail;
    std::string item;
    Word<Reason> reason;
    std::uint64_t bytes;

    static constexpr EventName name{"message.quarantined", "original kept in quarantine", "原本を隔離に保管",
                                    Severity::notice};
    static constexpr auto fields =
        std::tuple{group<&MessageQuarantined::mail>, field<&MessageQuarantined::item>(key::item),
                   field<&MessageQuarantined::reason>(key::reason), field<&MessageQuarantined::bytes>(key::bytes)};
};

// How a mail ends, or one try of it; each with the times of all stages that it came to.
struct MessageDelivered {
    MailTag mail;
    std::string from;
    std::vector<std::string> to;
    Word<MailVerdict> verdict;
    Word<Reason> reason;
    std::string next_hop;
    std::optional<TlsFacts> tls;
    smtp::Reply reply;
    StageTimes times;

    static constexpr EventName name{"message.delivered", "delivered", "配送"};
    static constexpr auto fields = std::tuple{group<&MessageDelivered::mail>,
                                              field<&MessageDelivered::from>(key::from),
                                              field<&MessageDelivered::to>(key::to),
                                              field<&MessageDelivered::verdict>(key::verdict),
                                              field<&MessageDelivered::reason>(key::reason),
                                              field<&MessageDelivered::next_hop>(key::next_hop),
                                              group<&MessageDelivered::tls>,
                                              group<&MessageDelivered::reply>,
                                              group<&MessageDelivered::times>};
};

struct MessageDeferred {
    MailTag mail;
    std::string from;
    std::vector<std::string> to;
    Word<Stage> stage;
    Word<Failure> failure;
    smtp::Reply reply;
    std::string why;
    StageTimes times;

    static constexpr EventName name{"message.deferred", "deferred", "一時拒否", Severity::notice};
    static constexpr auto fields = std::tuple{group<&MessageDeferred::mail>,
                                              field<&MessageDeferred::from>(key::from),
                                              field<&MessageDeferred::to>(key::to),
                                              field<&MessageDeferred::stage>(key::stage),
                                              field<&MessageDeferred::failure>(key::failure),
                                              group<&MessageDeferred::reply>,
                                              field<&MessageDeferred::why>(key::why),
                                              group<&MessageDeferred::times>};
};

struct MessageRefused {
    MailTag mail;
    std::string from;
    std::vector<std::string> to;
    Word<Reason> reason;
    smtp::Reply reply;
    StageTimes times;

    static constexpr EventName name{"message.refused", "refused", "受信拒否", Severity::notice};
    static constexpr auto fields =
        std::tuple{group<&MessageRefused::mail>,        field<&MessageRefused::from>(key::from),
                   field<&MessageRefused::to>(key::to), field<&MessageRefused::reason>(key::reason),
                   group<&MessageRefused::reply>,       group<&MessageRefused::times>};
};

// Others of the same mail were served, those in `to` were not: the order is the relay's own from now on.
struct MessageOwed {
    MailTag mail;
    std::string from;
    std::vector<std::string> to;
    std::string order;
    Word<Stage> stage;
    Word<Failure> failure;
    std::string why;
    Moment valid_until;
    StageTimes times;

    static constexpr EventName name{"message.owed", "the rest is sent by the relay itself",
                                    "残りの宛先へはリレーが再送", Severity::notice};
    static constexpr auto fields = std::tuple{group<&MessageOwed::mail>,
                                              field<&MessageOwed::from>(key::from),
                                              field<&MessageOwed::to>(key::to),
                                              field<&MessageOwed::order>(key::order),
                                              field<&MessageOwed::stage>(key::stage),
                                              field<&MessageOwed::failure>(key::failure),
                                              field<&MessageOwed::why>(key::why),
                                              field<&MessageOwed::valid_until>(key::valid_until),
                                              group<&MessageOwed::times>};
};

}  // namespace mugaika::event

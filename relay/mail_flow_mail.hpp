// What the mail flow knows of one mail under way. Of mail_flow's own files only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "relay/mail_flow.hpp"
#include "relay/recipient_groups.hpp"

namespace mugaika {

struct MailFlow::Mail {
    Mail(std::shared_ptr<const Config>, RecipientGroup, const RawMail&, QuarantineItem);  // of a route

    bool is_release() const noexcept { return facts.order != nullptr; }
    bool is_rest() const noexcept { return order != nullptr && order->kind == OrderKind::rest; }
    bool is_past_its_deadline() const;
    Job job() const;
    FinishFacts finish_facts() const;
    void take_up(std::shared_ptr<const WorkerAnswer>);
    bool has_rebuilt_files() const noexcept;
    std::vector<MailAddress> unserved() const;

    const std::shared_ptr<const Config> config;  // keeps the route alive over a reload
    const Route& route;
    const EffectiveProfiles profiles;
    Profile profile;          // the one of the two that holds
    smtp::Envelope envelope;  // whom it goes to; for an order others than the item's
    const RawMail& raw;
    QuarantineItem item;  // what is or would be kept; its ledger is final once the mail is composed
    MailTag tag;
    ComposeFacts facts;
    const ReleaseOrder* order = nullptr;  // the one that is carried out
    const Ledger* stored = nullptr;       // with it: that of the kept mail
    FinishFacts::OnRefusal on_refusal = FinishFacts::OnRefusal::refuse;
    const StageTimes::Clock::time_point started = StageTimes::Clock::now();
    StageTimes times;
    std::shared_ptr<const WorkerAnswer> answer;  // shared with mails of the same transaction, and with the pool
    Verdict verdict;
    bool kept = false;           // the original is in the quarantine
    std::uint64_t size_max = 0;  // what it is composed for, in bytes; 0: any size
    bool too_large = false;      // the next hop refused it for its size
    FlowEnd end;
    std::optional<ReleaseOrder> owed;      // the rest of it, when it is the relay's own now
    bool owed_now = false;                 // by this attempt, not by an earlier one
    std::optional<UnderWay::Place> place;  // nothing: an order
};

struct MailFlow::Attempt {
    explicit Attempt(ReceivedMail mail) : received(std::move(mail)) {}

    ReceivedMail received;
    std::vector<std::unique_ptr<Mail>> mails;  // one for each group, in the order of their first recipients
    std::size_t next = 0;                      // the first that is not being delivered yet
    smtp::Reply reply;                         // to the client
};

// A row of the matrix as an end.
FlowEnd ended(const Outcome&, std::string why);

NextHops hops_of(const Route&);

}  // namespace mugaika

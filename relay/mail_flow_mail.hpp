// What the mail flow knows of one mail under way. Of mail_flow's own files only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relay/file_road.hpp"
#include "relay/mail_flow.hpp"
#include "relay/recipient_groups.hpp"
#include "sanitizer/finish/part_paths.hpp"

namespace mugaika {

struct MailFlow::Mail {
    Mail(std::shared_ptr<const Config>, RecipientGroup, const RawMail&, QuarantineItem);  // of a route

    bool is_release() const noexcept { return facts.order != nullptr; }
    bool is_pictured() const noexcept { return order != nullptr && order->kind == OrderKind::image_pdf; }
    bool is_rerun() const noexcept { return delivered != nullptr; }
    bool is_checkpoint() const noexcept { return order != nullptr && order->kind == OrderKind::checkpoint; }
    bool is_rest() const noexcept { return order != nullptr && order->kind == OrderKind::rest; }
    bool lets_files_follow() const;
    std::chrono::seconds files_deadline() const;
    RoadRules road_rules() const;
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
    const ReleaseOrder* order = nullptr;   // the one that is carried out
    const Ledger* stored = nullptr;        // with it: that of the kept mail
    const PartPaths* delivered = nullptr;  // of one that is judged again: what its recipients have
    PartPaths left_out;                    // of one whose parts become pictures by order: all others
    Ledger found_so_far;                   // of one that is judged again: the kept one, and what scanners said since
    FinishFacts::OnRefusal on_refusal = FinishFacts::OnRefusal::refuse;
    const StageTimes::Clock::time_point started = StageTimes::Clock::now();
    StageTimes times;
    std::shared_ptr<const WorkerAnswer> answer;  // shared with mails of the same transaction, and with the pool
    Verdict verdict;
    bool kept = false;           // the original is in the quarantine
    std::uint64_t size_max = 0;  // what it is composed for, in bytes; 0: any size
    bool too_large = false;      // the next hop refused it for its size
    FlowEnd end;
    bool says_not_coming = false;          // a follow-up that is worth sending without a file, too
    bool nothing_to_send = false;          // a follow-up of which nothing was left
    bool was_kept_before = false;          // the original was there, with the ledger of an earlier attempt
    bool follows = false;                  // files of it wait, and an order with them
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
FlowEnd keeping_failed(const Error&);

inline constexpr std::string_view relay_itself = "mugaika-relay";  // as the person of an order

NextHops hops_of(const Route&);

// Those of the order, with what the sender asked about each when it is a rest. Any other is a mail that nobody sent:
// nobody asked for reports about it.
smtp::Envelope envelope_for(const ReleaseOrder&, const smtp::Envelope& kept);

FlowEnd refused_at_rcpt(const RecipientAnswer&, const MailAddress& recipient);

// Null: of none, or of several.
const Route* only_route_of(const Config&, const std::vector<MailAddress>& recipients) noexcept;

// Of an order whose recipients are under different rules now: it has ended well when it has for everyone, and is worth
// another try while it is for anyone.
FlowEnd joined(const FlowEnd& before, const FlowEnd& next);

}  // namespace mugaika

// The quarantine and the outbox: what people did, and what became of their orders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/matrix.hpp"
#include "policy/reason.hpp"
#include "policy/release_order.hpp"
#include "relay/log/event_fields.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/log/word.hpp"

namespace mugaika {

// An order and whose it is, as the relay carries it out.
struct OrderTag {
    explicit OrderTag(const ReleaseOrder& of) : item(of.item_id), order(of.order_id), person(of.person) {}
    OrderTag() = default;

    std::string item;
    std::string order;
    std::string person;
};

template <>
struct GroupOf<OrderTag> {
    static constexpr auto fields = std::tuple{field<&OrderTag::item>(key::id), field<&OrderTag::order>(key::order),
                                              field<&OrderTag::person>(key::person)};
};

// A part that is held still, and why.
struct StayingPart {
    std::string part;
    Word<Reason> reason;
    bool operator==(const StayingPart&) const = default;
};

namespace event {

struct QuarantineReleased {
    std::string item;
    std::string order;
    Actor actor;
    std::string route;
    std::string kind;
    std::vector<std::string> parts;
    std::vector<std::string> to;
    std::string why;
    Moment valid_until;

    static constexpr EventName name{"quarantine.released", "release ordered", "解放を指示", Severity::notice};
    static constexpr auto fields = std::tuple{field<&QuarantineReleased::item>(key::id),
                                              field<&QuarantineReleased::order>(key::order),
                                              group<&QuarantineReleased::actor>,
                                              field<&QuarantineReleased::route>(key::route),
                                              field<&QuarantineReleased::kind>(key::kind),
                                              field<&QuarantineReleased::parts>(key::parts),
                                              field<&QuarantineReleased::to>(key::to),
                                              field<&QuarantineReleased::why>(key::why),
                                              field<&QuarantineReleased::valid_until>(key::valid_until)};
};

struct QuarantineDelivered {
    OrderTag order;
    std::string kind;
    std::string message;
    std::string next_hop;

    static constexpr EventName name{"quarantine.delivered", "order carried out", "解放分を配送"};
    static constexpr auto fields = std::tuple{
        group<&QuarantineDelivered::order>, field<&QuarantineDelivered::kind>(key::kind),
        field<&QuarantineDelivered::message>(key::message), field<&QuarantineDelivered::next_hop>(key::next_hop)};
};

struct QuarantineReleaseFailed {
    OrderTag order;
    std::string kind;
    Word<Stage> stage;
    Word<Failure> failure;
    std::string why;
    bool final;

    static constexpr EventName name{"quarantine.release_failed", "order not carried out", "解放分の配送に失敗",
                                    Severity::warning};
    static constexpr auto fields = std::tuple{group<&QuarantineReleaseFailed::order>,
                                              field<&QuarantineReleaseFailed::kind>(key::kind),
                                              field<&QuarantineReleaseFailed::stage>(key::stage),
                                              field<&QuarantineReleaseFailed::failure>(key::failure),
                                              field<&QuarantineReleaseFailed::why>(key::why),
                                              field<&QuarantineReleaseFailed::final>(key::final)};
};

struct QuarantineViewed {
    std::string item;
    Actor actor;
    std::string what;

    static constexpr EventName name{"quarantine.viewed", "a person looked at a kept mail", "隔離中のメールを閲覧",
                                    Severity::notice};
    static constexpr auto fields = std::tuple{field<&QuarantineViewed::item>(key::id), group<&QuarantineViewed::actor>,
                                              field<&QuarantineViewed::what>(key::what)};
};

// The received bytes, of the mail or a part, went into a file; `sha256` is theirs.
struct QuarantineExported {
    std::string item;
    Actor actor;
    std::string what;
    std::string file;
    std::uint64_t bytes;
    std::string sha256;

    static constexpr EventName name{"quarantine.exported", "received bytes were taken out into a file",
                                    "原本をファイルに取り出し", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&QuarantineExported::item>(key::id),     group<&QuarantineExported::actor>,
                   field<&QuarantineExported::what>(key::what),   field<&QuarantineExported::file>(key::file),
                   field<&QuarantineExported::bytes>(key::bytes), field<&QuarantineExported::sha256>(key::sha256)};
};

// Files of a kept mail were opened with a password, of which nothing is said, and follow in a mail of their own.
struct QuarantineUnlocked {
    std::string item;
    Actor actor;
    std::string route;
    std::vector<std::string> parts;
    std::string follow_up;
    std::string order;
    std::string why;

    static constexpr EventName name{"quarantine.unlocked", "opened with a password", "パスワードで開封",
                                    Severity::notice};
    static constexpr auto fields = std::tuple{field<&QuarantineUnlocked::item>(key::id),
                                              group<&QuarantineUnlocked::actor>,
                                              field<&QuarantineUnlocked::route>(key::route),
                                              field<&QuarantineUnlocked::parts>(key::parts),
                                              field<&QuarantineUnlocked::follow_up>(key::follow_up),
                                              field<&QuarantineUnlocked::order>(key::order),
                                              field<&QuarantineUnlocked::why>(key::why)};
};

// `why`: wrong_password, or what the file has; `tries_left` of passwords for this mail.
struct QuarantineUnlockFailed {
    std::string item;
    Actor actor;
    std::string part;
    std::string why;
    std::uint64_t tries_left;

    static constexpr EventName name{"quarantine.unlock_failed", "a password opened nothing", "パスワードで開けず",
                                    Severity::warning};
    static constexpr auto fields =
        std::tuple{field<&QuarantineUnlockFailed::item>(key::id), group<&QuarantineUnlockFailed::actor>,
                   field<&QuarantineUnlockFailed::part>(key::part), field<&QuarantineUnlockFailed::why>(key::why),
                   field<&QuarantineUnlockFailed::tries_left>(key::tries_left)};
};

struct QuarantineRerunOrdered {
    std::string item;
    std::string order;
    Actor actor;
    std::string route;
    std::vector<std::string> to;
    std::string why;
    Moment valid_until;

    static constexpr EventName name{"quarantine.rerun_ordered", "to be judged again", "再無害化を指示",
                                    Severity::notice};
    static constexpr auto fields = std::tuple{field<&QuarantineRerunOrdered::item>(key::id),
                                              field<&QuarantineRerunOrdered::order>(key::order),
                                              group<&QuarantineRerunOrdered::actor>,
                                              field<&QuarantineRerunOrdered::route>(key::route),
                                              field<&QuarantineRerunOrdered::to>(key::to),
                                              field<&QuarantineRerunOrdered::why>(key::why),
                                              field<&QuarantineRerunOrdered::valid_until>(key::valid_until)};
};

struct QuarantineRerun {
    OrderTag order;
    std::string result;
    std::vector<std::string> brought = {};
    std::vector<StayingPart> stays = {};

    static constexpr EventName name{"quarantine.rerun", "judged again", "再無害化"};
    static constexpr auto fields =
        std::tuple{group<&QuarantineRerun::order>, field<&QuarantineRerun::result>(key::result),
                   field<&QuarantineRerun::brought>(key::parts), field<&QuarantineRerun::stays>(key::stays)};
};

struct QuarantineDeleted {
    std::string item;
    Actor actor;
    std::string why;

    static constexpr EventName name{"quarantine.deleted", "deleted from quarantine", "隔離から削除", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&QuarantineDeleted::item>(key::id), group<&QuarantineDeleted::actor>,
                   field<&QuarantineDeleted::why>(key::why)};
};

struct QuarantineExpired {
    std::string item;
    Actor actor;

    static constexpr EventName name{"quarantine.expired", "deleted from quarantine, too old", "保管期限により削除"};
    static constexpr auto fields =
        std::tuple{field<&QuarantineExpired::item>(key::id), group<&QuarantineExpired::actor>};
};

// An alarm: a mail whose id another kept mail has already. It is answered 451.
struct QuarantineConflict {
    MailTag mail;
    std::string why;

    static constexpr EventName name{"quarantine.conflict", "two mails have one id: an alarm", "識別子の衝突（警報）",
                                    Severity::alert};
    static constexpr auto fields =
        std::tuple{group<&QuarantineConflict::mail>, field<&QuarantineConflict::why>(key::why)};
};

// To be backed up.
struct QuarantineKeyMade {
    std::string file;
    std::string key_id;

    static constexpr EventName name{"quarantine.key_made", "the quarantine made its key: back it up",
                                    "隔離の鍵を生成（要バックアップ）", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&QuarantineKeyMade::file>(key::file), field<&QuarantineKeyMade::key_id>(key::quarantine_key)};
};

}  // namespace event

// How the relay tells what became of an order.
inline event::QuarantineDelivered order_delivered(const ReleaseOrder& order, std::string next_hop) {
    return {OrderTag(order), std::string(to_string(order.kind)), order.item_id, std::move(next_hop)};
}
inline event::QuarantineReleaseFailed release_failed(const ReleaseOrder& order, const Outcome& outcome, std::string why,
                                                     bool final) {
    return {OrderTag(order), std::string(to_string(order.kind)), outcome.stage, outcome.failure, std::move(why), final};
}

}  // namespace mugaika

#include "relay/stats/mail_end.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "policy/ascii.hpp"
#include "relay/log/counted_verdict.hpp"

namespace mugaika {
namespace {

struct Words {
    MailState state;
    std::string_view name, japanese, english;
};
constexpr std::array words{
    Words{MailState::delivered, "delivered", "配送済み", "delivered"},
    Words{MailState::partly_delivered, "partly_delivered", "一部の宛先のみ配送済み",
          "delivered to some of its recipients"},
    Words{MailState::held, "held", "本文は通過せず、通知のみ配送済み", "held: only a notice was delivered"},
    Words{MailState::released, "released", "確認後に解放して配送済み", "released and delivered"},
    Words{MailState::refused, "refused", "受信拒否", "refused for good, the sender was told"},
    Words{MailState::deferred, "deferred", "一時的に受信できず、送信側の再送待ち",
          "deferred, the sender keeps it and tries again"},
    Words{MailState::recipient_refused, "recipient_refused", "宛先の段階で受信拒否",
          "refused at RCPT, the sender was told"},
    Words{MailState::recipient_deferred, "recipient_deferred", "宛先の段階で一時拒否、送信側の再送待ち",
          "deferred at RCPT, the sender tries again"},
    Words{MailState::unfinished, "unfinished", "ログに結末なし（処理中または中断）",
          "ends nowhere in the log: under way, or cut off and then tried again by the sender"},
};

const Words& words_of(MailState state) noexcept {
    return *std::find_if(words.begin(), words.end(), [&](const Words& row) { return row.state == state; });
}

// Walks through the events in their order. A delivery stays one whatever a second try says: its sender may not have
// got the 250.
class EndFinder {
public:
    explicit EndFinder(const FoundMail& mail) : mail_(mail) {
        for (const ReadEvent& read : mail.events) {
            std::visit([this](const auto& event) { take(event); }, *read.event);
        }
    }
    MailEnd end() && {
        if (end_.state != MailState::delivered) return std::move(end_);
        for (const std::string& recipient : mail_.to) {
            if (!delivered_to_.contains(ascii::to_lower(recipient))) end_.undelivered.push_back(recipient);
        }
        if (!delivered_to_.empty() && !end_.undelivered.empty()) {
            end_.state = MailState::partly_delivered;
        } else {
            end_.undelivered.clear();
        }
        return std::move(end_);
    }

private:
    bool is_delivered() const noexcept {
        return end_.state == MailState::delivered || end_.state == MailState::held || end_.state == MailState::released;
    }

    template <class Event>
    void take(const Event&) {}  // says nothing of its end

    void take(const event::RecipientRefused& refused) {
        ++end_.tries;
        end_.state = refused.reply.code >= 500 ? MailState::recipient_refused : MailState::recipient_deferred;
    }
    void take(const event::MessageReceived&) {
        ++end_.tries;
        if (!is_delivered()) end_.state = MailState::unfinished;
    }
    void take(const event::MessageQuarantined&) { end_.original_kept = true; }
    void take(const event::MessageDelivered& delivered) {
        for (const std::string& address : delivered.to) delivered_to_.insert(ascii::to_lower(address));
        const bool follows = delivered.mail.order_kind == to_string(OrderKind::rerun);
        if (is_delivered() && !(follows && end_.state == MailState::held)) return;
        end_.state = delivered.verdict.is(MailVerdict::quarantined) ? MailState::held : MailState::delivered;
    }
    void take(const event::MessageRefused& refused) {
        if (!is_delivered() && !is_by_order(refused.mail)) end_.state = MailState::refused;
    }
    void take(const event::MessageDeferred& deferred) {
        if (!is_delivered() && !is_by_order(deferred.mail)) end_.state = MailState::deferred;
    }
    void take(const event::QuarantineDelivered& delivered) {
        // Earlier versions wrote no kind: there were releases alone.
        const bool is_release = delivered.kind.empty() || delivered.kind == to_string(OrderKind::release) ||
                                delivered.kind == to_string(OrderKind::image_pdf);
        if (is_release) end_.state = MailState::released;
    }
    void take(const event::QuarantineDeleted&) { end_.original_kept = false; }
    void take(const event::QuarantineExpired&) { end_.original_kept = false; }

    const FoundMail& mail_;
    MailEnd end_;
    std::set<std::string> delivered_to_;
};

}  // namespace

std::string_view to_string(MailState state) noexcept { return words_of(state).name; }
std::string_view japanese(MailState state) noexcept { return words_of(state).japanese; }
std::string_view english(MailState state) noexcept { return words_of(state).english; }

MailEnd end_of(const FoundMail& mail) {
    MailEnd end = EndFinder(mail).end();
    if (mail.kept) end.original_kept = true;
    if (mail.kept && mail.events.empty()) {
        end.state = mail.kept->verdict == "quarantined" ? MailState::held : MailState::delivered;
    }
    // Refused before it was received whole: that was a try too.
    if (end.tries == 0 && mail.id.empty()) end.tries = 1;
    return end;
}

}  // namespace mugaika

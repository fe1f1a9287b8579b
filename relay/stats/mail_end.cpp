#include "relay/stats/mail_end.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <set>

#include "policy/ascii.hpp"
#include "relay/stats/log_reader.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

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
        for (const json::object& event : mail.events) take(text_in(event, "event"), event);
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
    void take_delivery(const json::object& event) {
        if (const json::value* to = event.if_contains("to"); to != nullptr && to->is_array()) {
            for (const json::value& address : to->get_array()) {
                if (address.is_string()) delivered_to_.insert(ascii::to_lower(std::string_view(address.get_string())));
            }
        }
        const bool follows_a_notice = end_.state == MailState::held && text_in(event, "kind") == "rerun";
        if (is_delivered() && !follows_a_notice) return;
        end_.state = text_in(event, "verdict") == "quarantined" ? MailState::held : MailState::delivered;
    }
    void take(std::string_view name, const json::object& event) {
        const bool by_order = text_in(event, "session").empty();
        if (name == "recipient.refused") {
            ++end_.tries;
            end_.state = number_in(event, "code") >= 500 ? MailState::recipient_refused : MailState::recipient_deferred;
        } else if (name == "message.received") {
            ++end_.tries;
            if (!is_delivered()) end_.state = MailState::unfinished;
        } else if (name == "message.quarantined") {
            end_.original_kept = true;
        } else if (name == "message.delivered") {
            take_delivery(event);
        } else if (name == "message.refused" && !is_delivered() && !by_order) {
            end_.state = MailState::refused;
        } else if (name == "message.deferred" && !is_delivered() && !by_order) {
            end_.state = MailState::deferred;
        } else if (name == "quarantine.delivered") {
            const std::string_view kind = text_in(event, "kind");
            if (kind.empty() || kind == "release") end_.state = MailState::released;
        } else if (name == "quarantine.deleted" || name == "quarantine.expired") {
            end_.original_kept = false;
        }
    }

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

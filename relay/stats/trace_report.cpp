#include "relay/stats/trace_report.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "policy/reason.hpp"
#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/event_text.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/mail_end.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::size_t fact_columns = 12;
constexpr std::size_t step_columns = 46;

std::string reason_words(const json::object& event) {
    const auto reason = reason_from_name(text_in(event, "reason"));
    if (!reason || *reason == Reason::none) return {};
    return std::string(japanese(*reason)) + " / " + std::string(english(*reason));
}

std::string text_of(const json::object& event, std::string_view key) { return shown_text(text_in(event, key)); }

std::string answer(const json::object& event) {
    return std::to_string(number_in(event, "code")) + " " + text_of(event, "enhanced") + " " + text_of(event, "answer");
}

std::string in_brackets(const std::string& text) { return text.empty() ? text : " (" + text + ")"; }

std::string stage_and_failure(const json::object& event) {
    return text_of(event, "stage") + "/" + text_of(event, "failure");
}

std::string how_received(const json::object& event) {
    return std::to_string(number_in(event, "bytes")) + " bytes, " + text_of(event, "client");
}
std::string how_inspected(const json::object& event) {
    return text_of(event, "verdict") + in_brackets(reason_words(event));
}
std::string how_delivered(const json::object& event) {
    return text_of(event, "verdict") + ", " + text_of(event, "next_hop") + ": " + answer(event);
}
std::string how_deferred(const json::object& event) {
    const std::string why = text_of(event, "why");
    return answer(event) + " (" + stage_and_failure(event) + (why.empty() ? "" : ": " + why) + ")";
}
std::string how_refused(const json::object& event) { return answer(event) + in_brackets(reason_words(event)); }
std::string which_recipient(const json::object& event) {
    return text_of(event, "recipient") + ": " + answer(event) + in_brackets(text_of(event, "why"));
}
std::string by_whom(const json::object& event) {
    const std::string person = text_of(event, "person");
    const std::string why = text_of(event, "why");
    return person + (person.empty() || why.empty() ? "" : ": ") + why;
}
std::string how_unlocked(const json::object& event) {
    return by_whom(event) + ", went on as " + text_of(event, "follow_up");
}
std::string how_rerun(const json::object& event) {
    return text_of(event, "result") + in_brackets(text_of(event, "person"));
}
std::string where_released(const json::object& event) { return text_of(event, "next_hop"); }
std::string how_failed(const json::object& event) {
    const json::value* final = event.if_contains("final");
    const bool given_up = final != nullptr && final->is_bool() && final->get_bool();
    return stage_and_failure(event) + ": " + text_of(event, "why") + (given_up ? " (断念 / given up)" : "");
}

struct Step {
    std::string_view event, japanese, english;
    std::string (*details)(const json::object&);
};
constexpr std::array steps{
    Step{"recipient.refused", "宛先を拒否", "recipient refused", which_recipient},
    Step{"message.received", "受信", "received", how_received},
    Step{"message.sanitized", "検査", "inspected", how_inspected},
    Step{"message.quarantined", "原本を隔離に保管", "original kept in quarantine", reason_words},
    Step{"message.delivered", "配送", "delivered", how_delivered},
    Step{"message.deferred", "一時拒否", "deferred", how_deferred},
    Step{"message.refused", "受信拒否", "refused", how_refused},
    Step{"message.owed", "残りの宛先へはリレーが再送", "the rest is sent by the relay itself", how_failed},
    Step{"file.failed", "ファイルの変換に失敗", "a file was not rebuilt", by_whom},
    Step{"check.refused", "変換後のファイルが検査で不合格", "a rebuilt file was refused by its check", by_whom},
    Step{"scanner.found", "ウイルス検査で検出", "a scanner found something in a file", by_whom},
    Step{"scanner.failed", "ウイルス検査を受けられない", "a scanner could not look at a file", by_whom},
    Step{"gate.refused", "出口検査で不合格", "refused by the gate", by_whom},
    Step{"quarantine.released", "解放を指示", "release ordered", by_whom},
    Step{"quarantine.delivered", "解放分を配送", "order carried out", where_released},
    Step{"quarantine.release_failed", "解放分の配送に失敗", "order not carried out", how_failed},
    Step{"quarantine.unlocked", "パスワードで開封", "opened with a password", how_unlocked},
    Step{"quarantine.unlock_failed", "パスワードで開けず", "a password opened nothing", by_whom},
    Step{"quarantine.rerun_ordered", "再無害化を指示", "to be judged again", by_whom},
    Step{"quarantine.rerun", "再無害化", "judged again", how_rerun},
    Step{"quarantine.deleted", "隔離から削除", "deleted from quarantine", by_whom},
    Step{"quarantine.expired", "保管期限により削除", "deleted from quarantine, too old", by_whom},
};

void print_step(std::ostream& out, const json::object& event) {
    const std::string_view name = text_in(event, "event");
    const auto known = std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.event == name; });
    out << "    " << event_time_text(event) << "  ";
    if (known == steps.end()) {
        out << fitted(shown_text(name), step_columns) << " " << members_text(event) << "\n";
        return;
    }
    const std::string words = std::string(known->japanese) + " / " + std::string(known->english);
    out << fitted(words, step_columns) << "  " << known->details(event) << "\n";
}

void print_fact(std::ostream& out, std::string_view name, std::string_view untrusted_text) {
    out << "    " << fitted(name, fact_columns) << shown_text(untrusted_text) << "\n";
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

void print_what_to_do(std::ostream& out, const FoundMail& mail, const MailEnd& end) {
    if (!end.original_kept || end.state == MailState::released) return;
    const std::string id = shown_text(mail.id);
    out << "    → 原本は隔離中 / the original is in quarantine: mugaika quarantine show " << id << "\n";
    if (end.state != MailState::held) return;
    out << "    → 届けるには / to let it through: mugaika quarantine release " << id << " --reason \"…\"\n";
}

std::string when_it_began(const FoundMail& mail) {
    if (!mail.events.empty()) return event_time_text(mail.events.front());
    return mail.kept ? local_time_text(mail.kept->received_at) : "-";
}

void print_mail(std::ostream& out, const FoundMail& mail, const MailEnd& end) {
    out << when_it_began(mail) << "  " << (mail.id.empty() ? "-" : shown_text(mail.id)) << "  " << japanese(end.state)
        << " / " << english(end.state) << "\n";
    print_fact(out, "from", mail.from.empty() ? (mail.envelope_known ? "<>" : "?") : mail.from);
    print_fact(out, "to", mail.to.empty() ? "?" : joined(mail.to));
    if (!end.undelivered.empty()) print_fact(out, "not yet to", joined(end.undelivered));
    if (!mail.message_id.empty()) print_fact(out, "message-id", "<" + mail.message_id + ">");
    print_fact(out, "client", mail.client.empty() ? "?" : mail.client);
    if (end.tries > 1) print_fact(out, "tries", std::to_string(end.tries));
    for (const json::object& event : mail.events) print_step(out, event);
    if (mail.events.empty()) out << "    読んだログに記録なし / nothing in the logs that were read\n";
    print_what_to_do(out, mail, end);
}

json::array texts(const std::vector<std::string>& list) {
    json::array array;
    for (const std::string& text : list) array.emplace_back(shown_text(text));
    return array;
}

// Each value once more through the one gate for texts: a log can have been written by others.
json::value shown_value(const json::value& value) {
    if (value.is_string()) return json::string(shown_text(value.get_string()));
    if (value.is_array()) {
        json::array array;
        for (const json::value& item : value.get_array()) array.push_back(shown_value(item));
        return array;
    }
    if (!value.is_object()) return value;
    json::object object;
    for (const auto& member : value.get_object()) object[shown_text(member.key())] = shown_value(member.value());
    return object;
}

}  // namespace

void print_trace(std::ostream& out, const std::vector<FoundMail>& mails) {
    std::size_t without_end = 0;
    for (const FoundMail& mail : mails) {
        const MailEnd end = end_of(mail);
        print_mail(out, mail, end);
        out << "\n";
        without_end += end.state == MailState::unfinished ? 1 : 0;
    }
    out << "見つかったメール / mails found: " << mails.size();
    if (without_end > 0) out << "; ログに結末なし / ending nowhere in the log: " << without_end;
    out << "\n";
}

void print_trace_json(std::ostream& out, const std::vector<FoundMail>& mails) {
    for (const FoundMail& mail : mails) {
        const MailEnd end = end_of(mail);
        json::object object;
        object["id"] = shown_text(mail.id);
        object["state"] = to_string(end.state);
        if (mail.kept) object["received"] = rfc3339(mail.kept->received_at);
        object["from"] = shown_text(mail.from);
        object["to"] = texts(mail.to);
        object["undelivered"] = texts(end.undelivered);
        object["message_id"] = shown_text(mail.message_id);
        object["client"] = shown_text(mail.client);
        object["tries"] = end.tries;
        object["original_kept"] = end.original_kept;
        json::array events;
        for (const json::object& event : mail.events) events.push_back(shown_value(event));
        object["events"] = std::move(events);
        out << json::serialize(object) << "\n";
    }
}

}  // namespace mugaika

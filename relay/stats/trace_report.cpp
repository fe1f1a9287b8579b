#include "relay/stats/trace_report.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "policy/reason.hpp"
#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/log/event_json.hpp"
#include "relay/log/event_members.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/event_text.hpp"
#include "relay/stats/mail_end.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::size_t fact_columns = 12;
constexpr std::size_t step_columns = 46;

std::string reason_words(const Word<Reason>& word) {
    const auto reason = reason_from_name(word.text());
    if (!reason || *reason == Reason::none) return {};
    return std::string(japanese(*reason)) + " / " + std::string(english(*reason));
}

std::string answer(const smtp::Reply& reply) {
    return std::to_string(reply.code) + " " + shown_text(reply.enhanced) + " " + shown_text(reply.words);
}

std::string in_brackets(const std::string& text) { return text.empty() ? text : " (" + text + ")"; }

std::string stage_and_failure(const Word<Stage>& stage, const Word<Failure>& failure) {
    return shown_text(stage.text()) + "/" + shown_text(failure.text());
}

std::string by_whom(std::string_view untrusted_person, std::string_view untrusted_why) {
    const std::string person = shown_text(untrusted_person);
    return person + (person.empty() || untrusted_why.empty() ? "" : ": ") + shown_text(untrusted_why);
}

// What a step of a mail's life says beside its name. Of all other events their members are said.
struct Details {
    const ReadEvent& read;

    template <class Event>
    std::string operator()(const Event& event) const {
        if constexpr (requires {
                          event.actor.person;
                          event.why;
                      })
            return by_whom(event.actor.person, event.why);
        if constexpr (requires {
                          event.mail;
                          event.why;
                      })
            return shown_text(event.why);
        return members_text(read);
    }
    std::string operator()(const event::MessageReceived& event) const {
        return std::to_string(event.bytes) + " bytes, " + shown_text(event.client);
    }
    std::string operator()(const event::MessageSanitized& event) const {
        const Ledger& ledger = event.ledger;
        return shown_text(ledger.word("/verdict", to_string(ledger.verdict))) +
               in_brackets(reason_words(ledger.reason));
    }
    std::string operator()(const event::MessageQuarantined& event) const { return reason_words(event.reason); }
    std::string operator()(const event::MessageDelivered& event) const {
        return shown_text(event.verdict.text()) + ", " + shown_text(event.next_hop) + ": " + answer(event.reply);
    }
    std::string operator()(const event::MessageDeferred& event) const {
        const std::string why = event.why.empty() ? "" : ": " + shown_text(event.why);
        return answer(event.reply) + " (" + stage_and_failure(event.stage, event.failure) + why + ")";
    }
    std::string operator()(const event::MessageRefused& event) const {
        return answer(event.reply) + in_brackets(reason_words(event.reason));
    }
    std::string operator()(const event::MessageOwed& event) const {
        return stage_and_failure(event.stage, event.failure) + ": " + shown_text(event.why);
    }
    std::string operator()(const event::RecipientRefused& event) const {
        return shown_text(event.recipient) + ": " + answer(event.reply) + in_brackets(shown_text(event.why));
    }
    std::string operator()(const event::QuarantineDelivered& event) const { return shown_text(event.next_hop); }
    std::string operator()(const event::QuarantineReleaseFailed& event) const {
        return stage_and_failure(event.stage, event.failure) + ": " + shown_text(event.why) +
               (event.final ? " (断念 / given up)" : "");
    }
    std::string operator()(const event::QuarantineUnlocked& event) const {
        return by_whom(event.actor.person, event.why) + ", went on as " + shown_text(event.follow_up);
    }
    std::string operator()(const event::QuarantineRerun& event) const {
        return shown_text(event.result) + in_brackets(shown_text(event.order.person));
    }
    std::string operator()(const event::QuarantineExpired& event) const { return by_whom(event.actor.person, ""); }
};

void print_step(std::ostream& out, const ReadEvent& read) {
    const EventName& name = name_of(*read.event);
    const std::string words = std::string(name.japanese) + " / " + std::string(name.english);
    out << "    " << local_time_text(read.moment) << "  " << fitted(words, step_columns) << "  "
        << std::visit(Details{read}, *read.event) << "\n";
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
    if (!mail.events.empty()) return local_time_text(mail.events.front().moment);
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
    for (const ReadEvent& read : mail.events) print_step(out, read);
    if (mail.events.empty()) out << "    読んだログに記録なし / nothing in the logs that were read\n";
    print_what_to_do(out, mail, end);
}

json::array texts(const std::vector<std::string>& list) {
    json::array array;
    for (const std::string& text : list) array.emplace_back(shown_text(text));
    return array;
}

// As its line in the log, without what is long and what is the same in all.
json::object json_of(const ReadEvent& read) {
    json::object object = json::parse(json_line(read.moment, read.host, *read.event)).as_object();
    for (const Key& key : {key::host, key::ledger_parts, key::findings}) {
        if (key.name != key::ledger_parts.name || read.name == event::MessageSanitized::name.name) {
            object.erase(key.name);
        }
    }
    object[key::time.name] = shown_text(read.time);
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
        for (const ReadEvent& read : mail.events) events.push_back(json_of(read));
        object["events"] = std::move(events);
        out << json::serialize(object) << "\n";
    }
}

}  // namespace mugaika

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/locked_file.hpp"
#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/order_text.hpp"
#include "relay/ctl/way_out_words.hpp"
#include "relay/log/ledger_json.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/text_table.hpp"
#include "sanitizer/finish/ways_out.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

std::string words_of(Reason reason) {
    return std::string(japanese(reason)) + " / " + std::string(english(reason)) + " (" +
           std::string(to_string(reason)) + ")";
}

// Words of a later version are shown as it wrote them.
std::string words_at(const Ledger& ledger, const std::string& place, Reason reason) {
    const auto later = ledger.later_words.find(place);
    return later == ledger.later_words.end() ? words_of(reason) : later->second;
}

std::string recipients_of(const QuarantineItem& item) {
    std::string all;
    for (const MailAddress& recipient : item.envelope.recipients) all += (all.empty() ? "" : ", ") + recipient.text();
    return all;
}

json::array shown_list(const std::vector<std::string>& untrusted_texts) {
    json::array list;
    for (const std::string& text : untrusted_texts) list.emplace_back(shown_text(text));
    return list;
}

json::object to_json(const ReleaseNote& release) {
    json::object object;
    object["order"] = shown_text(release.order_id);
    object["delivered"] = rfc3339(release.delivered_at);
    object["person"] = shown_text(release.person);
    object["reason"] = shown_text(release.reason);
    object["parts"] = shown_list(release.parts);
    object["as"] = release.as_pictures ? "image-pdf" : "original";
    object["to"] = shown_list(release.recipients);
    return object;
}

std::string words_of(const ReleaseNote& release) {
    std::string words = rfc3339(release.delivered_at) + " by " + release.person + " (" + release.reason + ") to";
    for (const std::string& recipient : release.recipients) words += " " + recipient;
    if (!release.parts.empty()) words += release.as_pictures ? ", as image-pdf parts" : ", original parts";
    for (const std::string& part : release.parts) words += " " + part;
    return words;
}

json::object to_json(const UnlockNote& unlock) {
    json::object object;
    object["at"] = rfc3339(unlock.at);
    object["person"] = shown_text(unlock.person);
    object["reason"] = shown_text(unlock.reason);
    object["parts"] = shown_list(unlock.parts);
    object["follow_up"] = shown_text(unlock.follow_up);
    return object;
}

std::string words_of(const UnlockNote& unlock) {
    std::string words = rfc3339(unlock.at) + " by " + unlock.person + " (" + unlock.reason + "), parts";
    for (const std::string& part : unlock.parts) words += " " + part;
    return words + ", went on as " + unlock.follow_up;
}

json::object to_json(const RerunNote& run) {
    json::object object;
    object["at"] = rfc3339(run.at);
    object["person"] = shown_text(run.person);
    object["result"] = to_string(run.result);
    object["parts"] = shown_list(run.brought);
    object["to"] = shown_list(run.recipients);
    json::array& stays = object["stays"].emplace_array();
    for (const RerunNote::Stay& stay : run.stays) {
        stays.push_back(json::object{{"part", shown_text(stay.path)}, {"reason", to_string(stay.why)}});
    }
    return object;
}

std::string_view words_of(RerunResult result) noexcept {
    switch (result) {
        case RerunResult::brought:
            return "went on";
        case RerunResult::nothing_new:
            return "nothing new could cross, nothing was sent";
        case RerunResult::given_up:
            return "given up, what it needs did not answer in time; by hand: mugaika quarantine rerun";
    }
    return "?";
}

std::string words_of(const RerunNote& run) {
    std::string words = rfc3339(run.at) + " by " + run.person + ", " + std::string(words_of(run.result));
    if (!run.brought.empty()) words += ": parts";
    for (const std::string& part : run.brought) words += " " + part;
    for (const RerunNote::Stay& stay : run.stays)
        words += "; part " + stay.path + " stays, " + std::string(to_string(stay.why));
    return words;
}

std::string words_of(const OwedOrder& owed) {
    const std::string when = owed.state == OwedOrder::State::waiting ? "next try " + local_time_text(owed.next_try)
                                                                     : std::string(to_string(owed.state));
    return "order " + owed.order.order_id + " of " + owed.order.person + ", tries " + std::to_string(owed.attempts) +
           ", " + when + (owed.last_words.empty() ? "" : ": " + owed.last_words);
}

// What people did with the mail, and what they could do.
struct Notes {
    std::vector<ReleaseNote> releases;
    std::vector<RerunNote> reruns;
    std::vector<OwedOrder> judged_again;  // orders for that
    UnlockRecord unlocks;
    std::vector<WayOut> ways;
};

Result<Notes> notes_of(const QuarantineStore& store, const std::vector<OwedOrder>& orders, const QuarantineItem& item,
                       const Config& config) {
    auto releases = store.releases(item.id);
    if (!releases) return releases.error();
    auto unlocks = store.unlocks(item.id);
    if (!unlocks) return unlocks.error();
    auto reruns = store.reruns(item.id);
    if (!reruns) return reruns.error();
    auto ways = ways_out(item.ledger.parts, profile_for_item(config, item), item.ledger.verdict, Original::kept,
                         pages_drawn(config));
    if (unlocks->wrong_tries >= password_tries_max) {
        std::erase_if(ways, [](const WayOut& way) { return way.act == Act::password; });
    }
    std::vector<OwedOrder> again = orders;
    std::erase_if(again, [&](const OwedOrder& owed) {
        return owed.order.item_id != item.id || owed.order.kind != OrderKind::rerun;
    });
    return Notes{*std::move(releases), *std::move(reruns), std::move(again), *std::move(unlocks), std::move(ways)};
}

// What nobody opens here.
void print_locked(const QuarantineItem& item, const UnlockRecord& unlocks, std::ostream& out) {
    const bool may_try = unlocks.wrong_tries < password_tries_max;
    for (const PartRow& row : item.ledger.parts) {
        const LockKind lock = lock_of(row.facts);
        if (lock == LockKind::none || row.verdict != PartVerdict::quarantined) continue;
        if (opens_by_password(lock) && may_try) continue;
        out << "part " << row.facts.path << ": not opened here: mugaika quarantine export " << item.id << " --part "
            << row.facts.path << "\n";
    }
    if (unlocks.wrong_tries > 0) {
        out << "wrong passwords so far: " << unlocks.wrong_tries << " of " << password_tries_max << "\n";
    }
}

json::object to_json(const QuarantineItem& item, const Notes& notes) {
    json::object object;
    object["id"] = shown_text(item.id);
    object["received"] = rfc3339(item.received_at);
    object["route"] = shown_text(item.route);
    object["client"] = shown_text(item.client_address);
    object["helo"] = shown_text(item.client_helo.str());
    object["from"] = shown_text(item.envelope.sender_text());
    json::array to;
    for (const MailAddress& recipient : item.envelope.recipients) to.emplace_back(shown_text(recipient.text()));
    object["to"] = std::move(to);
    object["author"] = shown_text(item.from_text.str());
    object["subject"] = shown_text(item.subject.str());
    object["message_id"] = shown_text(item.message_id);
    object["bytes"] = item.original_bytes;
    object["sha256"] = shown_text(item.original_sha256);
    json::array& list = object["releases"].emplace_array();
    for (const ReleaseNote& release : notes.releases) list.push_back(to_json(release));
    json::array& unlocks = object["unlocks"].emplace_array();
    for (const UnlockNote& unlock : notes.unlocks.opened) unlocks.push_back(to_json(unlock));
    json::array& reruns = object["reruns"].emplace_array();
    for (const RerunNote& run : notes.reruns) reruns.push_back(to_json(run));
    json::array& orders = object["rerun_orders"].emplace_array();
    for (const OwedOrder& owed : notes.judged_again) orders.push_back(ctl::to_json(owed));
    object["wrong_passwords"] = notes.unlocks.wrong_tries;
    if (!item.unlocked_from.empty()) object["unlocked_from"] = shown_text(item.unlocked_from);
    json::array& acts = object["would_deliver"].emplace_array();
    for (const WayOut& way : notes.ways) {
        json::object act = act_json(way);
        act["part"] = way.path;
        acts.push_back(std::move(act));
    }
    object["ledger"] = mugaika::to_json(item.ledger);
    return object;
}

void print_parts(const Ledger& ledger, std::ostream& out) {
    TextTable table({{"PART"},
                     {"NAME", TextTable::Align::left, 40},
                     {"KIND"},
                     {"TYPE", TextTable::Align::left, 40},
                     {"BYTES", TextTable::Align::right},
                     {"ACTION"},
                     {"REASON", TextTable::Align::left, 100}});
    for (std::size_t i = 0; i < ledger.parts.size(); ++i) {
        const PartRow& row = ledger.parts[i];
        const std::string place = "/parts/" + std::to_string(i);
        const std::string reason = words_at(ledger, place + "/reason", row.reason);
        table.add({row.facts.path, row.facts.name, ledger.word(place + "/kind", to_string(row.facts.kind)),
                   row.facts.detected_type, std::to_string(row.facts.bytes),
                   ledger.word(place + "/action", to_string(row.verdict)),
                   reason == words_of(Reason::none) ? "" : reason});
    }
    if (!table.empty()) table.print(out);
}

void print_item(const QuarantineItem& item, const Notes& notes, std::ostream& out) {
    constexpr std::size_t name_columns = 10;
    const auto line = [&out](std::string_view name, std::string_view untrusted_text) {
        out << fitted(name, name_columns) << shown_text(untrusted_text) << "\n";
    };
    line("id", item.id);
    line("received", rfc3339(item.received_at));
    line("route", item.route);
    line("client", item.client_address + " " + item.client_helo.str());
    line("from", item.envelope.sender ? item.envelope.sender_text() : "<>");
    line("to", recipients_of(item));
    line("author", item.from_text.str());
    line("subject", item.subject.str());
    if (!item.message_id.empty()) line("msg-id", "<" + item.message_id + ">");
    line("bytes", std::to_string(item.original_bytes));
    line("sha256", item.original_sha256);
    line("verdict", item.ledger.word("/verdict", to_string(item.ledger.verdict)));
    line("reason", words_at(item.ledger, "/reason", item.ledger.reason));
    for (std::size_t i = 0; i < item.ledger.findings.size(); ++i) {
        line("finding", words_at(item.ledger, "/findings/" + std::to_string(i), item.ledger.findings[i]));
    }
    if (!item.unlocked_from.empty()) line("opened of", item.unlocked_from);
    for (const ReleaseNote& release : notes.releases) line("released", words_of(release));
    for (const UnlockNote& unlock : notes.unlocks.opened) line("opened", words_of(unlock));
    for (const RerunNote& run : notes.reruns) line("again", words_of(run));
    for (const OwedOrder& owed : notes.judged_again) line("waits", words_of(owed));
    print_parts(item.ledger, out);
    print_locked(item, notes.unlocks, out);
    for (const WayOut& way : notes.ways)
        out << "part " << shown_text(way.path) << " " << act_words(way, item.id) << "\n";
}

}  // namespace

Exit quarantine_show(const ConfigChoice& choice, const ItemsOptions& options, Terminal& terminal) {
    const auto actor = actor_for(options.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    const auto ids = item_ids(options.items, **store, terminal);
    if (!ids) return fail(terminal, ids.error());
    const auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const auto item = (*store)->load(id);
        if (!item) {
            worst = fail(terminal, item.error());
            continue;
        }
        const auto notes = notes_of(**store, *orders, *item, *config);
        if (!notes) return fail(terminal, notes.error());
        (*log)->write(event::QuarantineViewed{id, *actor, "ledger"});
        if (options.output == Output::json) {
            terminal.out << json::serialize(to_json(*item, *notes)) << "\n";
        } else {
            if (id != ids->front()) terminal.out << "\n";
            print_item(*item, *notes, terminal.out);
        }
    }
    return worst;
}

}  // namespace mugaika::ctl

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/log/ledger_json.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

std::string words_of(Reason reason) {
    return std::string(japanese(reason)) + " / " + std::string(english(reason)) + " (" +
           std::string(to_string(reason)) + ")";
}

std::string recipients_of(const QuarantineItem& item) {
    std::string all;
    for (const MailAddress& recipient : item.envelope.recipients) all += (all.empty() ? "" : ", ") + recipient.text();
    return all;
}

json::object to_json(const QuarantineItem& item) {
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
    object["bytes"] = item.original_bytes;
    object["sha256"] = shown_text(item.original_sha256);
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
    for (const PartRow& row : ledger.parts) {
        table.add({row.facts.path, row.facts.name, std::string(to_string(row.facts.kind)), row.facts.detected_type,
                   std::to_string(row.facts.bytes), std::string(to_string(row.verdict)),
                   row.reason == Reason::none ? "" : words_of(row.reason)});
    }
    if (!table.empty()) table.print(out);
}

void print_item(const QuarantineItem& item, std::ostream& out) {
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
    line("bytes", std::to_string(item.original_bytes));
    line("sha256", item.original_sha256);
    line("verdict", to_string(item.ledger.verdict));
    line("reason", words_of(item.ledger.reason));
    for (const Reason finding : item.ledger.findings) line("finding", words_of(finding));
    print_parts(item.ledger, out);
}

}  // namespace

Exit quarantine_show(const ConfigChoice& choice, const ItemsOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    const auto ids = item_ids(options.items, **store, terminal);
    if (!ids) return fail(terminal, ids.error());
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const auto item = (*store)->load(id);
        if (!item) {
            worst = fail(terminal, item.error());
            continue;
        }
        (*log)->quarantine_viewed(id, person_of(options.person, terminal), "ledger");
        if (options.output == Output::json) {
            terminal.out << json::serialize(to_json(*item)) << "\n";
        } else {
            if (id != ids->front()) terminal.out << "\n";
            print_item(*item, terminal.out);
        }
    }
    return worst;
}

}  // namespace mugaika::ctl

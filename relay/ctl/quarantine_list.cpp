#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

Result<QuarantineStore::Query> query_from(const QuarantineListOptions& options) {
    QuarantineStore::Query query;
    auto since = moment_option("--since", options.since, DayEdge::begin);
    if (!since) return since.error();
    auto until = moment_option("--until", options.until, DayEdge::end);
    if (!until) return until.error();
    if (!options.reason.empty() && !reason_from_name(options.reason)) {
        return Error(Fault::bad_input, "--reason: \"" + shown_text(options.reason, 100) + "\" is no reason of ours");
    }
    query.since = *since;
    query.until = *until;
    query.text = options.text;
    query.route = options.route;
    query.reason = options.reason;
    query.limit = options.limit;
    return query;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text;
    return all;
}

json::object to_json(const QuarantineStore::Row& row) {
    json::object object;
    object["id"] = shown_text(row.id);
    object["received"] = rfc3339(row.received_at);
    object["route"] = shown_text(row.route);
    object["from"] = shown_text(row.sender);
    json::array to;
    for (const std::string& recipient : row.recipients) to.emplace_back(shown_text(recipient));
    object["to"] = std::move(to);
    object["author"] = shown_text(row.from_text);
    object["subject"] = shown_text(row.subject);
    object["verdict"] = shown_text(row.verdict);
    object["reason"] = shown_text(row.reason);
    object["bytes"] = row.bytes;
    object["parts_kept"] = row.parts_kept;
    return object;
}

void print_table(const std::vector<QuarantineStore::Row>& rows, std::ostream& out) {
    TextTable table({{"ID"},
                     {"RECEIVED"},
                     {"VERDICT"},
                     {"REASON"},
                     {"BYTES", TextTable::Align::right},
                     {"FROM", TextTable::Align::left, 30},
                     {"TO", TextTable::Align::left, 30},
                     {"SUBJECT", TextTable::Align::left, 40}});
    for (const QuarantineStore::Row& row : rows) {
        table.add({row.id, local_time_text(row.received_at), row.verdict, row.reason, std::to_string(row.bytes),
                   row.sender.empty() ? "<>" : row.sender, joined(row.recipients), row.subject});
    }
    table.print(out);
}

}  // namespace

Exit quarantine_list(const ConfigChoice& choice, const QuarantineListOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto query = query_from(options);
    if (!query) return fail(terminal, query.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto rows = (*store)->list(*query);
    if (!rows) return fail(terminal, rows.error());
    if (options.output == Output::text) {
        print_table(*rows, terminal.out);
    } else {
        for (const QuarantineStore::Row& row : *rows) terminal.out << json::serialize(to_json(row)) << "\n";
    }
    return Exit::done;
}

}  // namespace mugaika::ctl

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/item_states.hpp"
#include "relay/ctl/nearest_name.hpp"
#include "relay/ctl/reason_option.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

Result<std::optional<ItemState>> state_from(const std::string& untrusted_name) {
    if (untrusted_name.empty()) return std::optional<ItemState>();
    std::vector<std::string> names;
    for (const ItemState state : item_states) {
        if (to_string(state) == untrusted_name) return std::optional(state);
        names.emplace_back(to_string(state));
    }
    return Error(Fault::bad_input, "--state: \"" + shown_text(untrusted_name, 100) +
                                       "\" is none of kept, ordered, owed, rerun, released, failed" +
                                       did_you_mean(untrusted_name, names));
}

// A place of the list as --page takes it.
std::string page_key(std::int64_t place) {
    std::string text(16, '0');
    auto left = static_cast<std::uint64_t>(place);
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, left >>= 4) *digit = "0123456789abcdef"[left & 15];
    return text;
}

Result<std::optional<std::int64_t>> place_from(const std::string& untrusted_key) {
    if (untrusted_key.empty()) return std::optional<std::int64_t>();
    std::int64_t place = 0;
    const char* const end = untrusted_key.data() + untrusted_key.size();
    const auto read = std::from_chars(untrusted_key.data(), end, place, 16);
    if (read.ec == std::errc() && read.ptr == end && page_key(place) == untrusted_key) return std::optional(place);
    return Error(Fault::bad_input, "--page: \"" + shown_text(untrusted_key, 100) +
                                       "\" is no page; expected the 16 characters that a list with --limit ended with");
}

Result<QuarantineStore::Query> query_from(const QuarantineListOptions& options, Terminal& terminal) {
    QuarantineStore::Query query;
    auto since = moment_option("--since", options.since, DayEdge::begin);
    if (!since) return since.error();
    auto until = moment_option("--until", options.until, DayEdge::end);
    if (!until) return until.error();
    const auto known = check_reason_name(options.reason, terminal.err);
    if (!known) return known.error();
    const auto after = place_from(options.page);
    if (!after) return after.error();
    query.since = *since;
    query.until = *until;
    query.after = *after;
    query.text = options.text;
    query.sender = options.sender;
    query.recipient = options.recipient;
    query.subject = options.subject;
    query.message_id = options.message_id;
    query.file_name = options.file_name;
    query.route = options.route;
    query.reason = options.reason;
    if (options.limit != 0) query.limit = options.limit + 1;  // one more says whether there is a next page
    return query;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text;
    return all;
}

json::array shown_list(const std::vector<std::string>& untrusted_texts) {
    json::array list;
    for (const std::string& text : untrusted_texts) list.emplace_back(shown_text(text));
    return list;
}

std::string state_text(const ItemStates::Fact& fact) {
    std::string text(to_string(fact.state));
    if (fact.state != ItemState::kept) text += " " + local_time_text(fact.at) + " " + fact.person;
    return text;
}

json::object to_json(const QuarantineStore::Row& row, const ItemStates::Fact& fact) {
    json::object object;
    object["id"] = shown_text(row.id);
    object["received"] = rfc3339(row.received_at);
    object["state"] = to_string(fact.state);
    if (fact.state != ItemState::kept) {
        object["state_since"] = rfc3339(fact.at);
        object["state_by"] = shown_text(fact.person);
    }
    if (row.release) {
        object["released"] = rfc3339(row.release->at);
        object["released_by"] = shown_text(row.release->person);
    }
    object["route"] = shown_text(row.route);
    object["from"] = shown_text(row.sender);
    object["to"] = shown_list(row.recipients);
    object["author"] = shown_text(row.from_text);
    object["subject"] = shown_text(row.subject);
    object["verdict"] = shown_text(row.verdict);
    object["reason"] = shown_text(row.reason);
    object["reasons"] = shown_list(row.reasons);
    object["files"] = shown_list(row.file_names);
    object["bytes"] = row.bytes;
    object["parts_kept"] = row.parts_kept;
    object["key"] = shown_text(row.key_id);
    object["message_id"] = shown_text(row.message_id);
    object["page"] = page_key(row.place);
    return object;
}

// Who ordered what waits stands in the orders, who had it released in the index.
Result<std::vector<QuarantineStore::Row>> list_of_person(const QuarantineStore& store, const ItemStates& states,
                                                         QuarantineStore::Query query, const std::string& person) {
    QuarantineStore::Query by_order = query;
    by_order.among = states.ordered_by(person, query.among);
    query.person = person;
    auto rows = store.list(query);
    if (!rows) return rows;
    auto ordered = store.list(by_order);
    if (!ordered) return ordered;
    rows->insert(rows->end(), std::make_move_iterator(ordered->begin()), std::make_move_iterator(ordered->end()));
    std::sort(rows->begin(), rows->end(), [](const auto& a, const auto& b) { return a.place > b.place; });
    const auto is_same = [](const auto& a, const auto& b) { return a.place == b.place; };
    rows->erase(std::unique(rows->begin(), rows->end(), is_same), rows->end());
    if (query.limit != 0 && rows->size() > query.limit) rows->resize(query.limit);
    return rows;
}

void print_table(const std::vector<QuarantineStore::Row>& rows, const ItemStates& states, std::ostream& out) {
    TextTable table({{"ID"},
                     {"RECEIVED"},
                     {"STATE", TextTable::Align::left, 50},
                     {"VERDICT"},
                     {"REASON"},
                     {"BYTES", TextTable::Align::right},
                     {"FROM", TextTable::Align::left, 30},
                     {"TO", TextTable::Align::left, 30},
                     {"SUBJECT", TextTable::Align::left, 40}});
    for (const QuarantineStore::Row& row : rows) {
        table.add({row.id, local_time_text(row.received_at), state_text(states.of(row)), row.verdict, row.reason,
                   std::to_string(row.bytes), row.sender.empty() ? "<>" : row.sender, joined(row.recipients),
                   row.subject});
    }
    table.print(out);
}

}  // namespace

Exit quarantine_list(const ConfigChoice& choice, const QuarantineListOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    auto query = query_from(options, terminal);
    if (!query) return fail(terminal, query.error());
    const auto state = state_from(options.state);
    if (!state) return fail(terminal, state.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    const ItemStates states(*orders);
    if (*state) states.narrow(*query, **state);
    auto rows =
        options.person.empty() ? (*store)->list(*query) : list_of_person(**store, states, *query, options.person);
    if (!rows) return fail(terminal, rows.error());
    const bool has_more = options.limit != 0 && rows->size() > options.limit;
    if (has_more) rows->resize(options.limit);
    if (options.output == Output::text) {
        print_table(*rows, states, terminal.out);
    } else {
        for (const QuarantineStore::Row& row : *rows) {
            terminal.out << json::serialize(to_json(row, states.of(row))) << "\n";
        }
    }
    if (has_more && options.output == Output::text) {
        terminal.err << "mugaika: there are more; the next page: --page " << page_key(rows->back().place) << "\n";
    }
    return Exit::done;
}

}  // namespace mugaika::ctl

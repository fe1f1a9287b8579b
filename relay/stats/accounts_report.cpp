#include "relay/stats/accounts_report.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/stats/csv_cell.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

struct Column {
    std::string_view name;
    std::uint64_t Account::*value;
};
constexpr std::array columns{Column{"received", &Account::received},   Column{"delivered", &Account::delivered},
                             Column{"held", &Account::held},           Column{"refused", &Account::refused},
                             Column{"deferred", &Account::deferred},   Column{"owed", &Account::owed},
                             Column{"given_up", &Account::given_up},   Column{"cut_off", &Account::cut_off},
                             Column{"under_way", &Account::under_way}, Column{"released", &Account::released},
                             Column{"followed", &Account::followed}};

void print_table(std::ostream& out, const Accounts& accounts) {
    std::vector<TextTable::Column> headings{{"day"}, {"route"}};
    for (const Column& column : columns) headings.push_back({std::string(column.name), TextTable::Align::right});
    TextTable table(std::move(headings));
    const auto add = [&table](std::string day, std::string route, const Account& row) {
        std::vector<std::string> cells{std::move(day), std::move(route)};
        for (const Column& column : columns) cells.push_back(std::to_string(row.*column.value));
        table.add(std::move(cells));
    };
    Account total;
    for (const auto& [key, row] : accounts.rows) {
        add(key.first, key.second, row);
        total += row;
    }
    if (accounts.rows.size() != 1) add("total", "", total);
    table.print(out);
}

void print_text(std::ostream& out, const Accounts& accounts) {
    print_table(out, accounts);
    out << "\n";
    for (const AccountFault& fault : accounts.faults) {
        out << shown_text(fault.time) << "  " << (fault.id.empty() ? "-" : shown_text(fault.id))
            << (fault.recipient.empty() ? "" : "  " + shown_text(fault.recipient)) << "  " << shown_text(fault.what)
            << "\n";
    }
    if (accounts.faults.size() < accounts.fault_count) {
        out << "… " << accounts.fault_count - accounts.faults.size() << " more\n";
    }
    if (accounts.began_before > 0) {
        out << "ログより前に受信された宛先 / recipients of mails that came before the log begins: "
            << accounts.began_before << "\n";
    }
    if (accounts.add_up()) {
        out << "受信した全ての宛先に結末が一つずつある / adds up: every recipient who was received has one end\n";
    } else {
        out << "合わない記録 / does not add up: " << accounts.fault_count << "\n";
    }
}

void print_csv(std::ostream& out, const Accounts& accounts) {
    out << "day,route";
    for (const Column& column : columns) out << "," << column.name;
    out << "\r\n";
    for (const auto& [key, row] : accounts.rows) {
        out << csv_cell(key.first) << "," << csv_cell(key.second);
        for (const Column& column : columns) out << "," << row.*column.value;
        out << "\r\n";
    }
}

void print_json(std::ostream& out, const Accounts& accounts) {
    json::array rows;
    for (const auto& [key, row] : accounts.rows) {
        json::object object{{"day", key.first}, {"route", shown_text(key.second)}};
        for (const Column& column : columns) object[column.name] = row.*column.value;
        rows.push_back(std::move(object));
    }
    json::array faults;
    for (const AccountFault& fault : accounts.faults) {
        faults.push_back(json::object{{"time", shown_text(fault.time)},
                                      {"id", shown_text(fault.id)},
                                      {"recipient", shown_text(fault.recipient)},
                                      {"what", shown_text(fault.what)}});
    }
    const json::object object{{"adds_up", accounts.add_up()},
                              {"rows", std::move(rows)},
                              {"faults", std::move(faults)},
                              {"fault_count", accounts.fault_count},
                              {"began_before", accounts.began_before}};
    out << json::serialize(object) << "\n";
}

}  // namespace

void print_accounts(std::ostream& out, StatsFormat format, const Accounts& accounts) {
    switch (format) {
        case StatsFormat::text:
            return print_text(out, accounts);
        case StatsFormat::csv:
            return print_csv(out, accounts);
        case StatsFormat::json:
        case StatsFormat::html:        // a page of its own
        case StatsFormat::prometheus:  // books_metrics
            return print_json(out, accounts);
    }
}

}  // namespace mugaika

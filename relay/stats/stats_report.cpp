#include "relay/stats/stats_report.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ctime>

#include "policy/shown_text.hpp"
#include "policy/time_zone.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

struct Measure {
    std::string_view name;
    std::uint64_t Counts::*value;
};
constexpr std::array measures{Measure{"mails", &Counts::mails},         Measure{"bytes", &Counts::bytes},
                              Measure{"deferrals", &Counts::deferrals}, Measure{"parts", &Counts::parts},
                              Measure{"dropped", &Counts::dropped},     Measure{"recipients", &Counts::recipients}};

// For people, who see whose days they are. Scripts know the columns by their names.
std::string heading_of(Dimension dimension) {
    std::string heading(to_string(dimension));
    if (dimension == Dimension::day) heading += " (" + process_time(std::time(nullptr)).name + ")";
    return heading;
}

void print_text(std::ostream& out, const std::vector<Dimension>& by, const MailCounter::Rows& rows) {
    std::vector<TextTable::Column> columns;
    for (const Dimension dimension : by) columns.push_back({heading_of(dimension)});
    for (const Measure& measure : measures) columns.push_back({std::string(measure.name), TextTable::Align::right});
    TextTable table(std::move(columns));
    const auto add = [&](std::vector<std::string> cells, const Counts& counts) {
        for (const Measure& measure : measures) cells.push_back(std::to_string(counts.*measure.value));
        table.add(std::move(cells));
    };
    Counts total;
    for (const auto& [key, counts] : rows) {
        add(key, counts);
        total += counts;
    }
    const bool adds_up = std::find(by.begin(), by.end(), Dimension::kind) == by.end();
    if (adds_up && rows.size() != 1) {
        std::vector<std::string> cells(by.size());
        if (!cells.empty()) cells.front() = "total";
        add(std::move(cells), total);
    }
    table.print(out);
}

// RFC 4180 2: quotes around what holds a comma, a quote or a line end. A leading =, +, - or @ would be a formula to a
// spreadsheet, so that such a cell starts with an apostrophe.
std::string csv_cell(std::string_view untrusted_text) {
    std::string text = shown_text(untrusted_text);
    if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) text.insert(0, "'");
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string cell = "\"";
    for (const char c : text) cell.append(c == '"' ? 2 : 1, c);
    return cell + "\"";
}

void print_csv(std::ostream& out, const std::vector<Dimension>& by, const MailCounter::Rows& rows) {
    std::string line;
    for (const Dimension dimension : by) line.append(to_string(dimension)).append(",");
    for (const Measure& measure : measures) line.append(measure.name).append(",");
    line.back() = '\r';
    out << line << "\n";
    for (const auto& [key, counts] : rows) {
        line.clear();
        for (const std::string& value : key) line.append(csv_cell(value)).append(",");
        for (const Measure& measure : measures) line.append(std::to_string(counts.*measure.value)).append(",");
        line.back() = '\r';
        out << line << "\n";
    }
}

void print_json(std::ostream& out, const std::vector<Dimension>& by, const MailCounter::Rows& rows) {
    json::array list;
    for (const auto& [key, counts] : rows) {
        json::object row;
        for (std::size_t i = 0; i < by.size(); ++i) row[to_string(by[i])] = shown_text(key[i]);
        for (const Measure& measure : measures) row[measure.name] = counts.*measure.value;
        list.emplace_back(std::move(row));
    }
    out << json::serialize(list) << "\n";
}

}  // namespace

std::optional<StatsFormat> stats_format_from_name(std::string_view name) noexcept {
    if (name == "text") return StatsFormat::text;
    if (name == "csv") return StatsFormat::csv;
    if (name == "json") return StatsFormat::json;
    return std::nullopt;
}

void print_stats(std::ostream& out, StatsFormat format, const std::vector<Dimension>& by,
                 const MailCounter::Rows& rows) {
    switch (format) {
        case StatsFormat::text:
            return print_text(out, by, rows);
        case StatsFormat::csv:
            return print_csv(out, by, rows);
        case StatsFormat::json:
            return print_json(out, by, rows);
    }
}

}  // namespace mugaika

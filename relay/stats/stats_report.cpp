#include "relay/stats/stats_report.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <ctime>

#include "policy/shown_text.hpp"
#include "policy/time_zone.hpp"
#include "relay/stats/csv_cell.hpp"
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

// Of the times of a row; approximate (time_histogram.hpp), which the heading of the table says.
struct Percentile {
    std::string_view name;  // in microseconds, for programs
    std::string_view heading;
    double share;
};
constexpr std::array percentiles{Percentile{"p50_us", "p50 ~ms", 0.5}, Percentile{"p90_us", "p90 ~ms", 0.9},
                                 Percentile{"p99_us", "p99 ~ms", 0.99}};

std::string percentile_us(const Percentile& percentile, const Counts& counts) {
    if (counts.times.count() == 0) return {};
    return std::to_string(counts.times.percentile(percentile.share).count());
}

// "1.5", "12", "3400": as many digits as mean something.
std::string percentile_ms(const Percentile& percentile, const Counts& counts) {
    if (counts.times.count() == 0) return {};
    const double ms = static_cast<double>(counts.times.percentile(percentile.share).count()) / 1000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), ms < 10 ? "%.1f" : "%.0f", ms);
    return text.data();
}

// For people, who see whose days they are. Scripts know the columns by their names.
std::string heading_of(Dimension dimension) {
    std::string heading(to_string(dimension));
    if (dimension == Dimension::day || dimension == Dimension::hour)
        heading += " (" + process_time(std::time(nullptr)).name + ")";
    return heading;
}

void print_text(std::ostream& out, const std::vector<Dimension>& by, const MailCounter::Rows& rows) {
    std::vector<TextTable::Column> columns;
    for (const Dimension dimension : by) columns.push_back({heading_of(dimension)});
    for (const Measure& measure : measures) columns.push_back({std::string(measure.name), TextTable::Align::right});
    const bool has_times =
        std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.second.times.count() > 0; });
    for (const Percentile& percentile : percentiles) {
        if (has_times) columns.push_back({std::string(percentile.heading), TextTable::Align::right});
    }
    TextTable table(std::move(columns));
    const auto add = [&](std::vector<std::string> cells, const Counts& counts) {
        for (const Measure& measure : measures) cells.push_back(std::to_string(counts.*measure.value));
        for (const Percentile& percentile : percentiles) {
            if (has_times) cells.push_back(percentile_ms(percentile, counts));
        }
        table.add(std::move(cells));
    };
    Counts total;
    for (const auto& [key, counts] : rows) {
        add(key, counts);
        total += counts;
    }
    const bool adds_up =
        std::all_of(by.begin(), by.end(), [](Dimension d) { return group_of(d) == DimensionGroup::mail; });
    if (adds_up && rows.size() != 1) {
        std::vector<std::string> cells(by.size());
        if (!cells.empty()) cells.front() = "total";
        add(std::move(cells), total);
    }
    table.print(out);
}

void print_csv(std::ostream& out, const std::vector<Dimension>& by, const MailCounter::Rows& rows) {
    std::string line;
    for (const Dimension dimension : by) line.append(to_string(dimension)).append(",");
    for (const Measure& measure : measures) line.append(measure.name).append(",");
    for (const Percentile& percentile : percentiles) line.append(percentile.name).append(",");
    line.back() = '\r';
    out << line << "\n";
    for (const auto& [key, counts] : rows) {
        line.clear();
        for (const std::string& value : key) line.append(csv_cell(value)).append(",");
        for (const Measure& measure : measures) line.append(std::to_string(counts.*measure.value)).append(",");
        for (const Percentile& percentile : percentiles) line.append(percentile_us(percentile, counts)).append(",");
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
        for (const Percentile& percentile : percentiles) {
            json::value& value = row[percentile.name];
            if (counts.times.count() > 0) value = counts.times.percentile(percentile.share).count();
        }
        list.emplace_back(std::move(row));
    }
    out << json::serialize(list) << "\n";
}

}  // namespace

std::optional<StatsFormat> stats_format_from_name(std::string_view name) noexcept {
    if (name == "text") return StatsFormat::text;
    if (name == "csv") return StatsFormat::csv;
    if (name == "json") return StatsFormat::json;
    if (name == "html") return StatsFormat::html;
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
        case StatsFormat::html:  // a page of its own
            return print_json(out, by, rows);
    }
}

}  // namespace mugaika

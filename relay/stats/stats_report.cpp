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

std::optional<double> share_of(const Counts& counts, const Counts& all) {
    if (all.mails == 0) return std::nullopt;
    return static_cast<double>(counts.mails) / static_cast<double>(all.mails);
}

std::string share_text(const char* form, std::optional<double> share) {
    if (!share) return {};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), form, *share);
    return text.data();
}

std::string percent(const Counts& counts, const Counts& all) {
    auto share = share_of(counts, all);
    if (share) *share *= 100;
    return share_text("%.1f", share);
}

bool has_times(const StatsTable& table) {
    return std::any_of(table.rows.begin(), table.rows.end(),
                       [](const auto& row) { return row.second.times.count() > 0; });
}

std::vector<TextTable::Column> text_columns(const StatsTable& table, bool with_times) {
    std::vector<TextTable::Column> columns;
    for (const Dimension dimension : table.by) columns.push_back({heading_of(dimension)});
    for (const Measure& measure : measures) {
        columns.push_back({std::string(measure.name), TextTable::Align::right});
        if (measure.value == &Counts::mails) columns.push_back({"%", TextTable::Align::right});
    }
    for (const Percentile& percentile : percentiles) {
        if (with_times) columns.push_back({std::string(percentile.heading), TextTable::Align::right});
    }
    return columns;
}

void print_how_approximate(std::ostream& out, const StatsTable& table) {
    if (table.missed_max == 0) return;
    std::uint64_t most = 0;
    for (const auto& [key, counts] : table.rows) most = std::max(most, counts.missed_max);
    out << "概数 / approximate: more values than are kept; a row may lack up to " << most << " mails, and one that has "
        << table.missed_max << " or fewer may not be shown\n";
}

void print_text(std::ostream& out, const StatsTable& counted) {
    const bool with_times = has_times(counted);
    TextTable table(text_columns(counted, with_times));
    const auto add = [&](std::vector<std::string> cells, const Counts& counts) {
        for (const Measure& measure : measures) {
            cells.push_back(std::to_string(counts.*measure.value));
            if (measure.value == &Counts::mails) cells.push_back(percent(counts, counted.all));
        }
        for (const Percentile& percentile : percentiles) {
            if (with_times) cells.push_back(percentile_ms(percentile, counts));
        }
        table.add(std::move(cells));
    };
    for (const auto& [key, counts] : counted.rows) add(key, counts);
    const bool adds_up = std::all_of(counted.by.begin(), counted.by.end(),
                                     [](Dimension d) { return group_of(d) == DimensionGroup::mail; });
    if (adds_up && counted.rows.size() != 1) {
        std::vector<std::string> cells(counted.by.size());
        if (!cells.empty()) cells.front() = "total";
        add(std::move(cells), counted.all);
    }
    table.print(out);
    print_how_approximate(out, counted);
}

void print_csv(std::ostream& out, const StatsTable& table) {
    std::string line;
    for (const Dimension dimension : table.by) line.append(to_string(dimension)).append(",");
    for (const Measure& measure : measures) line.append(measure.name).append(",");
    for (const Percentile& percentile : percentiles) line.append(percentile.name).append(",");
    out << line << "mails_share" << (table.is_top ? ",missed_max" : "") << "\r\n";
    for (const auto& [key, counts] : table.rows) {
        line.clear();
        for (const std::string& value : key) line.append(csv_cell(value)).append(",");
        for (const Measure& measure : measures) line.append(std::to_string(counts.*measure.value)).append(",");
        for (const Percentile& percentile : percentiles) line.append(percentile_us(percentile, counts)).append(",");
        line.append(share_text("%.6f", share_of(counts, table.all)));
        if (table.is_top) line.append(",").append(std::to_string(counts.missed_max));
        out << line << "\r\n";
    }
}

void print_json(std::ostream& out, const StatsTable& table) {
    json::array list;
    for (const auto& [key, counts] : table.rows) {
        json::object row;
        for (std::size_t i = 0; i < table.by.size(); ++i) row[to_string(table.by[i])] = shown_text(key[i]);
        for (const Measure& measure : measures) row[measure.name] = counts.*measure.value;
        for (const Percentile& percentile : percentiles) {
            json::value& value = row[percentile.name];
            if (counts.times.count() > 0) value = counts.times.percentile(percentile.share).count();
        }
        json::value& share = row["mails_share"];
        if (const auto of_all = share_of(counts, table.all)) share = *of_all;
        if (table.is_top) row["missed_max"] = counts.missed_max;
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
    if (name == "prometheus") return StatsFormat::prometheus;
    return std::nullopt;
}

void print_stats(std::ostream& out, StatsFormat format, const StatsTable& table) {
    switch (format) {
        case StatsFormat::text:
            return print_text(out, table);
        case StatsFormat::csv:
            return print_csv(out, table);
        case StatsFormat::json:
        case StatsFormat::html:        // a page of its own
        case StatsFormat::prometheus:  // books_metrics
            return print_json(out, table);
    }
}

}  // namespace mugaika

#include "relay/stats/figures_report.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "policy/shown_text.hpp"
#include "relay/stats/csv_cell.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

struct Percentile {
    std::string_view name, heading;
    double share;
};
constexpr std::array percentiles{Percentile{"p50_us", "p50 ~", 0.5}, Percentile{"p90_us", "p90 ~", 0.9},
                                 Percentile{"p99_us", "p99 ~", 0.99}};

void print_text(std::ostream& out, const std::vector<Figure>& figures) {
    std::vector<TextTable::Column> columns{{"figure", TextTable::Align::left, 80}, {""}};
    columns.push_back({"count", TextTable::Align::right});
    for (const Percentile& percentile : percentiles) {
        columns.push_back({std::string(percentile.heading), TextTable::Align::right});
    }
    TextTable table(std::move(columns));
    for (const Figure& figure : figures) {
        std::vector<std::string> cells{std::string(figure.name.japanese) + " / " + std::string(figure.name.english),
                                       figure.untrusted_detail, std::to_string(figure.count)};
        for (const Percentile& percentile : percentiles) {
            const bool has_times = figure.times.count() > 0;
            cells.push_back(has_times ? duration_words(figure.times.percentile(percentile.share)) : "");
        }
        table.add(std::move(cells));
    }
    table.print(out);
}

void print_csv(std::ostream& out, const std::vector<Figure>& figures) {
    out << "figure,detail,count";
    for (const Percentile& percentile : percentiles) out << "," << percentile.name;
    out << "\r\n";
    for (const Figure& figure : figures) {
        out << figure.name.name << "," << csv_cell(figure.untrusted_detail) << "," << figure.count;
        for (const Percentile& percentile : percentiles) {
            out << ",";
            if (figure.times.count() > 0) out << figure.times.percentile(percentile.share).count();
        }
        out << "\r\n";
    }
}

void print_json(std::ostream& out, const std::vector<Figure>& figures) {
    json::array list;
    for (const Figure& figure : figures) {
        json::object object{
            {"figure", figure.name.name}, {"detail", shown_text(figure.untrusted_detail)}, {"count", figure.count}};
        for (const Percentile& percentile : percentiles) {
            json::value& value = object[percentile.name];
            if (figure.times.count() > 0) value = figure.times.percentile(percentile.share).count();
        }
        list.emplace_back(std::move(object));
    }
    out << json::serialize(list) << "\n";
}

}  // namespace

std::string duration_words(TimeHistogram::Time time) {
    struct Unit {
        double microseconds;
        double below;  // of this unit
        const char* name;
    };
    constexpr std::array units{Unit{1e3, 1000, "ms"}, Unit{1e6, 60, "s"}, Unit{6e7, 60, "min"}, Unit{3.6e9, 48, "h"}};
    constexpr Unit days{8.64e10, 0, "d"};
    const auto value = static_cast<double>(time.count());
    Unit unit = days;
    for (const Unit& one : units) {
        if (value / one.microseconds >= one.below) continue;
        unit = one;
        break;
    }
    const double number = value / unit.microseconds;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), number < 10 ? "%.1f %s" : "%.0f %s", number, unit.name);
    return text.data();
}

void print_figures(std::ostream& out, StatsFormat format, const std::vector<Figure>& figures) {
    switch (format) {
        case StatsFormat::text:
            return print_text(out, figures);
        case StatsFormat::csv:
            return print_csv(out, figures);
        case StatsFormat::json:
        case StatsFormat::html:        // a page of its own
        case StatsFormat::prometheus:  // books_metrics
            return print_json(out, figures);
    }
}

}  // namespace mugaika

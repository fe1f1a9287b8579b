#include "relay/stats/day_chart.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "relay/stats/html_text.hpp"

namespace mugaika {
namespace {

constexpr double width = 720, height = 220, left = 56, top = 10, bottom = 28;
constexpr double plot_width = width - left - 4, plot_height = height - top - bottom;
constexpr std::array<std::string_view, 5> classes{"clean", "sanitized", "quarantined", "refused", "other"};
constexpr std::array<std::string_view, 5> in_japanese{"そのまま配送", "無害化して配送", "保留", "拒否", "その他"};
constexpr std::size_t days_with_names = 16;  // more would run into each other

struct Day {
    std::string name;
    std::array<std::uint64_t, classes.size()> mails{};
    std::uint64_t sum() const {
        std::uint64_t all = 0;
        for (const std::uint64_t some : mails) all += some;
        return all;
    }
};

std::size_t class_of(const std::string& verdict) {
    const auto found = std::find(classes.begin(), classes.end(), verdict);
    return found == classes.end() ? classes.size() - 1 : static_cast<std::size_t>(found - classes.begin());
}

std::vector<Day> days_of(const MailRows::Rows& rows) {
    std::vector<Day> days;
    for (const auto& [key, counts] : rows) {
        if (days.empty() || days.back().name != key[0]) days.push_back({key[0], {}});
        days.back().mails[class_of(key[1])] += counts.mails;
    }
    return days;
}

// The next 1, 2 or 5 with zeros behind it.
std::uint64_t round_top(std::uint64_t most) {
    for (std::uint64_t power = 1;; power *= 10) {
        for (const std::uint64_t step : std::array<std::uint64_t, 3>{1, 2, 5}) {
            if (step * power >= most) return step * power;
        }
    }
}

std::string coordinate(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

void print_scale(std::ostream& out, std::uint64_t most) {
    for (const double share : {0.0, 0.5, 1.0}) {
        const std::string y = coordinate(top + plot_height * (1 - share));
        out << "<line class=\"grid\" x1=\"" << left << "\" x2=\"" << width << "\" y1=\"" << y << "\" y2=\"" << y
            << "\"/><text x=\"" << left - 6 << "\" y=\"" << y << "\" dy=\"4\" text-anchor=\"end\">"
            << static_cast<std::uint64_t>(share * static_cast<double>(most)) << "</text>\n";
    }
}

void print_bar(std::ostream& out, const Day& day, double x, double bar, std::uint64_t most) {
    double y = top + plot_height;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (day.mails[i] == 0) continue;
        const double high = plot_height * static_cast<double>(day.mails[i]) / static_cast<double>(most);
        y -= high;
        out << "<rect class=\"" << classes[i] << "\" x=\"" << coordinate(x) << "\" y=\"" << coordinate(y)
            << "\" width=\"" << coordinate(std::max(bar * 0.8, 0.5)) << "\" height=\"" << coordinate(high)
            << "\"><title>" << html_text(day.name) << " " << classes[i] << ": " << day.mails[i] << "</title></rect>\n";
    }
}

}  // namespace

void print_day_chart(std::ostream& out, const MailRows::Rows& rows) {
    const std::vector<Day> days = days_of(rows);
    if (days.empty()) return;
    std::uint64_t most = 1;
    for (const Day& day : days) most = std::max(most, day.sum());
    most = round_top(most);
    out << "<svg viewBox=\"0 0 " << width << " " << height
        << "\" role=\"img\" aria-label=\"日別の件数 / mails by day\">\n";
    print_scale(out, most);
    const double bar = plot_width / static_cast<double>(days.size());
    const std::size_t named_each = (days.size() + days_with_names - 1) / days_with_names;
    for (std::size_t i = 0; i < days.size(); ++i) {
        const double x = left + bar * static_cast<double>(i);
        print_bar(out, days[i], x, bar, most);
        if (i % named_each != 0) continue;
        out << "<text x=\"" << coordinate(x + bar * 0.4) << "\" y=\"" << height - 8 << "\" text-anchor=\"middle\">"
            << html_text(days[i].name.size() > 5 ? days[i].name.substr(5) : days[i].name) << "</text>\n";
    }
    out << "</svg>\n<p class=\"legend\">";
    for (std::size_t i = 0; i < classes.size(); ++i) {
        out << "<span class=\"key " << classes[i] << "\"></span>" << in_japanese[i] << " <small>" << classes[i]
            << "</small> ";
    }
    out << "</p>\n";
}

}  // namespace mugaika

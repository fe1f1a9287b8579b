#include "sanitizer/codec/words/number_format.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <system_error>

#include "policy/ascii.hpp"

namespace mugaika::codec::words {
namespace {

// One section of a code, taken apart.
struct Section {
    std::string before, behind;          // words around the figures
    int decimals = 0, decimals_min = 0;  // figures behind the point: at most, and always
    bool has_figures = false, has_thousands = false, is_percent = false;
    bool has_day = false, has_month = false, has_year = false, has_hour = false, has_second = false;

    bool is_date() const noexcept { return has_day || has_year || (has_month && !has_hour && !has_second); }
    bool is_time() const noexcept { return has_hour || has_second; }
    bool is_moment() const noexcept { return !has_figures_of_a_number() && (is_date() || is_time()); }

private:
    bool has_figures_of_a_number() const noexcept { return has_figures && !is_time(); }
};

// The section for what is below 0 may stand behind the first semicolon.
std::string_view section(std::string_view format, std::size_t wanted) {
    bool is_quoted = false;
    std::size_t from = 0, number = 0;
    for (std::size_t i = 0; i <= format.size(); ++i) {
        if (i < format.size() && format[i] == '"') is_quoted = !is_quoted;
        if (i < format.size() && (format[i] != ';' || is_quoted)) continue;
        if (number++ == wanted) return format.substr(from, i - from);
        from = i + 1;
    }
    return {};
}

// "[$¥-411]" shows its sign, "[h]" its hours; colours, conditions and calendars show nothing.
void read_brackets(std::string_view inside, Section& read) {
    if (inside.starts_with('$')) {
        const std::string_view sign = inside.substr(1, inside.substr(1).find('-'));
        (read.has_figures ? read.behind : read.before).append(sign);
    }
    if (inside == "h" || inside == "hh" || inside == "H") read.has_hour = true;
    if (inside == "s" || inside == "ss") read.has_second = true;
}

void read_letter(char c, Section& read) {
    switch (ascii::to_lower(c)) {
        case 'y':
        case 'e':
        case 'g':
            read.has_year = true;
            break;
        case 'd':
        case 'a':
            read.has_day = true;
            break;
        case 'm':
            read.has_month = true;
            break;
        case 'h':
            read.has_hour = true;
            break;
        case 's':
            read.has_second = true;
            break;
        default:
            break;
    }
}

Section parsed(std::string_view code) {
    Section read;
    bool is_behind_point = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        std::string& around = read.has_figures ? read.behind : read.before;
        if (c == '"') {
            const std::size_t end = std::min(code.find('"', i + 1), code.size());
            around.append(code.substr(i + 1, end - i - 1));
            i = end;
        } else if (c == '[') {
            const std::size_t end = std::min(code.find(']', i), code.size());
            read_brackets(code.substr(i + 1, end - i - 1), read);
            i = end;
        } else if (c == '\\' && i + 1 < code.size()) {
            // The next character, of however many bytes.
            while (++i, i + 1 < code.size() && (static_cast<unsigned char>(code[i + 1]) & 0xc0) == 0x80)
                around += code[i];
            around += code[i];
        } else if (c == '_' || c == '*') {
            ++i;
        } else if ((c == 'E' || c == 'e') && read.has_figures && i + 1 < code.size() &&
                   (code[i + 1] == '+' || code[i + 1] == '-')) {
            return Section();  // scientific: as it stands
        } else if (c == '0' || c == '#' || c == '?') {
            read.has_figures = true;
            if (is_behind_point) ++read.decimals;
            if (is_behind_point && c == '0') read.decimals_min = read.decimals;
        } else if (c == '.') {
            is_behind_point = true;
        } else if (c == ',') {
            read.has_thousands = read.has_thousands || read.has_figures;
        } else if (c == '%') {
            read.is_percent = true;
        } else if (c == '-' || c == '(' || c == ')' || c == '/' || c == ':' || c == ' ' || c == '@') {
            continue;
        } else if (ascii::is_lower(ascii::to_lower(c))) {
            read_letter(c, read);
        } else {
            around += c;  // "円", "▲", of several bytes
        }
    }
    return read;
}

std::string two(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// The first of March 1900 and later; before that Excel counts a day that never was.
std::optional<std::string> shown_moment(double value, const Section& how, Epoch epoch) {
    constexpr double last = 2958466;  // the year 10000
    if (!(value >= 0) || value >= last) return std::nullopt;
    constexpr double seconds_a_day = 86400;
    const auto seconds = static_cast<std::int64_t>(std::llround(value * seconds_a_day));
    const auto of_day = static_cast<unsigned>(seconds % 86400);
    std::string text;
    if (how.is_date()) {
        const std::int64_t serial = seconds / 86400;
        using std::chrono::sys_days;
        const sys_days zero = epoch == Epoch::of_1904
                                  ? sys_days(std::chrono::year{1904} / 1 / 1)
                                  : sys_days(std::chrono::year{1899} / 12 / (serial < 61 ? 31 : 30));
        const std::chrono::year_month_day day{zero + std::chrono::days(serial)};
        text = std::to_string(static_cast<int>(day.year())) + "/" + std::to_string(static_cast<unsigned>(day.month())) +
               "/" + std::to_string(static_cast<unsigned>(day.day()));
    }
    if (!how.is_time()) return text;
    // More than a day's hours where only they are shown.
    const std::int64_t hours = how.is_date() ? of_day / 3600 : seconds / 3600;
    text += (text.empty() ? "" : " ") + std::to_string(hours) + ":" + two(of_day / 60 % 60);
    if (how.has_second) text += ":" + two(of_day % 60);
    return text;
}

std::string with_thousands(std::string figures) {
    std::size_t at = std::min(figures.find('.'), figures.size());
    for (; at > 3; at -= 3) figures.insert(at - 3, ",");
    return figures;
}

// Rounded as people do and Excel does: of the fifteen figures that it keeps, half goes up (1.005 is 1.01, 7.25 is 7.3).
// Not below 0.
std::string fixed(double value, int decimals) {
    constexpr int kept = 15;
    std::array<char, 40> text{};
    const auto written =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, kept - 1);
    const std::string_view said(text.data(), static_cast<std::size_t>(written.ptr - text.data()));  // "7.25000…e+00"
    const std::size_t mark = said.find('e');
    int point = 1;  // figures before it
    std::from_chars(said.data() + mark + (said[mark + 1] == '+' ? 2 : 1), written.ptr, point);
    ++point;
    std::string figures = "0" + std::string(said.substr(0, 1)) + std::string(said.substr(2, kept - 1));
    if (point < 0) figures.insert(1, static_cast<std::size_t>(-point), '0'), point = 0;
    const std::size_t end = static_cast<std::size_t>(1 + point + decimals);
    if (end < figures.size()) {
        const bool goes_up = figures[end] >= '5';
        figures.resize(end);
        for (std::size_t i = end; goes_up && i-- > 0;) {
            if (figures[i] != '9') {
                ++figures[i];
                break;
            }
            figures[i] = '0';
        }
    }
    figures.resize(end, '0');
    const auto whole = static_cast<std::size_t>(1 + point);
    std::string number = figures.substr(0, whole);
    number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
    return decimals == 0 ? number : number + "." + figures.substr(whole);
}

std::string general(double value) {
    std::array<char, 40> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 15);
    return {text.data(), written.ptr};
}

std::string figures_of(double value, const Section& how) {
    if (!how.has_figures) return general(value);
    std::string figures = fixed(value, how.decimals);
    for (int i = how.decimals; i > how.decimals_min && figures.ends_with('0'); --i) figures.pop_back();
    if (figures.ends_with('.')) figures.pop_back();
    return how.has_thousands ? with_thousands(std::move(figures)) : figures;
}

}  // namespace

std::string_view built_in_format(std::uint32_t id) noexcept {
    constexpr std::array<std::string_view, 12> first{"",      "0",        "0.00",     "#,##0", "#,##0.00", "#,##0",
                                                     "#,##0", "#,##0.00", "#,##0.00", "0%",    "0.00%",    ""};
    if (id < first.size()) return first[id];
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) ||
        (id >= 57 && id <= 58)) {
        return "yyyy/m/d";
    }
    if (id == 20 || id == 18 || id == 32 || id == 34 || id == 55) return "h:mm";
    if (id == 21 || id == 19 || id == 33 || id == 35 || id == 46 || id == 56) return "h:mm:ss";
    if (id == 22) return "yyyy/m/d h:mm";
    if (id == 37 || id == 38) return "#,##0";
    if (id == 39 || id == 40) return "#,##0.00";
    return "";
}

std::string shown_number(std::string_view value, std::string_view format, Epoch epoch) {
    constexpr std::size_t exact_bytes_max = 15;  // longer ones have figures that no Excel shows
    if (format.empty() && value.size() <= exact_bytes_max) return std::string(value);
    double number = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc() || read.ptr != value.data() + value.size() || !std::isfinite(number))
        return std::string(value);
    constexpr std::size_t format_bytes_max = 255;  // of Excel
    if (format.size() > format_bytes_max || format == "General" || format == "@") format = {};
    const Section positive = parsed(section(format, 0)), negative = parsed(section(format, 1));
    if (positive.is_moment()) return shown_moment(number, positive, epoch).value_or(std::string(value));
    const bool is_below = number < 0 && negative.has_figures;
    const Section& how = is_below ? negative : positive;
    // Words where no figures are shown stand for the number: it would be lost.
    if (!how.has_figures) return figures_of(number, Section());
    std::string figures = figures_of(std::abs(how.is_percent ? number * 100 : number), how);
    const bool is_zero = figures.find_first_of("123456789") == figures.npos;
    const bool has_sign = number < 0 && !is_zero && !(is_below && !how.before.empty());
    return (has_sign ? "-" : "") + how.before + figures + (how.is_percent ? "%" : "") + how.behind;
}

}  // namespace mugaika::codec::words

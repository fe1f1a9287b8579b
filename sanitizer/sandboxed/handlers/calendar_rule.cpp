#include "sanitizer/sandboxed/handlers/calendar_rule.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/handlers/calendar_lines.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t rule_bytes_max = 500;

struct Frequency {
    std::string_view name;
    std::string_view every;     // 毎週
    std::string_view interval;  // 2「週間ごと」
};

constexpr std::array frequencies{Frequency{"DAILY", "毎日", "日ごと"}, Frequency{"WEEKLY", "毎週", "週間ごと"},
                                 Frequency{"MONTHLY", "毎月", "か月ごと"}, Frequency{"YEARLY", "毎年", "年ごと"}};

struct Weekday {
    std::string_view name;
    std::string_view japanese;
};

constexpr std::array weekdays{Weekday{"MO", "月"}, Weekday{"TU", "火"}, Weekday{"WE", "水"}, Weekday{"TH", "木"},
                              Weekday{"FR", "金"}, Weekday{"SA", "土"}, Weekday{"SU", "日"}};

std::vector<std::string_view> split(std::string_view text, char sign) {
    std::vector<std::string_view> pieces;
    while (true) {
        const std::size_t end = text.find(sign);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

// "+2", "-1", "15"; nothing when it is no number, or none that a calendar has.
std::optional<int> number(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.size() > 4 || !std::all_of(text.begin(), text.end(), ascii::is_digit)) return std::nullopt;
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return is_negative ? -value : value;
}

std::string join(const std::vector<std::string>& words) {
    std::string joined;
    for (const std::string& word : words) joined += (joined.empty() ? "" : "・") + word;
    return joined;
}

// 第2, 最終, 最後から2番目の
std::string ordinal(int position) {
    if (position > 0) return "第" + std::to_string(position);
    return position == -1 ? "最終" : "最後から" + std::to_string(-position) + "番目の";
}

// The parts of a rule as they are read; each becomes words or makes the whole rule one without words.
class RuleWords {
public:
    RuleWords(const ReadersClock& clock, const std::string& tzid, int days_ahead)
        : clock_(clock), tzid_(tzid), days_ahead_(days_ahead) {}

    std::optional<std::string> read(const std::string& rule);

private:
    bool take(std::string_view name, std::string_view value);
    bool take_frequency(std::string_view value);
    bool take_weekdays(std::string_view value);
    bool take_month_days(std::string_view value);
    bool take_months(std::string_view value);
    bool take_position(std::string_view value);
    std::string words() const;

    const ReadersClock& clock_;
    const std::string& tzid_;
    int days_ahead_;
    const Frequency* frequency_ = nullptr;
    int interval_ = 1;
    std::string months_;
    std::string month_days_;
    std::string weekdays_;
    std::string position_;
    std::string end_;
};

std::optional<std::string> RuleWords::read(const std::string& rule) {
    for (const std::string_view part : split(rule, ';')) {
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos || !take(part.substr(0, equals), part.substr(equals + 1))) {
            return std::nullopt;
        }
    }
    if (frequency_ == nullptr) return std::nullopt;
    return words();
}

bool RuleWords::take(std::string_view name, std::string_view value) {
    if (name == "FREQ") return take_frequency(value);
    if (name == "BYDAY") return take_weekdays(value);
    if (name == "BYMONTHDAY") return take_month_days(value);
    if (name == "BYMONTH") return take_months(value);
    if (name == "BYSETPOS") return take_position(value);
    if (name == "WKST") return true;
    if (name == "UNTIL") {
        end_ = "、" + clock_.show(value, tzid_) + " まで";
        return true;
    }
    const auto count = number(value);
    if (!count || *count < 1) return false;
    if (name == "INTERVAL") interval_ = *count;
    if (name == "COUNT") end_ = "、全" + std::to_string(*count) + "回";
    return name == "INTERVAL" || name == "COUNT";
}

bool RuleWords::take_frequency(std::string_view value) {
    const auto* found =
        std::find_if(frequencies.begin(), frequencies.end(), [&](const Frequency& f) { return f.name == value; });
    if (found == frequencies.end()) return false;
    frequency_ = found;
    return true;
}

bool RuleWords::take_weekdays(std::string_view value) {
    std::vector<std::string> names;
    for (const std::string_view day : split(value, ',')) {
        if (day.size() < 2) return false;
        const auto* found =
            std::find_if(weekdays.begin(), weekdays.end(), [&](const Weekday& w) { return day.ends_with(w.name); });
        if (found == weekdays.end()) return false;
        const std::string_view before = day.substr(0, day.size() - 2);
        const auto position = before.empty() ? std::optional(0) : number(before);
        if (!position || (*position != 0 && days_ahead_ != 0)) return false;
        const auto at = static_cast<std::size_t>(found - weekdays.begin() + 7 + days_ahead_) % 7;
        names.push_back((*position == 0 ? "" : ordinal(*position)) + std::string(weekdays.at(at).japanese));
    }
    weekdays_ = join(names) + "曜日";
    return true;
}

bool RuleWords::take_month_days(std::string_view value) {
    std::vector<std::string> names;
    for (const std::string_view day : split(value, ',')) {
        const auto position = number(day);
        if (!position || *position == 0 || days_ahead_ != 0) return false;
        if (*position > 0) names.push_back(std::to_string(*position) + "日");
        if (*position == -1) names.emplace_back("末日");
        if (*position < -1) names.push_back("末日から" + std::to_string(-*position) + "日目");
    }
    month_days_ = join(names);
    return true;
}

bool RuleWords::take_months(std::string_view value) {
    std::vector<std::string> names;
    for (const std::string_view month : split(value, ',')) {
        const auto position = number(month);
        if (!position || *position < 1 || *position > 12 || days_ahead_ != 0) return false;
        names.push_back(std::to_string(*position) + "月");
    }
    months_ = join(names);
    return true;
}

bool RuleWords::take_position(std::string_view value) {
    const auto position = number(value);
    if (!position || *position == 0 || days_ahead_ != 0) return false;
    position_ = *position == 1    ? "のうち最初の日"
                : *position == -1 ? "のうち最後の日"
                : *position > 0   ? "のうち" + std::to_string(*position) + "番目の日"
                                  : "のうち最後から" + std::to_string(-*position) + "番目の日";
    return true;
}

std::string RuleWords::words() const {
    std::string out =
        interval_ == 1 ? std::string(frequency_->every) : std::to_string(interval_) + std::string(frequency_->interval);
    const auto add = [&](const std::string& words, const char* between) {
        if (!words.empty()) out += between + words;
    };
    add(months_, " ");
    add(month_days_, months_.empty() ? " " : "");
    add(weekdays_, month_days_.empty() ? " " : "の");
    return out + position_ + end_;
}

}  // namespace

std::string rule_in_words(std::string_view rule, const ReadersClock& clock, const std::string& tzid, int days_ahead) {
    if (rule.size() > rule_bytes_max) return std::string(rule);
    const auto words = RuleWords(clock, tzid, days_ahead).read(to_upper(ascii::trim(rule)));
    return words.value_or(std::string(rule));
}

std::string duration_in_words(std::string_view duration) {
    std::string words;
    std::string digits;
    bool in_time = false;
    std::string_view rest = ascii::trim(duration);
    if (rest.starts_with('+')) rest.remove_prefix(1);
    if (!rest.starts_with('P') || rest.size() > 30) return std::string(duration);
    for (const char c : rest.substr(1)) {
        if (ascii::is_digit(c)) {
            digits += c;
        } else if (c == 'T' && digits.empty()) {
            in_time = true;
        } else {
            const std::string_view unit = c == 'W'              ? "週間"
                                          : c == 'D'            ? "日"
                                          : c == 'H' && in_time ? "時間"
                                          : c == 'M' && in_time ? "分"
                                          : c == 'S' && in_time ? "秒"
                                                                : "";
            if (unit.empty() || digits.empty()) return std::string(duration);
            const std::size_t first = digits.find_first_not_of('0');
            if (first != std::string::npos) words += digits.substr(first) + std::string(unit);
            digits.clear();
        }
    }
    return words.empty() || !digits.empty() ? std::string(duration) : words;
}

}  // namespace mugaika::sandboxed

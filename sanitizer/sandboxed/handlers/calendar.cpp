#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/handlers/calendar_reading.hpp"
#include "sanitizer/sandboxed/handlers/calendar_rule.hpp"
#include "sanitizer/sandboxed/handlers/calendar_time.hpp"
#include "sanitizer/sandboxed/handlers/decoded_part.hpp"

namespace mugaika::sandboxed {
namespace {

struct Shown {
    std::string_view property;  // upper case
    std::string_view label;
};

// What a reader needs; alarms, attachments, pictures, keys and extensions are left out. AC-218
constexpr std::array<Shown, 25> shown_properties{{
    {"METHOD", "種別"},     {"SUMMARY", "件名"},  {"DTSTART", "開始"},           {"DTEND", "終了"},
    {"DUE", "期限"},        {"DURATION", "期間"}, {"RRULE", "繰り返し"},         {"RDATE", "追加の日時"},
    {"EXDATE", "除く日時"}, {"LOCATION", "場所"}, {"RECURRENCE-ID", "対象の回"}, {"ORGANIZER", "主催者"},
    {"ATTENDEE", "出席者"}, {"STATUS", "状態"},   {"DESCRIPTION", "説明"},       {"COMMENT", "コメント"},
    {"FN", "氏名"},         {"N", "姓名"},        {"SORT-STRING", "よみ"},       {"ORG", "組織"},
    {"TITLE", "役職"},      {"TEL", "電話"},      {"EMAIL", "メール"},           {"ADR", "住所"},
    {"NOTE", "備考"},
}};

constexpr std::string_view calendar_type = "text/calendar";  // vCards are the others

struct Word {
    std::string_view written;  // upper case
    std::string_view japanese;
};

constexpr std::array methods{Word{"REQUEST", "招待・依頼"}, Word{"REPLY", "返答"},
                             Word{"CANCEL", "中止"},        Word{"PUBLISH", "お知らせ"},
                             Word{"ADD", "回の追加"},       Word{"COUNTER", "変更の提案"},
                             Word{"REFRESH", "再送の依頼"}, Word{"DECLINECOUNTER", "提案の辞退"}};

constexpr std::array answers{Word{"ACCEPTED", "出席"},       Word{"DECLINED", "欠席"},
                             Word{"TENTATIVE", "仮の出席"},  Word{"DELEGATED", "代理に委任"},
                             Word{"NEEDS-ACTION", "未回答"}, Word{"COMPLETED", "完了"},
                             Word{"IN-PROCESS", "進行中"}};

constexpr std::array states{Word{"TENTATIVE", "仮の予定"},  Word{"CONFIRMED", "確定"}, Word{"CANCELLED", "中止"},
                            Word{"NEEDS-ACTION", "未着手"}, Word{"COMPLETED", "完了"}, Word{"IN-PROCESS", "進行中"}};

// "欠席 (DECLINED)"; what has no word here stays as it is.
template <class Words>
std::string in_words(const Words& words, const std::string& written) {
    const std::string upper = to_upper(ascii::trim(written));
    const auto* found = std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.written == upper; });
    return found == words.end() ? written : std::string(found->japanese) + " (" + upper + ")";
}

const Shown* row_of(std::string_view property) {
    const auto* row = std::find_if(shown_properties.begin(), shown_properties.end(),
                                   [&](const Shown& shown) { return shown.property == property; });
    return row == shown_properties.end() ? nullptr : row;
}

// A property that is shown.
struct Line {
    Property property;
    const Shown* row = nullptr;
    std::size_t component = 0;  // in which it stands
    bool begins_block = false;  // the first one behind a BEGIN
};

// When the component begins: its DTSTART.
struct Start {
    std::string value;
    std::string tzid;
};

// Components whose properties say nothing to a reader, alarms first of all.
bool is_hidden_component(std::string_view name) { return name == "VALARM" || name == "VTIMEZONE"; }

class Summary {
public:
    Summary(const Part& part, const std::string& time_zone, CalendarReading reading)
        : part_(part), clock_(time_zone), reading_(std::move(reading)) {
        for (const Property& property : reading_.properties()) add(property);
    }

    // Empty when it says nothing that we know.
    Decoded make() &&;

private:
    void add(const Property& property);
    std::string shown(const Line&);
    std::string value_of(const Property&);
    std::string person(const Property&);
    std::string times(const Property&) const;
    std::string rule(const Line&) const;
    std::string method(const Property&) const;
    void take_zone(const std::string& zone);
    std::string zone_of(const std::string& tzid) const;
    void add_method_of_mail();

    const Part& part_;
    ReadersClock clock_;
    CalendarReading reading_;
    std::vector<Line> lines_;
    std::vector<Start> starts_{Start()};  // of each component, by its number; [0] is what stands outside of all
    bool begins_block_ = false;
    std::size_t hidden_depth_ = 0;
    std::string zone_being_defined_;
    std::optional<std::string> calendar_zone_;  // "" where its calendars name several
    std::string method_;
};

void Summary::add(const Property& property) {
    const std::string component = to_upper(ascii::trim(property.value));
    if (property.name == "BEGIN") {
        if (hidden_depth_ > 0 || is_hidden_component(component)) ++hidden_depth_;
        if (component == "VTIMEZONE") zone_being_defined_.clear();
        if (hidden_depth_ == 0) begins_block_ = true;
        starts_.emplace_back();
    }
    if (property.name == "END" && hidden_depth_ > 0) --hidden_depth_;
    if (hidden_depth_ > 0 && property.name == "TZID") zone_being_defined_ = property.value;
    if (hidden_depth_ > 0 && property.name == "TZOFFSETTO") clock_.define(zone_being_defined_, property.value);
    if (hidden_depth_ > 0) return;
    if (property.name == "X-WR-TIMEZONE") take_zone(std::string(ascii::trim(property.value)));
    const Shown* row = row_of(property.name);
    if (row == nullptr) return;
    if (property.name == "METHOD") method_ = component;
    if (property.name == "DTSTART") starts_.back() = {property.value, property.parameter("TZID")};
    lines_.push_back({property, row, starts_.size() - 1, std::exchange(begins_block_, false)});
}

// Many calendars say in which zone they were written by this property alone. One file may hold several calendars.
void Summary::take_zone(const std::string& zone) {
    constexpr std::size_t zone_bytes_max = 64;  // it is written behind each time
    if (zone.size() > zone_bytes_max) return;
    if (calendar_zone_ && *calendar_zone_ != zone) {
        calendar_zone_ = "";
    } else {
        calendar_zone_ = zone;
    }
}

// Of a time: its own, else that of the calendar; "" for none.
std::string Summary::zone_of(const std::string& tzid) const {
    return tzid.empty() ? calendar_zone_.value_or("") : tzid;
}

// What the mail says of a file that says nothing itself; a file without one is no scheduling message (RFC 5546 3.1),
// but readers take the mail's word for it.
void Summary::add_method_of_mail() {
    const bool is_told = !part_.calendar_method.empty() && part_.facts.detected_type == calendar_type;
    if (!is_told || !method_.empty() || lines_.empty()) return;
    method_ = to_upper(part_.calendar_method);
    Line line;
    line.property.name = "METHOD";
    line.property.value = method_;
    line.row = row_of("METHOD");
    lines_.insert(lines_.begin(), std::move(line));
}

// The file's word counts (RFC 6047 2.4 wants both to be the same); what the mail says otherwise is told.
std::string Summary::method(const Property& property) const {
    const std::string words = in_words(methods, property.value);
    const std::string of_mail = to_upper(part_.calendar_method);
    const bool is_same = of_mail.empty() || of_mail == to_upper(ascii::trim(property.value));
    return is_same ? words : words + "、メールの指定は " + in_words(methods, of_mail);
}

Decoded Summary::make() && {
    add_method_of_mail();
    std::string out;
    for (const Line& line : lines_) {
        if (line.begins_block && !out.empty()) out += "\n";
        out += std::string(line.row->label) + " (" + std::string(line.row->property) + "): " + shown(line) + "\n";
    }
    Decoded decoded = reading_.take_notes();
    decoded.utf8 = std::move(out);
    return decoded;
}

std::string Summary::shown(const Line& line) {
    const std::string& name = line.property.name;
    const bool is_time = name == "DTSTART" || name == "DTEND" || name == "DUE" || name == "RECURRENCE-ID" ||
                         name == "RDATE" || name == "EXDATE";
    if (is_time) return times(line.property);
    if (name == "RRULE") return rule(line);
    if (name == "DURATION") return duration_in_words(line.property.value);
    if (name == "METHOD") return method(line.property);
    if (name == "STATUS") return in_words(states, line.property.value);
    if (name == "ORGANIZER" || name == "ATTENDEE") return person(line.property);
    return value_of(line.property);
}

std::string Summary::value_of(const Property& property) {
    std::string text = unescaped(reading_.value_of(property), "  ");
    if (property.name == "N" || property.name == "ADR" || property.name == "ORG") {
        std::replace(text.begin(), text.end(), ';', ' ');
    }
    return text;
}

// 田中 <tanaka@example.net> 欠席 (DECLINED)
std::string Summary::person(const Property& property) {
    std::string address = value_of(property);
    if (ascii::istarts_with(address, "mailto:")) address.erase(0, 7);
    const std::string name = property.parameter("CN");
    std::string out = name.empty() ? address : name + " <" + address + ">";
    const std::string answer = property.parameter("PARTSTAT");
    const bool is_open = ascii::iequals(answer, "NEEDS-ACTION") && method_ != "REPLY";
    if (!answer.empty() && !is_open) out += " " + in_words(answers, answer);
    const std::string remark = property.parameter("X-RESPONSE-COMMENT");
    return remark.empty() ? out : out + "「" + remark + "」";
}

// An all-day event ends on the day before its DTEND (RFC 5545 3.6.1).
std::string Summary::times(const Property& property) const {
    std::string out;
    for (std::string_view rest = property.value; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const std::string last = property.name == "DTEND" ? day_before(one) : std::string(one);
        out += (out.empty() ? "" : "、") + clock_.show(last, zone_of(property.parameter("TZID")));
    }
    return out;
}

std::string Summary::rule(const Line& line) const {
    const Start& start = starts_[line.component];
    const std::string zone = zone_of(start.tzid);
    return rule_in_words(line.property.value, clock_, zone, clock_.days_ahead(start.value, zone));
}

class CalendarHandler final : public PartHandler {
public:
    explicit CalendarHandler(std::string time_zone) : time_zone_(std::move(time_zone)) {}

    std::string_view name() const noexcept override { return "calendar"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::calendar; }

    Result<PartOutcome> handle(Part&& part, const Budget& budget) const override {
        const std::size_t room = budget.text_left();
        CalendarReading reading(part.untrusted_bytes, part.charset_label, room);
        Decoded decoded = Summary(part, time_zone_, std::move(reading)).make();
        if (decoded.utf8.empty()) return PartOutcome(Quarantined{Reason::not_rebuilt});
        return PartOutcome(to_text_made(std::move(decoded), room));
    }

private:
    std::string time_zone_;
};

}  // namespace

std::unique_ptr<PartHandler> make_calendar_handler(const std::string& time_zone) {
    return std::make_unique<CalendarHandler>(time_zone);
}

}  // namespace mugaika::sandboxed

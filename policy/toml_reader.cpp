#include "policy/toml_reader.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/shown_text.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

constexpr std::size_t quoted_bytes_max = 80;

std::string quoted(std::string_view untrusted_text) { return '"' + shown_text(untrusted_text, quoted_bytes_max) + '"'; }

TomlPlace place_of(const toml::source_region& source) { return {source.begin.line, source.begin.column}; }

// Recursion is bounded: toml++ refuses more than 256 levels of nesting.
TomlValue copy_of(const toml::node& node) {
    TomlValue value;
    value.place = place_of(node.source());
    value.kind = TomlValue::Kind::other;
    if (const auto* text = node.as_string()) {
        value.kind = TomlValue::Kind::text;
        value.text = text->get();
    } else if (const auto* number = node.as_integer()) {
        value.kind = TomlValue::Kind::number;
        value.number = number->get();
    } else if (const auto* truth = node.as_boolean()) {
        value.kind = TomlValue::Kind::truth;
        value.truth = truth->get();
    } else if (const auto* list = node.as_array()) {
        value.kind = TomlValue::Kind::list;
        for (const toml::node& item : *list) value.items.push_back(copy_of(item));
    } else if (const auto* table = node.as_table()) {
        value.kind = TomlValue::Kind::table;
        for (auto&& [key, member] : *table) {
            value.members.push_back({std::string(key.str()), place_of(key.source()), copy_of(member)});
        }
    }
    return value;
}

// Makes of the file what toml++ may see: pure ASCII without controls. Its version 3.3 runs into undefined behaviour
// when it meets characters such as "。" where it looks for white space. So characters past ASCII are a fault everywhere
// but in comments, where each becomes a "?", and between double quotes, where each becomes its escape; original() takes
// the columns that this adds away again. Strings over several lines are a fault too, because with them a line alone
// would not say where a comment begins.
class AsciiCopy {
public:
    explicit AsciiCopy(std::string_view text) : text_(text) { run(); }

    std::string_view fault() const noexcept { return fault_; }  // "" when there is none
    TomlPlace place() const noexcept { return place_; }         // of the fault
    const std::string& copy() const noexcept { return copy_; }

    // Where what stands at a place of the copy stands in the file.
    TomlPlace original(TomlPlace place) const noexcept {
        auto wider = std::lower_bound(escapes_.begin(), escapes_.end(), place.line,
                                      [](const Escape& one, std::uint32_t line) { return one.place.line < line; });
        std::uint32_t added = 0;
        for (; wider != escapes_.end() && wider->place.line == place.line; ++wider) {
            if (wider->place.column + added < place.column) added += wider->added;
        }
        place.column -= added;
        return place;
    }

private:
    struct Escape {
        TomlPlace place;      // of the character, in the file
        std::uint32_t added;  // columns
    };

    void escape(char32_t c) {
        std::array<char, 16> text{};
        std::snprintf(text.data(), text.size(), c < 0x10000 ? "\\u%04X" : "\\U%08X", static_cast<unsigned>(c));
        const std::string_view escaped(text.data());
        escapes_.push_back({place_, static_cast<std::uint32_t>(escaped.size() - 1)});
        copy_.append(escaped);
    }

    enum class Inside { nothing, comment, basic_string, literal_string };

    void run() {
        while (!text_.empty()) {
            const utf8::Character c = utf8::first(text_);
            fault_ = judge(c);
            if (!fault_.empty()) return;
            const char byte = c.value < 0x80 ? static_cast<char>(c.value) : '?';
            if (c.value >= 0x80 && inside_ == Inside::basic_string) {
                escape(c.value);
            } else {
                copy_.push_back(byte);
            }
            take(byte);
            place_ = byte == '\n' ? TomlPlace{place_.line + 1, 1} : TomlPlace{place_.line, place_.column + 1};
            text_.remove_prefix(c.bytes);
        }
    }

    std::string_view judge(const utf8::Character& c) const noexcept {
        if (!c.valid) return "the file is not in UTF-8";
        if (c.value >= 0x80) {
            const bool is_taken = inside_ == Inside::comment || (inside_ == Inside::basic_string && !escaped_);
            return is_taken ? "" : "characters past ASCII are taken in comments and between double quotes only";
        }
        const char byte = static_cast<char>(c.value);
        const bool is_layout = byte == '\t' || byte == '\n' || text_.starts_with("\r\n");
        if (ascii::is_control(byte) && !is_layout) return "control characters are not taken";
        const bool several_lines = text_.starts_with("\"\"\"") || text_.starts_with("'''");
        return inside_ == Inside::nothing && several_lines ? "strings over several lines are not taken" : "";
    }

    void take(char c) noexcept {
        const bool escaped = std::exchange(escaped_, false);
        if (c == '\n') {
            inside_ = Inside::nothing;
        } else if (inside_ == Inside::nothing) {
            inside_ = c == '#'    ? Inside::comment
                      : c == '"'  ? Inside::basic_string
                      : c == '\'' ? Inside::literal_string
                                  : Inside::nothing;
        } else if (inside_ == Inside::basic_string && !escaped) {
            escaped_ = c == '\\';
            if (c == '"') inside_ = Inside::nothing;
        } else if (inside_ == Inside::literal_string && c == '\'') {
            inside_ = Inside::nothing;
        }
    }

    std::string_view text_;  // what is still to be read
    Inside inside_ = Inside::nothing;
    bool escaped_ = false;  // by a backslash in a basic string
    std::string copy_;
    std::vector<Escape> escapes_;  // in order
    std::string_view fault_;
    TomlPlace place_;
};

void move_to_originals(TomlValue& value, const AsciiCopy& readable) {
    value.place = readable.original(value.place);
    for (TomlValue& item : value.items) move_to_originals(item, readable);
    for (TomlMember& member : value.members) {
        member.place = readable.original(member.place);
        move_to_originals(member.value, readable);
    }
}

std::string_view kind_words(TomlValue::Kind kind) {
    switch (kind) {
        case TomlValue::Kind::text:
            return "a string";
        case TomlValue::Kind::number:
            return "a number";
        case TomlValue::Kind::truth:
            return "true or false";
        case TomlValue::Kind::list:
            return "a list";
        case TomlValue::Kind::table:
            return "a table";
        case TomlValue::Kind::other:
            break;
    }
    return "a date, time or fraction";
}

// Digits at the start of `text`, which they are taken from. Nothing when there are none or too many.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
    constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && ascii::is_digit(text[digits]); ++digits) {
        const auto digit = static_cast<std::uint64_t>(text[digits] - '0');
        if (value > (max - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

std::optional<std::uint64_t> times(std::uint64_t value, std::uint64_t factor) noexcept {
    if (value > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
    return value * factor;
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::string_view units = "KMG";
    std::string unit;
    for (std::size_t i = 0; i < units.size() && bytes >= 1024 && bytes % 1024 == 0; ++i) {
        bytes /= 1024;
        unit = units[i];
    }
    return std::to_string(bytes) + unit;
}

// Levenshtein's distance, for short names only.
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string FileFault::text() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + words;
}

void FileFaults::add(TomlPlace place, std::string words) {
    faults_.push_back({file_, place.line, place.column, std::move(words)});
}

std::vector<FileFault> FileFaults::in_order() && {
    std::stable_sort(faults_.begin(), faults_.end(), [](const FileFault& a, const FileFault& b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return std::move(faults_);
}

const TomlMember* TomlValue::find(std::string_view key) const noexcept {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const TomlMember& member) { return member.key == key; });
    return found == members.end() ? nullptr : &*found;
}

std::optional<TomlValue> parse_toml(std::string_view text, FileFaults& faults) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const AsciiCopy readable(text);
    if (!readable.fault().empty()) {
        faults.add(readable.place(), "not valid here: " + std::string(readable.fault()));
        return std::nullopt;
    }
    try {
        TomlValue root = copy_of(toml::parse(readable.copy()));
        move_to_originals(root, readable);
        return root;
    } catch (const toml::parse_error& error) {
        faults.add(readable.original(place_of(error.source())), "not valid TOML: " + shown_text(error.description()));
        return std::nullopt;
    }
}

std::optional<std::uint64_t> bytes_from_text(std::string_view text) noexcept {
    const auto value = take_number(text);
    if (!value || text.size() > 1) return std::nullopt;
    if (text.empty()) return value;
    switch (text.front()) {
        case 'K':
            return times(*value, 1u << 10);
        case 'M':
            return times(*value, 1u << 20);
        case 'G':
            return times(*value, 1u << 30);
        default:
            return std::nullopt;
    }
}

std::optional<std::chrono::seconds> duration_from_text(std::string_view text) noexcept {
    const auto value = take_number(text);
    if (!value || text.size() != 1 || *value > 1'000'000'000) return std::nullopt;
    const std::chrono::seconds::rep count = static_cast<std::chrono::seconds::rep>(*value);
    switch (text.front()) {
        case 's':
            return std::chrono::seconds(count);
        case 'm':
            return std::chrono::minutes(count);
        case 'h':
            return std::chrono::hours(count);
        default:
            return std::nullopt;
    }
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> names) {
    constexpr std::size_t name_bytes_max = 64;  // longer ones are no slip of the finger
    if (wrong.size() > name_bytes_max) return {};
    std::size_t nearest = std::min(wrong.size() / 3 + 1, std::size_t{3}) + 1;  // so many edits make another word
    std::string_view found;
    for (const std::string_view name : names) {
        const std::size_t edits = edits_between(wrong, name);
        if (edits >= nearest) continue;
        nearest = edits;
        found = name;
    }
    return found.empty() ? std::string() : ", did you mean " + quoted(found) + "?";
}

const TomlValue* TableReader::any(std::string_view key) {
    asked_.emplace_back(key);
    const TomlMember* member = table_.find(key);
    return member == nullptr ? nullptr : &member->value;
}

void TableReader::fault(TomlPlace place, std::string_view key, std::string_view words) {
    faults_.add(place, name_ + " " + std::string(key) + ": " + std::string(words));
}

const TomlValue* TableReader::of_kind(std::string_view key, TomlValue::Kind kind, std::string_view expected) {
    const TomlValue* value = any(key);
    if (value == nullptr || value->kind == kind) return value;
    fault(value->place, key, std::string(kind_words(value->kind)) + " stands here, expected " + std::string(expected));
    return nullptr;
}

const TomlValue* TableReader::text(std::string_view key, std::string& target) {
    const TomlValue* value = of_kind(key, TomlValue::Kind::text, "a string");
    if (value != nullptr) target = value->text;
    return value;
}

void TableReader::truth(std::string_view key, bool& target) {
    if (const TomlValue* value = of_kind(key, TomlValue::Kind::truth, "true or false")) target = value->truth;
}

std::optional<std::uint64_t> TableReader::bounded(std::string_view key, Unit unit, std::uint64_t min,
                                                  std::uint64_t max) {
    const TomlValue* value = any(key);
    if (value == nullptr) return std::nullopt;
    const auto shown = [unit](std::uint64_t n) {
        return unit == Unit::seconds ? std::to_string(n) + "s" : unit == Unit::bytes ? size_text(n) : std::to_string(n);
    };
    const std::string range = "from " + shown(min) + " to " + shown(max);
    std::optional<std::uint64_t> number;
    if (value->kind == TomlValue::Kind::number && unit != Unit::seconds && value->number >= 0) {
        number = static_cast<std::uint64_t>(value->number);
    } else if (value->kind == TomlValue::Kind::text && unit == Unit::bytes) {
        number = bytes_from_text(value->text);
    } else if (value->kind == TomlValue::Kind::text && unit == Unit::seconds) {
        if (const auto time = duration_from_text(value->text)) number = static_cast<std::uint64_t>(time->count());
    }
    if (!number) {
        const std::string_view expected = unit == Unit::count   ? "a whole number "
                                          : unit == Unit::bytes ? "a size such as \"50M\" "
                                                                : "a time such as \"300s\" ";
        fault(value->place, key, "expected " + std::string(expected) + range);
        return std::nullopt;
    }
    if (*number < min || *number > max) {
        fault(value->place, key, shown(*number) + " is out of range, expected " + range);
        return std::nullopt;
    }
    return number;
}

std::optional<std::size_t> TableReader::choice(std::string_view key, std::span<const std::string_view> names) {
    std::string expected = "one of";
    for (const std::string_view name : names) expected += " " + quoted(name);
    const TomlValue* value = of_kind(key, TomlValue::Kind::text, expected);
    if (value == nullptr) return std::nullopt;
    const auto found = std::find(names.begin(), names.end(), value->text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    fault(value->place, key,
          quoted(value->text) + " is not known, expected " + expected + did_you_mean(value->text, names));
    return std::nullopt;
}

std::vector<TableReader::Item> TableReader::texts(std::string_view key, Needed needed) {
    constexpr std::string_view expected = "a list of strings";
    std::vector<Item> items;
    const TomlValue* list = of_kind(key, TomlValue::Kind::list, expected);
    if (list == nullptr) {
        if (needed == Needed::yes && table_.find(key) == nullptr) {
            fault(table_.place, key, "is missing, expected " + std::string(expected));
        }
        return items;
    }
    if (list->items.empty()) fault(list->place, key, "the list is empty, expected at least one string");
    for (const TomlValue& item : list->items) {
        if (item.kind == TomlValue::Kind::text) {
            items.push_back({item.text, item.place});
        } else {
            fault(item.place, key, std::string(kind_words(item.kind)) + " stands in the list, expected a string");
        }
    }
    return items;
}

const TomlValue* TableReader::table(std::string_view key) { return of_kind(key, TomlValue::Kind::table, "a table"); }

std::vector<const TomlValue*> TableReader::tables(std::string_view key) {
    const std::string expected = "tables, each under [[" + std::string(key) + "]]";
    std::vector<const TomlValue*> found;
    const TomlValue* list = of_kind(key, TomlValue::Kind::list, expected);
    if (list == nullptr) return found;
    for (const TomlValue& item : list->items) {
        if (item.kind == TomlValue::Kind::table) {
            found.push_back(&item);
        } else {
            fault(item.place, key, "expected " + expected);
        }
    }
    return found;
}

void TableReader::finish() {
    const std::vector<std::string_view> names(asked_.begin(), asked_.end());
    for (const TomlMember& member : table_.members) {
        if (std::find(names.begin(), names.end(), member.key) != names.end()) continue;
        std::string known = "; known keys:";
        for (const std::string_view name : names) known += " " + std::string(name);
        const std::string hint = did_you_mean(member.key, names);
        faults_.add(member.place, name_ + ": the key " + quoted(member.key) + " is not known" +
                                      (hint.empty() && !names.empty() ? known : hint));
    }
}

}  // namespace mugaika

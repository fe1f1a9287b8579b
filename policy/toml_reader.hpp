// Reading TOML files that administrators write: every fault is collected with its place, what is wrong and what was
// expected; a key that nobody asked for is a fault too. toml++ stays inside toml_reader.cpp (compile time).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mugaika {

struct TomlPlace {
    std::uint32_t line = 1;  // both from 1; what is missing is blamed on the beginning of the file
    std::uint32_t column = 1;
};

struct FileFault {
    std::string file;
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::string words;         // what is wrong and what was expected, one line, fit for a terminal
    std::string text() const;  // "FILE:LINE:COL: words"
};

// Collects the faults of one file.
class FileFaults {
public:
    explicit FileFaults(std::string file) : file_(std::move(file)) {}
    void add(TomlPlace, std::string words);
    std::size_t count() const noexcept { return faults_.size(); }
    std::vector<FileFault> in_order() &&;  // of place

private:
    std::string file_;
    std::vector<FileFault> faults_;
};

struct TomlMember;

struct TomlValue {
    enum class Kind { text, number, truth, list, table, other };  // other: fractions, dates and times: never asked for
    Kind kind = Kind::table;
    TomlPlace place;
    std::string text;
    std::int64_t number = 0;
    bool truth = false;
    std::vector<TomlValue> items;     // list
    std::vector<TomlMember> members;  // table, sorted by key

    const TomlMember* find(std::string_view key) const noexcept;  // among the members
};

struct TomlMember {
    std::string key;
    TomlPlace place;  // of the key
    TomlValue value;
};

// The root table, or nothing after a syntax error, which is added to the faults (one only: what follows it is
// guesswork).
std::optional<TomlValue> parse_toml(std::string_view text, FileFaults&);

// "50M" → bytes; units K, M, G of 1024, or none. Nothing for anything else, and for what exceeds 64 bits.
std::optional<std::uint64_t> bytes_from_text(std::string_view) noexcept;
// "300s", "5m", "2h". A unit must be given.
std::optional<std::chrono::seconds> duration_from_text(std::string_view) noexcept;

// One table of the file. Ask for every key that may stand in it, then call finish(). What is missing or wrong leaves
// the target as it was, so that defaults stay and reading goes on to the next fault. `name` is for the words:
// "[relay]". Table and faults must outlive the reader.
class TableReader {
public:
    TableReader(const TomlValue& table, std::string name, FileFaults& faults)
        : table_(table), name_(std::move(name)), faults_(faults) {}

    // Also the value, for further checks; nullptr when the target stays as it was.
    const TomlValue* text(std::string_view key, std::string& target);
    void truth(std::string_view key, bool& target);
    template <class Number>
    void number(std::string_view key, Number& target, Number min, Number max) {
        if (const auto value = bounded(key, Unit::count, min, max)) target = static_cast<Number>(*value);
    }
    template <class Number>
    void bytes(std::string_view key, Number& target, Number min, Number max) {
        if (const auto value = bounded(key, Unit::bytes, min, max)) target = static_cast<Number>(*value);
    }
    template <class Duration>
    void duration(std::string_view key, Duration& target, std::chrono::seconds min, std::chrono::seconds max) {
        const auto value = bounded(key, Unit::seconds, static_cast<std::uint64_t>(min.count()),
                                   static_cast<std::uint64_t>(max.count()));
        if (value) target = std::chrono::seconds(static_cast<std::chrono::seconds::rep>(*value));
    }
    // One of an enumeration's values, by the name that to_string() gives it.
    template <class Enum>
    void one_of(std::string_view key, Enum& target, std::span<const Enum> values) {
        std::vector<std::string_view> names;
        for (const Enum value : values) names.push_back(to_string(value));
        if (const auto index = choice(key, names)) target = values[*index];
    }
    // A list of at least one string, each with its place, to be checked by the caller.
    struct Item {
        std::string text;
        TomlPlace place;
    };
    enum class Needed { no, yes };  // yes: that the key is missing is a fault
    std::vector<Item> texts(std::string_view key, Needed);
    // A table, or tables ([[name]]), below this one.
    const TomlValue* table(std::string_view key);
    std::vector<const TomlValue*> tables(std::string_view key);

    // For keys with a rule of their own: the value, if it is there; the key counts as asked for.
    const TomlValue* any(std::string_view key);
    void fault(TomlPlace place, std::string_view key, std::string_view words);

    // Adds a fault for each key that was not asked for, with the nearest one that was.
    void finish();

private:
    enum class Unit { count, bytes, seconds };
    const TomlValue* of_kind(std::string_view key, TomlValue::Kind kind, std::string_view expected);
    std::optional<std::uint64_t> bounded(std::string_view key, Unit unit, std::uint64_t min, std::uint64_t max);
    std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> names);

    const TomlValue& table_;
    std::string name_;
    FileFaults& faults_;
    std::vector<std::string> asked_;
};

// Words to append to a fault: which of `names` is nearest to `wrong`; "" when none is near.
std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> names);

}  // namespace mugaika

// Short names that are known beforehand, each with a value: asked for every element and attribute of a document, so a
// look costs a few instructions. Filled once; names must outlive the table.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace mugaika {

// Of its length, its beginning and its end. Whoever chooses names can make many that are alike, so it is for tables
// that grow by our names alone, and for caches with one place for each value.
inline std::size_t quick_hash(std::string_view name) noexcept {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    if (name.size() >= 8) {
        std::memcpy(&begin, name.data(), 8);
        std::memcpy(&end, name.data() + name.size() - 8, 8);
    } else {
        for (const char c : name) begin = begin << 8 | static_cast<unsigned char>(c);
    }
    const std::uint64_t mixed = (begin ^ end * 0x9e3779b97f4a7c15 ^ name.size()) * 0xd6e8feb86659fd93;
    return static_cast<std::size_t>(mixed >> 32);
}

template <class Value>
class NameTable {
public:
    // Of two with one name the first counts.
    void add(std::string_view name, Value value) {
        if (2 * (count_ + 1) > rows_.size()) grow();
        Row& row = rows_[place_of(name)];
        if (row.is_taken) return;
        row = {name, std::move(value), true};
        ++count_;
    }
    const Value* find(std::string_view name) const noexcept {
        if (rows_.empty()) return nullptr;
        const Row& row = rows_[place_of(name)];
        return row.is_taken ? &row.value : nullptr;
    }
    bool has(std::string_view name) const noexcept { return find(name) != nullptr; }

private:
    struct Row {
        std::string_view name;
        Value value;
        bool is_taken = false;
    };

    // Where it is, or would be. Half of the places are free, so there is an end.
    std::size_t place_of(std::string_view name) const noexcept {
        const std::size_t mask = rows_.size() - 1;
        std::size_t at = quick_hash(name) & mask;
        while (rows_[at].is_taken && rows_[at].name != name) at = (at + 1) & mask;
        return at;
    }
    void grow() {
        std::vector<Row> old(rows_.empty() ? 16 : 2 * rows_.size());
        old.swap(rows_);
        for (Row& row : old) {
            if (row.is_taken) rows_[place_of(row.name)] = std::move(row);
        }
    }

    std::vector<Row> rows_;  // a power of two
    std::size_t count_ = 0;
};

}  // namespace mugaika

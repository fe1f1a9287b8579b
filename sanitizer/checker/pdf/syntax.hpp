// The tokens of the narrow form: one spelling for each value, single blanks between, nothing else. All functions throw
// Refused where something else stands; offsets count from the start of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::checker::pdf {

struct Refused {
    std::string words;  // what stood where, what was expected
};

// A piece of the file and where it stands.
struct Piece {
    std::string_view bytes;
    std::size_t at;
};

[[noreturn]] void refuse(std::string_view expected, std::size_t at);

struct Entry {
    std::string_view key;  // without slash
    Piece value;
};

// The value at the front of `piece`; takes it away. Arrays and dictionaries stand in each other at most 8 deep.
Piece take_value(Piece& piece);
void take(Piece& piece, std::string_view exact);
std::uint32_t take_count(Piece& piece);  // 0 or [1-9][0-9]*, below 2^32

// The entries of `<< /A 1 /B 2 >>`, keys rising; the items of `[ 1 2 ]`.
std::vector<Entry> entries_of(Piece dictionary);

// Calls `use(Piece)` for each item.
template <class Use>
void each_item(Piece array, Use use) {
    take(array, "[ ");
    while (!array.bytes.starts_with(']')) {
        use(take_value(array));
        take(array, " ");
    }
    take(array, "]");
}

bool is_number(std::string_view) noexcept;
bool is_integer(std::string_view) noexcept;  // of at most 32 bits with sign
bool is_name(std::string_view) noexcept;
bool is_text(std::string_view) noexcept;

std::string decoded_text(std::string_view hexadecimal);  // of a token for which is_text()

}  // namespace mugaika::checker::pdf

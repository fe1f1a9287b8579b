// How the items of a list are marked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::sandboxed {

enum class ListMarker : std::uint8_t {
    none,
    bullet,
    decimal,
    lower_alpha,
    upper_alpha,
    lower_roman,
    upper_roman,
    kanji,
    hiragana,
    katakana,
    iroha,
};

// The list-style-type of that name; nothing for what is none.
std::optional<ListMarker> list_marker(std::string_view lower_case);
// The type attribute of <ol>, <ul> and <li>; the case of its letter counts.
std::optional<ListMarker> list_marker_of_type(std::string_view type);

// What stands before an item, its blank with it: "3. ", "iv. ", "三、", "・", "". A number that a way of counting has
// no sign for is written in digits, as browsers do.
std::string item_mark(ListMarker, int value);

}  // namespace mugaika::sandboxed

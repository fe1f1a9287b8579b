// A number in CSS.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace mugaika::sandboxed {

// The number that `text` begins with; `text` is left with the rest behind it. Nothing, and `text` untouched, when it
// begins with none.
inline std::optional<double> read_number(std::string_view& text) {
    double number = 0;
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
    text = text.substr(static_cast<std::size_t>(end - text.data()));
    return number;
}

}  // namespace mugaika::sandboxed

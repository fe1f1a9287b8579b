// A set of bytes, asked with one load each. For scanning text: std::string_view::find_first_of calls a function for
// every byte.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace mugaika {

class ByteSet {
public:
    constexpr explicit ByteSet(std::string_view members) noexcept {
        for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
    }
    // All bytes of which `is_member` is true.
    template <typename Predicate>
    requires(!std::is_convertible_v<Predicate, std::string_view>) constexpr explicit ByteSet(
        Predicate is_member) noexcept {
        for (std::size_t i = 0; i < has_.size(); ++i) has_[i] = is_member(static_cast<char>(i));
    }

    constexpr bool has(char c) const noexcept { return has_[static_cast<unsigned char>(c)]; }

    // Where the first member stands in `text`; its size when there is none.
    constexpr std::size_t find_in(std::string_view text, std::size_t from = 0) const noexcept {
        const auto found = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size())),
                                        text.end(), [this](char c) { return has(c); });
        return static_cast<std::size_t>(found - text.begin());
    }

private:
    std::array<bool, 256> has_{};
};

}  // namespace mugaika

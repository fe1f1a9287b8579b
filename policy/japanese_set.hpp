// A set of characters between U+3000 and U+9FFF, where kana and kanji stand. One load answers: asking for ranges one
// after the other makes the processor guess, and in Japanese, where kana and kanji change all the time, guess wrong.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mugaika {

class JapaneseSet {
public:
    // All characters of the block of which `is_member` is true.
    template <typename Predicate>
    constexpr explicit JapaneseSet(Predicate is_member) noexcept {
        for (char32_t c = first; c < end; ++c) {
            if (is_member(c)) bits_[(c - first) / 64] |= std::uint64_t{1} << (c % 64);
        }
    }

    // False for all others, outside the block too.
    constexpr bool has(char32_t c) const noexcept {
        return c - first < end - first && (bits_[(c - first) / 64] >> (c % 64) & 1) != 0;
    }

private:
    static constexpr char32_t first = 0x3000;
    static constexpr char32_t end = 0xa000;
    static_assert(first % 64 == 0);

    std::array<std::uint64_t, (end - first) / 64> bits_{};
};

}  // namespace mugaika

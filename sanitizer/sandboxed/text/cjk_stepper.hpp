// Steps over raw multi-byte characters in header values, so that a byte of a Japanese character is not taken for
// syntax: ISO-2022-JP uses 0x21-0x7E (quotes, semicolons, angle brackets), Shift_JIS second bytes include the
// backslash. AC-092.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/utf8.hpp"

namespace mugaika::sandboxed {

class CjkStepper {
public:
    // Shift_JIS pairs are stepped over only where the text is no valid UTF-8: the two share lead bytes. The text must
    // outlive the stepper.
    explicit CjkStepper(std::string_view text) noexcept : last_invalid_(last_invalid(text)) {
        is_utf8_ = last_invalid_ == nullptr;
        const std::size_t last = text.rfind(back_to_ascii);
        if (last != std::string_view::npos) last_back_ = text.data() + last;
        looked_at() += text.size();
    }

    // As if made for `rest` alone, an end of the text that begins beside ASCII, without looking at it again: a field
    // may have hundreds of values before a long last one.
    CjkStepper from(std::string_view rest) const noexcept {
        CjkStepper stepper = *this;
        stepper.is_utf8_ = last_invalid_ == nullptr || last_invalid_ < rest.data();
        return stepper;
    }

    // How many bytes all steppers of this thread were made for: lets a test say that reading a header is linear.
    static std::uint64_t& looked_at() noexcept {
        thread_local std::uint64_t bytes = 0;
        return bytes;
    }

    // Bytes that belong together at the beginning of `rest`, an end of the text that must not be empty: a whole
    // double-byte run of ISO-2022-JP with its escapes, a Shift_JIS pair, or 1. Stepping through a text is linear: a
    // run's end is searched only where there is one.
    std::size_t character_bytes(std::string_view rest) const noexcept {
        if (rest.starts_with("\x1b$") && last_back_ != nullptr && rest.data() < last_back_) {
            return std::min(rest.find(back_to_ascii, 2) + 3, rest.size());
        }
        return !is_utf8_ && rest.size() > 1 && is_lead(rest[0]) && is_second(rest[1]) ? 2 : 1;
    }

private:
    static constexpr std::string_view back_to_ascii = "\x1b(";  // and one more byte

    static bool is_lead(char c) noexcept {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
    }
    static bool is_second(char c) noexcept {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x40 && byte <= 0xfc && byte != 0x7f;
    }
    // Where the last byte stands that is no part of a UTF-8 character; nullptr for none.
    static const char* last_invalid(std::string_view text) noexcept {
        const char* last = nullptr;
        while (!text.empty()) {
            const utf8::Character character = utf8::first(text);
            if (!character.valid) last = text.data();
            text.remove_prefix(character.bytes);
        }
        return last;
    }

    const char* last_invalid_;
    bool is_utf8_ = true;
    const char* last_back_ = nullptr;
};

}  // namespace mugaika::sandboxed

// Reads a file from front to back, and only what is expected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika::checker {

class PictureCursor {
public:
    PictureCursor(std::string_view format, std::string_view untrusted) : format_(format), bytes_(untrusted) {}

    std::size_t at() const noexcept { return at_; }
    std::string_view rest() const noexcept { return bytes_.substr(at_); }
    bool sees(std::string_view literal) const noexcept { return rest().starts_with(literal); }
    bool take(std::string_view literal) noexcept {
        if (!sees(literal)) return false;
        at_ += literal.size();
        return true;
    }
    // Fewer at the end.
    std::string_view take_bytes(std::size_t size) noexcept {
        const std::string_view taken = rest().substr(0, size);
        at_ += taken.size();
        return taken;
    }
    // Big endian, of 1 to 4 bytes; behind the end are zeros, which the next expectation finds out.
    std::uint32_t take_number(std::size_t size) noexcept {
        std::uint32_t value = 0;
        const std::string_view taken = take_bytes(size);
        for (std::size_t i = 0; i < size; ++i) {
            value = value << 8 | (i < taken.size() ? static_cast<unsigned char>(taken[i]) : 0u);
        }
        return value;
    }
    Error refusal(std::string_view expected) const {
        std::string words(format_);
        words.append(": at offset ").append(std::to_string(at_)).append(": expected ").append(expected);
        return Error(Fault::protocol, std::move(words));
    }

private:
    std::string_view format_;
    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace mugaika::checker

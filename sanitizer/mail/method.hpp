// By which of the ministry's ways a part crosses (DOMAIN section 1, FILES.md section 2); the words of ledgers and logs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mugaika {

enum class Method : std::uint8_t {
    none,       // it does not cross
    text_body,  // ア: as text of the body
    text_file,  // ウ-1: text of a file
    image_pdf,  // ウ-2: pictures of the pages
    rebuilt,    // ウ-3: rebuilt without what is dangerous
    looked_at,  // ウ-4: the original, after a person looked at it
};
inline constexpr std::array methods{Method::none,      Method::text_body, Method::text_file,
                                    Method::image_pdf, Method::rebuilt,   Method::looked_at};

constexpr std::string_view to_string(Method method) noexcept {
    constexpr std::array<std::string_view, methods.size()> names{"", "ア", "ウ-1", "ウ-2", "ウ-3", "ウ-4"};
    return names[static_cast<std::size_t>(method)];
}

constexpr bool is_of_text(Method method) noexcept { return method == Method::text_body || method == Method::text_file; }
constexpr bool is_of_file(Method method) noexcept { return method >= Method::image_pdf; }

}  // namespace mugaika

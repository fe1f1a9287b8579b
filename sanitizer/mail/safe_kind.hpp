// The kinds of files that may leave. The list is closed: for each there is a checker that reads it whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mugaika {

enum class SafeKind : std::uint8_t { jpeg, png, pdf, docx, xlsx, pptx, text, csv };
inline constexpr std::uint32_t safe_kind_count = 8;

std::string_view to_string(SafeKind) noexcept;   // in ledgers and logs
std::string_view media_type(SafeKind) noexcept;  // RFC 6838 type/subtype
std::string_view extension(SafeKind) noexcept;   // ".jpg"
std::optional<SafeKind> safe_kind_from_number(std::uint32_t) noexcept;

}  // namespace mugaika

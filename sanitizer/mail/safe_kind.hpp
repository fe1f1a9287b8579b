// The kinds of files that may leave. The list is closed: for each there is a checker that reads it whole. But for zip,
// which nothing makes but PackedFile, of files that have been checked. image_pdf is a PDF of pictures of pages, in a
// form of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mugaika {

enum class SafeKind : std::uint8_t { jpeg, png, pdf, docx, xlsx, pptx, zip, text, csv, ics, vcf, image_pdf };
inline constexpr std::uint32_t safe_kind_count = 12;

std::string_view to_string(SafeKind) noexcept;   // in ledgers and logs
std::string_view media_type(SafeKind) noexcept;  // RFC 6838 type/subtype
std::string_view extension(SafeKind) noexcept;   // ".jpg"
// ".jpeg" says the same as ".jpg". Lower case, with the dot.
bool is_extension_of(SafeKind, std::string_view extension) noexcept;
std::optional<SafeKind> safe_kind_from_number(std::uint32_t) noexcept;

}  // namespace mugaika

// The formats that LibreOffice reads for us: those before packages, and those of other programs. Nobody but it reads
// them whole; what it makes of them is hostile again (FILES.md 4).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

// The last three are packages, which codecs rebuild; only pictures of their pages are made by it.
enum class OfficeFormat : std::uint8_t { doc, xls, ppt, rtf, odt, ods, odp, docx, xlsx, pptx };
inline constexpr std::uint32_t office_format_count = 7;  // without packages
inline constexpr OfficeFormat last_office_format = OfficeFormat::pptx;

// By what the bytes are, templates included; nothing for what LibreOffice is not asked for, packages included.
std::optional<OfficeFormat> office_format_of(std::string_view detected_type) noexcept;
// The same, packages and those with macros too: whose pages it can show.
std::optional<OfficeFormat> pages_format_of(std::string_view detected_type) noexcept;

// The formats for which there is a converter; each by its number.
using OfficeFormats = std::bitset<office_format_count>;

// Whose pages can be drawn: those of PDF, and of formats, each by its number.
struct PagesDrawn {
    bool of_pdf = false;
    std::bitset<static_cast<std::size_t>(last_office_format) + 1> of_office;
};

SafeKind becomes(OfficeFormat) noexcept;            // docx, xlsx or pptx
std::string_view extension(OfficeFormat) noexcept;  // ".doc"

}  // namespace mugaika

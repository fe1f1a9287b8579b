#include "sanitizer/mail/office_format.hpp"

#include <algorithm>
#include <array>

namespace mugaika {
namespace {

struct Row {
    std::string_view type, extension;
    SafeKind becomes;
};
constexpr std::array<Row, static_cast<std::size_t>(last_office_format) + 1> rows{{
    {"application/msword", ".doc", SafeKind::docx},
    {"application/vnd.ms-excel", ".xls", SafeKind::xlsx},
    {"application/vnd.ms-powerpoint", ".ppt", SafeKind::pptx},
    {"application/rtf", ".rtf", SafeKind::docx},
    {"application/vnd.oasis.opendocument.text", ".odt", SafeKind::docx},
    {"application/vnd.oasis.opendocument.spreadsheet", ".ods", SafeKind::xlsx},
    {"application/vnd.oasis.opendocument.presentation", ".odp", SafeKind::pptx},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", SafeKind::docx},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", SafeKind::xlsx},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx", SafeKind::pptx},
}};

struct MacroRow {
    std::string_view type;
    OfficeFormat format;
};
constexpr std::array with_macros{
    MacroRow{"application/vnd.ms-word.document.macroEnabled.12", OfficeFormat::docx},
    MacroRow{"application/vnd.ms-excel.sheet.macroEnabled.12", OfficeFormat::xlsx},
    MacroRow{"application/vnd.ms-powerpoint.presentation.macroEnabled.12", OfficeFormat::pptx},
};

// OpenDocument names its templates by an ending of its own; Word, Excel and PowerPoint by nothing in the file.
constexpr std::string_view template_ending = "-template";

const Row& row(OfficeFormat format) noexcept { return rows[static_cast<std::size_t>(format)]; }

}  // namespace

std::optional<OfficeFormat> pages_format_of(std::string_view detected_type) noexcept {
    const auto* const macros = std::find_if(with_macros.begin(), with_macros.end(),
                                            [&](const MacroRow& one) { return one.type == detected_type; });
    if (macros != with_macros.end()) return macros->format;
    if (detected_type.ends_with(template_ending)) detected_type.remove_suffix(template_ending.size());
    const auto* const found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.type == detected_type; });
    if (found == rows.end()) return std::nullopt;
    return static_cast<OfficeFormat>(found - rows.begin());
}

std::optional<OfficeFormat> office_format_of(std::string_view detected_type) noexcept {
    const auto format = pages_format_of(detected_type);
    const bool is_package = format && static_cast<std::uint32_t>(*format) >= office_format_count;
    return is_package ? std::nullopt : format;
}

SafeKind becomes(OfficeFormat format) noexcept { return row(format).becomes; }
std::string_view extension(OfficeFormat format) noexcept { return row(format).extension; }

}  // namespace mugaika

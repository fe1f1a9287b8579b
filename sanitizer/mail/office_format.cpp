#include "sanitizer/mail/office_format.hpp"

#include <algorithm>
#include <array>

namespace mugaika {
namespace {

struct Row {
    std::string_view type, extension;
    SafeKind becomes;
};
constexpr std::array<Row, office_format_count> rows{{
    {"application/msword", ".doc", SafeKind::docx},
    {"application/vnd.ms-excel", ".xls", SafeKind::xlsx},
    {"application/vnd.ms-powerpoint", ".ppt", SafeKind::pptx},
    {"application/rtf", ".rtf", SafeKind::docx},
    {"application/vnd.oasis.opendocument.text", ".odt", SafeKind::docx},
    {"application/vnd.oasis.opendocument.spreadsheet", ".ods", SafeKind::xlsx},
    {"application/vnd.oasis.opendocument.presentation", ".odp", SafeKind::pptx},
}};

// OpenDocument names its templates by an ending of its own; Word, Excel and PowerPoint by nothing in the file.
constexpr std::string_view template_ending = "-template";

const Row& row(OfficeFormat format) noexcept { return rows[static_cast<std::size_t>(format)]; }

}  // namespace

std::optional<OfficeFormat> office_format_of(std::string_view detected_type) noexcept {
    if (detected_type.ends_with(template_ending)) detected_type.remove_suffix(template_ending.size());
    const auto* const found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.type == detected_type; });
    if (found == rows.end()) return std::nullopt;
    return static_cast<OfficeFormat>(found - rows.begin());
}

SafeKind becomes(OfficeFormat format) noexcept { return row(format).becomes; }
std::string_view extension(OfficeFormat format) noexcept { return row(format).extension; }

}  // namespace mugaika

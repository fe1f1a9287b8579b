#include "sanitizer/mail/safe_kind.hpp"

#include <algorithm>
#include <array>

namespace mugaika {
namespace {

struct Row {
    std::string_view name, type, extension;
};
constexpr std::array<Row, safe_kind_count> rows{{
    {"jpeg", "image/jpeg", ".jpg"},
    {"png", "image/png", ".png"},
    {"pdf", "application/pdf", ".pdf"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"},
    {"zip", "application/zip", ".zip"},
    {"text", "text/plain", ".txt"},
    {"csv", "text/csv", ".csv"},
    {"ics", "text/calendar", ".ics"},
    {"vcf", "text/vcard", ".vcf"},
    {"image-pdf", "application/pdf", ".pdf"},
}};

const Row& row(SafeKind kind) { return rows.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view to_string(SafeKind kind) noexcept { return row(kind).name; }
std::string_view media_type(SafeKind kind) noexcept { return row(kind).type; }
std::string_view extension(SafeKind kind) noexcept { return row(kind).extension; }

bool is_extension_of(SafeKind kind, std::string_view extension) noexcept {
    struct Also {
        SafeKind kind;
        std::string_view extension;
    };
    constexpr std::array others{Also{SafeKind::jpeg, ".jpeg"}, Also{SafeKind::jpeg, ".jpe"},
                                Also{SafeKind::jpeg, ".jfif"}, Also{SafeKind::text, ".log"},
                                Also{SafeKind::text, ".md"},   Also{SafeKind::text, ".json"},
                                Also{SafeKind::csv, ".tsv"},   Also{SafeKind::csv, ".tab"}};
    if (extension == row(kind).extension) return true;
    return std::any_of(others.begin(), others.end(),
                       [&](const Also& other) { return other.kind == kind && other.extension == extension; });
}

std::optional<SafeKind> safe_kind_from_number(std::uint32_t number) noexcept {
    if (number >= safe_kind_count) return std::nullopt;
    return static_cast<SafeKind>(number);
}

}  // namespace mugaika

#include "sanitizer/mail/safe_kind.hpp"

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
    {"text", "text/plain", ".txt"},
    {"csv", "text/csv", ".csv"},
}};

const Row& row(SafeKind kind) { return rows.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view to_string(SafeKind kind) noexcept { return row(kind).name; }
std::string_view media_type(SafeKind kind) noexcept { return row(kind).type; }
std::string_view extension(SafeKind kind) noexcept { return row(kind).extension; }

std::optional<SafeKind> safe_kind_from_number(std::uint32_t number) noexcept {
    if (number >= safe_kind_count) return std::nullopt;
    return static_cast<SafeKind>(number);
}

}  // namespace mugaika

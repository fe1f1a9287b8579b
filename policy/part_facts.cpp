#include "policy/part_facts.hpp"

#include <array>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::array<std::string_view, part_kind_count> names{
    "text", "html",     "mail",      "report",    "pdf",        "office",  "image", "archive",
    "tnef", "calendar", "signature", "encrypted", "executable", "partial", "other"};

}  // namespace

std::string_view to_string(PartKind kind) noexcept { return names.at(static_cast<std::size_t>(kind)); }

std::optional<PartKind> part_kind_from_name(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<PartKind>(i);
    }
    return std::nullopt;
}

bool is_part_path(std::string_view text) noexcept {
    constexpr std::size_t path_bytes_max = 512;
    char before = '.';
    for (const char c : text) {
        const bool starts_number = before == '.' || before == '/';
        const bool joins = (c == '.' || c == '/') && !starts_number;
        if (!joins && !(ascii::is_digit(c) && !(starts_number && c == '0'))) return false;
        before = c;
    }
    return text.size() <= path_bytes_max && ascii::is_digit(before);
}

bool is_behind(std::string_view later, std::string_view path) noexcept {
    constexpr std::string_view separators = "./";
    while (!path.empty()) {
        const std::string_view a = path.substr(0, path.find_first_of(separators));
        const std::string_view b = later.substr(0, later.find_first_of(separators));
        if (a != b) return a.size() != b.size() ? b.size() > a.size() : b > a;
        path.remove_prefix(std::min(a.size() + 1, path.size()));
        later.remove_prefix(std::min(b.size() + 1, later.size()));
    }
    return !later.empty();
}

}  // namespace mugaika

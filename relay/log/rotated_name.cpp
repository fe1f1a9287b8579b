#include "relay/log/rotated_name.hpp"

#include <filesystem>
#include <string>

namespace mugaika {
namespace {

// ".1", "-20261128", "-2026-11-28_05": what rotation puts into a name, by number or by date.
bool is_rotation_mark(std::string_view text) {
    return text.size() >= 2 && std::string_view(".-_").find(text.front()) != std::string_view::npos &&
           text.find_first_not_of("0123456789-._") == std::string_view::npos &&
           text.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

bool is_name_of_log(std::string_view name, std::string_view log) {
    const std::filesystem::path path(log);
    const std::string base = path.filename().string();
    const std::string stem = path.stem().string();
    const std::string extension = path.extension().string();
    if (name == base) return true;
    if (name.starts_with(base)) return is_rotation_mark(name.substr(base.size()));
    const bool around =
        name.size() > stem.size() + extension.size() && name.starts_with(stem) && name.ends_with(extension);
    return around && is_rotation_mark(name.substr(stem.size(), name.size() - stem.size() - extension.size()));
}

}  // namespace mugaika

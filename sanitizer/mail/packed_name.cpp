#include "sanitizer/mail/packed_name.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

constexpr std::size_t step_bytes_max = 200;
constexpr std::size_t name_bytes_max = 1000;

// Devices, with whatever extension. Windows takes the raised digits for digits.
bool is_device(std::string_view step) {
    constexpr auto devices =
        std::to_array<std::string_view>({"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"});
    constexpr auto digits = std::to_array<std::string_view>(
        {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "\u00b9", "\u00b2", "\u00b3"});
    const std::string stem = ascii::to_lower(ascii::trim(step.substr(0, step.find('.'))));
    if (std::find(devices.begin(), devices.end(), stem) != devices.end()) return true;
    return (stem.starts_with("com") || stem.starts_with("lpt")) &&
           std::find(digits.begin(), digits.end(), std::string_view(stem).substr(3)) != digits.end();
}

std::string safe_step(std::string_view untrusted) {
    std::string step(untrusted);
    constexpr std::string_view not_taken = "\\<>:\"|?*";
    std::replace_if(
        step.begin(), step.end(), [&](char c) { return not_taken.find(c) != not_taken.npos; }, '_');
    if (step.empty()) return "_";
    if (step.front() == '.' || step.front() == ' ') step.front() = '_';
    if (step.back() == '.' || step.back() == ' ') step.back() = '_';
    return is_device(step) ? "_" + step : step;
}

// ".png" with the dot; "" where there is none. A dot at the start begins no extension.
std::string_view extension_of(std::string_view step) noexcept {
    const std::size_t dot = step.rfind('.');
    return dot == step.npos || dot == 0 ? std::string_view() : step.substr(dot);
}

std::string safe_folder(std::string_view untrusted) { return safe_step(utf8::cut(untrusted, step_bytes_max)); }

// The extension stays, or becomes that of the kind; what is too long loses the end of what stands before it.
std::string safe_file(std::string_view untrusted, SafeKind kind) {
    const std::string step = safe_step(untrusted);
    const std::string_view own = extension_of(step);
    const bool is_own = is_extension_of(kind, ascii::to_lower(own));
    const std::string end(is_own ? own : extension(kind));
    const std::string_view stem = std::string_view(step).substr(0, is_own ? step.size() - own.size() : step.npos);
    return safe_step(std::string(utf8::cut(stem, step_bytes_max - end.size())) + end);
}

std::string safe_name(const RebuiltFile& member) {
    const std::string_view untrusted = member.name.str();
    const std::size_t slash = untrusted.rfind('/');
    const std::string file =
        safe_file(slash == untrusted.npos ? untrusted : untrusted.substr(slash + 1), member.file.kind());
    std::string folders;
    for (std::size_t at = 0; slash != untrusted.npos && at <= slash;) {
        const std::size_t end = untrusted.find('/', at);
        folders += safe_folder(untrusted.substr(at, end - at)) + "/";
        if (folders.size() + file.size() > name_bytes_max) return file;
        at = end + 1;
    }
    return folders + file;
}

// All folders that stand above a name, in lower case.
void add_folders(std::set<std::string>& folders, std::string_view name) {
    for (std::size_t slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1)) {
        folders.insert(ascii::to_lower(name.substr(0, slash)));
    }
}

}  // namespace

std::vector<std::string> packed_names(const std::vector<RebuiltFile>& members) {
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (const RebuiltFile& member : members) {
        names.push_back(safe_name(member));
        add_folders(taken, names.back());
    }
    std::map<std::string, std::size_t> last_number;  // of names that were wanted more than once
    for (std::string& name : names) {
        const std::string wanted = name;
        const std::size_t end = wanted.size() - extension_of(wanted).size();
        std::size_t& number = last_number.try_emplace(ascii::to_lower(wanted), 1).first->second;
        while (!taken.insert(ascii::to_lower(name)).second) {
            name = wanted.substr(0, end) + " (" + std::to_string(++number) + ")" + wanted.substr(end);
        }
    }
    return names;
}

}  // namespace mugaika

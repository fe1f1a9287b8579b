#include "sanitizer/compose/gate_zip_name.hpp"

#include <algorithm>
#include <array>

namespace mugaika::gate {
namespace {

constexpr std::size_t name_bytes_max = 1024;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// What Windows has for a device whatever stands behind the first dot.
bool is_device(std::string_view step) {
    constexpr auto names = std::to_array<std::string_view>({
        "aux",         "clock$",      "com0",        "com1",        "com2",        "com3", "com4",
        "com5",        "com6",        "com7",        "com8",        "com9",        "con",  "lpt0",
        "lpt1",        "lpt2",        "lpt3",        "lpt4",        "lpt5",        "lpt6", "lpt7",
        "lpt8",        "lpt9",        "conin$",      "conout$",     "nul",         "prn",  "com\xc2\xb9",
        "com\xc2\xb2", "com\xc2\xb3", "lpt\xc2\xb9", "lpt\xc2\xb2", "lpt\xc2\xb3",
    });
    std::string stem = lower(step.substr(0, step.find('.')));
    while (stem.ends_with(' ')) stem.pop_back();
    return std::find(names.begin(), names.end(), stem) != names.end();
}

const char* broken_by(std::string_view step) {
    if (step.empty()) return "name: a step without a name";
    if (step.front() == '.' || step.front() == ' ') return "name: a dot or blank at a start";
    if (step.back() == '.' || step.back() == ' ') return "name: a dot or blank at an end";
    if (step.find_first_of("\\:*?\"<>|") != step.npos) return "name: a character that Windows does not take";
    if (!is_seen_line(step)) return "name: not UTF-8, or a character that cannot be seen";
    return is_device(step) ? "name: that of a device" : nullptr;
}

}  // namespace

Judged judge_member_name(std::string_view name) {
    if (name.size() > name_bytes_max) return Breach{"name: too long", 0};
    for (std::size_t at = 0;;) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        if (const char* broken = broken_by(name.substr(at, end - at))) return Breach{broken, at};
        if (end == name.size()) return {};
        at = end + 1;
    }
}

Judged MemberNames::take(std::string_view name) {
    const std::string key = lower(name);
    for (std::size_t slash = key.find('/'); slash != key.npos; slash = key.find('/', slash + 1)) {
        const std::string_view folder = std::string_view(key).substr(0, slash);
        if (files_.contains(folder)) return Breach{"name: a folder like a file", slash};
        folders_.emplace(folder);
    }
    if (folders_.contains(key)) return Breach{"name: a file like a folder", 0};
    return files_.insert(key).second ? Judged() : Breach{"name: that of another member", 0};
}

}  // namespace mugaika::gate

#include "sanitizer/finish/hold_largest.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sanitizer/finish/held_row.hpp"

namespace mugaika {
namespace {

// Lines of a notice about one file, long names and base64 with them.
constexpr std::uint64_t words_about_it = 2048;

std::uint64_t freed_by(std::uint64_t file_bytes) noexcept {
    const std::uint64_t written = file_bytes / 3 * 4;
    return written > words_about_it ? written - words_about_it : 0;
}

using Paths = std::set<std::string, std::less<>>;

Paths paths_of_largest(const Extract& extract, std::uint64_t bytes) {
    std::vector<std::pair<std::uint64_t, std::string_view>> files;
    for (const RebuiltFile& file : extract.rebuilt) files.emplace_back(freed_by(file.file.bytes().size()), file.path);
    for (const PackedFile& file : extract.packed) files.emplace_back(freed_by(file.bytes().size()), file.path());
    std::sort(files.begin(), files.end(), std::greater<>());
    Paths held;
    std::uint64_t freed = 0;
    for (const auto& [frees, path] : files) {
        if (freed >= bytes || frees == 0) break;
        freed += frees;
        held.emplace(path);
    }
    return held;
}

bool is_below_one(std::string_view path, const Paths& packs) {
    for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
        if (packs.contains(path.substr(0, slash))) return true;
    }
    return false;
}

}  // namespace

bool hold_largest(Extract& extract, std::uint64_t bytes) {
    const Paths held = paths_of_largest(extract, bytes);
    if (held.empty()) return false;
    Paths packs;
    for (const PackedFile& file : extract.packed) {
        if (held.contains(file.path())) packs.insert(file.path());
    }
    for (PartRow& row : extract.parts) {
        const bool is_member = row.verdict == PartVerdict::rebuilt && is_below_one(row.facts.path, packs);
        if (is_member || held.contains(row.facts.path)) hold_row(row, Reason::files_too_large);
    }
    std::erase_if(extract.rebuilt, [&](const RebuiltFile& file) { return held.contains(file.path); });
    std::erase_if(extract.packed, [&](const PackedFile& file) { return held.contains(file.path()); });
    return true;
}

}  // namespace mugaika

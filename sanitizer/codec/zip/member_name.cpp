#include "sanitizer/codec/zip/member_name.hpp"

#include <zlib.h>

#include <algorithm>
#include <optional>

#include "policy/ascii.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::zip {
namespace {

constexpr std::uint32_t unicode_path = 0x7075;

struct UnicodePath {
    std::string_view name;
    bool is_current = false;  // made for the name that stands in the header
};

std::optional<UnicodePath> unicode_path_in(std::string_view extra, std::string_view header_name) {
    const auto field = find_extra(extra, unicode_path);
    if (!field || field->size() < 5 || field->front() != 1) return std::nullopt;
    const uLong crc =
        crc32(0, reinterpret_cast<const Bytef*>(header_name.data()), static_cast<uInt>(header_name.size()));
    return UnicodePath{field->substr(5), number32(*field, 1) == crc};
}

std::string_view extension(std::string_view name) noexcept {
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

// Writers put a makeshift of the name into the header where its charset has no letters for it: as many folders, the
// same extension, whatever the rest. In no charset of file names is '.' or '/' part of another letter.
bool is_makeshift(std::string_view header_name, std::string_view unicode_name) noexcept {
    if (ascii::is_ascii(unicode_name)) return false;
    if (std::count(header_name.begin(), header_name.end(), '/') !=
        std::count(unicode_name.begin(), unicode_name.end(), '/')) {
        return false;
    }
    const std::string_view in_header = extension(header_name);
    const std::string_view in_field = extension(unicode_name);
    return in_header == in_field || (!ascii::is_ascii(in_header) && !ascii::is_ascii(in_field));
}

bool is_same_name(const Entry& entry, const UnicodePath& path) noexcept {
    if (path.name == entry.name) return true;
    return (entry.flags & flag_utf8) == 0 && path.is_current && is_makeshift(entry.name, path.name);
}

}  // namespace

NameSeen name_seen(const Entry& entry) {
    NameSeen seen{entry.name, (entry.flags & flag_utf8) != 0};
    const auto central = unicode_path_in(entry.extra, entry.name);
    const auto local = unicode_path_in(entry.local_extra, entry.name);
    for (const auto& path : {central, local}) {
        if (path && !is_same_name(entry, *path)) seen.two_names = true;
    }
    if (central && local && central->name != local->name) seen.two_names = true;
    if (!seen.two_names && (central || local)) seen = {(central ? central : local)->name, true};
    if (entry.name.find('\0') != std::string_view::npos) seen.two_names = true;  // where many readers end it
    return seen;
}

}  // namespace mugaika::codec::zip

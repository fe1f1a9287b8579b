#include "sanitizer/codec/pdf/colour_profile.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace mugaika::codec::pdf {
namespace {

constexpr std::size_t header_size = 128;
constexpr std::size_t tag_entry_size = 12;
constexpr std::uint32_t tags_max = 100;
constexpr std::uint64_t tag_bytes_max = 16u << 20;

// In the order in which they leave. What else a profile has is for printers and archivists.
constexpr auto kept_tags = std::to_array<std::string_view>(
    {"wtpt", "chad", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC", "A2B0", "A2B1", "A2B2"});

std::uint32_t number_at(std::string_view bytes, std::size_t at, unsigned size = 4) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::string number(std::uint32_t value) {
    std::string out(4, '\0');
    for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<char>(value >> (8 * (3 - i)));
    return out;
}

std::string padded(std::string bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4, '\0');
    return bytes;
}

// 10.10, 10.11: grid points to the power of the input channels; 0 when that is more than a tag can be.
std::uint64_t table_entries(std::string_view tag) {
    const std::uint64_t inputs = number_at(tag, 8, 1);
    std::uint64_t entries = number_at(tag, 9, 1);
    for (std::uint64_t i = 0; i < inputs && entries <= tag_bytes_max; ++i) entries *= number_at(tag, 10, 1);
    return entries <= tag_bytes_max ? entries : 0;
}

// How long a tag of one of the types that we know is, by what stands in it; 0 for all else.
std::uint64_t size_of(std::string_view tag) {
    constexpr std::array<std::uint64_t, 5> parameters{1, 3, 4, 5, 7};
    if (tag.size() < 12) return 0;
    const std::string_view type = tag.substr(0, 4);
    if (type == "XYZ ") return 20;
    if (type == "sf32") return 44;
    if (type == "curv") return 12 + 2 * std::uint64_t{number_at(tag, 8)};
    if (type == "para") {
        const std::uint32_t form = number_at(tag, 8, 2);
        return form < parameters.size() ? 12 + 4 * parameters[form] : 0;
    }
    const std::uint64_t entries = tag.size() < 52 ? 0 : table_entries(tag);
    const std::uint64_t inputs = number_at(tag, 8, 1);
    const std::uint64_t outputs = number_at(tag, 9, 1);
    if (entries == 0 || inputs == 0 || outputs != 3) return 0;
    if (type == "mft1") return 48 + 256 * inputs + entries + 256 * outputs;
    if (type != "mft2") return 0;
    return 52 + 2 * (inputs * number_at(tag, 48, 2) + entries + outputs * number_at(tag, 50, 2));
}

// What may stand where: a curve where a curve belongs, and so on.
bool fits(std::string_view name, std::string_view type) {
    if (name.ends_with("TRC")) return type == "curv" || type == "para";
    if (name.starts_with("A2B")) return type == "mft1" || type == "mft2";
    return type == (name == "chad" ? "sf32" : "XYZ ");
}

// Reserved bytes are zero, whatever stood there.
std::string cleaned(std::string_view tag) {
    std::string out(tag);
    std::fill_n(out.begin() + 4, 4, '\0');
    if (tag.starts_with("para")) std::fill_n(out.begin() + 10, 2, '\0');
    if (tag.starts_with("mft")) out[11] = '\0';
    return padded(std::move(out));
}

struct Tag {
    std::string_view name;
    std::string bytes;
};

std::optional<std::string> find_tag(std::string_view profile, std::string_view name) {
    const std::uint32_t count = std::min(number_at(profile, header_size), tags_max);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t at = header_size + 4 + i * tag_entry_size;
        if (at + tag_entry_size > profile.size()) return std::nullopt;
        if (profile.substr(at, 4) != name) continue;
        const std::size_t offset = number_at(profile, at + 4);
        if (offset > profile.size()) return std::nullopt;
        const std::string_view tag = profile.substr(offset);
        const std::uint64_t size = size_of(tag);
        if (size == 0 || size > tag.size() || size > tag_bytes_max || !fits(name, tag.substr(0, 4)))
            return std::nullopt;
        return cleaned(tag.substr(0, size));
    }
    return std::nullopt;
}

// 7.2.6: what a source space of that many components may be called.
bool is_space_of(std::string_view space, std::int64_t components) {
    if (components == 1) return space == "GRAY";
    return components == 3 ? space == "RGB " || space == "Lab " : components == 4 && space == "CMYK";
}

bool has_all(const std::vector<Tag>& tags, std::initializer_list<std::string_view> names) {
    return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
        return std::any_of(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.name == name; });
    });
}

// 8.3: what turns samples into colours. A look-up table must have as many inputs as the pictures have components.
bool is_whole(const std::vector<Tag>& tags, std::string_view space, std::int64_t components) {
    for (const Tag& tag : tags) {
        if (tag.name.starts_with("A2B") && number_at(tag.bytes, 8, 1) != static_cast<std::uint32_t>(components)) {
            return false;
        }
    }
    if (has_all(tags, {"A2B0"})) return true;
    if (space == "GRAY") return has_all(tags, {"wtpt", "kTRC"});
    return space == "RGB " && has_all(tags, {"wtpt", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"});
}

// 9.2.43 and 9.2.22 want a name and a notice of rights; both say nothing.
std::vector<Tag> required_words(bool is_version_2) {
    using namespace std::string_literals;
    if (!is_version_2) {
        const std::string words = padded("mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\2\0\0\0\34\0-"s);
        return {{"desc", words}, {"cprt", words}};
    }
    return {{"desc", padded("desc\0\0\0\0\0\0\0\2-\0"s + std::string(78, '\0'))}, {"cprt", padded("text\0\0\0\0-\0"s)}};
}

// 7.2. The illuminant is D50, always.
std::string header(std::string_view profile, std::size_t size) {
    std::string out(header_size, '\0');
    out.replace(0, 4, number(static_cast<std::uint32_t>(size)));
    out[8] = profile[8];
    out.replace(12, 12, profile.substr(12, 12));  // class, colour space, connection space
    out.replace(36, 4, "acsp");
    out[67] = static_cast<char>(number_at(profile, 64) & 3);
    out.replace(68, 12, number(0xF6D6) + number(0x10000) + number(0xD32D));
    return out;
}

// Tables that are the same stand there once.
std::string written(std::string_view profile, const std::vector<Tag>& tags) {
    std::string entries = number(static_cast<std::uint32_t>(tags.size()));
    std::string data;
    const std::size_t begin = header_size + 4 + tags.size() * tag_entry_size;
    std::vector<std::size_t> offsets;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        std::size_t same = 0;
        while (tags[same].bytes != tags[i].bytes) ++same;
        offsets.push_back(same < i ? offsets[same] : begin + data.size());
        if (same == i) data += tags[i].bytes;
        ((entries += tags[i].name) += number(static_cast<std::uint32_t>(offsets[i]))) += number(
            static_cast<std::uint32_t>(size_of(tags[i].bytes) != 0 ? size_of(tags[i].bytes) : tags[i].bytes.size()));
    }
    return header(profile, begin + data.size()) + entries + data;
}

}  // namespace

std::optional<std::string> reduced_profile(std::string_view untrusted, std::int64_t components) {
    if (untrusted.size() < header_size + 4 || untrusted.substr(36, 4) != "acsp") return std::nullopt;
    const std::uint32_t version = number_at(untrusted, 8, 1);
    const std::string_view profile_class = untrusted.substr(12, 4);
    const std::string_view space = untrusted.substr(16, 4);
    const std::string_view connection = untrusted.substr(20, 4);
    const bool is_known =
        (version == 2 || version == 4) && is_space_of(space, components) &&
        (connection == "XYZ " || connection == "Lab ") &&
        (profile_class == "mntr" || profile_class == "scnr" || profile_class == "prtr" || profile_class == "spac");
    if (!is_known) return std::nullopt;
    std::vector<Tag> tags = required_words(version == 2);
    for (const std::string_view name : kept_tags) {
        if (auto bytes = find_tag(untrusted, name)) tags.push_back({name, std::move(*bytes)});
    }
    if (!is_whole(tags, space, components)) return std::nullopt;
    return written(untrusted, tags);
}

}  // namespace mugaika::codec::pdf

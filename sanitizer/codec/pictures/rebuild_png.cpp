#include "sanitizer/codec/pictures/rebuild_png.hpp"

#include <optional>
#include <utility>

#include "sanitizer/codec/pictures/inflate.hpp"
#include "sanitizer/codec/pictures/made_png.hpp"
#include "sanitizer/codec/pictures/png_parts.hpp"
#include "sanitizer/codec/pictures/png_rows.hpp"

namespace mugaika::codec {
namespace {

// Of so many bytes in stored blocks of no less than 5 KB.
constexpr std::uint64_t stored_size_max(std::uint64_t bytes) noexcept { return bytes + bytes / 1024 + 64; }

// Fills parts.picture.rows. Rows that leave as they came leave packed as they came, when the packing is whole, holds
// nothing else and is no larger than needed; the checker unpacks them all. Packing anew is most of a PNG's cost.
std::optional<FileNotMade> unpack_rows(PngParts& parts) {
    PngPicture& picture = parts.picture;
    const std::uint64_t wanted = png_rows_bytes(picture.header);
    auto inflated = inflate(parts.packed_rows, wanted);
    std::string packed = std::move(parts.packed_rows);
    parts.packed_rows = {};
    if (!inflated || inflated->bytes.empty()) {
        return FileNotMade{Reason::document_damaged, "png: the packed rows cannot be read"};
    }
    parts.is_damaged = parts.is_damaged || !inflated->is_exact;
    parts.metadata += inflated->has_more ? 1 : 0;
    picture.rows = std::move(inflated->bytes);
    picture.rows.resize(wanted, '\0');
    if (!has_known_filters(picture.rows, picture.header)) {
        return FileNotMade{Reason::document_damaged, "png: a row with an unknown filter"};
    }
    const bool is_tidy = inflated->is_exact && !inflated->has_more && packed.size() <= stored_size_max(wanted);
    if (picture.header.depth < 8) {
        make_packed_rows_plain(picture.rows, picture.header);
    } else if (is_tidy) {
        picture.packed_rows = std::move(packed);
    }
    return std::nullopt;
}

}  // namespace

FileOutcome rebuild_png(std::string_view untrusted, FilePurse& purse) {
    auto read = read_png_parts(untrusted);
    if (auto* refusal = std::get_if<FileNotMade>(&read)) return std::move(*refusal);
    auto& parts = std::get<PngParts>(read);
    if (auto refusal = pay_for_rows(parts.picture.header, purse, "png")) return std::move(*refusal);
    if (auto refusal = unpack_rows(parts)) return std::move(*refusal);
    std::vector<Loss> losses;
    add_loss(losses, Reason::metadata_removed, parts.metadata);
    add_loss(losses, Reason::frames_dropped, parts.other_frames);
    if (parts.has_odd_profile) add_loss(losses, Reason::colour_profile_dropped);
    if (parts.is_damaged) add_loss(losses, Reason::picture_damaged);
    return made_png(parts.picture, std::move(losses), purse, "png");
}

}  // namespace mugaika::codec

#include "sanitizer/codec/pictures/rebuild_jpeg.hpp"

#include <jerror.h>

#include <optional>
#include <span>
#include <utility>

#include "policy/memory.hpp"
#include "sanitizer/codec/pictures/exif_orientation.hpp"
#include "sanitizer/codec/pictures/icc_profile.hpp"
#include "sanitizer/codec/pictures/jpeg_segments.hpp"
#include "sanitizer/codec/pictures/jpeg_work.hpp"

namespace mugaika::codec {
namespace {

FileNotMade not_made(Reason why, const std::string& words) { return {why, "jpeg: " + words}; }

FileNotMade why_not_read(JpegWork& work) {
    if (work.scan_limit.is_reached) return not_made(Reason::not_representable, "more scans than the limit");
    switch (work.errors.msg_code) {
        case JERR_OUT_OF_MEMORY:
        case JERR_NO_BACKING_STORE:
        case JERR_WIDTH_OVERFLOW:
        case JERR_IMAGE_TOO_BIG:
            return not_made(Reason::too_many_pixels, work.errors.words());
        case JERR_BAD_PRECISION:
        case JERR_SOF_UNSUPPORTED:
        case JERR_COMPONENT_COUNT:
        case JERR_CONVERSION_NOTIMPL:
        case JERR_FRACT_SAMPLE_NOTIMPL:
            return not_made(Reason::not_representable, work.errors.words());
        default:
            return not_made(Reason::document_damaged, work.errors.words());
    }
}

FileNotMade why_not_written(JpegWork& work) {
    if (work.sink.is_full) return not_made(Reason::files_too_large, "larger than the purse when written");
    return why_not_read(work);
}

bool is_known_colour(const jpeg_decompress_struct& in) noexcept {
    switch (in.jpeg_color_space) {
        case JCS_GRAYSCALE:
            return in.num_components == 1;
        case JCS_YCbCr:
        case JCS_RGB:
            return in.num_components == 3;
        case JCS_CMYK:
        case JCS_YCCK:
            return in.num_components == 4;
        default:
            return false;
    }
}

// What reading the coefficients takes; a part of a block counts as one.
std::uint64_t coefficient_bytes(const jpeg_decompress_struct& in) noexcept {
    std::uint64_t blocks = 0;
    for (const auto& component : std::span(in.comp_info, static_cast<std::size_t>(in.num_components))) {
        const auto h = static_cast<std::uint64_t>(component.h_samp_factor);
        const auto v = static_cast<std::uint64_t>(component.v_samp_factor);
        const auto max_h = static_cast<std::uint64_t>(in.max_h_samp_factor);
        const auto max_v = static_cast<std::uint64_t>(in.max_v_samp_factor);
        blocks += (in.image_width * h / (8 * max_h) + h) * (in.image_height * v / (8 * max_v) + v);
    }
    return blocks * sizeof(JBLOCK);
}

FileMade made(std::string bytes, const JpegSegments& segments, std::uint32_t damage, bool is_encoded_anew) {
    FileMade file{SafeKind::jpeg, std::move(bytes), {}};
    add_loss(file.losses, Reason::metadata_removed, segments.metadata);
    if (segments.has_profile && !is_like_srgb(segments.profile)) {
        add_loss(file.losses, Reason::colour_profile_dropped);
    }
    if (damage > 0) add_loss(file.losses, Reason::picture_damaged);
    if (is_encoded_anew) add_loss(file.losses, Reason::picture_encoded_anew);
    return file;
}

// What the header states, against the limits, before a coefficient is read. Nothing: go on by coefficients.
std::optional<FileNotMade> pay_for(const jpeg_decompress_struct& in, FilePurse& purse) {
    if (!is_known_colour(in)) return not_made(Reason::not_representable, "components of no known colour space");
    if (!purse.take_pixels(std::uint64_t{in.image_width} * in.image_height)) {
        return not_made(Reason::too_many_pixels, "more pixels than the purse holds");
    }
    if (!purse.take_inner(coefficient_bytes(in))) {
        return not_made(Reason::inner_too_large, "more coefficients than the purse holds");
    }
    return std::nullopt;
}

// Nothing: it must be done by pixels.
std::optional<FileOutcome> by_coefficients(std::string_view untrusted, const JpegSegments& segments, FilePurse& purse) {
    JpegWork work(untrusted, segments.orientation, purse);
    if (!work.read_header()) return why_not_read(work);
    if (auto refusal = pay_for(work.in, purse)) return *refusal;
    if (coefficient_bytes(work.in) > purse.limits().picture_bytes_max) {
        // Decoding to pixels keeps all coefficients too, unless they come in one scan.
        if (!jpeg_has_multiple_scans(&work.in)) return std::nullopt;
        return not_made(Reason::too_many_pixels, "more coefficients than fit into memory");
    }
    if (!work.is_writable_as_it_is()) return std::nullopt;
    if (work.keep_scan()) return made(std::move(work.sink.bytes), segments, 0, false);
    warm_heap(coefficient_bytes(work.in));
    if (!work.read_coefficients()) return why_not_read(work);
    if (!work.is_writable_as_it_is()) return std::nullopt;  // tables that stood between scans
    const std::uint32_t damage = work.errors.damage;
    if (work.write_coefficients()) return made(std::move(work.sink.bytes), segments, damage, false);
    if (work.sink.is_full) return why_not_written(work);
    return std::nullopt;
}

FileOutcome by_pixels(std::string_view untrusted, const JpegSegments& segments, const FilePurse& purse) {
    JpegWork work(untrusted, segments.orientation, purse);
    if (!work.read_header()) return why_not_read(work);
    if (!work.encode_anew(jpeg_quality)) return why_not_written(work);
    return made(std::move(work.sink.bytes), segments, work.errors.damage, true);
}

FileOutcome rebuild(std::string_view untrusted, FilePurse& purse) {
    const JpegSegments segments = read_jpeg_segments(untrusted);
    if (auto outcome = by_coefficients(untrusted, segments, purse)) return std::move(*outcome);
    return by_pixels(untrusted, segments, purse);
}

}  // namespace

FileOutcome rebuild_jpeg(std::string_view untrusted, FilePurse& purse) {
    FileOutcome outcome = rebuild(untrusted, purse);
    const auto* file = std::get_if<FileMade>(&outcome);
    if (file && !purse.take_out(file->untrusted_bytes.size())) {
        return not_made(Reason::files_too_large, "larger than the purse when written");
    }
    return outcome;
}

}  // namespace mugaika::codec

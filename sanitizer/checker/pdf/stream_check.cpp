#include "sanitizer/checker/pdf/stream_check.hpp"

#include <algorithm>

#include "sanitizer/checker/pdf/profile_check.hpp"
#include "sanitizer/checker/pictures/check_jpeg.hpp"

namespace mugaika::checker::pdf {
namespace {

constexpr std::uint64_t unpacked_max = 600u << 20;
constexpr std::uint64_t pixels_max = 1u << 28;

// A codec may leave data packed as it came. Stored blocks need no more than this; what is larger hides something in
// blocks of nothing.
constexpr std::uint64_t stored_size_max(std::uint64_t bytes) noexcept { return bytes + bytes / 1024 + 64; }

std::uint32_t number_at(std::string_view bytes, std::size_t at, unsigned size) noexcept {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

void judge_size(std::uint64_t width, std::uint64_t height, std::size_t at) {
    const bool fits = width > 0 && height > 0 && width <= 65'535 && height <= 65'535 && width * height <= pixels_max;
    if (!fits) refuse("a picture of a size that can be held", at);
}

void judge_jpeg(Piece data) {
    const Result<std::uint32_t> judged = check_jpeg(data.bytes);
    if (!judged)
        throw Refused{"pdf: in the picture at byte " + std::to_string(data.at) + ": " + judged.error().words()};
}

void judge_jpx(Piece data) {
    std::string_view bytes = data.bytes;
    while (bytes.size() >= 8 && !bytes.starts_with("\xFF\x4F")) {
        const std::uint32_t length = number_at(bytes, 0, 4);
        if (bytes.substr(4, 4) == "jp2c") {
            bytes.remove_prefix(8);
            break;
        }
        if (length < 8 || length > bytes.size()) refuse("a JPEG 2000 box inside the picture", data.at);
        bytes.remove_prefix(length);
    }
    if (bytes.size() < 42 || !bytes.starts_with("\xFF\x4F\xFF\x51")) refuse("a JPEG 2000 codestream", data.at);
    const std::uint64_t width = number_at(bytes, 8, 4);
    const std::uint64_t height = number_at(bytes, 12, 4);
    const std::uint64_t left = number_at(bytes, 16, 4);
    const std::uint64_t top = number_at(bytes, 20, 4);
    if (left >= width || top >= height) refuse("a JPEG 2000 picture of some size", data.at);
    judge_size(width - left, height - top, data.at);
    const std::uint32_t components = number_at(bytes, 40, 2);
    if (components < 1 || components > 16) refuse("1 to 16 components", data.at);
}

// T.88 7.2: the size of one segment's header, or 0.
std::size_t segment_header(std::string_view bytes) noexcept {
    if (bytes.size() < 11) return 0;
    std::uint64_t references = static_cast<unsigned char>(bytes[5]) >> 5;
    std::uint64_t at = 6;
    if (references == 7) {
        references = number_at(bytes, 5, 4) & 0x1FFFFFFF;
        at = 9 + (references + 8) / 8;
    } else if (references > 4) {
        return 0;
    }
    const std::uint32_t number = number_at(bytes, 0, 4);
    at += references * (number <= 256 ? 1 : number <= 65'536 ? 2 : 4);
    at += (bytes[4] & 0x40) != 0 ? 8 : 5;
    return at <= bytes.size() ? static_cast<std::size_t>(at) : 0;
}

void judge_jbig2(Piece data) {
    std::string_view bytes = data.bytes;
    while (!bytes.empty()) {
        const std::size_t header = segment_header(bytes);
        if (header == 0) refuse("a JBIG2 segment", data.at);
        const unsigned type = static_cast<unsigned char>(bytes[4]) & 0x3F;
        const std::uint32_t stated = number_at(bytes, header - 4, 4);
        bytes.remove_prefix(header);
        const std::size_t length = stated == 0xFFFFFFFF && type == 38 ? bytes.size() : stated;
        if (length > bytes.size()) refuse("a JBIG2 segment inside the picture", data.at);
        const bool has_size =
            type == 48 || (type >= 4 && type <= 7) || (type >= 20 && type <= 23) || (type >= 36 && type <= 43);
        if (has_size) {
            if (length < 8) refuse("a JBIG2 region with its size", data.at);
            const std::uint32_t height = number_at(bytes, 4, 4);
            judge_size(number_at(bytes, 0, 4), type == 48 && height == 0xFFFFFFFF ? 1 : height, data.at);
        }
        bytes.remove_prefix(length);
    }
}

}  // namespace

std::string_view StreamCheck::inflate(Piece data) {
    if (!inflate_) inflate_.reset(libdeflate_alloc_decompressor());
    if (!inflate_) throw std::bad_alloc();
    const std::uint64_t most = std::min<std::uint64_t>(unpacked_max - unpacked_, 1032 * data.bytes.size() + 64);
    for (std::uint64_t size = std::min<std::uint64_t>(most, 5 * data.bytes.size() + 1024);;
         size = std::min(most, 4 * size)) {
        if (room_.size() < size) room_.resize(size);
        std::size_t read = 0;
        std::size_t written = 0;
        const libdeflate_result result =
            libdeflate_zlib_decompress_ex(inflate_.get(), data.bytes.data(), data.bytes.size(), room_.data(),
                                          std::min<std::uint64_t>(most, room_.size()), &read, &written);
        if (result == LIBDEFLATE_SUCCESS) {
            if (read != data.bytes.size()) refuse("deflate that ends with its stream", data.at + read);
            if (read > stored_size_max(written)) refuse("deflate data that is no larger than what it holds", data.at);
            unpacked_ += written;
            return std::string_view(room_).substr(0, written);
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE) refuse("whole deflate data", data.at);
        if (size == most) refuse("streams that can be held", data.at);
    }
}

void StreamCheck::judge(std::string_view filter, Piece data) {
    if (filter == "/FlateDecode") {
        inflate(data);
    } else if (filter == "/DCTDecode") {
        judge_jpeg(data);
    } else if (filter == "/JPXDecode") {
        judge_jpx(data);
    } else if (filter == "/JBIG2Decode") {
        judge_jbig2(data);
    } else if (filter != "/CCITTFaxDecode") {  // which has no header
        refuse("a filter of ours", data.at);
    }
}

void StreamCheck::judge_segments(Piece data) { judge_jbig2({inflate(data), data.at}); }

void StreamCheck::judge_colours(Piece data) { judge_profile({inflate(data), data.at}); }

}  // namespace mugaika::checker::pdf

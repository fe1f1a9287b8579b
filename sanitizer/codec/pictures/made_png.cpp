#include "sanitizer/codec/pictures/made_png.hpp"

#include <string>
#include <utility>

namespace mugaika::codec {
namespace {

FileNotMade not_made(Reason why, std::string_view format, const char* words) {
    return {why, std::string(format) + ": " + words};
}

}  // namespace

std::optional<FileNotMade> pay_for_rows(const PngHeader& header, FilePurse& purse, std::string_view format) {
    if (!purse.take_pixels(std::uint64_t{header.width} * header.height)) {
        return not_made(Reason::too_many_pixels, format, "more pixels than the purse holds");
    }
    const std::uint64_t bytes = png_rows_bytes(header);
    if (bytes > purse.limits().picture_bytes_max) {
        return not_made(Reason::too_many_pixels, format, "more bytes of rows than fit into memory");
    }
    if (purse.take_inner(bytes)) return std::nullopt;
    return not_made(Reason::inner_too_large, format, "more bytes of rows than the purse holds");
}

FileOutcome made_png(const PngPicture& picture, std::vector<Loss> losses, FilePurse& purse, std::string_view format) {
    auto bytes = write_png(picture, purse.out_left());
    if (!bytes || !purse.take_out(bytes->size())) {
        return not_made(Reason::files_too_large, format, "larger than the purse when written");
    }
    return FileMade{SafeKind::png, std::move(*bytes), std::move(losses)};
}

}  // namespace mugaika::codec

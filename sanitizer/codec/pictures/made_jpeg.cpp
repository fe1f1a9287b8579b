#include "sanitizer/codec/pictures/made_jpeg.hpp"

#include <string>
#include <utility>

#include "sanitizer/codec/pictures/libjpeg.hpp"
#include "sanitizer/codec/pictures/rebuild_jpeg.hpp"

namespace mugaika::codec {
namespace {

struct JpegEncoding {
    JpegEncoding(const RgbaPicture& wanted, const FilePurse& purse) : picture(wanted), sink(purse.out_left()) {
        out.err = &errors;
    }
    ~JpegEncoding() { jpeg_destroy_compress(&out); }  // fit for a structure that was never created
    JpegEncoding(const JpegEncoding&) = delete;
    JpegEncoding& operator=(const JpegEncoding&) = delete;

    const RgbaPicture& picture;
    JpegErrors errors;
    jpeg_compress_struct out{};
    JpegSink sink;
};

// Stands between jpeg_guarded() and libjpeg: nothing in it may need a destructor.
void encode(void* job) {
    auto& [picture, errors, out, sink] = *static_cast<JpegEncoding*>(job);
    jpeg_create_compress(&out);
    out.dest = &sink;
    out.image_width = picture.width;
    out.image_height = picture.height;
    out.input_components = 4;
    out.in_color_space = JCS_EXT_RGBX;
    jpeg_set_defaults(&out);
    jpeg_set_quality(&out, jpeg_quality, TRUE);
    out.optimize_coding = TRUE;
    jpeg_start_compress(&out, TRUE);
    while (out.next_scanline < out.image_height) {
        // libjpeg takes rows to be written by pointers to what it only reads.
        auto* row = reinterpret_cast<JSAMPROW>(const_cast<char*>(picture.pixel(0, out.next_scanline)));
        jpeg_write_scanlines(&out, &row, 1);
    }
    jpeg_finish_compress(&out);
}

}  // namespace

FileOutcome made_jpeg(const RgbaPicture& picture, std::vector<Loss> losses, FilePurse& purse, std::string_view format) {
    JpegEncoding encoding(picture, purse);
    const bool is_written = jpeg_guarded(encoding.errors, encode, &encoding);
    if (!is_written && !encoding.sink.is_full) {
        return FileNotMade{Reason::not_representable, std::string(format) + ": " + encoding.errors.words()};
    }
    if (!is_written || !purse.take_out(encoding.sink.bytes.size())) {
        return FileNotMade{Reason::files_too_large, std::string(format) + ": larger than the purse when written"};
    }
    add_loss(losses, Reason::picture_encoded_anew);
    return FileMade{SafeKind::jpeg, std::move(encoding.sink.bytes), std::move(losses)};
}

}  // namespace mugaika::codec

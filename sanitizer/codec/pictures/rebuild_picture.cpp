#include "sanitizer/codec/pictures/rebuild_picture.hpp"

#include "sanitizer/codec/pictures/png_chunks.hpp"
#include "sanitizer/codec/pictures/rebuild_bmp.hpp"
#include "sanitizer/codec/pictures/rebuild_gif.hpp"
#include "sanitizer/codec/pictures/rebuild_jpeg.hpp"
#include "sanitizer/codec/pictures/rebuild_png.hpp"

namespace mugaika::codec {

FileOutcome rebuild_picture(std::string_view untrusted, FilePurse& purse) {
    if (untrusted.starts_with("\xff\xd8\xff")) return rebuild_jpeg(untrusted, purse);
    if (untrusted.starts_with(png_signature)) return rebuild_png(untrusted, purse);
    if (untrusted.starts_with("GIF87a") || untrusted.starts_with("GIF89a")) return rebuild_gif(untrusted, purse);
    if (untrusted.starts_with("BM")) return rebuild_bmp(untrusted, purse);
    return FileNotMade{Reason::not_representable, "picture: not of a kind that is rebuilt"};
}

}  // namespace mugaika::codec

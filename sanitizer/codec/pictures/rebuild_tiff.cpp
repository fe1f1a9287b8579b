#include "sanitizer/codec/pictures/rebuild_tiff.hpp"

#include <utility>
#include <variant>

#include "sanitizer/codec/pictures/made_png.hpp"
#include "sanitizer/codec/pictures/tiff_reader.hpp"

namespace mugaika::codec {

FileOutcome rebuild_tiff(std::string_view untrusted, FilePurse& purse) {
    TiffReader tiff(untrusted, purse.limits().picture_bytes_max);
    if (tiff.pages() == 0) return FileNotMade{Reason::document_damaged, "tiff: no page can be read"};
    auto read = tiff.page(0, purse);
    if (auto* why = std::get_if<FileNotMade>(&read)) return std::move(*why);
    auto& page = std::get<TiffPage>(read);
    PngPicture png = png_of(page.picture);
    png.shown.density = page.density;
    add_loss(page.losses, Reason::pages_dropped, static_cast<std::uint32_t>(tiff.pages() - 1));
    return made_png(png, std::move(page.losses), purse, "tiff");
}

}  // namespace mugaika::codec

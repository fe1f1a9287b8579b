// Pages of a TIFF (6.0, and BigTIFF), by libtiff.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "sanitizer/codec/pictures/rgba_picture.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// TIFF 6.0 section 2, and BigTIFF.
bool is_tiff(std::string_view untrusted) noexcept;

struct TiffPage {
    RgbaPicture picture;  // upright: all eight orientations are applied
    std::optional<PngShown::Density> density;
    // picture_encoded_anew: samples had more than 8 bits. picture_damaged: strips or tiles could not be read, they are
    // black.
    std::vector<Loss> losses;
};

class TiffReader {
public:
    // The bytes outlive it. `picture_bytes_max`: what libtiff may ask for at once.
    TiffReader(std::string_view untrusted, std::uint64_t picture_bytes_max);
    ~TiffReader();
    TiffReader(const TiffReader&) = delete;

    // 0 for what is none; 10,000 at most. A small picture of another page is none.
    std::size_t pages() const noexcept;
    // Pays for its pixels before it is decoded.
    std::variant<TiffPage, FileNotMade> page(std::size_t index, FilePurse&);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika::codec

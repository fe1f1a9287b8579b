// libheif behind our own doors: no thread, no search for decoders after the sandbox has closed, no word on a terminal,
// a limit on what it allocates, and things that are given back by themselves.
#pragma once

#include <libheif/heif.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec {

template <auto release>
struct HeifRelease {
    template <class Thing>
    void operator()(Thing* thing) const noexcept {
        release(thing);
    }
};
using HeifContext = std::unique_ptr<heif_context, HeifRelease<heif_context_free>>;
using HeifHandle = std::unique_ptr<heif_image_handle, HeifRelease<heif_image_handle_release>>;
using HeifImage = std::unique_ptr<heif_image, HeifRelease<heif_image_release>>;
using HeifOptions = std::unique_ptr<heif_decoding_options, HeifRelease<heif_decoding_options_free>>;
using HeifColours = std::unique_ptr<heif_color_profile_nclx, HeifRelease<heif_nclx_color_profile_free>>;

// Finds the decoders, which reads a folder. Once, before the sandbox closes.
void load_heif_tables();

// All of the tables that stand before the pictures are read; no picture is decoded. `untrusted` outlives the context.
heif_error read_heif(std::string_view untrusted, HeifContext&);

// Red, green, blue, alpha in one plane of eight bits, turned, mirrored and cut as the file wants it. No grid or picture
// with a side above `side_max` is put together.
heif_error decode_heif(heif_context&, const heif_image_handle&, std::uint32_t side_max, HeifImage&);

// Why nothing comes of it. The words are libheif's and ours, never the file's.
FileNotMade why_not_heif(const heif_error&);

}  // namespace mugaika::codec

// libheif behind our own doors: no thread, no search for decoders after the sandbox has closed, no word on a terminal,
// a limit on what it allocates, and things that are given back by themselves.
#pragma once

#include <libheif/heif.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/c_handle.hpp"
#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec {

using HeifContext = CHandle<heif_context, heif_context_free>;
using HeifHandle = CHandle<heif_image_handle, heif_image_handle_release>;
using HeifImage = CHandle<heif_image, heif_image_release>;
using HeifOptions = CHandle<heif_decoding_options, heif_decoding_options_free>;
using HeifColours = CHandle<heif_color_profile_nclx, heif_nclx_color_profile_free>;

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

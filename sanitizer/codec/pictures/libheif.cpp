#include "sanitizer/codec/pictures/libheif.hpp"

#include <dav1d/dav1d.h>
#include <dlfcn.h>
#include <libde265/de265.h>

#include <cstdio>
#include <iostream>

namespace {

using DefaultSettings = void (*)(Dav1dSettings*);

DefaultSettings dav1d_own_settings() noexcept {
    static const auto found = reinterpret_cast<DefaultSettings>(::dlsym(RTLD_NEXT, "dav1d_default_settings"));
    return found;
}

}  // namespace

// Both decoders are asked for threads, which the sandbox does not give: it would end the process. libheif has no word
// for "none", so these stand before the libraries' own. Without threads they decode where they are called.
extern "C" de265_error de265_start_worker_threads(de265_decoder_context*, int) { return DE265_OK; }

extern "C" void dav1d_default_settings(Dav1dSettings* settings) {
    dav1d_own_settings()(settings);
    settings->n_threads = 1;
    settings->max_frame_delay = 1;
}

namespace mugaika::codec {
namespace {

// libde265 complains about damage on the terminal; in the sandbox a write to it ends the process.
class Unheard {
public:
    Unheard() : nowhere_(::fopencookie(nullptr, "w", {nullptr, drop, nullptr, nullptr})), buffer_(std::cerr.rdbuf()) {
        if (nowhere_) stdout = stderr = nowhere_;
        std::cerr.rdbuf(nullptr);
    }
    ~Unheard() {
        std::cerr.rdbuf(buffer_);
        stdout = out_;
        stderr = err_;
        if (nowhere_) std::fclose(nowhere_);
    }
    Unheard(const Unheard&) = delete;
    Unheard& operator=(const Unheard&) = delete;

private:
    static ssize_t drop(void*, const char*, std::size_t size) { return static_cast<ssize_t>(size); }

    std::FILE* out_ = stdout;
    std::FILE* err_ = stderr;
    std::FILE* nowhere_;
    std::streambuf* buffer_;
};

HeifOptions our_options() {
    HeifOptions options(heif_decoding_options_alloc());
    options->convert_hdr_to_8bit = 1;
    return options;
}

}  // namespace

void load_heif_tables() {
    (void)heif_init(nullptr);
    (void)dav1d_own_settings();
}

heif_error read_heif(std::string_view untrusted, HeifContext& context) {
    const Unheard unheard;
    context.reset(heif_context_alloc());
    heif_context_set_max_decoding_threads(context.get(), 0);
    return heif_context_read_from_memory_without_copy(context.get(), untrusted.data(), untrusted.size(), nullptr);
}

heif_error decode_heif(heif_context& context, const heif_image_handle& handle, std::uint32_t side_max,
                       HeifImage& image) {
    heif_context_set_maximum_image_size_limit(&context, static_cast<int>(side_max));
    heif_image* decoded = nullptr;
    const HeifOptions options = our_options();
    const Unheard unheard;
    const heif_error error =
        heif_decode_image(&handle, &decoded, heif_colorspace_RGB, heif_chroma_interleaved_RGBA, options.get());
    image.reset(decoded);
    return error;
}

FileNotMade why_not_heif(const heif_error& error) {
    const std::string words = std::string("heif: ") + (error.message ? error.message : "not read");
    const bool is_limit = error.subcode == heif_suberror_Security_limit_exceeded;
    if (error.code == heif_error_Memory_allocation_error || is_limit) return {Reason::too_many_pixels, words};
    if (error.code == heif_error_Unsupported_filetype || error.code == heif_error_Unsupported_feature) {
        return {Reason::not_representable, words};
    }
    return {Reason::document_damaged, words};
}

}  // namespace mugaika::codec

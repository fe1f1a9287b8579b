#include "tests/support/made_heif.hpp"

#include <libheif/heif.h>

#include <memory>
#include <stdexcept>

#include "tests/support/made_pictures.hpp"

namespace mugaika::test {
namespace {

using namespace std::string_literals;

using Context = std::unique_ptr<heif_context, decltype(&heif_context_free)>;
using Image = std::unique_ptr<heif_image, decltype(&heif_image_release)>;
using Handle = std::unique_ptr<heif_image_handle, decltype(&heif_image_handle_release)>;
using Encoder = std::unique_ptr<heif_encoder, decltype(&heif_encoder_release)>;

void must(const heif_error& error) {
    if (error.code != heif_error_Ok) throw std::runtime_error(error.message);
}

void say_colours(heif_image& image, const HeifWanted& wanted) {
    if (!wanted.profile.empty()) {
        must(heif_image_set_raw_color_profile(&image, "prof", wanted.profile.data(), wanted.profile.size()));
    }
    if (wanted.primaries == 0) return;
    const std::unique_ptr<heif_color_profile_nclx, decltype(&heif_nclx_color_profile_free)> colours(
        heif_nclx_color_profile_alloc(), heif_nclx_color_profile_free);
    must(heif_nclx_color_profile_set_color_primaries(colours.get(), static_cast<std::uint16_t>(wanted.primaries)));
    must(heif_nclx_color_profile_set_transfer_characteristics(colours.get(),
                                                              static_cast<std::uint16_t>(wanted.transfer)));
    must(heif_nclx_color_profile_set_matrix_coefficients(colours.get(), 6));
    must(heif_image_set_nclx_color_profile(&image, colours.get()));
}

Image image_of(const HeifWanted& wanted) {
    const auto width = static_cast<int>(wanted.columns * heif_block);
    const auto height = static_cast<int>(wanted.blocks.size() / wanted.columns * heif_block);
    const std::size_t samples = wanted.has_alpha ? 4 : 3;
    heif_image* made = nullptr;
    must(heif_image_create(width, height, heif_colorspace_RGB,
                           wanted.has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, &made));
    Image image(made, heif_image_release);
    must(heif_image_add_plane(made, heif_channel_interleaved, width, height, 8));
    int stride = 0;
    std::uint8_t* const plane = heif_image_get_plane(made, heif_channel_interleaved, &stride);
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x) {
            const HeifColour& colour = wanted.blocks[y / heif_block * wanted.columns + x / heif_block];
            std::uint8_t* const pixel = plane + y * static_cast<std::size_t>(stride) + x * samples;
            for (std::size_t i = 0; i < samples; ++i) pixel[i] = colour[i];
        }
    }
    say_colours(*made, wanted);
    return image;
}

heif_error append(heif_context*, const void* data, std::size_t size, void* out) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
    return {heif_error_Ok, heif_suberror_Unspecified, ""};
}

void add_picture(heif_context& context, heif_encoder& encoder, const HeifWanted& wanted) {
    const Image image = image_of(wanted);
    const std::unique_ptr<heif_encoding_options, decltype(&heif_encoding_options_free)> options(
        heif_encoding_options_alloc(), heif_encoding_options_free);
    options->image_orientation = static_cast<heif_orientation>(wanted.orientation);
    options->macOS_compatibility_workaround_no_nclx_profile = 0;
    heif_image_handle* made = nullptr;
    must(heif_context_encode_image(&context, image.get(), &encoder, options.get(), &made));
    const Handle handle(made, heif_image_handle_release);
    const auto size_of = [](const std::string& bytes) { return static_cast<int>(bytes.size()); };
    if (!wanted.exif.empty()) {
        must(heif_context_add_exif_metadata(&context, made, wanted.exif.data(), size_of(wanted.exif)));
    }
    if (!wanted.xmp.empty())
        must(heif_context_add_XMP_metadata(&context, made, wanted.xmp.data(), size_of(wanted.xmp)));
    if (wanted.thumbnail == 0) return;
    heif_image_handle* small = nullptr;
    must(heif_context_encode_thumbnail(&context, image.get(), made, &encoder, options.get(),
                                       static_cast<int>(wanted.thumbnail), &small));
    heif_image_handle_release(small);
}

std::string box(const std::string& type, const std::string& content) {
    return be(static_cast<std::uint32_t>(content.size() + 8), 4) + type + content;
}

// With a version and flags.
std::string full_box(const std::string& type, std::uint32_t version_and_flags, const std::string& content) {
    return box(type, be(version_and_flags, 4) + content);
}

// The first box of that type, with its header, wherever it stands.
std::string box_in(const std::string& heif, const std::string& type) {
    const std::size_t at = heif.find(type) - 4;
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(heif[at + i]);
    return heif.substr(at, size);
}

struct Item {
    std::string type, bytes;
    std::vector<std::uint32_t> properties;  // from 1
};

std::string info_of(const std::vector<Item>& items) {
    std::string entries = be(static_cast<std::uint32_t>(items.size()), 2);
    for (std::uint32_t i = 0; i < items.size(); ++i) {
        const std::uint32_t is_hidden = i + 1 < items.size() ? 1 : 0;  // nobody is to see a tile alone
        entries += full_box("infe", 2u << 24 | is_hidden, be(i + 1, 2) + be(0, 2) + items[i].type + "\0"s);
    }
    return full_box("iinf", 0, entries);
}

std::string places_of(const std::vector<Item>& items, std::size_t begin) {
    std::string entries = "\x44\0"s + be(static_cast<std::uint32_t>(items.size()), 2);
    for (std::uint32_t i = 0; i < items.size(); ++i) {
        const auto size = static_cast<std::uint32_t>(items[i].bytes.size());
        entries += be(i + 1, 2) + be(0, 2) + be(1, 2) + be(static_cast<std::uint32_t>(begin), 4) + be(size, 4);
        begin += size;
    }
    return full_box("iloc", 0, entries);
}

std::string properties_of(const std::vector<Item>& items, const std::string& properties) {
    std::string entries = be(static_cast<std::uint32_t>(items.size()), 4);
    for (std::uint32_t i = 0; i < items.size(); ++i) {
        entries += be(i + 1, 2) + be(static_cast<std::uint32_t>(items[i].properties.size()), 1);
        for (const std::uint32_t property : items[i].properties) entries += be(property, 1);
    }
    return box("iprp", box("ipco", properties) + full_box("ipma", 0, entries));
}

// The last item is the grid of all before it.
std::string grid_file(const std::vector<Item>& items, const std::string& properties) {
    const auto grid = static_cast<std::uint32_t>(items.size());
    std::string from = be(grid, 2) + be(grid - 1, 2), data;
    for (std::uint32_t i = 1; i < grid; ++i) from += be(i, 2);
    for (const Item& item : items) data += item.bytes;
    const std::string type = box("ftyp", "heic\0\0\0\0mif1heic"s);
    const auto meta_at = [&](std::size_t begin) {
        return full_box("meta", 0,
                        full_box("hdlr", 0, be(0, 4) + "pict" + std::string(13, '\0')) +
                            full_box("pitm", 0, be(grid, 2)) + info_of(items) + full_box("iref", 0, box("dimg", from)) +
                            properties_of(items, properties) + places_of(items, begin));
    };
    const std::size_t begin = type.size() + meta_at(0).size() + 8;
    return type + meta_at(begin) + box("mdat", data);
}

}  // namespace

std::string heif_of(const HeifWanted& wanted) {
    const Context context(heif_context_alloc(), heif_context_free);
    heif_encoder* found = nullptr;
    must(heif_context_get_encoder_for_format(context.get(),
                                             wanted.is_avif ? heif_compression_AV1 : heif_compression_HEVC, &found));
    const Encoder encoder(found, heif_encoder_release);
    must(heif_encoder_set_lossy_quality(found, 90));
    for (int i = 0; i < wanted.pictures; ++i) add_picture(*context, *encoder, wanted);
    std::string bytes;
    heif_writer writer{1, append};
    must(heif_context_write(context.get(), &writer, &bytes));
    return bytes;
}

std::string heif_grid_of(const GridWanted& wanted) {
    std::vector<Item> items;
    std::string properties = full_box("ispe", 0, be(2 * heif_block, 4) + be(2 * heif_block, 4));
    const auto stated = [](std::uint32_t said, std::uint32_t true_one) { return be(said == 0 ? true_one : said, 4); };
    properties +=
        full_box("ispe", 0, stated(wanted.stated_width, wanted.width) + stated(wanted.stated_height, wanted.height));
    for (const std::uint8_t grey : wanted.greys) {
        HeifWanted tile;
        tile.columns = 2;
        tile.blocks.assign(4, {grey, grey, grey, 255});
        const std::string heif = heif_of(tile);
        properties += box_in(heif, "hvcC");
        const auto own = static_cast<std::uint32_t>(items.size() + 3);
        items.push_back({"hvc1", box_in(heif, "mdat").substr(8), {own | 0x80, 1}});
    }
    const auto rows = static_cast<std::uint32_t>(wanted.greys.size()) / wanted.columns;
    items.push_back(
        {"grid",
         be(0, 2) + be(rows - 1, 1) + be(wanted.columns - 1, 1) + be(wanted.width, 2) + be(wanted.height, 2),
         {2}});
    return grid_file(items, properties);
}

std::string with_stated_size(std::string heif, std::uint32_t width, std::uint32_t height) {
    return heif.replace(heif.find("ispe") + 8, 8, be(width, 4) + be(height, 4));
}

}  // namespace mugaika::test

#include "sanitizer/checker/pictures/check_jpeg.hpp"

#include <algorithm>
#include <optional>

#include "sanitizer/checker/pictures/jpeg_frame.hpp"
#include "sanitizer/checker/pictures/jpeg_scan.hpp"
#include "sanitizer/checker/pictures/picture_cursor.hpp"

namespace mugaika::checker {
namespace {

using namespace std::string_view_literals;

constexpr auto start_of_image = "\xff\xd8"sv, end_of_image = "\xff\xd9"sv;
constexpr auto jfif = "\xff\xe0\x00\x10JFIF\x00\x01\x01"sv, no_thumbnail = "\x00\x00"sv;
constexpr auto adobe = "\xff\xee\x00\x0e\x41\x64obe\x00\x64\x00\x00\x00\x00"sv;
constexpr auto exif_before_value =
    "\xff\xe1\x00\x22\x45xif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"sv;
constexpr auto exif_after_value = "\x00\x00\x00\x00\x00\x00"sv;
constexpr auto quantisation_of_8_bits = "\xff\xdb\x00\x43"sv;
constexpr auto baseline_frame = "\xff\xc0"sv, huffman_table = "\xff\xc4"sv, scan = "\xff\xda"sv;
constexpr auto whole_spectrum = "\x00\x3f\x00"sv;
constexpr std::uint32_t blocks_in_mcu_max = 10;

enum class AdobeMarker { none, unchanged = 0x100, inks_of_ycck = 0x102 };

struct ColourSpace {
    std::string_view ids;
    bool has_jfif;
    AdobeMarker adobe;
};
constexpr std::array colour_spaces = {
    ColourSpace{"\x01"sv, true, AdobeMarker::none},                       // grey
    ColourSpace{"\x01\x02\x03"sv, true, AdobeMarker::none},               // YCbCr
    ColourSpace{"RGB"sv, false, AdobeMarker::unchanged},                  //
    ColourSpace{"CMYK"sv, false, AdobeMarker::none},                      //
    ColourSpace{"CMYK"sv, false, AdobeMarker::unchanged},                 //
    ColourSpace{"\x01\x02\x03\x04"sv, false, AdobeMarker::inks_of_ycck},  //
};

class JpegReader {
public:
    explicit JpegReader(std::string_view untrusted) : in_("jpeg", untrusted) {}

    Result<std::uint32_t> read() {
        if (!in_.take(start_of_image)) return in_.refusal("the start of a JPEG");
        for (const Step step : {&JpegReader::read_jfif, &JpegReader::read_adobe, &JpegReader::read_exif,
                                &JpegReader::read_quantisation, &JpegReader::read_frame, &JpegReader::read_huffman,
                                &JpegReader::read_scan_header, &JpegReader::read_scan}) {
            if (const auto expected = (this->*step)()) return in_.refusal(*expected);
        }
        if (!in_.take(end_of_image)) return in_.refusal("the end of the picture after its last block");
        if (!in_.rest().empty()) return in_.refusal("the end of the file");
        return 1;
    }

private:
    // What was expected and did not stand there.
    using Missing = std::optional<std::string_view>;
    using Step = Missing (JpegReader::*)();

    Missing read_jfif();
    Missing read_adobe();
    Missing read_exif();
    Missing read_quantisation();
    Missing read_frame();
    Missing read_component(JpegComponent&);
    Missing judge_frame() const;
    Missing read_huffman();
    Missing read_one_huffman_table(bool is_ac, std::uint32_t id);
    Missing read_scan_header();
    Missing read_scan();

    PictureCursor in_;
    bool has_jfif_ = false;
    AdobeMarker adobe_ = AdobeMarker::none;
    std::string quantisation_ids_;  // in order
    JpegFrame frame_;
    JpegHuffmanTables tables_;
};

JpegReader::Missing JpegReader::read_jfif() {
    if (!in_.take(jfif)) return std::nullopt;
    has_jfif_ = true;
    if (in_.take_number(1) > 2) return "a unit of resolution";
    if (in_.take_number(2) == 0 || in_.take_number(2) == 0) return "a resolution that is not 0";
    if (!in_.take(no_thumbnail)) return "no thumbnail";
    return std::nullopt;
}

JpegReader::Missing JpegReader::read_adobe() {
    if (!in_.take(adobe)) return std::nullopt;
    const std::uint32_t transform = in_.take_number(1);
    if (transform != 0 && transform != 2) return "an Adobe transform of 0 or 2";
    adobe_ = transform == 0 ? AdobeMarker::unchanged : AdobeMarker::inks_of_ycck;
    return std::nullopt;
}

JpegReader::Missing JpegReader::read_exif() {
    if (!in_.take(exif_before_value)) return std::nullopt;
    const std::uint32_t orientation = in_.take_number(1);
    if (orientation < 2 || orientation > 8) return "an orientation of 2 to 8";
    if (!in_.take(exif_after_value)) return "nothing but the orientation";
    return std::nullopt;
}

JpegReader::Missing JpegReader::read_quantisation() {
    while (in_.take(quantisation_of_8_bits)) {
        const auto id = static_cast<char>(in_.take_number(1));
        if (id > 3 || id < 0 || quantisation_ids_.find(id) != std::string::npos) return "a new table of 0 to 3";
        quantisation_ids_.push_back(id);
        const std::string_view values = in_.take_bytes(64);
        if (values.size() != 64 || values.find('\0') != values.npos) return "64 quantisation values that are not 0";
    }
    return std::nullopt;
}

JpegReader::Missing JpegReader::read_component(JpegComponent& component) {
    const auto is_factor = [](std::uint32_t factor) { return factor == 1 || factor == 2 || factor == 4; };
    component.id = in_.take_number(1);
    const std::uint32_t factors = in_.take_number(1);
    component.h = factors >> 4;
    component.v = factors & 15;
    component.quantisation = in_.take_number(1);
    if (!is_factor(component.h) || !is_factor(component.v)) return "sampling factors of 1, 2 or 4";
    return std::nullopt;
}

// The marker is not JFIF's, Adobe's, Exif's or a table's: a comment, for example, is found here.
JpegReader::Missing JpegReader::read_frame() {
    if (!in_.take(baseline_frame)) return "a baseline frame";
    const std::uint32_t length = in_.take_number(2);
    if (in_.take_number(1) != 8) return "samples of 8 bits";
    frame_.height = in_.take_number(2);
    frame_.width = in_.take_number(2);
    if (frame_.width == 0 || frame_.height == 0) return "a size that is not 0";
    frame_.count = in_.take_number(1);
    if (frame_.count != 1 && frame_.count != 3 && frame_.count != 4) return "1, 3 or 4 components";
    if (length != 8 + 3 * frame_.count) return "a frame of its proper length";
    for (JpegComponent& component : frame_.components()) {
        if (const auto missing = read_component(component)) return missing;
    }
    return judge_frame();
}

JpegReader::Missing JpegReader::judge_frame() const {
    std::string ids, used;
    std::uint32_t blocks = 0;
    for (const JpegComponent& component : frame_.components()) {
        ids.push_back(static_cast<char>(component.id));
        blocks += component.h * component.v;
        const auto table = static_cast<char>(component.quantisation);
        if (used.find(table) == std::string::npos) used.push_back(table);
    }
    const bool is_colour_space = std::any_of(colour_spaces.begin(), colour_spaces.end(), [&](const ColourSpace& space) {
        return space.ids == ids && space.has_jfif == has_jfif_ && space.adobe == adobe_;
    });
    if (!is_colour_space) return "components of one of our colour spaces, with its marker";
    if (frame_.count == 1 ? blocks != 1 : blocks > blocks_in_mcu_max) return "sampling that fits into a unit";
    if (used != quantisation_ids_) return "exactly the quantisation tables that are used, in that order";
    return std::nullopt;
}

JpegReader::Missing JpegReader::read_one_huffman_table(bool is_ac, std::uint32_t id) {
    const std::uint32_t length = in_.take_number(2);
    const std::uint32_t name = in_.take_number(1);
    if (name != (is_ac ? 0x10u : 0u) + id) return "the next Huffman table";
    std::array<std::uint8_t, JpegHuffmanTable::code_bits_max> counts{};
    std::uint32_t sum = 0;
    for (std::uint8_t& count : counts) sum += count = static_cast<std::uint8_t>(in_.take_number(1));
    const std::string_view symbols = in_.take_bytes(sum);
    if (length != 19 + sum || symbols.size() != sum) return "a Huffman table of its proper length";
    auto& table = (is_ac ? tables_.ac : tables_.dc)[id].emplace();
    if (!table.build(counts, symbols)) return "a Huffman table whose codes fit";
    if (is_ac) table.prepare_runs();
    return std::nullopt;
}

// Luminance first, then colours: in this order, and never one alone.
JpegReader::Missing JpegReader::read_huffman() {
    std::uint32_t id = 0;
    for (; id < 2 && in_.take(huffman_table); ++id) {
        if (const auto missing = read_one_huffman_table(false, id)) return missing;
        if (!in_.take(huffman_table)) return "a Huffman table for the other coefficients";
        if (const auto missing = read_one_huffman_table(true, id)) return missing;
    }
    if (id == 0) return "a Huffman table";
    return std::nullopt;
}

JpegReader::Missing JpegReader::read_scan_header() {
    if (!in_.take(scan)) return "a scan";
    if (in_.take_number(2) != 6 + 2 * frame_.count) return "a scan header of its proper length";
    if (in_.take_number(1) != frame_.count) return "a scan of all components";
    bool is_second_used = false;
    for (JpegComponent& component : frame_.components()) {
        if (in_.take_number(1) != component.id) return "the next component";
        const std::uint32_t tables = in_.take_number(1);
        component.dc_table = tables >> 4;
        component.ac_table = tables & 15;
        if (component.dc_table != component.ac_table || component.dc_table > 1) return "a pair of Huffman tables";
        if (!tables_.dc[component.dc_table]) return "a Huffman table that is there";
        is_second_used = is_second_used || component.dc_table == 1;
    }
    if (frame_.all[0].dc_table != 0 || tables_.dc[1].has_value() != is_second_used)
        return "Huffman tables that are used";
    if (!in_.take(whole_spectrum)) return "all coefficients in one scan";
    return std::nullopt;
}

JpegReader::Missing JpegReader::read_scan() {
    const auto size = jpeg_scan_bytes(in_.rest(), frame_, tables_);
    if (!size) return "a scan of as many blocks as the size says";
    in_.take_bytes(*size);
    return std::nullopt;
}

}  // namespace

Result<std::uint32_t> check_jpeg(std::string_view untrusted) { return JpegReader(untrusted).read(); }

}  // namespace mugaika::checker

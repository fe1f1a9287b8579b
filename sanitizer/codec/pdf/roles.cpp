#include "sanitizer/codec/pdf/roles.hpp"

namespace mugaika::codec::pdf {
namespace {

using enum Kind;

constexpr KeyRule resources[] = {
    {"ColorSpace", colour_spaces}, {"ExtGState", map_of, Role::ext_g_state}, {"Font", map_of, Role::font},
    {"Pattern", patterns},         {"Shading", map_of, Role::shading},       {"XObject", x_objects},
};
constexpr KeyRule font[] = {
    {"BaseFont", name},
    {"CharProcs", map_of, Role::content},
    {"DescendantFonts", objects, Role::cid_font},
    {"Encoding", encoding},
    {"FirstChar", integer},
    {"FontBBox", numbers},
    {"FontDescriptor", object, Role::font_descriptor},
    {"FontMatrix", numbers},
    {"LastChar", integer},
    {"Name", name},
    {"Resources", object, Role::resources},
    {"Subtype", word, {}, "Type0 Type1 MMType1 TrueType Type3"},
    {"ToUnicode", cmap},
    {"Type", word, {}, "Font"},
    {"Widths", numbers},
};
constexpr KeyRule cid_font[] = {
    {"BaseFont", name},
    {"CIDSystemInfo", dictionary, Role::cid_system_info},
    {"CIDToGIDMap", glyph_map},
    {"DW", number},
    {"DW2", numbers},
    {"FontDescriptor", object, Role::font_descriptor},
    {"Subtype", word, {}, "CIDFontType0 CIDFontType2"},
    {"Type", word, {}, "Font"},
    {"W", cid_widths},
    {"W2", cid_widths},
};
constexpr KeyRule font_descriptor[] = {
    {"Ascent", number},
    {"AvgWidth", number},
    {"CapHeight", number},
    {"CharSet", text},
    {"Descent", number},
    {"Flags", integer},
    {"FontBBox", numbers},
    {"FontFamily", text},
    {"FontFile", object, Role::font_file},
    {"FontFile2", object, Role::font_file},
    {"FontFile3", object, Role::font_file},
    {"FontName", name},
    {"FontStretch", name},
    {"FontWeight", number},
    {"ItalicAngle", number},
    {"Lang", name},
    {"Leading", number},
    {"MaxWidth", number},
    {"MissingWidth", number},
    {"StemH", number},
    {"StemV", number},
    {"Type", word, {}, "FontDescriptor"},
    {"XHeight", number},
};
constexpr KeyRule font_file[] = {
    {"Length1", integer},
    {"Length2", integer},
    {"Length3", integer},
    {"Subtype", word, {}, "Type1C CIDFontType0C OpenType"},
};
constexpr KeyRule cid_system_info[] = {
    {"Ordering", text},
    {"Registry", text},
    {"Supplement", integer},
};
constexpr KeyRule encoding_keys[] = {
    {"BaseEncoding", name},
    {"Differences", differences},
    {"Type", word, {}, "Encoding"},
};
constexpr KeyRule cmap_keys[] = {
    {"CIDSystemInfo", dictionary, Role::cid_system_info},
    {"CMapName", name},
    {"Type", word, {}, "CMap"},
    {"UseCMap", cmap},
    {"WMode", integer},
};
constexpr KeyRule ext_g_state[] = {
    {"AIS", flag},
    {"BM", names},
    {"CA", number},
    {"D", line_dash},
    {"FL", number},
    {"Font", font_size},
    {"LC", integer},
    {"LJ", integer},
    {"LW", number},
    {"ML", number},
    {"OP", flag},
    {"OPM", integer},
    {"RI", name},
    {"SA", flag},
    {"SM", number},
    {"SMask", soft_mask},
    {"TK", flag},
    {"TR", function, {}, "Identity"},
    {"TR2", function, {}, "Identity Default"},
    {"Type", word, {}, "ExtGState"},
    {"ca", number},
    {"op", flag},
};
constexpr KeyRule soft_mask_keys[] = {
    {"BC", numbers},
    {"G", object, Role::form},
    {"S", word, {}, "Alpha Luminosity"},
    {"TR", function, {}, "Identity"},
    {"Type", word, {}, "Mask"},
};
constexpr KeyRule group[] = {
    {"CS", colour_space}, {"I", flag}, {"K", flag}, {"S", word, {}, "Transparency"}, {"Type", word, {}, "Group"},
};
constexpr KeyRule form[] = {
    {"BBox", numbers},
    {"FormType", integer},
    {"Group", dictionary, Role::group},
    {"Matrix", numbers},
    {"Resources", object, Role::resources},
    {"Subtype", word, {}, "Form"},
    {"Type", word, {}, "XObject"},
};
constexpr KeyRule image[] = {
    {"BitsPerComponent", integer},
    {"ColorSpace", colour_space},
    {"Decode", numbers},
    {"Height", integer},
    {"ImageMask", flag},
    {"Intent", name},
    {"Interpolate", flag},
    {"Mask", mask},
    {"SMask", object, Role::soft_mask_image},
    {"SMaskInData", integer},
    {"Subtype", word, {}, "Image"},
    {"Type", word, {}, "XObject"},
    {"Width", integer},
};
// As an image, and no mask of its own.
constexpr KeyRule soft_mask_image[] = {
    {"BitsPerComponent", integer}, {"ColorSpace", colour_space}, {"Decode", numbers}, {"Height", integer},
    {"ImageMask", flag},           {"Interpolate", flag},        {"Matte", numbers},  {"Subtype", word, {}, "Image"},
    {"Type", word, {}, "XObject"}, {"Width", integer},
};
constexpr KeyRule tiling[] = {
    {"BBox", numbers},
    {"Matrix", numbers},
    {"PaintType", integer},
    {"PatternType", integer},
    {"Resources", object, Role::resources},
    {"TilingType", integer},
    {"Type", word, {}, "Pattern"},
    {"XStep", number},
    {"YStep", number},
};
constexpr KeyRule shading_pattern[] = {
    {"ExtGState", object, Role::ext_g_state}, {"Matrix", numbers},           {"PatternType", integer},
    {"Shading", object, Role::shading},       {"Type", word, {}, "Pattern"},
};
constexpr KeyRule shading[] = {
    {"AntiAlias", flag},
    {"BBox", numbers},
    {"Background", numbers},
    {"BitsPerComponent", integer},
    {"BitsPerCoordinate", integer},
    {"BitsPerFlag", integer},
    {"ColorSpace", colour_space},
    {"Coords", numbers},
    {"Decode", numbers},
    {"Domain", numbers},
    {"Extend", flags},
    {"Function", Kind::function},
    {"Matrix", numbers},
    {"ShadingType", integer},
    {"VerticesPerRow", integer},
};
template <Role parts>
constexpr KeyRule function_keys[] = {
    {"BitsPerSample", integer},
    {"Bounds", numbers},
    {"C0", numbers},
    {"C1", numbers},
    {"Decode", numbers},
    {"Domain", numbers},
    {"Encode", numbers},
    {"FunctionType", integer},
    {"Functions", objects, parts},
    {"N", number},
    {"Order", integer},
    {"Range", numbers},
    {"Size", numbers},
};
constexpr KeyRule icc[] = {
    {"Alternate", colour_space},
    {"N", integer},
    {"Range", numbers},
};
constexpr KeyRule calibrated[] = {
    {"BlackPoint", numbers}, {"Gamma", gamma}, {"Matrix", numbers}, {"Range", numbers}, {"WhitePoint", numbers},
};
constexpr KeyRule page[] = {
    {"ArtBox", numbers},   {"BleedBox", numbers}, {"CropBox", numbers}, {"Group", dictionary, Role::group},
    {"MediaBox", numbers}, {"Rotate", integer},   {"TrimBox", numbers}, {"UserUnit", number},
};
constexpr KeyRule link[] = {
    {"BS", dictionary, Role::border_style},
    {"Border", border},
    {"C", numbers},
    {"H", word, {}, "N I O P"},
    {"QuadPoints", numbers},
    {"Rect", numbers},
};
// Those that a reader draws or shows as comments.
constexpr KeyRule annotation[] = {
    {"BE", dictionary, Role::border_effect},
    {"BS", dictionary, Role::border_style},
    {"Border", border},
    {"C", numbers},
    {"CA", number},
    {"CL", numbers},
    {"Cap", flag},
    {"Contents", text},
    {"DA", text},
    {"IC", numbers},
    {"IT", name},
    {"InkList", number_lists},
    {"L", numbers},
    {"LE", names},
    {"LL", number},
    {"LLE", number},
    {"LLO", number},
    {"Name", name},
    {"Q", integer},
    {"QuadPoints", numbers},
    {"RD", numbers},
    {"Rect", numbers},
    {"Subj", text},
    {"T", text},
    {"Vertices", numbers},
};
constexpr KeyRule border_style[] = {
    {"D", numbers},
    {"S", word, {}, "S D B I U"},
    {"Type", word, {}, "Border"},
    {"W", number},
};
constexpr KeyRule border_effect[] = {
    {"I", number},
    {"S", word, {}, "S C"},
};
constexpr KeyRule page_label[] = {
    {"P", text},
    {"S", word, {}, "D R r A a"},
    {"St", integer},
    {"Type", word, {}, "PageLabel"},
};

}  // namespace

std::span<const KeyRule> keys_of(Role role) noexcept {
    switch (role) {
        case Role::resources:
            return resources;
        case Role::font:
            return font;
        case Role::cid_font:
            return cid_font;
        case Role::font_descriptor:
            return font_descriptor;
        case Role::font_file:
            return font_file;
        case Role::cid_system_info:
            return cid_system_info;
        case Role::encoding:
            return encoding_keys;
        case Role::cmap:
            return cmap_keys;
        case Role::content:
            return {};
        case Role::ext_g_state:
            return ext_g_state;
        case Role::soft_mask:
            return soft_mask_keys;
        case Role::group:
            return group;
        case Role::form:
            return form;
        case Role::image:
            return image;
        case Role::soft_mask_image:
            return soft_mask_image;
        case Role::tiling:
            return tiling;
        case Role::shading_pattern:
            return shading_pattern;
        case Role::shading:
            return shading;
        case Role::function:
            return function_keys<Role::inner_function>;
        case Role::inner_function:
            return function_keys<Role::leaf_function>;
        case Role::leaf_function:
            return function_keys<Role::leaf_function>;  // none is accepted there
        case Role::colour_space:
            return {};
        case Role::icc:
            return icc;
        case Role::calibrated:
            return calibrated;
        case Role::page:
            return page;
        case Role::link:
            return link;
        case Role::annotation:
            return annotation;
        case Role::border_style:
            return border_style;
        case Role::border_effect:
            return border_effect;
        case Role::page_label:
            return page_label;
    }
    return {};
}

bool is_stream(Role role) noexcept {
    switch (role) {
        case Role::font_file:
        case Role::cmap:
        case Role::content:
        case Role::form:
        case Role::image:
        case Role::soft_mask_image:
        case Role::tiling:
            return true;
        default:
            return false;
    }
}

bool is_among(std::string_view word, std::string_view words) noexcept {
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        if (words.substr(0, end) == word) return true;
        words = end == words.npos ? std::string_view{} : words.substr(end + 1);
    }
    return false;
}

}  // namespace mugaika::codec::pdf

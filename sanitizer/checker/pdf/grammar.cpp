#include "sanitizer/checker/pdf/grammar.hpp"

namespace mugaika::checker::pdf {
namespace {

using enum Must;

constexpr Rule catalog[] = {
    {"Lang", text},
    {"Names", part, Is::names},
    {"Outlines", refer, Is::outline_root},
    {"PageLabels", part, Is::page_labels},
    {"PageLayout", word, {}, "SinglePage OneColumn TwoColumnLeft TwoColumnRight TwoPageLeft TwoPageRight"},
    {"PageMode", word, {}, "UseNone UseOutlines UseThumbs"},
    {"Pages", exactly, {}, "2 0 R", true},
    {"Type", exactly, {}, "/Catalog", true},
    {"ViewerPreferences", part, Is::preferences},
};
constexpr Rule names_rules[] = {{"Dests", part, Is::destinations, {}, true}};
constexpr Rule destinations[] = {{"Names", named_places, {}, {}, true}};
constexpr Rule page_labels[] = {{"Nums", label_numbers, {}, {}, true}};
constexpr Rule page_label[] = {
    {"P", text}, {"S", word, {}, "A D R a r"}, {"St", integer}, {"Type", exactly, {}, "/PageLabel"}};
constexpr Rule preferences[] = {{"Direction", word, {}, "L2R R2L", true}};
constexpr Rule page_tree[] = {
    {"Count", integer, {}, {}, true}, {"Kids", kids, {}, {}, true}, {"Type", exactly, {}, "/Pages", true}};
constexpr Rule page[] = {
    {"Annots", annotations},
    {"ArtBox", box},
    {"BleedBox", box},
    {"Contents", one_or_more_contents},
    {"CropBox", box},
    {"Group", part, Is::group},
    {"MediaBox", box, {}, {}, true},
    {"Parent", exactly, {}, "2 0 R", true},
    {"Resources", refer, Is::resources, {}, true},
    {"Rotate", integer},
    {"TrimBox", box},
    {"Type", exactly, {}, "/Page", true},
    {"UserUnit", number},
};
constexpr Rule resources[] = {
    {"ColorSpace", colour_map},          {"ExtGState", refer_map, Is::graphics_state},
    {"Font", refer_map, Is::font},       {"Pattern", refer_map, Is::pattern},
    {"Shading", refer_map, Is::shading}, {"XObject", refer_map, Is::x_object},
};
constexpr Rule link[] = {
    {"A", part, Is::uri_action},
    {"BS", part, Is::border_style},
    {"Border", border},
    {"C", numbers},
    {"Dest", place},
    {"F", integer},
    {"H", word, {}, "I N O P"},
    {"QuadPoints", numbers},
    {"Rect", box},
    {"Subtype", exactly, {}, "/Link", true},
    {"Type", exactly, {}, "/Annot", true},
};
constexpr Rule comment[] = {
    {"AP", part, Is::appearance},
    {"BE", part, Is::border_effect},
    {"BS", part, Is::border_style},
    {"Border", border},
    {"C", numbers},
    {"CA", number},
    {"CL", numbers},
    {"Cap", flag},
    {"Contents", text},
    {"DA", text},
    {"F", integer},
    {"IC", numbers},
    {"IT", name},
    {"InkList", number_lists},
    {"L", numbers},
    {"LE", Must::names},
    {"LL", number},
    {"LLE", number},
    {"LLO", number},
    {"Name", name},
    {"Q", integer},
    {"QuadPoints", numbers},
    {"RD", numbers},
    {"Rect", box},
    {"Subj", text},
    {"Subtype",
     word,
     {},
     "Caret Circle FreeText Highlight Ink Line PolyLine Polygon Square Squiggly Stamp StrikeOut Text Underline",
     true},
    {"T", text},
    {"Type", exactly, {}, "/Annot", true},
    {"Vertices", numbers},
};
constexpr Rule border_style[] = {
    {"D", numbers}, {"S", word, {}, "B D I S U"}, {"Type", exactly, {}, "/Border"}, {"W", number}};
constexpr Rule border_effect[] = {{"I", number}, {"S", word, {}, "C S"}};
constexpr Rule appearance[] = {{"N", refer, Is::form, {}, true}};
constexpr Rule uri_action[] = {{"S", exactly, {}, "/URI", true}, {"URI", uri, {}, {}, true}};
constexpr Rule outline_root[] = {
    {"Count", integer}, {"First", refer, Is::outline_item, {}, true}, {"Last", refer, Is::outline_item, {}, true}};
constexpr Rule outline_item[] = {
    {"A", part, Is::uri_action},
    {"C", numbers},
    {"Count", integer},
    {"Dest", place},
    {"F", integer},
    {"First", refer, Is::outline_item},
    {"Last", refer, Is::outline_item},
    {"Next", refer, Is::outline_item},
    {"Parent", earlier_outline, {}, {}, true},
    {"Prev", earlier_outline},
    {"Title", text, {}, {}, true},
};
constexpr Rule font[] = {
    {"BaseFont", name},
    {"CharProcs", refer_map, Is::content},
    {"DescendantFonts", refer_list, Is::cid_font},
    {"Encoding", encoding_or_name},
    {"FirstChar", integer},
    {"FontBBox", numbers},
    {"FontDescriptor", refer, Is::descriptor},
    {"FontMatrix", numbers},
    {"LastChar", integer},
    {"Name", name},
    {"Resources", refer, Is::resources},
    {"Subtype", word, {}, "MMType1 TrueType Type0 Type1 Type3", true},
    {"ToUnicode", cmap_or_name},
    {"Type", exactly, {}, "/Font"},
    {"Widths", numbers},
};
constexpr Rule cid_font[] = {
    {"BaseFont", name},
    {"CIDSystemInfo", part, Is::cid_info},
    {"CIDToGIDMap", glyph_map},
    {"DW", number},
    {"DW2", numbers},
    {"FontDescriptor", refer, Is::descriptor},
    {"Subtype", word, {}, "CIDFontType0 CIDFontType2", true},
    {"Type", exactly, {}, "/Font"},
    {"W", widths},
    {"W2", widths},
};
constexpr Rule cid_info[] = {{"Ordering", text}, {"Registry", text}, {"Supplement", integer}};
constexpr Rule descriptor[] = {
    {"Ascent", number},
    {"AvgWidth", number},
    {"CapHeight", number},
    {"CharSet", text},
    {"Descent", number},
    {"Flags", integer},
    {"FontBBox", numbers},
    {"FontFamily", text},
    {"FontFile", refer, Is::font_file},
    {"FontFile2", refer, Is::font_file},
    {"FontFile3", refer, Is::font_file},
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
    {"Type", exactly, {}, "/FontDescriptor"},
    {"XHeight", number},
};
constexpr Rule font_file[] = {
    {"DecodeParms", parms},
    {"Filter", filter, {}, {}, true},
    {"Length", length, {}, {}, true},
    {"Length1", integer},
    {"Length2", integer},
    {"Length3", integer},
    {"Subtype", word, {}, "CIDFontType0C OpenType Type1C"},
};
constexpr Rule encoding[] = {{"BaseEncoding", name}, {"Differences", differences}, {"Type", exactly, {}, "/Encoding"}};
constexpr Rule cmap[] = {
    {"CIDSystemInfo", part, Is::cid_info},
    {"CMapName", name},
    {"DecodeParms", parms},
    {"Filter", filter, {}, {}, true},
    {"Length", length, {}, {}, true},
    {"Type", exactly, {}, "/CMap"},
    {"UseCMap", cmap_or_name},
    {"WMode", integer},
};
constexpr Rule content[] = {{"DecodeParms", parms}, {"Filter", filter, {}, {}, true}, {"Length", length, {}, {}, true}};
constexpr Rule jbig2_globals[] = {{"Filter", filter, {}, {}, true}, {"Length", length, {}, {}, true}};
constexpr Rule graphics_state[] = {
    {"AIS", flag},
    {"BM", Must::names},
    {"CA", number},
    {"D", dash},
    {"FL", number},
    {"Font", font_and_size},
    {"LC", integer},
    {"LJ", integer},
    {"LW", number},
    {"ML", number},
    {"OP", flag},
    {"OPM", integer},
    {"RI", name},
    {"SA", flag},
    {"SM", number},
    {"SMask", none_or_mask},
    {"TK", flag},
    {"TR", functions, {}, "Identity"},
    {"TR2", functions, {}, "Default Identity"},
    {"Type", exactly, {}, "/ExtGState"},
    {"ca", number},
    {"op", flag},
};
constexpr Rule soft_mask[] = {
    {"BC", numbers},
    {"G", refer, Is::form},
    {"S", word, {}, "Alpha Luminosity"},
    {"TR", functions, {}, "Identity"},
    {"Type", exactly, {}, "/Mask"},
};
constexpr Rule group[] = {
    {"CS", colour}, {"I", flag}, {"K", flag}, {"S", exactly, {}, "/Transparency"}, {"Type", exactly, {}, "/Group"}};
constexpr Rule form[] = {
    {"BBox", numbers},
    {"DecodeParms", parms},
    {"Filter", filter, {}, {}, true},
    {"FormType", integer},
    {"Group", part, Is::group},
    {"Length", length, {}, {}, true},
    {"Matrix", numbers},
    {"Resources", refer, Is::resources},
    {"Subtype", exactly, {}, "/Form", true},
    {"Type", exactly, {}, "/XObject"},
};
constexpr Rule image[] = {
    {"BitsPerComponent", integer},
    {"ColorSpace", colour},
    {"Decode", numbers},
    {"DecodeParms", parms},
    {"Filter", filter, {}, {}, true},
    {"Height", integer},
    {"ImageMask", flag},
    {"Intent", name},
    {"Interpolate", flag},
    {"Length", length, {}, {}, true},
    {"Mask", mask},
    {"SMask", refer, Is::mask_image},
    {"SMaskInData", integer},
    {"Subtype", exactly, {}, "/Image", true},
    {"Type", exactly, {}, "/XObject"},
    {"Width", integer},
};
constexpr Rule mask_image[] = {
    {"BitsPerComponent", integer},
    {"ColorSpace", colour},
    {"Decode", numbers},
    {"DecodeParms", parms},
    {"Filter", filter, {}, {}, true},
    {"Height", integer},
    {"ImageMask", flag},
    {"Interpolate", flag},
    {"Length", length, {}, {}, true},
    {"Matte", numbers},
    {"Subtype", exactly, {}, "/Image", true},
    {"Type", exactly, {}, "/XObject"},
    {"Width", integer},
};
constexpr Rule tiling[] = {
    {"BBox", numbers},
    {"DecodeParms", parms},
    {"Filter", filter, {}, {}, true},
    {"Length", length, {}, {}, true},
    {"Matrix", numbers},
    {"PaintType", integer},
    {"PatternType", integer},
    {"Resources", refer, Is::resources},
    {"TilingType", integer},
    {"Type", exactly, {}, "/Pattern"},
    {"XStep", number},
    {"YStep", number},
};
constexpr Rule shading_pattern[] = {
    {"ExtGState", refer, Is::graphics_state},
    {"Matrix", numbers},
    {"PatternType", integer},
    {"Shading", refer, Is::shading},
    {"Type", exactly, {}, "/Pattern"},
};
constexpr Rule shading[] = {
    {"AntiAlias", flag},
    {"BBox", numbers},
    {"Background", numbers},
    {"BitsPerComponent", integer},
    {"BitsPerCoordinate", integer},
    {"BitsPerFlag", integer},
    {"ColorSpace", colour},
    {"Coords", numbers},
    {"Decode", numbers},
    {"DecodeParms", parms},
    {"Domain", numbers},
    {"Extend", flags},
    {"Filter", filter},
    {"Function", functions},
    {"Length", length},
    {"Matrix", numbers},
    {"ShadingType", integer, {}, {}, true},
    {"VerticesPerRow", integer},
};
template <Is parts>
constexpr Rule function_rules[] = {
    {"BitsPerSample", integer},
    {"Bounds", numbers},
    {"C0", numbers},
    {"C1", numbers},
    {"Decode", numbers},
    {"DecodeParms", parms},
    {"Domain", numbers},
    {"Encode", numbers},
    {"Filter", filter},
    {"FunctionType", integer, {}, {}, true},
    {"Functions", refer_list, parts},
    {"Length", length},
    {"N", number},
    {"Order", integer},
    {"Range", numbers},
    {"Size", numbers},
};
constexpr Rule last_function[] = {
    {"BitsPerSample", integer}, {"C0", numbers},        {"C1", numbers},
    {"Decode", numbers},        {"DecodeParms", parms}, {"Domain", numbers},
    {"Encode", numbers},        {"Filter", filter},     {"FunctionType", integer, {}, {}, true},
    {"Length", length},         {"N", number},          {"Order", integer},
    {"Range", numbers},         {"Size", numbers},
};
constexpr Rule icc[] = {
    {"Alternate", colour}, {"DecodeParms", parms}, {"Filter", filter, {}, {}, true}, {"Length", length, {}, {}, true},
    {"N", integer},        {"Range", numbers},
};
constexpr Rule calibrated[] = {{"BlackPoint", numbers},
                               {"Gamma", number_or_numbers},
                               {"Matrix", numbers},
                               {"Range", numbers},
                               {"WhitePoint", numbers}};

}  // namespace

std::span<const Rule> rules_of(Is what) noexcept {
    switch (what) {
        case Is::catalog:
            return catalog;
        case Is::page_tree:
            return page_tree;
        case Is::page:
            return page;
        case Is::resources:
            return resources;
        case Is::link:
            return link;
        case Is::comment:
            return comment;
        case Is::border_style:
            return border_style;
        case Is::border_effect:
            return border_effect;
        case Is::appearance:
            return appearance;
        case Is::uri_action:
            return uri_action;
        case Is::outline_root:
            return outline_root;
        case Is::outline_item:
            return outline_item;
        case Is::names:
            return names_rules;
        case Is::destinations:
            return destinations;
        case Is::page_labels:
            return page_labels;
        case Is::page_label:
            return page_label;
        case Is::preferences:
            return preferences;
        case Is::font:
            return font;
        case Is::cid_font:
            return cid_font;
        case Is::cid_info:
            return cid_info;
        case Is::descriptor:
            return descriptor;
        case Is::font_file:
            return font_file;
        case Is::encoding:
            return encoding;
        case Is::cmap:
            return cmap;
        case Is::content:
            return content;
        case Is::jbig2_globals:
            return jbig2_globals;
        case Is::graphics_state:
            return graphics_state;
        case Is::soft_mask:
            return soft_mask;
        case Is::group:
            return group;
        case Is::form:
            return form;
        case Is::image:
            return image;
        case Is::mask_image:
            return mask_image;
        case Is::tiling:
            return tiling;
        case Is::shading_pattern:
            return shading_pattern;
        case Is::shading:
            return shading;
        case Is::function:
            return function_rules<Is::function_2>;
        case Is::function_2:
            return function_rules<Is::function_3>;
        case Is::function_3:
            return last_function;
        case Is::icc:
            return icc;
        case Is::calibrated:
            return calibrated;
        case Is::unknown:
        case Is::annotation:
        case Is::x_object:
        case Is::pattern:
        case Is::colour_space:
            return {};
    }
    return {};
}

bool is_always_stream(Is what) noexcept {
    switch (what) {
        case Is::font_file:
        case Is::cmap:
        case Is::content:
        case Is::jbig2_globals:
        case Is::form:
        case Is::image:
        case Is::mask_image:
        case Is::tiling:
        case Is::icc:
            return true;
        default:
            return false;
    }
}

}  // namespace mugaika::checker::pdf

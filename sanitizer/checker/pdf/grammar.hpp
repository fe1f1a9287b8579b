// What may stand in an object of each kind: the checker's own list, written from ISO 32000-1 and shared with nobody. A
// key that is not on it is refused.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mugaika::checker::pdf {

enum class Is : std::uint8_t {
    unknown,  // nothing has referred to the object yet
    catalog,
    page_tree,
    page,
    resources,
    annotation,
    link,
    comment,
    border_style,
    border_effect,
    appearance,
    uri_action,
    outline_root,
    outline_item,
    names,
    destinations,
    page_labels,
    page_label,
    preferences,
    font,
    cid_font,
    cid_info,
    descriptor,
    font_file,
    encoding,
    cmap,
    content,
    graphics_state,
    soft_mask,
    group,
    x_object,
    form,
    image,
    mask_image,
    jbig2_globals,
    pattern,
    tiling,
    shading_pattern,
    shading,
    function,
    function_2,
    function_3,
    colour_space,
    icc,
    calibrated,
};

// What a value must be.
enum class Must : std::uint8_t {
    flag,
    integer,
    number,
    name,
    text,
    numbers,
    number_or_numbers,
    number_lists,
    flags,
    names,
    dash,
    border,
    font_and_size,
    widths,
    differences,
    word,        // one of `words`
    exactly,     // the token `words`
    part,        // a dictionary of `what`, in place
    refer,       // a reference to a `what`
    refer_list,  // an array of references to `what`
    refer_map,   // author's names -> references to `what`
    colour,
    colour_map,
    functions,  // a reference to one, an array of such, or a name of `words`
    encoding_or_name,
    cmap_or_name,
    glyph_map,
    mask,
    none_or_mask,
    kids,
    one_or_more_contents,
    annotations,
    place,
    named_places,
    label_numbers,
    uri,
    earlier_outline,
    box,
    filter,
    parms,
    length,
};

struct Rule {
    std::string_view key;
    Must must;
    Is what = Is::unknown;
    std::string_view words = {};
    bool is_needed = false;
};

std::span<const Rule> rules_of(Is) noexcept;

// Streams of this kind have /Filter and /Length beside their rules.
bool is_always_stream(Is) noexcept;

}  // namespace mugaika::checker::pdf

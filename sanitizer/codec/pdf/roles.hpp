// What a dictionary may hold, by the role it plays: the short list of this format (ISO 32000-1). A key that is not
// here is not copied, whatever stands behind it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mugaika::codec::pdf {

enum class Role : std::uint8_t {
    resources,
    font,
    cid_font,
    font_descriptor,
    font_file,
    cid_system_info,
    encoding,
    cmap,
    ext_g_state,
    soft_mask,
    group,
    content,  // of a page or of a glyph: no keys
    form,
    image,
    soft_mask_image,
    tiling,
    shading_pattern,
    shading,
    icc,
    calibrated,
    colour_space,
    function,
    inner_function,
    leaf_function,  // stitching functions inside each other: no deeper, so no loop
    page,
    link,
    annotation,
    border_style,
    border_effect,
    page_label,
};

enum class Kind : std::uint8_t {
    flag,
    integer,
    number,
    name,
    word,          // a name of `words`
    text,          // a string
    numbers,       // an array of numbers
    gamma,         // a number or an array of them
    number_lists,  // an array of arrays of numbers
    flags,         // an array of booleans
    names,         // a name or an array of names
    line_dash,     // [ [ numbers ] number ]
    border,        // [ n n n ] or [ n n n [ numbers ] ]
    font_size,     // [ font number ]
    cid_widths,    // numbers and arrays of numbers
    differences,   // integers and names
    dictionary,    // of `role`, in place
    object,        // of `role`, an object of its own
    objects,       // an array of them
    map_of,        // author's names -> objects of `role`
    x_objects,     // author's names -> form or image
    patterns,      // author's names -> tiling or shading pattern
    colour_space,
    colour_spaces,  // author's names -> colour space
    function,       // an object or an array of them; a name of `words` where there are such
    encoding,       // a name, an encoding dictionary or a CMap
    cmap,           // a name or a CMap
    glyph_map,      // a stream or /Identity
    mask,           // an image or an array of numbers
    soft_mask,      // /None or a soft mask dictionary
};

struct KeyRule {
    std::string_view key;
    Kind kind;
    Role role = Role::resources;  // of dictionary, object, objects, map_of
    std::string_view words = {};  // of word, function: separated by blanks
};

// Sorted by key.
std::span<const KeyRule> keys_of(Role) noexcept;

bool is_stream(Role) noexcept;  // of shadings and functions: those that are, are told by their type

// Whether `word` stands in `words`.
bool is_among(std::string_view word, std::string_view words) noexcept;

}  // namespace mugaika::codec::pdf

// The part kinds that a rebuilt package may hold: what they are called, what content and relationship type they have,
// which root, which prefixes, and which parts may hang on which (ECMA-376 part 1, 11 to 15; selected by hand).
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika::codec::ooxml {

enum class Part : std::uint8_t {
    document,
    workbook,
    presentation,
    word_styles,
    settings,
    font_table,
    numbering,
    header,
    footer,
    footnotes,
    endnotes,
    word_comments,
    worksheet,
    chartsheet,
    sheet_styles,
    shared_strings,
    sheet_drawing,
    sheet_comments,
    vml_drawing,
    table,
    pivot_table,
    pivot_cache,
    pivot_records,
    slide,
    slide_layout,
    slide_master,
    notes_slide,
    notes_master,
    handout_master,
    slide_comments,
    comment_authors,
    presentation_properties,
    table_styles,
    theme,
    theme_override,
    chart,
    chart_shapes,
    diagram_data,
    diagram_layout,
    diagram_style,
    diagram_colors,
    diagram_drawing,
    image,
};
inline constexpr std::uint32_t part_count = 43;

struct PartKind {
    Part part;
    std::string_view relationship;  // last word of the relationship type
    std::string_view content_type;  // as written
    std::string_view folder;        // with "{}" for word, xl or ppt
    std::string_view base;          // file name without number and extension
    std::string_view root;          // "" for pictures
    std::string_view prefixes;      // that the root declares, in this order; those behind | are ignorable
    std::string_view children;      // relationship words that it may have; those with ' need no mention in the XML
    bool numbered;
};

const PartKind& kind_of(Part) noexcept;
// The child of a parent by the last word of the relationship's type, or nullptr when that is not selected.
const PartKind* child_kind(const PartKind& parent, std::string_view relationship);
// Whether the relationship holds without being named in the parent's XML.
bool is_implicit(const PartKind& parent, std::string_view relationship);
// Whether the kind's content type, or for a main part one of its macro and template twins, is this one.
bool has_content_type(const PartKind&, std::string_view content_type);

// The last word of a relationship type, Transitional, Strict or Microsoft's; "" for types of other origin.
std::string_view relationship_word(std::string_view type);
// The type to write.
std::string_view relationship_prefix(std::string_view word);

// By the main part's content type; nullptr for kinds that are not rebuilt.
const PartKind* main_kind(std::string_view content_type);
SafeKind safe_kind(Part main) noexcept;
std::string_view root_folder(Part main) noexcept;  // "word"

}  // namespace mugaika::codec::ooxml

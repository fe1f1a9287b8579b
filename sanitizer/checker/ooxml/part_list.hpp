// The checker's own list of parts: names, content types, roots, which relationships lead from where to where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::checker::ooxml {

struct PartForm {
    std::string_view documents;  // d, x, p: in which of the three it may stand
    std::string_view folder;     // below word/, xl/ or ppt/; "" for none
    std::string_view base;
    bool is_numbered;
    std::string_view relationship;  // last word of the type that leads here
    std::string_view content_type;  // "" for pictures and boxes, which have theirs by extension
    std::string_view root;          // "" for pictures
    std::string_view prefixes;      // what the root declares; "." is SpreadsheetML without a prefix
    std::string_view ignorable;
};

// The form of a part of this name in a document of this kind ('d', 'x', 'p'); nullptr when there is none.
const PartForm* form_of(std::string_view part_name, char document);
bool is_picture(const PartForm&);
bool is_boxes(const PartForm&);
bool is_main(const PartForm&);

// Whether a part of one form may point to a part of the other.
bool may_point(const PartForm& from, const PartForm& to);
bool may_link(const PartForm& from);  // to http, https, mailto

std::string_view uri_of(std::string_view prefix);  // "" when it is not ours

bool is_word_of(std::string_view words, std::string_view word);

}  // namespace mugaika::checker::ooxml

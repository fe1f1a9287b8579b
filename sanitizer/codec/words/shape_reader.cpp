#include "sanitizer/codec/words/shape_reader.hpp"

#include <utility>

namespace mugaika::codec::words {

ShapeReader::Element ShapeReader::element_of(std::string_view name) const noexcept {
    if (name == "a:p") return Element::paragraph;
    if (name == "a:t") return Element::text;
    if (name == "a:tr") return Element::row;
    if (name == "a:tc") return Element::cell;
    if (name == "c:strCache" || name == "c:numCache") return Element::series_values;
    return name == "c:v" ? Element::value : Element::other;
}

void ShapeReader::start(std::string_view name, const Attributes& attributes) {
    const bool is_number = name == "a:fld" && value_of(attributes, "type") == "slidenum";
    // The fallback says what its choice says.
    if (skipped_ > 0 || name == "mc:Fallback" || is_number) {
        ++skipped_;
        return;
    }
    if (name == "p:sld" && value_of(attributes, "show") == "0") is_hidden_ = true;
    if (name == "a:br") line_.push_back('\n');
    const Element element = element_of(name);
    open_.push_back(element);
    if (element == Element::paragraph || element == Element::value) line_.clear();
    if (element == Element::row || element == Element::series_values) cells_.clear();
    if (element == Element::cell) cell_.clear(), is_in_cell_ = true;
}

void ShapeReader::text(std::string_view text) {
    const bool is_shown = !open_.empty() && (open_.back() == Element::text || open_.back() == Element::value);
    if (skipped_ == 0 && is_shown) line_.append(text);
}

void ShapeReader::end_paragraph() {
    if (is_in_cell_) {
        cell_.append(line_).push_back('\n');
    } else {
        page_.add(line_);
    }
    line_.clear();
}

void ShapeReader::end() {
    if (skipped_ > 0) {
        --skipped_;
        return;
    }
    const Element element = open_.back();
    open_.pop_back();
    switch (element) {
        case Element::paragraph:
            return end_paragraph();
        case Element::cell:
            is_in_cell_ = false;
            return cells_.push_back(in_one_line(cell_));
        case Element::value:
            return cells_.push_back(in_one_line(line_));
        case Element::row:
        case Element::series_values:
            return page_.add(joined_cells(cells_));
        case Element::text:
        case Element::other:
            break;
    }
}

}  // namespace mugaika::codec::words

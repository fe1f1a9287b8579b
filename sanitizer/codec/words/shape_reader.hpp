// The words of shapes (DrawingML): text boxes, tables, titles and labels of charts, boxes of SmartArt. Of slides,
// drawings of sheets, charts and diagrams.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/words/page.hpp"
#include "sanitizer/codec/words/part_reading.hpp"

namespace mugaika::codec::words {

// One paragraph a line, one row of a table a line, with a tab between cells; of a chart the names and values of each
// series. The number of the slide is no word of it.
class ShapeReader : public XmlHandler {
public:
    explicit ShapeReader(Page& page) : page_(page) {}

    bool is_hidden() const noexcept { return is_hidden_; }  // a slide that is not shown

    void start(std::string_view, const Attributes&) override;
    void text(std::string_view) override;
    void end() override;

private:
    enum class Element : std::uint8_t { other, paragraph, text, row, cell, series_values, value };
    Element element_of(std::string_view name) const noexcept;
    void end_paragraph();

    Page& page_;
    std::vector<Element> open_;
    std::uint32_t skipped_ = 0;  // elements that are open and say nothing here
    std::string line_;
    std::string cell_;
    std::vector<std::string> cells_;  // of a row, or the values of a series
    bool is_in_cell_ = false;
    bool is_hidden_ = false;
};

}  // namespace mugaika::codec::words

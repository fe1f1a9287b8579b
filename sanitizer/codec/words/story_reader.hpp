// The words of one story of Word: the body, a header, a footer, notes, comments (ECMA-376 part 1, 17.2 to 17.13).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/words/list_numbers.hpp"
#include "sanitizer/codec/words/page.hpp"
#include "sanitizer/codec/words/part_reading.hpp"
#include "sanitizer/codec/words/word_styles.hpp"

namespace mugaika::codec::words {

// What all stories of a document share.
struct Document {
    explicit Document(std::uint64_t most) : bytes_max(most) {}

    std::uint64_t bytes_max;  // of what stands in one frame
    WordStyles styles;
    ListNumbers lists;
    std::vector<std::string> notes;     // as they are referred to: "1" of footnotes, "e1" of endnotes
    std::vector<std::string> comments;  // likewise
    std::uint32_t hidden_runs = 0;
};

class StoryReader : public XmlHandler {
public:
    // Paragraphs go to the page.
    StoryReader(Document& document, Page& page) : document_(document), page_(page) {}

    // Of a part of notes or comments: the words of each by its number, with "e" in front for endnotes. They do not go
    // to the page.
    const std::map<std::string, std::string>& items() const noexcept { return items_; }

    void start(std::string_view, const Attributes&) override;
    void text(std::string_view) override;
    void end() override;

private:
    enum class Element : std::uint8_t {
        other,
        paragraph,
        run,
        run_settings,
        words,
        cell,
        row,
        table,
        box,
        ruby,
        ruby_text,
        item,
    };
    struct Paragraph {
        std::string text, style;
        std::string boxes;  // lines of text boxes that hang on it
        std::optional<ListPlace> place;
        bool is_heading = false;
    };
    struct Table {
        std::string line;        // of the row
        std::uint32_t tabs = 0;  // before the next cell of it
        std::uint32_t span = 1;  // of the cell
    };

    static Element element_of(std::string_view name) noexcept;
    Element top() const noexcept { return open_.empty() ? Element::other : open_.back(); }
    void begin(Element, const Attributes&);
    void sign(std::string_view name, const Attributes&);
    void setting(std::string_view name, const Attributes&);
    void append(std::string_view);
    void note(std::vector<std::string>& all, std::string id, std::string_view word);
    void end_run();
    void end_paragraph();
    void end_cell();
    void end_row();
    void add_lines(std::string_view);  // to what is open: a cell, a box, an item, the page

    Document& document_;
    Page& page_;
    std::vector<Element> open_;
    std::vector<Paragraph> paragraphs_;
    std::vector<Table> tables_;
    std::vector<std::string> frames_;  // lines of cells, boxes and items that are open
    std::map<std::string, std::string> items_;
    std::string item_;
    std::string run_, ruby_text_;
    std::uint32_t skipped_ = 0;
    bool run_is_hidden_ = false, is_in_ruby_text_ = false;
};

}  // namespace mugaika::codec::words

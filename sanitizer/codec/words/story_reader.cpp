#include "sanitizer/codec/words/story_reader.hpp"

#include <algorithm>
#include <utility>

#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::words {
namespace {

// What a revision took away, what its choice says too, and what is no text.
bool says_nothing(std::string_view name) noexcept {
    return name == "w:del" || name == "w:moveFrom" || name == "mc:Fallback" || name == "w:tabs" ||
           name == "w:instrText" || name == "w:pPrChange" || name == "w:rPrChange" || name == "w:sectPr";
}

}  // namespace

StoryReader::Element StoryReader::element_of(std::string_view name) noexcept {
    if (name == "w:t" || name == "m:t") return Element::words;
    if (name == "w:r") return Element::run;
    if (name == "w:p") return Element::paragraph;
    if (name == "w:rPr") return Element::run_settings;
    if (name == "w:tc") return Element::cell;
    if (name == "w:tr") return Element::row;
    if (name == "w:tbl") return Element::table;
    if (name == "w:txbxContent") return Element::box;
    if (name == "w:ruby") return Element::ruby;
    if (name == "w:rt") return Element::ruby_text;
    const bool is_item = name == "w:footnote" || name == "w:endnote" || name == "w:comment";
    return is_item ? Element::item : Element::other;
}

void StoryReader::start(std::string_view name, const Attributes& attributes) {
    const bool is_line_between = (name == "w:footnote" || name == "w:endnote") &&
                                 !value_of(attributes, "w:type").empty() && value_of(attributes, "w:type") != "normal";
    if (skipped_ > 0 || says_nothing(name) || is_line_between) {
        ++skipped_;
        return;
    }
    if (top() == Element::run) sign(name, attributes);
    setting(name, attributes);
    Element element = element_of(name);
    // Settings of a paragraph's own mark are none of a run.
    if (element == Element::run_settings && top() != Element::run) element = Element::other;
    open_.push_back(element);
    if (name == "w:endnote") item_ = "e";
    begin(element, attributes);
}

void StoryReader::begin(Element element, const Attributes& attributes) {
    switch (element) {
        case Element::paragraph:
            paragraphs_.emplace_back();
            break;
        case Element::run:
            run_.clear();
            run_is_hidden_ = false;
            break;
        case Element::table:
            tables_.emplace_back();
            break;
        case Element::row:
            if (!tables_.empty()) tables_.back() = Table();
            break;
        case Element::cell:
            if (!tables_.empty()) tables_.back().span = 1;
            frames_.emplace_back();
            break;
        case Element::box:
            end_run();  // its own runs come between
            frames_.emplace_back();
            break;
        case Element::item:
            item_ += value_of(attributes, "w:id");
            frames_.emplace_back();
            break;
        case Element::ruby:
            end_run();
            ruby_text_.clear();
            break;
        case Element::ruby_text:
            is_in_ruby_text_ = true;
            break;
        case Element::run_settings:
        case Element::words:
        case Element::other:
            break;
    }
}

// Inside a run.
void StoryReader::sign(std::string_view name, const Attributes& attributes) {
    const std::string id(value_of(attributes, "w:id"));
    if (name == "w:tab" || name == "w:ptab") run_ += '\t';
    if (name == "w:br" || name == "w:cr") run_ += '\n';
    if (name == "w:noBreakHyphen") run_ += '-';
    if (name == "w:footnoteReference") note(document_.notes, id, "注");
    if (name == "w:endnoteReference") note(document_.notes, "e" + id, "注");
    if (name == "w:commentReference") note(document_.comments, id, "コメント");
}

void StoryReader::note(std::vector<std::string>& all, std::string id, std::string_view word) {
    all.push_back(std::move(id));
    run_ += "［" + std::string(word) + std::to_string(all.size()) + "］";
}

void StoryReader::setting(std::string_view name, const Attributes& attributes) {
    const std::string_view value = value_of(attributes, "w:val");
    if (name == "w:vanish" && top() == Element::run_settings) run_is_hidden_ = is_on(value);
    if (name == "w:gridSpan" && !tables_.empty()) tables_.back().span = std::clamp(number_in(value, 1), 1u, 63u);
    if (paragraphs_.empty()) return;
    Paragraph& paragraph = paragraphs_.back();
    if (name == "w:pStyle") paragraph.style = value;
    if (name == "w:outlineLvl") paragraph.is_heading = number_in(value, 9) < 9;
    if (name != "w:numId" && name != "w:ilvl") return;
    if (!paragraph.place) paragraph.place.emplace();
    (name == "w:numId" ? paragraph.place->list : paragraph.place->level) = number_in(value, 0);
}

void StoryReader::text(std::string_view text) {
    if (skipped_ == 0 && top() == Element::words) run_.append(text);
}

void StoryReader::append(std::string_view text) {
    if (is_in_ruby_text_) {
        ruby_text_.append(text);
    } else if (!paragraphs_.empty()) {
        paragraphs_.back().text.append(text);
    }
}

void StoryReader::end_run() {
    if (run_is_hidden_ && !run_.empty()) ++document_.hidden_runs;
    if (!run_is_hidden_) append(run_);
    run_.clear();
}

void StoryReader::add_lines(std::string_view lines) {
    if (frames_.empty()) {
        page_.add(lines);
    } else {
        frames_.back().append(lines);
        if (frames_.back().size() > document_.bytes_max) {
            throw zip::Refused{Reason::files_too_large, "more text than one file may have"};
        }
    }
}

void StoryReader::end_paragraph() {
    Paragraph paragraph = std::move(paragraphs_.back());
    paragraphs_.pop_back();
    const auto place = paragraph.place ? paragraph.place : document_.styles.list_place(paragraph.style);
    const bool is_empty = paragraph.text.empty();
    std::string number = place && place->list != 0 && !is_empty ? document_.lists.next(place->list, place->level) : "";
    if (!number.empty() && number != "・") number += ' ';
    const bool is_heading = paragraph.is_heading || document_.styles.is_heading(paragraph.style);
    if (is_heading && frames_.empty() && !is_empty) {
        page_.heading(number + paragraph.text);
    } else {
        add_lines(number + paragraph.text + "\n");
    }
    add_lines(paragraph.boxes);
}

void StoryReader::end_cell() {
    const std::string words = in_one_line(frames_.back());
    frames_.pop_back();
    if (tables_.empty()) return;
    Table& table = tables_.back();
    if (!words.empty()) table.line.append(std::exchange(table.tabs, 0u), '\t').append(words);
    table.tabs += table.span;
}

void StoryReader::end_row() {
    if (!tables_.empty()) add_lines(tables_.back().line + "\n");
}

void StoryReader::end() {
    if (skipped_ > 0) {
        --skipped_;
        return;
    }
    const Element element = open_.back();
    open_.pop_back();
    switch (element) {
        case Element::run:
            return end_run();
        case Element::words:
            if (top() != Element::run) end_run();  // of a formula
            break;
        case Element::paragraph:
            return end_paragraph();
        case Element::cell:
            return end_cell();
        case Element::row:
            return end_row();
        case Element::table:
            return tables_.pop_back();
        case Element::box: {
            const std::string lines = std::move(frames_.back());
            frames_.pop_back();
            paragraphs_.empty() ? add_lines(lines) : void(paragraphs_.back().boxes.append(lines));
            return;
        }
        case Element::item:
            items_[std::exchange(item_, {})] = in_one_line(frames_.back());
            return frames_.pop_back();
        case Element::ruby_text:
            is_in_ruby_text_ = false;
            break;
        case Element::ruby:
            if (!ruby_text_.empty()) append("(" + ruby_text_ + ")");
            break;
        case Element::run_settings:
        case Element::other:
            break;
    }
}

}  // namespace mugaika::codec::words

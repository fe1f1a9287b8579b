#include "sanitizer/codec/words/workbook_words.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sanitizer/codec/words/number_format.hpp"
#include "sanitizer/codec/words/presentation_words.hpp"
#include "sanitizer/codec/words/shape_reader.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::words {
namespace {

struct Sheet {
    std::string name, reference;
    bool is_hidden = false;
};

class SheetList : public XmlHandler {
public:
    std::vector<Sheet> sheets;
    Epoch epoch = Epoch::of_1900;

    void start(std::string_view name, const Attributes& attributes) override {
        if (name == "sheet") {
            const std::string_view state = value_of(attributes, "state");
            sheets.push_back({std::string(value_of(attributes, "name")), std::string(value_of(attributes, "r:id")),
                              !state.empty() && state != "visible"});
        }
        const std::string_view since_1904 = value_of(attributes, "date1904");
        if (name == "workbookPr" && !since_1904.empty() && is_on(since_1904)) epoch = Epoch::of_1904;
    }
    void text(std::string_view) override {}
    void end() override {}
};

// The text of <t> elements, without furigana (rPh).
class TextOfRuns {
public:
    void start(std::string_view name) {
        if (reading_ > 0 || name == "rPh") {
            ++reading_;
        } else {
            ++depth_;
            if (name == "t") text_depth_ = depth_;
        }
    }
    void text(std::string_view piece) {
        if (reading_ == 0 && text_depth_ != 0 && depth_ == text_depth_) text_.append(piece);
    }
    void end() {
        if (reading_ > 0) {
            --reading_;
            return;
        }
        if (depth_-- == text_depth_) text_depth_ = 0;
    }
    std::string take() { return std::exchange(text_, {}); }

private:
    std::string text_;
    std::uint32_t depth_ = 0, text_depth_ = 0, reading_ = 0;
};

class SharedStrings : public XmlHandler {
public:
    std::vector<std::string> strings;

    void start(std::string_view name, const Attributes&) override {
        ++depth_;
        if (depth_ == 2 && name == "si") runs_.take();
        runs_.start(name);
    }
    void text(std::string_view piece) override { runs_.text(piece); }
    void end() override {
        runs_.end();
        if (--depth_ == 1) strings.push_back(in_one_line(runs_.take()));
    }

private:
    TextOfRuns runs_;
    std::uint32_t depth_ = 0;
};

// The format of each style that a cell can have.
class CellFormats : public XmlHandler {
public:
    void start(std::string_view name, const Attributes& attributes) override {
        if (name == "cellXfs") is_in_styles_ = true;
        if (name == "numFmt") {
            codes_.emplace(number_in(value_of(attributes, "numFmtId"), 0), value_of(attributes, "formatCode"));
        } else if (name == "xf" && is_in_styles_) {
            ids_.push_back(number_in(value_of(attributes, "numFmtId"), 0));
        } else if (name == "cellStyles" || name == "dxfs") {
            is_in_styles_ = false;
        }
    }
    void text(std::string_view) override {}
    void end() override {}

    std::string_view format(std::uint32_t style) const {
        if (style >= ids_.size()) return {};
        const auto code = codes_.find(ids_[style]);
        return code == codes_.end() ? built_in_format(ids_[style]) : std::string_view(code->second);
    }

private:
    std::map<std::uint32_t, std::string> codes_;
    std::vector<std::uint32_t> ids_;
    bool is_in_styles_ = false;
};

struct Book {
    SheetList list;
    SharedStrings shared;
    CellFormats formats;
};

// "AB12": 27; the last known place for what is none.
std::uint32_t column_of(std::string_view place, std::uint32_t otherwise) noexcept {
    constexpr std::uint32_t columns_max = 16'384;
    std::uint32_t column = 0;
    for (const char c : place) {
        if (c < 'A' || c > 'Z') break;
        column = column * 26 + static_cast<std::uint32_t>(c - 'A') + 1;
        if (column > columns_max) return otherwise;
    }
    return column == 0 ? otherwise : column - 1;
}

class RowReader : public XmlHandler {
public:
    RowReader(const Book& book, Page& page) : book_(book), page_(page) {}

    void start(std::string_view name, const Attributes& attributes) override {
        open_.emplace_back(name);
        if (name == "row") begin_row(attributes);
        if (name == "c") begin_cell(attributes);
        if (is_in_cell_) runs_.start(name);
    }
    void text(std::string_view piece) override {
        if (!is_in_cell_) return;
        if (open_.back() == "v") value_.append(piece);
        if (open_.back() == "f") formula_.append(piece);
        runs_.text(piece);
    }
    void end() override {
        const std::string name = std::move(open_.back());
        open_.pop_back();
        if (is_in_cell_) runs_.end();
        if (name == "c") end_cell();
        if (name == "row") page_.add(line_);
    }

private:
    void begin_row(const Attributes& attributes) {
        const std::uint32_t number = number_in(value_of(attributes, "r"), row_ + 1);
        if (number > row_ + 1) page_.gap();
        row_ = number;
        line_.clear();
        next_ = tabs_ = 0;
    }

    void begin_cell(const Attributes& attributes) {
        is_in_cell_ = true;
        type_ = value_of(attributes, "t");
        style_ = number_in(value_of(attributes, "s"), 0);
        column_ = column_of(value_of(attributes, "r"), next_);
        value_.clear();
        formula_.clear();
        runs_ = TextOfRuns();
    }

    void end_cell() {
        is_in_cell_ = false;
        const std::string shown = shown_value();
        if (!shown.empty()) {
            page_.expect(line_.size() + (column_ - std::min(column_, tabs_)) + shown.size());
            // Places come in order; who writes them in another gets them side by side.
            for (; tabs_ < column_; ++tabs_) line_.push_back('\t');
            if (column_ < next_ && !line_.empty()) line_.push_back('\t'), ++tabs_;
            line_.append(shown);
        }
        next_ = std::max(next_, column_) + 1;
    }

    std::string shown_value() {
        if (value_.empty() && !formula_.empty()) return "=" + in_one_line(formula_);
        if (type_ == "s") {
            const std::uint32_t number = number_in(value_, ~0u);
            return number < book_.shared.strings.size() ? book_.shared.strings[number] : std::string();
        }
        if (type_ == "inlineStr") return in_one_line(runs_.take());
        if (type_ == "b") return value_ == "1" ? "TRUE" : "FALSE";
        if (type_ == "str" || type_ == "e" || type_ == "d") return in_one_line(value_);
        return shown_number(value_, book_.formats.format(style_), book_.list.epoch);
    }

    const Book& book_;
    Page& page_;
    std::vector<std::string> open_;
    TextOfRuns runs_;
    std::string line_, value_, formula_, type_;
    std::uint32_t row_ = 0, next_ = 0, tabs_ = 0, column_ = 0, style_ = 0;
    bool is_in_cell_ = false;
};

// "B2: the words".
class CommentReader : public XmlHandler {
public:
    explicit CommentReader(Page& page) : page_(page) {}

    void start(std::string_view name, const Attributes& attributes) override {
        if (name == "comment") {
            place_ = value_of(attributes, "ref");
            runs_ = TextOfRuns();
            depth_ = 0;
        }
        ++depth_;
        runs_.start(name);
    }
    void text(std::string_view piece) override { runs_.text(piece); }
    void end() override {
        runs_.end();
        if (--depth_ > 0 || place_.empty()) return;
        page_.add("［コメント " + std::exchange(place_, {}) + "］ " + in_one_line(runs_.take()));
    }

private:
    Page& page_;
    TextOfRuns runs_;
    std::string place_;
    std::uint32_t depth_ = 0;
};

void add_drawings(const Package& package, const std::string& sheet, Page& page) {
    page.gap();
    for (const std::string& name : related(package, sheet, "comments")) {
        CommentReader reader(page);
        read_part(package, name, reader);
    }
    for (const std::string& name : related(package, sheet, "drawing")) {
        ShapeReader reader(page);
        read_part(package, name, reader);
        add_graphics(package, name, page);
    }
}

void add_sheet(const Package& package, const std::string& part, const Book& book, Page& page) {
    RowReader reader(book, page);
    read_part(package, part, reader);
    add_drawings(package, part, page);
}

}  // namespace

void add_workbook(const Package& package, Page& page) {
    Book book;
    read_part(package, package.main_name(), book.list);
    for (const std::string& name : related(package, package.main_name(), "styles"))
        read_part(package, name, book.formats);
    for (const std::string& name : related(package, package.main_name(), "sharedStrings")) {
        read_part(package, name, book.shared);
    }
    std::map<std::string, std::string> parts;
    for (const ooxml::Relationship& row : package.relationships_of(package.main_name())) {
        if (!row.external && (row.word == "worksheet" || row.word == "chartsheet")) parts.emplace(row.id, row.target);
    }
    for (const Sheet& sheet : book.list.sheets) {
        const auto part = parts.find(sheet.reference);
        if (part == parts.end()) continue;
        page.title("シート「" + sheet.name + "」" + (sheet.is_hidden ? "（非表示）" : ""));
        add_sheet(package, part->second, book, page);
        parts.erase(part);
    }
}

}  // namespace mugaika::codec::words

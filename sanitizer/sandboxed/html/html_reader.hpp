// Walks over a page once and lays out what it shows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "policy/reason.hpp"
#include "sanitizer/sandboxed/html/html_elements.hpp"
#include "sanitizer/sandboxed/html/html_hidden.hpp"
#include "sanitizer/sandboxed/html/html_implied.hpp"
#include "sanitizer/sandboxed/html/html_layout.hpp"
#include "sanitizer/sandboxed/html/html_state.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

class HtmlReader final : private HtmlCloser {
public:
    // `verdict`: what is to be done with hidden text; nullptr for the first time, when nobody knows and none is shown.
    // All that is passed by reference outlives the reader.
    HtmlReader(std::string_view html, const HtmlStyleSheet&, LinkStyle, const BudgetLimits&,
               const HiddenVerdict* verdict);

    // To be called once, before the others.
    void read();

    std::string take_text() { return page_.take_text(); }
    std::string take_words() { return page_.take_words(); }
    std::vector<Reason> take_notes() { return std::move(notes_); }
    const HiddenRuns& hidden() const noexcept { return hidden_; }

private:
    struct Anchor {
        std::string href;
        std::string text;
        bool seen = false;  // something of it is shown
    };

    void note(Reason reason);
    bool is_hidden(const HtmlState&) const;
    HiddenFate fate_of(const HtmlState&) const;

    void on_text(std::string_view text);
    void on_hidden_text(std::string_view text, const HtmlState&);
    void show(std::string_view text, const HtmlState&);
    void show_marked(std::string_view text);
    void show_sign(std::string_view sign);
    void add_anchor_text(std::string_view text);
    void break_block(BlockBreak);
    void break_line();

    void on_comment(std::string_view comment);
    void on_start_tag(const HtmlToken&);
    void on_end_tag(std::string_view name);
    void note_what_goes(HtmlTag, const HtmlToken&);
    bool leave_foreign(HtmlTag, const HtmlToken&);
    void close_down_to(std::size_t size) override;
    void close_block(std::size_t index) override;
    void close_top();

    void open(HtmlTag, const HtmlToken&, const HtmlStyle&, const HtmlState&);
    void begin(HtmlTag, const HtmlToken&, const HtmlState&);
    void begin_prefix(const char* first, const char* rest);
    void begin_list(bool ordered, const HtmlToken&);
    void begin_item(const HtmlToken&, ListMarker);
    void begin_bracket(std::string_view literal);
    void begin_quote();
    void begin_anchor(const HtmlToken&);
    void end_anchor();
    void show_target(std::string_view href, std::string_view text);
    bool in_laid_out_table() const;
    void begin_table(const HtmlToken&);
    void begin_row();
    void begin_cell(HtmlTag, const HtmlToken&);
    void end_table();

    void on_empty_element(HtmlTag, const HtmlToken&, const HtmlStyle&, const HtmlState&);
    void show_picture(const HtmlToken&, const HtmlStyle&, const HtmlState&);
    void show_area(const HtmlToken&, const HtmlState&);

    const HtmlStyleSheet& sheet_;
    HtmlTokenizer tokenizer_;
    LinkStyle style_;
    std::size_t links_max_;
    const HiddenVerdict* verdict_;
    HtmlElements elements_;
    HtmlLayout page_;
    HiddenRuns hidden_;
    std::size_t marked_letters_left_ = 0;
    std::vector<std::size_t> tables_;  // where those that are laid out stand among the open elements
    std::vector<Anchor> anchors_;      // open ones; only tables can stand between two
    std::size_t links_shown_ = 0;
    std::size_t hidden_from_ = HtmlElements::none;  // from this depth on, because of an element past the depth
    bool silently_dropped_ = false;                 // text of a script or the like that has not ended yet
    bool in_program_ = false;                       // in a script that would run
    bool skip_line_end_ = false;                    // the first one in <pre> is not shown
    std::vector<Reason> notes_;
};

}  // namespace mugaika::sandboxed

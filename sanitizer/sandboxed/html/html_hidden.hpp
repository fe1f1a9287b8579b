// Text that a page hides from its readers: most of it is harmless, some is a trick. What becomes of it can only be said
// when the whole page is known. AC-135.
//
//   within a word, or like what is seen but with other numbers                   dropped, suspicious
//   stands elsewhere on the page too, or before all that is seen (a preheader)   left out
//   a rule that cannot be judged here may show it                                shown as any text
//   anything else                                                                shown with a mark, up to a bound;
//                                                                                what is past it dropped, suspicious
//   all the page hides its text                                                  shown, and said once
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"
#include "sanitizer/sandboxed/html/html_state.hpp"

namespace mugaika::sandboxed {

enum class HiddenFate : std::uint8_t { dropped, marked, shown };

inline constexpr std::size_t hidden_letters_shown_max = 2000;

// Hidden text with nothing seen between.
struct HiddenRun {
    std::string text;         // its beginning
    std::size_t letters = 0;  // and digits, of all of it
    bool leads = false;       // hidden by its style, and nothing was seen before it
    bool in_word = false;     // what is seen goes on behind it in the middle of a word
    bool maybe_shown = false;
    bool annotates = false;
    bool blends_in = false;  // hidden by its colour
};

// The runs of a page, in the order of the text.
class HiddenRuns {
public:
    void on_hidden(std::string_view text, const HtmlState&);  // text that shows something
    void on_shown(std::string_view text);
    void on_break();  // what follows stands apart from what was seen

    // The run that text hidden in that way from here on belongs to.
    std::size_t run_of(const HtmlState& state) const noexcept { return goes_on(state) ? runs_ - 1 : runs_; }
    const std::vector<HiddenRun>& all() const noexcept { return kept_; }
    // Letters of runs past the number that is kept.
    std::size_t letters_not_kept() const noexcept { return letters_not_kept_; }
    std::size_t count() const noexcept { return runs_; }

private:
    bool goes_on(const HtmlState&) const noexcept;
    void begin(const HtmlState&);

    std::vector<HiddenRun> kept_;
    std::size_t runs_ = 0;
    std::size_t bytes_kept_ = 0;
    std::size_t letters_not_kept_ = 0;
    bool is_open_ = false;
    bool has_shown_ = false;
    bool current_maybe_ = false;
    bool current_annotates_ = false;
    bool current_silent_ = false;
    char32_t last_shown_ = 0;  // 0 behind a break
};

struct HiddenVerdict {
    std::vector<HiddenFate> fates;  // by run; those past it are dropped
    std::vector<Reason> notes;
    bool is_whole_page = false;                          // nothing is seen: all is shown
    std::size_t letters_max = hidden_letters_shown_max;  // of all marked runs together

    bool shows_any() const;
    HiddenFate fate_of(std::size_t run) const { return run < fates.size() ? fates[run] : HiddenFate::dropped; }
};

// `seen`: the page as it is shown without them; `words`: the same without our signs.
HiddenVerdict judge_hidden(const HiddenRuns&, std::string_view seen, std::string_view words);

// Letters and digits of `utf8`.
std::size_t count_letters(std::string_view utf8);

}  // namespace mugaika::sandboxed

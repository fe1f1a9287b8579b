#include "sanitizer/sandboxed/html/html_hidden.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <set>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/html/html_layout.hpp"
#include "sanitizer/sandboxed/text/same_words.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t runs_max = 1000;              // looked at; more are a mass
constexpr std::size_t run_bytes_max = 8u << 10;     // of one run, looked at
constexpr std::size_t bytes_max = 256u << 10;       // of all
constexpr std::size_t preheader_letters_max = 500;  // no mail program shows more of one
constexpr double mostly = 0.8;
constexpr double partly = 0.5;

bool is_letter(char32_t c) {
    if (c < 0x80) return ascii::is_alnum(static_cast<char>(c));
    return u_isalnum(static_cast<UChar32>(c)) != 0;
}

char32_t last_character(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    return utf8::first(text.substr(at)).value;
}

// A printable character of ASCII or a kanji, as most texts begin: asked of every text that is shown.
bool begins_with_sign(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    return (lead > ' ' && lead < 0x7f) || (lead >= 0xe4 && lead <= 0xe9);
}

enum class Script { none, hiragana, katakana, kanji, other };

Script script_of(char32_t c) {
    if (!is_letter(c) || u_isdigit(static_cast<UChar32>(c)) != 0) return Script::none;
    if (c >= 0x3040 && c <= 0x309f) return Script::hiragana;
    if ((c >= 0x30a0 && c <= 0x30ff) || (c >= 0xff66 && c <= 0xff9f)) return Script::katakana;
    if ((c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || c >= 0x20000) return Script::kanji;
    return Script::other;
}

// Japanese has no blanks between words: within one is surely only what stands between two signs of one script, hiragana
// left out, and is short.
bool splits_word(char32_t before, char32_t after, std::size_t letters_between) {
    constexpr std::size_t splinter_max = 3;
    const Script script = script_of(before);
    if (script == Script::none || script == Script::hiragana || script != script_of(after)) return false;
    return script == Script::other || letters_between <= splinter_max;
}

// Runs of digits, wide ones among them.
std::set<std::string> numbers_in(std::string_view text) {
    std::set<std::string> numbers;
    std::string number;
    for (; !text.empty(); text.remove_prefix(utf8::first(text).bytes)) {
        char32_t c = utf8::first(text).value;
        if (c >= U'０' && c <= U'９') c = c - U'０' + U'0';
        const bool is_digit = c >= U'0' && c <= U'9';
        if (is_digit) number.push_back(static_cast<char>(c));
        if (!is_digit && !number.empty()) numbers.insert(std::exchange(number, {}));
    }
    if (!number.empty()) numbers.insert(std::move(number));
    return numbers;
}

// What the page shows, for looking up what it hides.
class Seen {
public:
    explicit Seen(std::string_view text) : runs_(Words(text).runs()), numbers_(numbers_in(text)) {
        std::sort(runs_.begin(), runs_.end());
    }

    double share_of(const Words& hidden) const {
        const auto is_seen = [&](std::uint32_t run) { return std::binary_search(runs_.begin(), runs_.end(), run); };
        const auto common = std::count_if(hidden.runs().begin(), hidden.runs().end(), is_seen);
        return hidden.runs().empty() ? 1 : static_cast<double>(common) / static_cast<double>(hidden.runs().size());
    }

    bool has_numbers_of(std::string_view hidden) const {
        const std::set<std::string> numbers = numbers_in(hidden);
        return std::includes(numbers_.begin(), numbers_.end(), numbers.begin(), numbers.end());
    }

private:
    std::vector<std::uint32_t> runs_;
    std::set<std::string> numbers_;
};

class Judge {
public:
    Judge(const HiddenRuns& runs, std::string_view seen, std::string_view words)
        : runs_(runs), seen_(seen), letters_seen_(count_letters(words)), shows_nothing_(!shows_something(seen)) {}

    HiddenVerdict judge() {
        if (shows_nothing_) return whole_page();
        for (const HiddenRun& run : runs_.all()) verdict_.fates.push_back(fate_of(run));
        const std::size_t unseen = letters_marked_ + runs_.letters_not_kept();
        // Written in a dark window, a mail has nothing but its signature in a colour that is seen.
        const bool is_own_text = letters_blended_ > 10 * letters_seen_ && runs_.letters_not_kept() == 0;
        if (is_own_text) verdict_.letters_max = unseen;
        if (unseen > verdict_.letters_max || runs_.letters_not_kept() > 0) note(Reason::hidden_text_dropped);
        return std::move(verdict_);
    }

private:
    HiddenVerdict whole_page() {
        verdict_.is_whole_page = true;
        verdict_.fates.assign(runs_.count(), HiddenFate::shown);
        note(Reason::hidden_text_shown);
        return std::move(verdict_);
    }

    HiddenFate fate_of(const HiddenRun& run) {
        if (run.letters == 0) return HiddenFate::dropped;  // what spacers and paddings are made of
        if (run.in_word && !run.maybe_shown) return suspicious();
        const bool is_preheader = run.leads && run.letters <= preheader_letters_max && letters_seen_ > 0;
        if (is_preheader && !run.maybe_shown) return left_out();
        const bool is_whole = run.text.size() < run_bytes_max;
        const double share = is_whole ? seen_.share_of(Words(run.text)) : 0;
        const bool has_same_numbers = seen_.has_numbers_of(run.text);
        if (share >= mostly && has_same_numbers) return left_out();
        if (run.maybe_shown) return HiddenFate::shown;
        if (run.annotates && run.letters <= preheader_letters_max) return left_out();
        if (share >= partly && !has_same_numbers) return suspicious();
        return marked(run);
    }

    HiddenFate suspicious() {
        note(Reason::hidden_text_dropped);
        return HiddenFate::dropped;
    }

    HiddenFate left_out() {
        note(Reason::hidden_text_repeated);
        return HiddenFate::dropped;
    }

    HiddenFate marked(const HiddenRun& run) {
        note(Reason::hidden_text_shown);
        letters_marked_ += run.letters;
        if (run.blends_in) letters_blended_ += run.letters;
        return HiddenFate::marked;
    }

    void note(Reason reason) { add_once(verdict_.notes, reason); }

    const HiddenRuns& runs_;
    Seen seen_;
    std::size_t letters_seen_;
    bool shows_nothing_;
    HiddenVerdict verdict_;
    std::size_t letters_marked_ = 0;
    std::size_t letters_blended_ = 0;
};

}  // namespace

void HiddenRuns::begin(const HtmlState& state) {
    is_open_ = true;
    current_maybe_ = state.maybe_shown;
    current_annotates_ = state.annotates;
    current_silent_ = state.silent;
    ++runs_;
    if (runs_ > runs_max) return;
    HiddenRun& run = kept_.emplace_back();
    run.leads = !has_shown_ && !state.silent;
    run.maybe_shown = state.maybe_shown;
    run.annotates = state.annotates;
    run.blends_in = !state.boxed_away;
}

void HiddenRuns::on_hidden(std::string_view text, const HtmlState& state) {
    if (!goes_on(state)) begin(state);
    const std::size_t letters = count_letters(text);
    if (runs_ > runs_max) {
        letters_not_kept_ += letters;
        return;
    }
    HiddenRun& run = kept_.back();
    run.letters += letters;
    run.blends_in = run.blends_in && !state.boxed_away;
    const std::size_t room = std::min(run_bytes_max - std::min(run.text.size(), run_bytes_max),
                                      bytes_max - std::min(bytes_kept_, bytes_max));
    const std::string_view beginning = text.substr(0, room);
    run.text.append(beginning).append(room > beginning.size() ? " " : "");
    bytes_kept_ += beginning.size() + 1;
}

void HiddenRuns::on_shown(std::string_view text) {
    if (text.empty()) return;
    if (!begins_with_sign(text) && !shows_something(text)) {
        last_shown_ = 0;
        return;
    }
    if (is_open_ && runs_ <= runs_max && !kept_.empty()) {
        HiddenRun& run = kept_.back();
        run.in_word = splits_word(last_shown_, utf8::first(text).value, run.letters);
    }
    is_open_ = false;
    has_shown_ = true;
    last_shown_ = last_character(text);
}

bool HiddenRuns::goes_on(const HtmlState& state) const noexcept {
    return is_open_ && current_maybe_ == state.maybe_shown && current_annotates_ == state.annotates &&
           current_silent_ == state.silent;
}

void HiddenRuns::on_break() { last_shown_ = 0; }

bool HiddenVerdict::shows_any() const {
    return std::any_of(fates.begin(), fates.end(), [](HiddenFate fate) { return fate != HiddenFate::dropped; });
}

HiddenVerdict judge_hidden(const HiddenRuns& runs, std::string_view seen, std::string_view words) {
    return Judge(runs, seen, words).judge();
}

std::size_t count_letters(std::string_view utf8) {
    std::size_t letters = 0;
    for (; !utf8.empty(); utf8.remove_prefix(utf8::first(utf8).bytes)) {
        if (is_letter(utf8::first(utf8).value)) ++letters;
    }
    return letters;
}

}  // namespace mugaika::sandboxed

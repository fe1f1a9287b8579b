#include "sanitizer/compose/notice_mark.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/showable.hpp"
#include "policy/skeleton.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/compose/notice_words.hpp"
#include "sanitizer/compose/signature_line.hpp"

namespace mugaika {
namespace {

constexpr std::size_t rule_letters_max = 8;     // beside a rule, for the line to be one: "━━ 重要 ━━"
constexpr std::size_t title_letters_max = 60;   // longer lines are no titles
constexpr std::size_t piece_letters_max = 24;   // of one line of a title that runs over several
constexpr std::size_t title_bytes_max = 240;    // of the letters of all its lines
constexpr std::size_t sentence_bytes_min = 30;  // shorter sentences could be anybody's
constexpr std::size_t sentence_bytes_max = 60;  // a copy may be wrapped behind that
constexpr std::size_t phrase_bytes_min = 6;

bool contains(std::string_view text, std::string_view part) noexcept { return text.find(part) != text.npos; }

// Of a line that is not empty, and of everyday characters and harmless signs.
bool begins_with_letter(std::string_view line) noexcept {
    const utf8::Character c = utf8::first(line);
    if (c.bytes == 1) return ascii::is_alnum(line.front());
    return c.value >= 0x3041 && c.value < 0xff00 && c.value != 0x30fb && c.value != 0x30fc && c.value != 0x4e00;
}

using Words = std::vector<std::string>;

Words skeletons(std::initializer_list<std::string_view> texts) {
    Words words;
    for (const std::string_view text : texts) words.push_back(skeleton_letters(text));
    return words;
}

bool says_one_of(std::string_view letters, const Words& words) noexcept {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return contains(letters, word); });
}

// How sentences begin that only a notice has, so that a copy without marks is known.
Words sentences() {
    Words beginnings;
    for (const Language language : {Language::ja, Language::en}) {
        const NoticeWords& words = notice_words(language);
        for (const std::string_view sentence :
             {words.quarantined, words.unreadable, words.removed_heading, words.rebuilt_heading, words.kept,
              words.not_kept, words.if_needed_after, words.released_original_after, words.released_mail_after,
              signature_label(language)}) {
            const std::string letters = skeleton_letters(sentence);
            if (letters.size() < sentence_bytes_min) continue;
            beginnings.emplace_back(utf8::cut(letters, sentence_bytes_max));
        }
    }
    return beginnings;
}

struct Vocabulary {
    // What the marks and our subjects say: enough to be taken for one.
    Words phrases = skeletons({"無害化システムからのお知らせ", "無害化システムからの通知",
                               "Notice from the mail sanitizer", "Notice from the mail sanitiser"});
    // Suspicious in a line that draws a rule, however the rest is spelled.
    Words key_words = skeletons({"無害化", "mugaika", "sanitizer", "sanitiser"});
    // The system itself: suspicious beside a rule, too.
    Words names = skeletons({"無害化システム", "メール無害化", "mugaika", "mail sanitizer", "mail sanitiser"});
    std::string work = skeleton_letters("無害化");  // which names it together with one of these
    Words senders = skeletons({"お知らせ", "通知", "より", "システム"});
    Words openings = sentences();
    // One of these stands in each phrase, key word and name.
    Words cores = skeletons({"害化", "sanit", "ugaika"});

    // Does the first letter of the line begin a sentence of ours?
    bool could_open(std::string_view line) const noexcept {
        while (!line.empty() && !begins_with_letter(line)) line.remove_prefix(utf8::first(line).bytes);
        return std::any_of(openings.begin(), openings.end(), [&](std::string_view opening) {
            const std::size_t bytes = utf8::first(opening).bytes;
            return bytes == 1 ? !line.empty() && ascii::to_lower(line.front()) == opening.front()
                              : line.starts_with(opening.substr(0, bytes));
        });
    }
    bool could_say(std::string_view letters) const noexcept { return says_one_of(letters, cores); }
    bool names_system(std::string_view letters) const noexcept {
        if (!could_say(letters)) return false;
        return says_one_of(letters, names) || (contains(letters, work) && says_one_of(letters, senders));
    }
};

const Vocabulary& vocabulary() {
    static const Vocabulary words;
    return words;
}

// The phrase of a site, to be found as it looks; "" for none and for one so short that it is no phrase.
std::string site_letters(std::string_view phrase) {
    std::string letters = skeleton_letters(phrase);
    return letters.size() < phrase_bytes_min ? std::string() : letters;
}

bool is_mark(const Skeleton& line, const std::string& site) {
    const Vocabulary& words = vocabulary();
    const std::string_view letters = line.letters;
    if (letters.empty()) return false;
    if (!site.empty() && contains(letters, site)) return true;
    if (words.could_say(letters)) {
        if (says_one_of(letters, words.phrases)) return true;
        if (line.has_rule && says_one_of(letters, words.key_words)) return true;
    }
    return std::any_of(words.openings.begin(), words.openings.end(),
                       [&](const std::string& opening) { return letters.starts_with(opening); });
}

// Signs of everyday business that look like no letter of a core.
constexpr bool is_harmless_sign(char32_t c) noexcept {
    return (c >= 0x2010 && c <= 0x2027) || c == 0x203b || (c >= 0x2190 && c <= 0x21ff) ||
           (c >= 0x2460 && c <= 0x2473) || (c >= 0x2500 && c <= 0x27bf) || (c >= 0xff01 && c <= 0xff1f);
}

bool is_everyday_or_harmless(std::string_view line) noexcept {
    for (;;) {
        line.remove_prefix(everyday_run(line));
        if (line.empty()) return true;
        const utf8::Character c = utf8::first(line);
        if (!is_harmless_sign(c.value)) return false;
        line.remove_prefix(c.bytes);
    }
}

bool is_longer_than_a_title(std::string_view line) noexcept {
    std::size_t letters = 0;
    for (; !line.empty() && letters <= piece_letters_max; line.remove_prefix(utf8::first(line).bytes)) {
        if (begins_with_letter(line)) ++letters;
    }
    return letters > piece_letters_max;
}

// The cheap question of every line: most are long, of everyday characters, and without a letter that each core has.
// Such a line is no mark, no name and no part of a title; it could be a rule for nobody.
bool is_surely_ordinary(std::string_view line) noexcept {
    const auto has = [&](char small, char capital) {
        return line.find(small) != line.npos || line.find(capital) != line.npos;
    };
    if (!is_everyday_or_harmless(line) || !is_longer_than_a_title(line)) return false;
    if (has('z', 'Z') || contains(line, "害") || contains(line, "itis") || contains(line, "ITIS")) return false;
    return !(has('k', 'K') && has('g', 'G') && has('u', 'U'));
}

// Reads a text line by line and remembers where the lines begin that look like ours.
class LookAlikes {
public:
    explicit LookAlikes(std::string_view phrase) : site_(site_letters(phrase)) {}

    void line(std::size_t at, std::string_view line);
    std::vector<std::size_t> take() &&;  // ascending

private:
    struct Piece {
        std::size_t at;
        std::size_t bytes;  // of its letters
    };
    void neighbours(std::size_t at, const Skeleton&);
    void title(std::size_t at, const Skeleton&);
    void find_across(const Words&, std::string_view newest);
    void mark_pieces(std::size_t begin, std::size_t end);
    void forget();
    void forget_title();

    std::string site_;
    std::vector<std::size_t> found_;
    // The line before this one that is not empty.
    bool rule_before_ = false;
    bool name_before_ = false;
    std::size_t name_at_ = 0;
    // Short lines in a row, which together could be a title; lines that only draw a rule stand between them or not.
    std::deque<Piece> pieces_;
    std::string joined_;
    bool rule_at_title_ = false;
};

void LookAlikes::forget() {
    rule_before_ = name_before_ = false;
    forget_title();
}

void LookAlikes::forget_title() {
    pieces_.clear();
    joined_.clear();
    rule_at_title_ = false;
}

void LookAlikes::line(std::size_t at, std::string_view line) {
    if (line.starts_with('>')) return forget();
    if (site_.empty() && is_surely_ordinary(line) && !vocabulary().could_open(line)) return forget();
    const Skeleton seen = skeleton(line);
    if (seen.letters.empty() && !seen.has_rule) return;
    neighbours(at, seen);
    if (!is_mark(seen, site_)) return title(at, seen);
    found_.push_back(at);
    forget_title();
}

void LookAlikes::neighbours(std::size_t at, const Skeleton& seen) {
    const bool is_rule = seen.has_rule && seen.count <= rule_letters_max;
    const bool is_name = seen.count <= title_letters_max && vocabulary().names_system(seen.letters);
    if (is_name && rule_before_) found_.push_back(at);
    if (is_rule && name_before_) found_.push_back(name_at_);
    rule_before_ = is_rule;
    name_before_ = is_name;
    name_at_ = at;
}

void LookAlikes::title(std::size_t at, const Skeleton& seen) {
    if (seen.count > piece_letters_max) return forget_title();
    if (seen.has_rule) rule_at_title_ = true;
    if (!seen.letters.empty()) {
        pieces_.push_back({at, seen.letters.size()});
        joined_ += seen.letters;
    }
    while (joined_.size() > title_bytes_max) {
        joined_.erase(0, pieces_.front().bytes);
        pieces_.pop_front();
    }
    const Vocabulary& words = vocabulary();
    find_across(words.phrases, seen.letters);
    if (!site_.empty()) find_across({site_}, seen.letters);
    if (rule_at_title_) find_across(words.names, seen.has_rule ? std::string_view(joined_) : seen.letters);
}

// Words that begin in one line and end in another. They end in `newest`; the cheap question first.
void LookAlikes::find_across(const Words& words, std::string_view newest) {
    for (const std::string& word : words) {
        if (newest.find(word.back()) == newest.npos) continue;
        for (std::size_t at = joined_.find(word); at != joined_.npos; at = joined_.find(word, at + 1)) {
            mark_pieces(at, at + word.size());
        }
    }
}

void LookAlikes::mark_pieces(std::size_t begin, std::size_t end) {
    std::vector<std::size_t> touched;
    std::size_t from = 0;
    for (const Piece& piece : pieces_) {
        const std::size_t to = from + piece.bytes;
        if (from < end && to > begin) touched.push_back(piece.at);
        from = to;
    }
    if (touched.size() > 1) found_.insert(found_.end(), touched.begin(), touched.end());
}

std::vector<std::size_t> LookAlikes::take() && {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
}

}  // namespace

std::string_view opening_mark(Language language) noexcept {
    return language == Language::ja ? "━━━━━━ メール無害化システムからのお知らせ ━━━━━━"
                                    : "======== Notice from the mail sanitizer ========";
}

std::string_view closing_mark(Language language) noexcept {
    return language == Language::ja ? "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━"
                                    : "======== End of the notice from the mail sanitizer ========";
}

bool looks_like_mark(std::string_view line, std::string_view phrase) {
    return is_mark(skeleton(line), site_letters(phrase));
}

bool names_system(std::string_view line) { return vocabulary().names_system(skeleton_letters(line)); }

std::vector<std::size_t> look_alikes(std::string_view text, std::string_view phrase) {
    LookAlikes reader(phrase);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::min(text.find('\n', at), text.size()) - at;
        reader.line(at, text.substr(at, length));
        at += length + 1;
    }
    return std::move(reader).take();
}

}  // namespace mugaika

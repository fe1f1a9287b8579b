#include "sanitizer/compose/gate_voice.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mugaika::gate {
namespace {

constexpr std::size_t rule_signs_min = 3;
constexpr std::size_t rule_letters_max = 6;    // beside a rule that is a line of its own
constexpr std::size_t name_letters_max = 40;   // of a line that is a title
constexpr std::size_t piece_letters_max = 20;  // of one line of a title
constexpr std::size_t title_letters_max = 60;  // of all its lines
constexpr std::size_t phrase_letters_min = 4;

// What the marks say, in the letters of `read`.
constexpr std::array<std::u32string_view, 3> phrases{U"無害化しすてむからのお知らせ", U"無害化しすてむからの通知",
                                                     U"noticefromthemaiisanitizer"};
constexpr std::array<std::u32string_view, 3> key_words{U"無害化", U"mugaika", U"sanitizer"};
constexpr std::array<std::u32string_view, 3> names{U"無害化しすてむ", U"mugaika", U"maiisanitizer"};

// Whole sentences of a notice, as they stand there. Who answers below a notice without quote marks repeats them, too;
// the composer has quoted such lines before they come here.
constexpr auto notice_sentences = std::to_array<std::string_view>({
    "このメールは、安全を確認できなかったため、本文も添付ファイルもお届けせず、隔離しました。",
    "安全を確認できないメールが届いたため、お届けせず、隔離しました。",
    "【お届けしていない添付ファイル】",
    "【無害化して添付したファイル】",
    "原本は、隔離して保管しています。",
    "原本は保管していません。必要なときは、差出人に連絡して、別の方法で受け取ってください。",
    "This mail could not be confirmed to be safe. Its text and attachments were not delivered.",
    "A mail could not be confirmed to be safe and was not delivered.",
    "[Attachments that were not delivered]",
    "The original is not kept. If you need it, ask the sender for another way.",
    "電子署名を検証した結果",
    "・電子署名を検証した結果",
    "Result of checking the electronic signature",
    "- Result of checking the electronic signature",
});

struct Row {
    char32_t letter;
    std::u32string_view drawn_alike;
};

// The letters of the marks, in kana and kanji and in Latin, and what is drawn like them. Alphabets that stand in order
// (full width, circles, boxes, mathematics) are counted instead.
constexpr auto rows = std::to_array<Row>({
    {U'無', U"无🈚"},
    {U'し', U"シｼ㋛ㇱ"},
    {U'す', U"スｽ㋜ㇲ"},
    {U'て', U"テでデﾃ㋢"},
    {U'む', U"ムﾑ㋰厶⼛ㇺ"},
    {U'か', U"カｶがガ力⼒㋕ヵゕ"},
    {U'ら', U"ラﾗ㋶ㇻ"},
    {U'の', U"ノﾉ丿⼃㋨"},
    {U'お', U"オｵォぉ㋔才"},
    {U'せ', U"セｾぜゼ㋝"},
    {U'a', U"àáâãäåāăąǎаα"},
    {U'c', U"çćčсϲⅽ"},
    {U'e', U"èéêëēĕėęěеёєℯⅇ"},
    {U'f', U"ƒ"},
    {U'g', U"ğģġɡ"},
    {U'h', U"ĥħһℎ"},
    {U'i', U"lLI1ìíîïĩīĭįıіїιℓⅼⅰ"},
    {U'k', U"ķкκĸ"},
    {U'm', U"мⅿ"},
    {U'n', U"ñńņňո"},
    {U'o', U"0òóôõöōŏőоοσ"},
    {U'r', U"ŕŗřгᴦ"},
    {U's', U"śŝşšѕ"},
    {U't', U"ţťŧтτ"},
    {U'u', U"ùúûüũūŭůűųυս"},
    {U'z', U"źżžᴢ"},
});

struct Alike {
    char32_t sign;
    char32_t letter;
};

constexpr std::size_t alike_count = [] {
    std::size_t count = 0;
    for (const Row& row : rows) count += row.drawn_alike.size();
    return count;
}();

constexpr auto alikes = [] {
    std::array<Alike, alike_count> table{};
    std::size_t at = 0;
    for (const Row& row : rows) {
        for (const char32_t sign : row.drawn_alike) table[at++] = {sign, row.letter};
    }
    std::sort(table.begin(), table.end(), [](const Alike& a, const Alike& b) { return a.sign < b.sign; });
    return table;
}();

struct Alphabet {
    char32_t first;
    char32_t letters;  // a multiple of 26
};
constexpr auto alphabets = std::to_array<Alphabet>({
    {0x249c, 26},
    {0x24b6, 52},
    {0xff21, 26},
    {0xff41, 26},
    {0x1d400, 676},
    {0x1f130, 26},
    {0x1f150, 26},
    {0x1f170, 26},
});

struct Signs {
    char32_t first;
    char32_t last;
};
constexpr auto unseen = std::to_array<Signs>({{0x300, 0x36f},
                                              {0x1ab0, 0x1aff},
                                              {0x1dc0, 0x1dff},
                                              {0x20d0, 0x20f0},
                                              {0x3099, 0x309a},
                                              {0xfe00, 0xfe0f},
                                              {0xfe20, 0xfe2f},
                                              {0xff9e, 0xff9f},
                                              {0xfffc, 0xfffc},
                                              {0xe0100, 0xe01ef}});
constexpr auto strokes = std::to_array<Signs>(
    {{'#', '#'},       {'*', '*'},        {'-', '-'},       {'=', '='},       {'_', '_'},       {'~', '~'},
     {0x2010, 0x2015}, {0x203b, 0x203b},  {0x2190, 0x21ff}, {0x2212, 0x2212}, {0x2261, 0x2261}, {0x2500, 0x27bf},
     {0x2f00, 0x2f00}, {0x3013, 0x3013},  {0x301c, 0x301c}, {0x3030, 0x3030}, {0x30fc, 0x30fc}, {0x4e00, 0x4e00},
     {0xff03, 0xff03}, {0xff0a, 0xff0a},  {0xff0d, 0xff0d}, {0xff1d, 0xff1d}, {0xff3f, 0xff3f}, {0xff5e, 0xff5e},
     {0xff70, 0xff70}, {0x1f300, 0x1fbff}});
// Between letters they say nothing.
constexpr auto empty = std::to_array<Signs>({{0, '/'},
                                             {':', '@'},
                                             {'[', '`'},
                                             {'{', 0xa0},
                                             {0x2000, 0x200a},
                                             {0x2800, 0x2800},
                                             {0x3000, 0x3002},
                                             {0x3008, 0x3011},
                                             {0x30fb, 0x30fb}});

template <std::size_t size>
constexpr bool is_in(const std::array<Signs, size>& ranges, char32_t c) noexcept {
    return std::any_of(ranges.begin(), ranges.end(), [c](const Signs& r) { return c >= r.first && c <= r.last; });
}

constexpr char32_t letter_of(char32_t c) noexcept {
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (c == 'l' || c == '1') return 'i';
    if (c >= 'a' && c <= 'z') return c;
    for (const Alphabet& alphabet : alphabets) {
        if (c >= alphabet.first && c < alphabet.first + alphabet.letters) {
            return letter_of(U'a' + (c - alphabet.first) % 26);
        }
    }
    const auto* const found =
        std::lower_bound(alikes.begin(), alikes.end(), c, [](const Alike& a, char32_t sign) { return a.sign < sign; });
    return found != alikes.end() && found->sign == c ? found->letter : c;
}

// The text is UTF-8; that was judged before.
char32_t take_character(std::string_view& text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const char32_t lead = byte(0);
    const std::size_t length = std::min<std::size_t>(text.size(), lead < 0xc0   ? 1
                                                                  : lead < 0xe0 ? 2
                                                                  : lead < 0xf0 ? 3
                                                                                : 4);
    char32_t c = length == 1 ? lead : lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3fu);
    text.remove_prefix(length);
    return c;
}

struct Seen {
    char32_t letter = 0;  // 0: none
    bool is_stroke = false;
    bool is_unseen = false;
};

constexpr Seen look_at(char32_t c) noexcept {
    if (c == ' ' || c == '\t' || c == 0x3000 || is_in(unseen, c)) return {0, false, true};
    if (is_in(strokes, c)) return {0, true, false};
    return {is_in(empty, c) ? 0 : letter_of(c), false, false};
}

template <char32_t first, std::size_t size>
constexpr auto table_of = [] {
    std::array<Seen, size> table{};
    for (std::size_t i = 0; i < size; ++i) table[i] = look_at(first + static_cast<char32_t>(i));
    return table;
}();
constexpr const auto& of_ascii = table_of<0, 0x80>;
constexpr const auto& of_kana = table_of<0x3000, 0x100>;

// Kanji that no mark is made of and that look like none of its kana.
constexpr bool is_plain_kanji(char32_t c) noexcept {
    return c > 0x4e00 && c <= 0x9fff && c != U'无' && c != U'厶' && c != U'力' && c != U'丿' && c != U'才';
}

Seen seen_as(char32_t c) noexcept {
    if (c < of_ascii.size()) return of_ascii[c];
    if (c >= 0x3000 && c < 0x3000 + of_kana.size()) return of_kana[c - 0x3000];
    return is_plain_kanji(c) ? Seen{c, false, false} : look_at(c);
}

struct Line {
    bool has_rule = false;
    bool could_say = false;  // a letter that stands in every phrase, key word and name of one language
};

Line read(std::string_view text, std::u32string& letters) {
    Line line;
    letters.clear();
    letters.reserve(text.size());
    std::size_t signs = 0;
    while (!text.empty()) {
        const Seen seen = seen_as(take_character(text));
        if (seen.is_unseen) continue;
        signs = seen.is_stroke ? signs + 1 : 0;
        if (signs >= rule_signs_min) line.has_rule = true;
        if (seen.letter == 0) continue;
        letters.push_back(seen.letter);
        if (seen.letter == U'害' || seen.letter == U'z' || seen.letter == U'k') line.could_say = true;
    }
    return line;
}

bool says(const std::u32string& letters, std::u32string_view words) noexcept {
    return letters.find(words) != std::u32string::npos;
}

template <std::size_t size>
bool says_one_of(const std::u32string& letters, const std::array<std::u32string_view, size>& words) noexcept {
    return std::any_of(words.begin(), words.end(), [&](std::u32string_view w) { return says(letters, w); });
}

}  // namespace

bool repeats_notice(std::string_view line) noexcept {
    constexpr std::string_view blank = " ", wide_blank = "\u3000";
    while (line.starts_with(blank) || line.starts_with(wide_blank)) {
        line.remove_prefix(line.starts_with(blank) ? blank.size() : wide_blank.size());
    }
    return std::any_of(notice_sentences.begin(), notice_sentences.end(),
                       [&](std::string_view sentence) { return line.starts_with(sentence); });
}

VoiceReader::VoiceReader(std::string_view notice_phrase) {
    read(notice_phrase, phrase_);
    if (phrase_.size() < phrase_letters_min) phrase_.clear();
}

void VoiceReader::forget() {
    title_.clear();
    title_could_say_ = false;
    rule_before_ = name_before_ = false;
}

bool VoiceReader::poses(std::string_view text) {
    if (text.starts_with('>')) {
        forget();
        return false;
    }
    const Line line = read(text, letters_);
    if (letters_.empty() && !line.has_rule) return false;
    if (letters_.size() > piece_letters_max) {
        title_.clear();
        title_could_say_ = false;
    } else {
        title_ += letters_;
        title_could_say_ = title_could_say_ || line.could_say;
        if (title_.size() > title_letters_max) title_.erase(0, title_.size() - title_letters_max);
    }
    const bool is_rule = line.has_rule && letters_.size() <= rule_letters_max;
    const bool is_name = line.could_say && letters_.size() <= name_letters_max && says_one_of(letters_, names);
    const bool beside = (is_name && rule_before_) || (is_rule && name_before_);
    rule_before_ = is_rule;
    name_before_ = is_name;
    if (beside || (!phrase_.empty() && (says(letters_, phrase_) || says(title_, phrase_)))) return true;
    if (title_could_say_ && says_one_of(title_, phrases)) return true;
    if (!line.could_say) return false;
    return says_one_of(letters_, phrases) || (line.has_rule && says_one_of(letters_, key_words));
}

}  // namespace mugaika::gate

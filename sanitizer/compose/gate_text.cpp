#include "sanitizer/compose/gate_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "sanitizer/compose/gate_link.hpp"
#include "sanitizer/compose/gate_voice.hpp"

namespace mugaika::gate {
namespace {

constexpr std::size_t columns = 76;

// What each character says as the first to the fourth of a group, where it stands in 24 bits; more than those for one
// that is no sextet.
constexpr auto sextets = [] {
    std::array<std::array<std::uint32_t, 256>, 4> tables{};
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t place = 0; place < 4; ++place) {
        tables[place].fill(~0u);
        for (std::uint32_t i = 0; i < 64; ++i)
            tables[place][static_cast<unsigned char>(alphabet[i])] = i << (18 - 6 * place);
    }
    return tables;
}();

// The three bytes of four characters, the first in the highest of 24 bits; more than 24 bits when one is no sextet.
std::uint32_t bits_of(const char* group) noexcept {
    const auto at = [group](std::size_t place) { return sextets[place][static_cast<unsigned char>(group[place])]; };
    return at(0) | at(1) | at(2) | at(3);
}

// One line of base64 without its CRLF; up to two characters of its last group may be padding.
bool append_decoded(std::string_view line, std::string& out) {
    if (line.empty() || line.size() % 4 != 0) return false;
    const std::size_t padding = line.ends_with("==") ? 2 : line.ends_with('=') ? 1 : 0;
    std::array<char, 4> last{};
    std::copy(line.end() - 4, line.end(), last.begin());
    std::fill(last.end() - static_cast<std::ptrdiff_t>(padding), last.end(), 'A');
    const std::size_t before = out.size();
    out.resize(before + line.size() / 4 * 3);
    char* to = out.data() + before;
    const auto put = [&to](std::uint32_t bits) {
        *to++ = static_cast<char>(bits >> 16);
        *to++ = static_cast<char>(bits >> 8 & 0xff);
        *to++ = static_cast<char>(bits & 0xff);
    };
    std::uint32_t all = 0;
    for (const char *group = line.data(), *end = group + line.size() - 4; group != end; group += 4) {
        const std::uint32_t bits = bits_of(group);
        all |= bits;
        put(bits);
    }
    const std::uint32_t bits = bits_of(last.data());
    if ((all | bits) > 0xffffff) return false;
    put(bits);
    out.resize(out.size() - padding);
    return (bits & ((1u << 8 * padding) - 1)) == 0;  // bits that say nothing could say something
}

struct Span {
    std::uint32_t first;
    std::uint32_t last;
};

// What a person cannot see, or what changes how the rest is seen. TAB, CR and LF are judged where lines are.
constexpr auto unseen = std::to_array<Span>({
    {0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},        {0x34f, 0x34f},   {0x61c, 0x61c},   {0x115f, 0x1160},
    {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},    {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xd800, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},    {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0xfffe, 0xffff},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe007f}, {0xf0000, 0x10ffff},
});

bool is_seen(std::uint32_t c) noexcept {
    if (c >= ' ' && c <= '~') return true;
    if (c > 0x206f && c < 0xd800) return c != 0x3164;  // kana and kanji; the table has one span here
    if ((c & 0xffff) >= 0xfffe) return false;
    return std::none_of(unseen.begin(), unseen.end(), [c](const Span& s) { return c >= s.first && c <= s.last; });
}

// Of which U+200D makes one picture: pictures, and the signs beside them.
constexpr auto pictures =
    std::to_array<Span>({{0x2194, 0x2195}, {0x2600, 0x27bf}, {0x2b00, 0x2bff}, {0x1f000, 0x1faff}});

bool is_picture(std::uint32_t c) noexcept {
    return std::any_of(pictures.begin(), pictures.end(), [c](const Span& s) { return c >= s.first && c <= s.last; });
}

struct Decoded {
    std::uint32_t value = 0;
    std::size_t length = 0;  // 0: not UTF-8 (RFC 3629, the table of section 4)
};

Decoded decode_utf8(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    };
    const auto tail = [&](std::size_t i, std::uint32_t low = 0x80, std::uint32_t high = 0xbf) {
        return byte(i) >= low && byte(i) <= high;
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    if (lead >= 0xc2 && lead <= 0xdf && tail(1)) return {(lead & 0x1f) << 6 | (byte(1) & 0x3f), 2};
    const std::uint32_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const std::uint32_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (lead >= 0xe0 && lead <= 0xef && tail(1, low, high) && tail(2)) {
        return {(lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f), 3};
    }
    if (lead >= 0xf0 && lead <= 0xf4 && tail(1, low, high) && tail(2) && tail(3)) {
        return {(lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f), 4};
    }
    return {};
}

// The length of what most of most mails is: printable ASCII, U+3000 to U+313F (kana), U+4000 to U+CFFF (kanji). 0: look
// closer.
std::size_t plainly_seen(std::string_view text, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(at);
    if (lead >= ' ' && lead <= '~') return 1;
    if (lead < 0xe3 || lead > 0xec || text.size() - at < 3) return 0;
    const bool is_tail = (byte(at + 1) & 0xc0) == 0x80 && (byte(at + 2) & 0xc0) == 0x80;
    return is_tail && (lead > 0xe3 || byte(at + 1) <= 0x84) ? 3 : 0;
}

Judged judge_characters(std::string_view text) noexcept {
    std::uint32_t before = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (const std::size_t length = plainly_seen(text, at)) {
            at += length;
            before = 0;
            continue;
        }
        const Decoded c = decode_utf8(text.substr(at));
        if (c.length == 0) return Breach{"text: not UTF-8", at};
        const bool line_end = c.value == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
        const bool joins = c.value == 0x200d && is_picture(before) && at + c.length < text.size() &&
                           is_picture(decode_utf8(text.substr(at + c.length)).value);
        if (c.value != 0xfe0f) before = c.value;  // U+FE0F only says which shape the picture before it has
        if (!line_end && c.value != '\t' && !joins && !is_seen(c.value)) {
            return Breach{"text: a character that cannot be seen, or a bare line end", at};
        }
        at += line_end ? 2 : c.length;
    }
    if (!text.empty() && !text.ends_with("\r\n")) return Breach{"text: the last line does not end", text.size()};
    return {};
}

struct Marks {
    std::string_view opening;
    std::string_view closing;
    std::string_view number_label;
    // The line above a text that points to the notice below it: the whole, or what stands around a number.
    std::string_view head;
    struct Numbered {
        std::string_view before;
        std::string_view after;
    };
    std::array<Numbered, 2> numbered_heads;
};

constexpr auto all_marks = std::to_array<Marks>({
    {"━━━━━━ メール無害化システムからのお知らせ ━━━━━━",
     "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━",
     "受付番号：",
     "━━━ 無害化システムからのお知らせ：一部をお届けしていません（詳細は末尾） ━━━",
     {{{"━━━ 無害化システムからのお知らせ：添付ファイル ", " 個をお届けしていません（詳細は末尾） ━━━"},
       {"━━━ 無害化システムからのお知らせ：添付ファイル ", " 個は後からお届けします（詳細は末尾） ━━━"}}}},
    {"======== Notice from the mail sanitizer ========",
     "======== End of the notice from the mail sanitizer ========",
     "Reference number: ",
     "=== Notice from the mail sanitizer: something was removed (see the end of this mail) ===",
     {{{"=== Notice from the mail sanitizer: attachments removed: ", " (see the end of this mail) ==="},
       {"=== Notice from the mail sanitizer: attachments that follow later: ", " (see the end of this mail) ==="}}}},
});

bool is_numbered(std::string_view line, const Marks::Numbered& head) {
    const auto& [before, after] = head;
    if (!line.starts_with(before) || !line.ends_with(after)) return false;
    if (line.size() <= before.size() + after.size()) return false;
    const std::string_view number = line.substr(before.size(), line.size() - before.size() - after.size());
    return std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_head(std::string_view line) {
    return std::any_of(all_marks.begin(), all_marks.end(), [line](const Marks& m) {
        return line == m.head || std::any_of(m.numbered_heads.begin(), m.numbered_heads.end(),
                                             [line](const auto& head) { return is_numbered(line, head); });
    });
}

// Reads a text line by line and knows where in a notice it is.
class NoticeReader {
public:
    NoticeReader(std::string_view id, NoticeRule rule, const TextRules& rules)
        : id_(id), rule_(rule), links_must_be_dead_(rules.links_must_be_dead), voice_(rules.notice_phrase) {}

    const char* next(std::string_view line);  // the rule that the line breaks, or null
    const char* end() const noexcept;

private:
    const char* outside(std::string_view line);
    const char* inside(std::string_view line);
    const char* behind(std::string_view line) const noexcept;
    const char* of_sender(std::string_view line);

    std::string_view id_;
    NoticeRule rule_;
    bool links_must_be_dead_;
    VoiceReader voice_;
    const Marks* marks_ = nullptr;  // of the notice met, if any
    bool is_closed_ = false;
    bool starts_text_ = false;
    bool has_head_ = false;
    bool just_headed_ = false;
    bool has_number_ = false;
    bool is_first_line_ = true;
    bool after_blank_ = false;
    bool just_closed_ = false;
};

const char* NoticeReader::next(std::string_view line) {
    const char* broken = nullptr;
    if (is_first_line_ && rule_ == NoticeRule::is_seen && is_head(line)) {
        has_head_ = just_headed_ = true;
    } else if (std::exchange(just_headed_, false)) {
        if (!line.empty()) broken = "notice: no empty line after the line that points to it";
    } else if (marks_ == nullptr) {
        broken = outside(line);
    } else if (!is_closed_) {
        broken = inside(line);
    } else {
        broken = behind(line);
        just_closed_ = false;
        if (broken == nullptr) broken = of_sender(line);
    }
    after_blank_ = line.empty();
    is_first_line_ = false;
    return broken;
}

const char* NoticeReader::outside(std::string_view line) {
    const auto* marks =
        std::find_if(all_marks.begin(), all_marks.end(), [&](const Marks& m) { return m.opening == line; });
    if (marks != all_marks.end()) {
        if (!is_first_line_ && !after_blank_) return "notice: no empty line before it";
        if (!is_first_line_ && rule_ == NoticeRule::stands_first) return "notice: a warning below the text";
        if (!is_first_line_ && rule_ == NoticeRule::is_seen && !has_head_) return "notice: nothing points to it";
        marks_ = marks;
        starts_text_ = is_first_line_;
        return nullptr;
    }
    if (rule_ == NoticeRule::is_only_one) return "notice: text before the notice of a quarantined mail";
    return of_sender(line);
}

// Outside a notice, in whatever words.
const char* NoticeReader::of_sender(std::string_view line) {
    if (voice_.poses(line)) return "notice: a line poses as one";
    if (repeats_notice(line)) return "notice: a sentence of one outside it";
    if (has_live_scheme(line)) return "text: a scheme that could be followed";
    return links_must_be_dead_ && is_clickable(line) ? "text: an address that is alive beside a link that lies"
                                                     : nullptr;
}

const char* NoticeReader::inside(std::string_view line) {
    if (line == marks_->closing) {
        is_closed_ = just_closed_ = true;
        voice_.forget();
        return has_number_ ? nullptr : "notice: no reference number";
    }
    if (VoiceReader({}).poses(line)) return "notice: a line poses as one";
    if (line.starts_with(marks_->number_label) && line.substr(marks_->number_label.size()) == id_) has_number_ = true;
    return is_clickable(line) ? "notice: something that can be clicked" : nullptr;
}

const char* NoticeReader::behind(std::string_view line) const noexcept {
    if (!starts_text_ || rule_ == NoticeRule::is_only_one) return "notice: text after it";
    return just_closed_ && !line.empty() ? "notice: no empty line after it" : nullptr;
}

const char* NoticeReader::end() const noexcept {
    if (marks_ != nullptr && !is_closed_) return "notice: it does not end";
    if (marks_ != nullptr || rule_ == NoticeRule::may_have_one) return nullptr;
    return rule_ == NoticeRule::is_only_one ? "notice: a quarantined mail without one" : "notice: there is none";
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view line) {
    std::string out;
    if (!append_decoded(line, out)) return std::nullopt;
    return out;
}

Judged decode_base64_lines(std::string_view lines, std::string& out) {
    out.reserve(out.size() + lines.size() / 4 * 3);
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = lines.find("\r\n", at);
        if (end == lines.npos) return Breach{"base64: a line that does not end", at};
        const bool is_last = end + 2 == lines.size();
        const std::string_view line = lines.substr(at, end - at);
        const bool fits = is_last ? line.size() <= columns : line.size() == columns && !line.ends_with('=');
        if (!fits) return Breach{"base64: a line of another length", at};
        if (!append_decoded(line, out)) return Breach{"base64: not canonical", at};
        at = end + 2;
    }
    return {};
}

bool is_seen_line(std::string_view utf8) noexcept {
    while (!utf8.empty()) {
        const Decoded c = decode_utf8(utf8);
        if (c.length == 0 || !is_seen(c.value)) return false;
        utf8.remove_prefix(c.length);
    }
    return true;
}

Judged judge_text(std::string_view text, std::string_view id, NoticeRule rule, const TextRules& rules) {
    if (auto breach = judge_characters(text)) return breach;
    NoticeReader notice(id, rule, rules);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        if (const char* broken = notice.next(text.substr(at, end - at))) return Breach{broken, at};
        at = end + 2;
    }
    if (const char* broken = notice.end()) return Breach{broken, text.size()};
    return {};
}

}  // namespace mugaika::gate

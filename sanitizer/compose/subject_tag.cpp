#include "sanitizer/compose/subject_tag.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

struct TagWords {
    SubjectTag tag;
    std::string_view japanese;
    std::string_view english;
    std::string_view folded_japanese;  // without brackets
    std::string_view folded_english;
};
constexpr auto tags = std::to_array<TagWords>({
    {SubjectTag::quarantined, "【隔離】", "[Quarantined]", "隔離", "quarantined"},
    {SubjectTag::warning, "【注意】", "[Caution]", "注意", "caution"},
    {SubjectTag::released, "【確認後のお届け】", "[Released]", "確認後のお届け", "released"},
});
constexpr std::size_t tag_bytes_max = 160;  // what is longer between two brackets is no tag, however it is spelled

constexpr std::array<char32_t, 12> opening{'[',    0x2045, 0x2772, 0x27e6, 0x3010, 0x3014,
                                           0x3016, 0x3018, 0x301a, 0xfe3b, 0xfe5d, 0xff3b};
constexpr std::array<char32_t, 12> closing{']',    0x2046, 0x2773, 0x27e7, 0x3011, 0x3015,
                                           0x3017, 0x3019, 0x301b, 0xfe3c, 0xfe5e, 0xff3d};

bool is_one_of(const std::array<char32_t, 12>& set, char32_t c) noexcept {
    return std::find(set.begin(), set.end(), c) != set.end();
}

// What takes no room on the line, or only room.
bool is_unseen(char32_t c) noexcept {
    return c == ' ' || c == 0xa0 || c == 0xad || c == 0x034f || (c >= 0x0300 && c <= 0x036f) || c == 0x115f ||
           c == 0x1160 || c == 0x1680 || (c >= 0x180b && c <= 0x180f) || (c >= 0x2000 && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) || c == 0x2800 || c == 0x3000 ||
           (c >= 0x302a && c <= 0x302f) || c == 0x3164 || (c >= 0x20d0 && c <= 0x20ff) ||
           (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f) || c == 0xfeff || c == 0xffa0 ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

char32_t folded(char32_t c) noexcept {
    if (c == 0xf9ea) return U'離';                // the compatibility form of it
    if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0;  // full-width ASCII
    if (c >= 0xff66 && c <= 0xff9d) return 0;     // half-width kana are no part of a tag
    return c < 0x80 ? static_cast<char32_t>(static_cast<unsigned char>(ascii::to_lower(static_cast<char>(c)))) : c;
}

// What stands between two brackets, as a reader sees it.
std::string folded(std::string_view utf8) {
    std::string out;
    while (!utf8.empty()) {
        const utf8::Character c = utf8::first(utf8);
        utf8.remove_prefix(c.bytes);
        if (!is_unseen(c.value)) utf8::append(out, folded(c.value));
    }
    return out;
}

bool is_tag(std::string_view between_brackets, TagCopies copies) {
    if (between_brackets.size() > tag_bytes_max) return false;
    const std::string words = folded(between_brackets);
    return std::any_of(tags.begin(), tags.end(), [&](const TagWords& t) {
        const bool counts = copies == TagCopies::all || t.tag == SubjectTag::released;
        return counts && (words == t.folded_japanese || words == t.folded_english);
    });
}

}  // namespace

std::string_view subject_tag(SubjectTag tag, Language language) noexcept {
    const TagWords& words = tags.at(static_cast<std::size_t>(tag));
    return language == Language::ja ? words.japanese : words.english;
}

std::string without_tags(std::string_view subject, TagCopies copies) {
    std::string out;
    std::vector<std::size_t> open;  // where brackets stand in `out` that nothing has closed yet
    while (!subject.empty()) {
        const utf8::Character c = utf8::first(subject);
        const std::string_view bytes = subject.substr(0, c.bytes);
        subject.remove_prefix(c.bytes);
        if (is_one_of(opening, c.value)) open.push_back(out.size());
        if (is_one_of(closing, c.value) && !open.empty()) {
            const std::size_t begin = open.back();
            open.pop_back();
            const std::string_view inside =
                std::string_view(out).substr(begin + utf8::first(out.substr(begin, 4)).bytes);
            if (is_tag(inside, copies)) {
                out.resize(begin);
                continue;
            }
        }
        out.append(bytes);
    }
    return out;
}

}  // namespace mugaika

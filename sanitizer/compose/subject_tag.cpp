#include "sanitizer/compose/subject_tag.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "policy/skeleton.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

struct TagWords {
    SubjectTag tag;
    std::string_view japanese;
    std::string_view english;
};
constexpr auto tags = std::to_array<TagWords>({
    {SubjectTag::quarantined, "【隔離】", "[Quarantined]"},
    {SubjectTag::warning, "【注意】", "[Caution]"},
    {SubjectTag::released, "【確認後のお届け】", "[Released]"},
    {SubjectTag::unlocked, "【パスワード解除後のお届け】", "[Opened with a password]"},
    {SubjectTag::follows, "【無害化後のお届け】", "[Delivered after sanitizing]"},
});
constexpr std::size_t tag_bytes_max = 160;  // what is longer between two brackets is no tag, however it is spelled

constexpr std::array<char32_t, 12> opening{'[',    0x2045, 0x2772, 0x27e6, 0x3010, 0x3014,
                                           0x3016, 0x3018, 0x301a, 0xfe3b, 0xfe5d, 0xff3b};
constexpr std::array<char32_t, 12> closing{']',    0x2046, 0x2773, 0x27e7, 0x3011, 0x3015,
                                           0x3017, 0x3019, 0x301b, 0xfe3c, 0xfe5e, 0xff3d};

bool is_one_of(const std::array<char32_t, 12>& set, char32_t c) noexcept {
    return std::find(set.begin(), set.end(), c) != set.end();
}

bool is_tag(std::string_view between_brackets, TagCopies copies) {
    if (between_brackets.size() > tag_bytes_max) return false;
    const std::string words = skeleton_letters(between_brackets);
    return std::any_of(tags.begin(), tags.end(), [&](const TagWords& t) {
        const bool counts = copies == TagCopies::all || t.tag >= SubjectTag::released;
        return counts && (words == skeleton_letters(t.japanese) || words == skeleton_letters(t.english));
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

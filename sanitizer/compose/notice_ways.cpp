#include "sanitizer/compose/notice_ways.hpp"

#include <algorithm>

namespace mugaika {

std::string size_text(std::uint64_t bytes, const NoticeWords& words) {
    if (bytes < 1024) return std::to_string(bytes) + std::string(words.bytes_unit);
    std::string_view units = "KMGTPE";
    std::uint64_t tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
    while (tenths >= 10240) {
        tenths /= 1024;
        units.remove_prefix(1);
    }
    std::string text = std::to_string(tenths / 10);
    if (tenths < 100) text += "." + std::to_string(tenths % 10);
    return text + " " + units.front() + "B";
}

std::string way_words(const WayOut& way, std::string_view contact, Language language, WayPlace place) {
    const NoticeWords& words = notice_words(language);
    std::string line(place == WayPlace::first ? words.way_label : words.next_way_label);
    switch (way.act) {
        case Act::password:
            return std::string(words.password_before).append(contact).append(words.password_after);
        case Act::release:
            return line.append(words.way_release);
        case Act::smaller:
            line.append(words.way_smaller_before).append(size_text(way.bytes, words));
            return line.append(words.way_smaller_after);
        case Act::image_pdf:
            return line.append(words.way_image_pdf);
        case Act::own_mail:
            return line.append(words.way_own_mail);
        case Act::other_kind:
            break;
    }
    line.append(words.way_other_kind_before).append(safe_kind_words(way.kind, language));
    return line.append(words.way_other_kind_after);
}

Ways ways_of(const std::vector<WayOut>& ways, std::string_view path) {
    Ways found;
    for (const WayOut& way : ways) {
        if (way.path == path) found.push_back(&way);
    }
    return found;
}

Ways common_ways(const std::vector<Ways>& ways) {
    const auto is_same = [](const WayOut* a, const WayOut* b) { return is_same_act(*a, *b); };
    const auto are_same = [&](const Ways& one) {
        return std::equal(one.begin(), one.end(), ways.front().begin(), ways.front().end(), is_same);
    };
    const bool is_common = !ways.empty() && std::all_of(ways.begin(), ways.end(), are_same);
    return is_common ? ways.front() : Ways();
}

}  // namespace mugaika

#include "sanitizer/codec/ooxml/link_judge.hpp"

#include <algorithm>

#include "sanitizer/codec/ooxml/zip_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t link_max = 2083;  // what Office takes

}  // namespace

bool is_allowed_link(std::string_view target) {
    if (target.size() > link_max) return false;
    const bool printable = std::all_of(target.begin(), target.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '\\' && c != '<' && c != '>' && c != '"';
    });
    if (!printable) return false;
    const std::string lower = lower_ascii(target.substr(0, 8));
    return lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("mailto:") ||
           lower.starts_with("#");
}

bool is_allowed_action(std::string_view action) {
    return action.empty() || action.starts_with("ppaction://hlinkshowjump?jump=") ||
           action.starts_with("ppaction://hlinksldjump") || action == "ppaction://noaction";
}

}  // namespace mugaika::codec::ooxml

#include "sanitizer/codec/words/part_reading.hpp"

#include <charconv>
#include <system_error>

#include "sanitizer/codec/ooxml/read_part.hpp"

namespace mugaika::codec::words {

std::string_view value_of(const Attributes& attributes, std::string_view name) noexcept {
    for (const XmlAttribute& attribute : attributes) {
        if (attribute.name == name) return attribute.value;
    }
    return {};
}

std::uint32_t number_in(std::string_view text, std::uint32_t otherwise) noexcept {
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : otherwise;
}

bool is_on(std::string_view value) noexcept { return value != "0" && value != "false" && value != "off"; }

void read_part(const Package& package, std::string_view name, XmlHandler& handler) {
    const ooxml::ZipMember* const member = package.find(name);
    if (member == nullptr) return;
    ooxml::read_part(*member, &package.purse(), package.purse().limits().depth_max, handler);
}

std::vector<std::string> related(const Package& package, std::string_view part, std::string_view word) {
    std::vector<std::string> names;
    for (const ooxml::Relationship& row : package.relationships_of(part)) {
        if (!row.external && row.word == word && !row.target.empty()) names.push_back(row.target);
    }
    return names;
}

}  // namespace mugaika::codec::words

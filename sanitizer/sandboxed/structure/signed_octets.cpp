#include "sanitizer/sandboxed/structure/signed_octets.hpp"

#include <algorithm>
#include <string>

namespace mugaika::sandboxed {
namespace {

// The parts of a multipart, by their indexes.
std::vector<std::size_t> parts_of(const MailStructure& mail, std::int32_t multipart) {
    std::vector<std::size_t> parts;
    for (std::size_t i = 0; i < mail.entities.size(); ++i) {
        if (mail.entities[i].parent == multipart) parts.push_back(i);
    }
    return parts;
}

std::string_view without_line_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    return line;
}

// Where the first part begins: behind the first delimiter line. Nothing when there is none.
const char* behind_first_delimiter(const Entity& multipart) {
    const std::string delimiter = "--" + multipart.boundary;
    for (std::string_view rest = multipart.body; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        if (end == rest.npos) return nullptr;
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (without_line_end(line) == delimiter) return rest.data();
    }
    return nullptr;
}

}  // namespace

std::optional<std::string_view> signed_octets(const MailStructure& mail, std::size_t signature) {
    const std::int32_t parent = mail.entities.at(signature).parent;
    if (parent < 0) return std::nullopt;
    const Entity& multipart = mail.entities[static_cast<std::size_t>(parent)];
    if (multipart.type != "multipart/signed") return std::nullopt;
    const std::vector<std::size_t> parts = parts_of(mail, parent);
    if (parts.size() != 2 || parts.back() != signature) return std::nullopt;
    // The line end before the delimiter belongs to the delimiter, and so the scanner ended the part's body.
    const std::string_view body = mail.entities[parts.front()].body;
    const char* const begin = behind_first_delimiter(multipart);
    const char* const end = body.data() + body.size();
    if (begin == nullptr || begin > body.data()) return std::nullopt;
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
}

}  // namespace mugaika::sandboxed

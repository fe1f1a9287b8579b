#include "sanitizer/codec/ooxml/zip_reader.hpp"

#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/zip/directory.hpp"

namespace mugaika::codec::ooxml {
namespace {

bool leads_out(std::string_view name) {
    std::size_t begin = 0;
    while (begin <= name.size()) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        const std::string_view segment = name.substr(begin, end - begin);
        if (segment == "." || segment == ".." || (segment.empty() && end != name.size())) return true;
        begin = end + 1;
    }
    return false;
}

void judge_name(std::string_view name) {
    if (name.empty()) damaged("a member has no name");
    for (const char c : name) {
        if (c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20) {
            damaged("a member's name holds a character that no part name has");
        }
    }
    if (leads_out(name)) damaged("a member's name leads out of the package");
}

}  // namespace

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

ZipReader::ZipReader(std::string_view bytes, FilePurse& purse) {
    for (const zip::Entry& entry : zip::read_directory(bytes, purse)) {
        if (entry.trouble) throw Refused{*entry.trouble};
        judge_name(entry.name);
        if (!by_name_.emplace(lower_ascii(entry.name), members_.size()).second) damaged("a member is there twice");
        members_.push_back({entry.packed, std::string(entry.name)});
    }
}

const ZipMember* ZipReader::find(std::string_view part_name) const {
    const auto found = by_name_.find(lower_ascii(part_name));
    return found == by_name_.end() ? nullptr : &members_[found->second];
}

}  // namespace mugaika::codec::ooxml

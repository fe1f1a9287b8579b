#include "sanitizer/codec/ooxml/program_name.hpp"

#include <algorithm>
#include <string>

#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/ooxml/xml_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::uint64_t part_bytes_max = 64 << 10;
constexpr std::uint32_t depth_max = 16;

class ApplicationHandler : public XmlHandler {
public:
    std::string name;

    // In whichever name space: there is one for each edition of the standard.
    void start(std::string_view element, const std::vector<XmlAttribute>&) override {
        ++depth_;
        is_open_ = depth_ == 2 && element.substr(element.find(':') + 1) == "Application";
    }
    void text(std::string_view text) override {
        if (is_open_) name += text;
    }
    void end() override {
        --depth_;
        is_open_ = false;
    }

private:
    int depth_ = 0;
    bool is_open_ = false;
};

std::string application_of(std::string_view xml) {
    ApplicationHandler handler;
    try {
        XmlReader reader(handler, depth_max);
        reader.feed(xml);
        reader.finish();
    } catch (const Refused&) {
        return {};
    }
    return handler.name;
}

}  // namespace

ProgramName program_name(const Package& package) {
    const auto& rows = package.root_relationships();
    const auto row = std::find_if(rows.begin(), rows.end(), [](const Relationship& one) {
        return (one.word == "extended-properties" || one.word == "extendedProperties") && !one.external;
    });
    const ZipMember* member = row == rows.end() ? nullptr : package.find(row->target);
    if (member == nullptr || member->size > part_bytes_max) return {};
    const std::string xml = unpack_whole(*member, package.purse());
    const std::string name = application_of(xml);
    return {name.starts_with("Microsoft") && name.find("Excel") != std::string::npos, xml == program_says_excel};
}

}  // namespace mugaika::codec::ooxml

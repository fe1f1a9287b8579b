#include "sanitizer/checker/ooxml/part_links.hpp"

#include <algorithm>
#include <charconv>

#include "sanitizer/checker/ooxml/refusal.hpp"
#include "sanitizer/checker/ooxml/text_form.hpp"
#include "sanitizer/checker/ooxml/xml_form.hpp"

namespace mugaika::checker::ooxml {
namespace {

constexpr std::string_view open_type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
constexpr std::string_view drawing_type = "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing";

std::string word_of(std::string_view type) {
    if (type == drawing_type) return "diagramDrawing";
    if (!type.starts_with(open_type)) refuse("relationships: a type that is not on the list");
    return std::string(type.substr(open_type.size()));
}

// "../media/image1.png" seen from "word/document.xml".
std::string name_of(std::string_view target, std::string_view part_name) {
    std::string_view folder = part_name.substr(0, part_name.rfind('/') + 1);
    while (target.starts_with("../")) {
        target.remove_prefix(3);
        if (folder.empty()) refuse("relationships: a target outside the package");
        folder.remove_suffix(1);
        folder = folder.substr(0, folder.rfind('/') + 1);
    }
    return std::string(folder).append(target);
}

class LinksVisitor : public XmlVisitor {
public:
    explicit LinksVisitor(std::string_view part_name) : part_name_(part_name) {}

    std::vector<PartLink> links;

    void start(std::string_view name, const std::vector<Attribute>& attributes) override {
        if (depth_++ == 0) return root(name, attributes);
        if (depth_ != 2 || name != "Relationship") refuse("relationships: expected a Relationship");
        const bool outwards = attributes.size() == 4;
        const bool formed = (attributes.size() == 3 || outwards) && attributes[0].name == "Id" &&
                            attributes[1].name == "Type" && attributes[2].name == "Target";
        if (!formed) refuse("relationships: expected Id, Type and Target");
        if (attributes[0].value != "rId" + std::to_string(links.size() + 1))
            refuse("relationships: expected the next number as Id");
        PartLink link;
        link.word = word_of(attributes[1].value);
        const std::string target = resolved(attributes[2].value);
        if (outwards) {
            if (attributes[3].name != "TargetMode" || attributes[3].value != "External")
                refuse("relationships: expected an external TargetMode");
            if (link.word != "hyperlink") refuse("relationships: something outside that is no link");
            judge_link(target);
        } else {
            if (link.word == "hyperlink") refuse("relationships: a link that is not external");
            link.target = name_of(target, part_name_);
        }
        links.push_back(std::move(link));
    }
    void text(std::string_view) override { refuse("relationships: text between them"); }
    void end(std::string_view) override { --depth_; }

private:
    static void root(std::string_view name, const std::vector<Attribute>& attributes) {
        const bool ours = name == "Relationships" && attributes.size() == 1 && attributes[0].name == "xmlns" &&
                          attributes[0].value == "http://schemas.openxmlformats.org/package/2006/relationships";
        if (!ours) refuse("relationships: expected their root");
    }

    std::string_view part_name_;
    int depth_ = 0;
};

}  // namespace

std::vector<PartLink> read_links(std::string_view xml, std::string_view part_name) {
    LinksVisitor visitor(part_name);
    read_xml(xml, visitor);
    if (visitor.links.empty()) refuse("relationships: there are none");
    return std::move(visitor.links);
}

std::size_t link_place(std::string_view id) {
    std::size_t number = 0;
    if (!id.starts_with("rId")) return static_cast<std::size_t>(-1);
    const auto [end, fault] = std::from_chars(id.data() + 3, id.data() + id.size(), number);
    const bool whole = fault == std::errc() && end == id.data() + id.size() && number > 0;
    return whole ? number - 1 : static_cast<std::size_t>(-1);
}

}  // namespace mugaika::checker::ooxml

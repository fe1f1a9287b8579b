#include "sanitizer/codec/ooxml/package.hpp"

#include <algorithm>

#include "sanitizer/codec/ooxml/read_part.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/ooxml/xml_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::size_t relationships_max = 65'536;

std::string value_of(const std::vector<XmlAttribute>& attributes, std::string_view name) {
    for (const XmlAttribute& attribute : attributes) {
        if (attribute.name == name) return std::string(attribute.value);
    }
    return {};
}

class ContentTypesHandler : public XmlHandler {
public:
    std::unordered_map<std::string, std::string> by_extension;
    std::unordered_map<std::string, std::string> by_name;

    void start(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
        if (name != "ct:Default" && name != "ct:Override") return;
        const bool is_default = name == "ct:Default";
        std::string key = lower_ascii(value_of(attributes, is_default ? "Extension" : "PartName"));
        if (!is_default && key.starts_with('/')) key.erase(0, 1);
        // Which of two would count is a matter of the reader's taste.
        const auto [row, news] =
            (is_default ? by_extension : by_name).emplace(std::move(key), value_of(attributes, "ContentType"));
        if (!news && row->second != value_of(attributes, "ContentType")) damaged("a part has two content types");
    }
    void text(std::string_view) override {}
    void end() override {}
};

class RelationshipsHandler : public XmlHandler {
public:
    explicit RelationshipsHandler(std::string_view part) : part_(part) {}

    std::vector<Relationship> rows;

    void start(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
        if (name != "rel:Relationship") return;
        if (rows.size() == relationships_max)
            throw Refused{Reason::too_many_members, "a part has too many relationships"};
        Relationship row;
        row.id = value_of(attributes, "Id");
        row.word = relationship_word(value_of(attributes, "Type"));
        row.target = value_of(attributes, "Target");
        // In-document links of drawings ("#Sheet2!A1") are written either way.
        row.external = value_of(attributes, "TargetMode") == "External" || row.target.starts_with('#');
        if (!row.external) row.target = resolve_target(part_, row.target).value_or("");
        rows.push_back(std::move(row));
    }
    void text(std::string_view) override {}
    void end() override {}

private:
    std::string_view part_;
};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool whole =
            text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (!whole) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
    }
    return out;
}

}  // namespace

std::optional<std::string> resolve_target(std::string_view part_name, std::string_view target) {
    target = target.substr(0, target.find('#'));
    if (target.empty() || target.find('\\') != std::string_view::npos) return std::nullopt;
    std::vector<std::string_view> segments;
    const auto walk = [&segments](std::string_view path) {
        for (std::size_t at = 0; at <= path.size();) {
            const std::size_t end = std::min(path.find('/', at), path.size());
            const std::string_view segment = path.substr(at, end - at);
            at = end + 1;
            if (segment.empty() || segment == ".") continue;
            if (segment != "..") {
                segments.push_back(segment);
            } else if (segments.empty()) {
                return false;
            } else {
                segments.pop_back();
            }
        }
        return true;
    };
    if (!target.starts_with('/')) walk(part_name.substr(0, part_name.rfind('/') + 1));
    if (!walk(target)) return std::nullopt;
    std::string name;
    for (const std::string_view segment : segments) (name += name.empty() ? "" : "/") += segment;
    return name;
}

std::string relative_target(std::string_view from_part, std::string_view to_part) {
    std::size_t common = 0;
    for (std::size_t at = 0; at < from_part.size() && at < to_part.size() && from_part[at] == to_part[at]; ++at) {
        if (from_part[at] == '/') common = at + 1;
    }
    std::string target;
    for (const char c : from_part.substr(common)) target += c == '/' ? "../" : "";
    return target.append(to_part.substr(common));
}

std::string relationships_name(std::string_view part_name) {
    const std::size_t slash = part_name.rfind('/') + 1;  // 0 when there is none
    return std::string(part_name.substr(0, slash)) + "_rels/" + std::string(part_name.substr(slash)) + ".rels";
}

Package::Package(std::string_view untrusted, FilePurse& purse)
    : purse_(purse), size_(untrusted.size()), zip_(untrusted, purse) {
    const ZipMember* types = zip_.find("[Content_Types].xml");
    if (types == nullptr) damaged("the package has no [Content_Types].xml");
    ContentTypesHandler handler;
    read_part(*types, &purse_, purse_.limits().depth_max, handler);
    by_extension_ = std::move(handler.by_extension);
    by_name_ = std::move(handler.by_name);
    root_ = relationships_of("");
    const auto row = std::find_if(root_.begin(), root_.end(), [](const Relationship& one) {
        return one.word == "officeDocument" && !one.external;
    });
    if (row == root_.end() || find(row->target) == nullptr) damaged("the package has no document");
    main_name_ = row->target;
    main_ = main_kind(content_type(main_name_));
    if (main_ == nullptr) refuse("the document is of a kind that is not rebuilt");
}

const ZipMember* Package::find(std::string_view part_name) const {
    const ZipMember* member = zip_.find(part_name);
    return member != nullptr ? member : zip_.find(percent_decoded(part_name));
}

std::uint64_t Package::largest_at_once() const {
    std::uint64_t largest = 0;
    for (const ZipMember& member : zip_.members()) {
        if (member.size <= zip::at_once_bytes_max) largest = std::max(largest, member.size);
    }
    return largest;
}

std::vector<Relationship> Package::relationships_of(std::string_view part_name) const {
    const ZipMember* member = find(relationships_name(part_name));
    if (member == nullptr) return {};
    RelationshipsHandler handler(part_name);
    read_part(*member, &purse_, purse_.limits().depth_max, handler);
    return std::move(handler.rows);
}

std::string_view Package::content_type(std::string_view part_name) const {
    const std::string name = lower_ascii(part_name);
    if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) return {};
    const auto found = by_extension_.find(name.substr(dot + 1));
    return found == by_extension_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace mugaika::codec::ooxml

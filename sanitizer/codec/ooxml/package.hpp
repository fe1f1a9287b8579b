// What a package says about its parts: content types, relationships, which part is the document (ECMA-376 part 2, 9).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sanitizer/codec/ooxml/part_kinds.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"

namespace mugaika::codec::ooxml {

struct Relationship {
    std::string id;
    std::string word;    // last word of the type; "" for types of other origin
    std::string target;  // internal: the part's name without leading slash; external: as it stands
    bool external = false;
};

class Package {
public:
    // Throws Refused as ZipReader does, and when [Content_Types].xml or the document is missing or of no kind of ours.
    Package(std::string_view untrusted, FilePurse&);

    const PartKind& main() const { return *main_; }
    const std::string& main_name() const { return main_name_; }
    const std::vector<Relationship>& root_relationships() const { return root_; }

    // In the order of the file; none when the part has no relationships. Throws Refused when they are damaged.
    std::vector<Relationship> relationships_of(std::string_view part_name) const;
    // Empty when the package does not say.
    std::string_view content_type(std::string_view part_name) const;
    const ZipMember* find(std::string_view part_name) const;

    FilePurse& purse() const { return purse_; }
    std::size_t size() const { return size_; }  // of the file
    // Bytes of the largest member among those that are unpacked at once; what it says, so only good for a guess.
    std::uint64_t largest_at_once() const;

private:
    FilePurse& purse_;
    std::size_t size_;
    ZipReader zip_;
    std::unordered_map<std::string, std::string> by_extension_;
    std::unordered_map<std::string, std::string> by_name_;
    std::vector<Relationship> root_;
    const PartKind* main_ = nullptr;
    std::string main_name_;
};

// A relationship's target seen from the part that has it; nothing when it leads out of the package.
std::optional<std::string> resolve_target(std::string_view part_name, std::string_view target);
// Our own name of a part, seen from another.
std::string relative_target(std::string_view from_part, std::string_view to_part);
// Where the relationships of a part stand.
std::string relationships_name(std::string_view part_name);

}  // namespace mugaika::codec::ooxml

// The relationships of one part, in the form that a codec writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugaika::checker::ooxml {

struct PartLink {
    std::string word;    // last word of the type
    std::string target;  // the part's name in the package; "" for a link outwards
    bool is_mentioned = false;
};

// rId1 is the first. Throws Refusal.
std::vector<PartLink> read_links(std::string_view xml, std::string_view part_name);
// The place of "rId7", or nothing that is there: size() and more.
std::size_t link_place(std::string_view id);

}  // namespace mugaika::checker::ooxml

// The relationships of one part while it is rewritten: old names in, our names out, in the order of their first use, so
// that what nobody mentions is left out and a second rebuilding finds the same order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sanitizer/codec/ooxml/part_kinds.hpp"

namespace mugaika::codec::ooxml {

struct Reference {
    std::string old_id;
    std::string word;          // "image"
    const PartKind* kind;      // nullptr: a hyperlink
    std::string target;        // of the old package; a link's address
    std::uint32_t number = 0;  // "rId7"; 0 while unused
};

class References {
public:
    void add(Reference);
    // Our name, or "" when the part has no such relationship of one of these kinds (words with blanks between).
    std::string use(std::string_view old_id, std::string_view words);
    bool resolves(std::string_view old_id, std::string_view words) const;
    // Gives those that need no mention their numbers, in the order of the file.
    void use_implicit(const PartKind& parent);
    // Used ones by number.
    std::vector<const Reference*> used() const;

private:
    const Reference* find(std::string_view old_id, std::string_view words) const;

    std::vector<Reference> rows_;
    std::unordered_map<std::string, std::size_t> by_id_;
    std::uint32_t last_ = 0;
};

bool has_word(std::string_view words, std::string_view word);

}  // namespace mugaika::codec::ooxml

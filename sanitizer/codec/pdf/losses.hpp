// What the document loses on its way, counted by reason.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec::pdf {

class LossCount {
public:
    void add(Reason what, std::uint32_t count = 1) { counts_[what] += count; }
    // A key that no role knows: its reason by name, or nothing for what no reader sees (ProcSet, StructParents …).
    void add_key(std::string_view key);
    // An action that is not a link: by its /S.
    void add_action(std::string_view kind);

    std::vector<Loss> rows() const;

private:
    std::map<Reason, std::uint32_t> counts_;
};

}  // namespace mugaika::codec::pdf

// What stood where and what was expected. Thrown inside this room, caught by check_ooxml.
#pragma once

#include <string>

namespace mugaika::checker::ooxml {

struct Refusal {
    std::string words;  // ours; names of parts are ours too once they were found on the list
};

[[noreturn]] inline void refuse(std::string words) { throw Refusal{std::move(words)}; }

}  // namespace mugaika::checker::ooxml

// Why a package is not rebuilt. Thrown inside this room, caught by rebuild_ooxml; never through a C library.
#pragma once

#include <string>

#include "policy/reason.hpp"

namespace mugaika::codec::ooxml {

struct Refused {
    Reason why;
    std::string words;
};

[[noreturn]] inline void damaged(std::string words) { throw Refused{Reason::document_damaged, std::move(words)}; }
[[noreturn]] inline void refuse(std::string words) { throw Refused{Reason::not_representable, std::move(words)}; }

}  // namespace mugaika::codec::ooxml

// Why an archive or package is not read on. Thrown inside rooms of codec/, caught where each begins; never through a C
// library.
#pragma once

#include <string>

#include "policy/reason.hpp"

namespace mugaika::codec::zip {

struct Refused {
    Reason why;
    std::string words;
};

[[noreturn]] inline void damaged(std::string words) { throw Refused{Reason::document_damaged, std::move(words)}; }
[[noreturn]] inline void refuse(std::string words) { throw Refused{Reason::not_representable, std::move(words)}; }

}  // namespace mugaika::codec::zip

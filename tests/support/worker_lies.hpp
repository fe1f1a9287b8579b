// What a worker that is wholly taken over may say of a mail: sample_extract(), and one thing in it is a lie. Each lie
// knows what stops it. The programs "lie.NAME" (worker_programs) tell it to whoever asks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/mail/extract.hpp"

namespace mugaika::test {

struct Lie {
    std::string_view name;
    std::string_view stopped_by;  // words of the check that refuses it
    void (*tell)(Extract&);
};

const std::vector<Lie>& lies();

// The answer frame.
std::string frame_of(const Lie&);

}  // namespace mugaika::test

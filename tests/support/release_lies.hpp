// Answers of a worker that is wholly taken over, about a kept mail whose part 2 is ordered: each agrees with itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika::test {

struct ReleaseLie {
    std::string name;     // of a WorkerProgram that tells it
    bool honest = false;  // it is none
    Ledger kept;          // what was said when the mail was kept
    Extract told;
};

std::vector<ReleaseLie> release_lies();

// Of the honest answer.
inline constexpr std::string_view released_file = "%PDF-1.4 as a person saw it";
inline constexpr std::string_view released_file_in_base64 = "JVBERi0xLjQgYXMgYSBwZXJzb24gc2F3IGl0";

}  // namespace mugaika::test

// A moment as a mail says it.
#pragma once

#include <cstdint>

namespace mugaika {

struct DateFact {
    std::int64_t unix_seconds = 0;
    int offset_minutes = 0;  // -1439 … 1439
};

}  // namespace mugaika

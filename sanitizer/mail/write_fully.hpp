// write(2) until all is written, interruptions and short writes included.
#pragma once

#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

// `what` is for the Error: "writing /path". A full disk is Fault::disk_full; then some of the bytes may be written.
Result<void> write_fully(int fd, std::string_view bytes, std::string_view what);

}  // namespace mugaika

// A PDF of pictures of pages as our codec writes it, and nothing else.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika::checker {

// The whole file is foretold: from front to back each byte is the only one that can stand there, but for the number of
// pages (1 to 300), their sizes, and of each picture its size, form and data. There are three forms: 1 or 4 bits of
// grey, deflated, of exactly as many rows as it says, with nothing behind the pixels and no more bytes than they take
// stored; and a JPEG of three components that check_jpeg passes and that is as large as it says. A picture has 36 to
// 620 pixels for each inch of its page; all together no more than 750 million. Offsets of the table are those of the
// objects. Nothing can be clicked, run, embedded or filled in: there is no word for it. Gives the number of pages, or
// where something else stood.
Result<std::uint32_t> check_image_pdf(std::string_view untrusted);

}  // namespace mugaika::checker

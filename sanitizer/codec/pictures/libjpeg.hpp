// libjpeg behind our own doors: no output to a terminal, no exit, no endless scans, no output beyond a limit.
#pragma once

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <jpeglib.h>  // wants <cstdio> before

namespace mugaika::codec {

// What libjpeg said while it worked on one picture. An error jumps back into jpeg_guarded().
struct JpegErrors : jpeg_error_mgr {
    JpegErrors();
    std::string words();  // of the last error; numbers of the file at most

    std::jmp_buf back;
    std::uint32_t damage = 0;  // warnings that mean lost content
};

// Calls step(job); false when libjpeg gave up inside, then `errors` knows why. Between the two nothing may stand on the
// stack that has a destructor.
bool jpeg_guarded(JpegErrors& errors, void (*step)(void* job), void* job);

// libjpeg has no limit of its own: 170 KB can hold a thousand scans over 48 million pixels.
struct JpegScanLimit : jpeg_progress_mgr {
    explicit JpegScanLimit(std::uint32_t scans);

    std::uint32_t scans_max;
    bool is_reached = false;
};

// Takes what is written; an error of libjpeg's kind when it grows beyond the limit or memory ends.
struct JpegSink : jpeg_destination_mgr {
    explicit JpegSink(std::uint64_t limit);

    std::string bytes;
    std::uint64_t bytes_max;
    bool is_full = false;
    std::array<JOCTET, 64u << 10> buffer;
};

}  // namespace mugaika::codec

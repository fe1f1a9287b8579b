// A file that had been rebuilt stays after all.
#pragma once

#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// The row says so, and nothing of what the file had become.
inline void hold_row(PartRow& row, Reason why) {
    row.verdict = PartVerdict::quarantined;
    row.reason = why;
    row.method = Method::none;
    row.out_name.clear();
    row.out_sha256.clear();
    row.out_kind.clear();
    row.out_bytes = 0;
    row.pages = 0;
    row.losses.clear();
}

}  // namespace mugaika

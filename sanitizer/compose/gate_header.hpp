// The gate's own reading of header fields: which, in which order, each with a grammar of its own. Nothing of this is
// shared with the code that writes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sanitizer/compose/gate_text.hpp"

namespace mugaika::gate {

// What the body is judged by.
struct MailHeader {
    std::string id;
    std::string verdict;
    std::string notice;         // the gravest thing that the text says
    bool is_released = false;   // by a person
    bool is_unlocked = false;   // files that a password opened
    bool is_follow_up = false;  // what a first mail could not bring
    bool is_mixed = false;      // multipart/mixed with the boundary "mugaika-<id>"; text/plain otherwise
    bool is_base64 = false;     // 7bit otherwise
};

// Reads the header at the start of `rest` and takes it away together with the empty line. `rest` must consist of CRLF
// ended lines of printable ASCII and TAB.
Judged judge_mail_header(std::string_view& rest, MailHeader&);

// What a file says that it is.
struct FileHeader {
    std::string type;
    std::string name;
};

// The same for a part: the text of a multipart/mixed, and a file behind it.
Judged judge_text_part_header(std::string_view& rest);
Judged judge_file_part_header(std::string_view& rest, FileHeader&);

}  // namespace mugaika::gate

// A file that crosses because it was rebuilt, and read by a checker.
#pragma once

#include <string>

#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/plain_text.hpp"

namespace mugaika {

struct RebuiltFile {
    std::string path;  // its PartRow
    PlainLine name;    // of a member of an archive: with its folders, joined by '/'
    CheckedFile file;
};

}  // namespace mugaika

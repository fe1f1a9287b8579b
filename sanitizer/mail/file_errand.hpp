// What one codec worker is asked for: one file of a mail, or several files of one archive (FILES.md 2: one file and
// what is in it). Files that are no members of one archive never share a process: one of them could change what becomes
// of another.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/file_command.hpp"
#include "sanitizer/mail/file_job.hpp"
#include "sanitizer/mail/untrusted_file.hpp"

namespace mugaika {

struct FileErrand {
    FileJob job;
    std::vector<PartRow> rows;  // of the part at job.path, or of each of job.members; never empty
    // Its one file is converted by an engine before a codec can rebuild it.
    bool by_engine = false;
    // Its pages become pictures, by one engine or, where it is no PDF, by two. Then by_engine too.
    bool as_pictures = false;
    std::optional<FileCommand> command = {};  // by this command of the configuration, and not by LibreOffice
};

// The same about one of its rows.
FileErrand alone(const FileErrand&, std::size_t row);

// To have its one file as it is; of a PDF whose pages become pictures, with what is to be known of them. One that takes
// something out already stays.
FileErrand to_take_out(FileErrand);

// The same about what an engine made, for another task.
FileErrand about_bare(FileErrand, const UntrustedFile&, FileTask);

// To rebuild what an engine made of its one file: a part at the same path, of the kind that it was to make, with these
// bytes.
FileErrand about_bare(FileErrand, const UntrustedFile&);

}  // namespace mugaika

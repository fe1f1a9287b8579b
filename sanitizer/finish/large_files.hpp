// Of a mail that is larger than its next hop takes: which of its files that one would take in a mail of its own, and
// how small the others would have to be. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/mail/extract.hpp"

namespace mugaika {

class LargeFiles {
public:
    LargeFiles() = default;  // nothing is known: no file fits, none can be made to
    // Of the mail with all of these files, as it was composed. `size_max`: what the next hop takes, in bytes.
    LargeFiles(const Extract& with_all, std::uint64_t mail_bytes, std::uint64_t size_max);

    // Would it be taken, alone beside a text and a notice as large as those of this mail?
    bool fits_alone(std::string_view path) const noexcept;
    // How large it may be as it is sent, so that it would; 0: no file worth sending. What rebuilding makes larger grows
    // as this one did.
    std::uint64_t bytes_that_fit(std::string_view path) const noexcept;

private:
    struct File {
        std::string path;
        std::uint64_t bytes;       // as it came
        std::uint64_t made_bytes;  // as it was rebuilt
    };
    const File* file_at(std::string_view path) const noexcept;

    std::vector<File> files_;
    std::uint64_t room_ = 0;  // for the lines of one file
};

}  // namespace mugaika

// What rebuilding one file may cost. Reached: the file stays quarantined, with the reason named behind the limit; the
// letter and the other files go their way (FILES.md 1.2, 1.6). No size that a file states about itself is believed.
#pragma once

#include <cstdint>

namespace mugaika {

struct FileLimits {
    std::uint64_t out_bytes_max = 50u << 20;     // files_too_large: what is made of one file
    std::uint64_t inner_bytes_max = 512u << 20;  // inner_too_large: streams and parts inside, unpacked, together
    std::uint64_t pixels_max = 100'000'000;      // too_many_pixels: all pictures of one file together
    std::uint32_t members_max = 20'000;          // too_many_members: parts of a package, objects of a document
    std::uint32_t depth_max = 200;               // not_representable: elements, arrays or trees inside each other
    std::uint32_t jpeg_scans_max = 64;           // not_representable: libjpeg has no limit of its own
    // too_many_pixels: rows or coefficients of one picture that must be in memory at once; the process has 1 GB for all
    std::uint64_t picture_bytes_max = 256u << 20;
    std::uint32_t pdf_objects_max = 300'000;  // too_many_members: a report of 600 pages has 10,000
    std::uint32_t pdf_pages_max = 20'000;     // too_many_members: one page may stand often in the tree of a small file
    // too_many_members: of an archive, without folders; as many as a mail may have parts, as each becomes a row
    std::uint32_t archive_members_max = 1000;
    std::uint32_t archive_name_bytes_max = 600;  // with its folders, of which outer ones give way; what a row holds
    std::uint32_t archive_depth_max = 3;         // not_rebuilt: archives inside each other
    // Files of one archive that one process is asked for together; a larger file has a process of its own.
    std::uint32_t errand_members_max = 32;
    std::uint64_t errand_bytes_max = 8u << 20;
};

}  // namespace mugaika

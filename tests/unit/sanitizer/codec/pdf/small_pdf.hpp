// Small PDF documents for tests, written from a list of objects; and what is in a document, unpacked by qpdf.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::test {

std::string pdf_stream(std::string_view data, std::string_view entries = {});

// zlib data that is not packed at all: `empty_blocks` blocks of nothing, then `data` in one (at most 65,535 bytes).
std::string zlib_of_stored_blocks(std::string_view data, std::size_t empty_blocks = 0);

struct SmallPdf {
    // One page that says "text", object 5 its font.
    SmallPdf();

    std::map<int, std::string> objects;  // by number: what stands between "obj" and "endobj"
    std::string trailer;                 // beside /Root and /Size

    // Puts `entries` into the dictionary of an object, in front.
    SmallPdf& add(int object, std::string_view entries);
    SmallPdf& put(int object, std::string body);

    std::string write() const;
    // All objects but streams in one object stream, with a cross-reference stream.
    std::string write_packed() const;
};

FileOutcome rebuild(std::string_view pdf, const FileLimits& = {});

// Rebuilt, taken by the checker, the same when done again; ends the test otherwise.
FileMade rebuilt(std::string_view pdf);

// The document with every stream unpacked, by qpdf.
std::string unpacked(const std::string& pdf);

std::uint32_t count_of(const FileMade&, Reason);

}  // namespace mugaika::test

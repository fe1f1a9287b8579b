// The least that looks, at its first and last bytes, like a file of a kind that may leave. Not what a checker takes.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika::test {

inline std::string sample_package(std::string_view main_part) {
    using namespace std::string_literals;
    const std::string first = "PK\x03\x04\x14\0\0\0\x08\0\0\0\x21\0............\x0b\0\0\0_rels/.rels"s;
    const std::string directory = "PK\x01\x02...." + std::string(main_part) + "PK\x01\x02....[Content_Types].xml";
    std::string end = "PK\x05\x06\0\0\0\0\x03\0\x03\0"s;
    for (const std::size_t number : {directory.size(), first.size()}) {
        end += static_cast<char>(number);
        end += "\0\0\0"s;
    }
    return first + directory + end + "\0\0"s;
}

inline std::string sample_of(SafeKind kind) {
    using namespace std::string_literals;
    switch (kind) {
        case SafeKind::jpeg:
            return "\xff\xd8\xff\xe0 a picture \xff\xd9"s;
        case SafeKind::png:
            return "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR a picture \0\0\0\0IEND\xae\x42\x60\x82"s;
        case SafeKind::pdf:
            return "%PDF-1.7\n a document \n%%EOF\n"s;
        case SafeKind::docx:
            return sample_package("word/document.xml");
        case SafeKind::xlsx:
            return sample_package("xl/workbook.xml");
        case SafeKind::pptx:
            return sample_package("ppt/presentation.xml");
        case SafeKind::text:
            return "\xef\xbb\xbf\xe8\xa1\xa8\r\n\tb\r\n"s;
        case SafeKind::csv:
            return "\xef\xbb\xbf"
                   "a,b\r\n1,2\r\n"s;
        case SafeKind::ics:
            return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"s;
        case SafeKind::vcf:
            return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:a\r\nEND:VCARD\r\n"s;
        case SafeKind::image_pdf:
            return "%PDF-1.4\n%\xe7\x94\xbb\xe5\x83\x8f\n1 0 obj\n pictures \n%%EOF\n"s;
        case SafeKind::zip:
            break;
    }
    return {};
}

}  // namespace mugaika::test

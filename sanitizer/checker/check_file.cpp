#include "sanitizer/checker/check_file.hpp"

#include "sanitizer/checker/calendar/check_calendar.hpp"
#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"
#include "sanitizer/checker/ooxml/check_ooxml.hpp"
#include "sanitizer/checker/pdf/check_pdf.hpp"
#include "sanitizer/checker/pictures/check_jpeg.hpp"
#include "sanitizer/checker/pictures/check_png.hpp"
#include "sanitizer/checker/text/check_text.hpp"

namespace mugaika::checker {

Result<std::uint32_t> check_file(SafeKind kind, std::string_view untrusted) {
    switch (kind) {
        case SafeKind::jpeg:
            return check_jpeg(untrusted);
        case SafeKind::png:
            return check_png(untrusted);
        case SafeKind::pdf:
            return check_pdf(untrusted);
        case SafeKind::image_pdf:
            return check_image_pdf(untrusted);
        case SafeKind::docx:
        case SafeKind::xlsx:
        case SafeKind::pptx:
            return check_ooxml(kind, untrusted);
        case SafeKind::text:
        case SafeKind::csv:
            return check_text(kind, untrusted);
        case SafeKind::ics:
        case SafeKind::vcf:
            return check_calendar(kind, untrusted);
        case SafeKind::zip:
            break;
    }
    return Error(Fault::protocol, "no checker for this kind");
}

}  // namespace mugaika::checker

#include "sanitizer/checker/check_file.hpp"

#include "sanitizer/checker/pictures/check_jpeg.hpp"
#include "sanitizer/checker/pictures/check_png.hpp"

namespace mugaika::checker {

Result<std::uint32_t> check_file(SafeKind kind, std::string_view untrusted) {
    switch (kind) {
        case SafeKind::jpeg:
            return check_jpeg(untrusted);
        case SafeKind::png:
            return check_png(untrusted);
        case SafeKind::pdf:
        case SafeKind::docx:
        case SafeKind::xlsx:
        case SafeKind::pptx:
            break;
    }
    return Error(Fault::protocol, "no checker for this kind");
}

}  // namespace mugaika::checker

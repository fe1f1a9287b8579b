#include "sanitizer/checker/pictures/check_picture.hpp"

#include "sanitizer/checker/pictures/check_jpeg.hpp"
#include "sanitizer/checker/pictures/check_png.hpp"

namespace mugaika::checker {

Result<std::uint32_t> check_picture(std::string_view untrusted) {
    return untrusted.starts_with('\xff') ? check_jpeg(untrusted) : check_png(untrusted);
}

}  // namespace mugaika::checker

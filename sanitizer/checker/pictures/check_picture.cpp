#include "sanitizer/checker/pictures/check_picture.hpp"

namespace mugaika::checker {

Result<std::uint32_t> check_picture(std::string_view) {
    return Error(Fault::protocol, "picture: at offset 0: neither a JPEG nor a PNG");
}

}  // namespace mugaika::checker

#include "sanitizer/worker/frame.hpp"

#include <string>

#include "sanitizer/worker/wire_io.hpp"

namespace mugaika {

Result<std::size_t> decode_frame_header(std::string_view eight_bytes, FrameKind expected,
                                        std::size_t payload_bytes_max) {
    wire::Reader in(eight_bytes);
    std::uint32_t length = 0;
    std::uint32_t kind = 0;
    in.number(length);
    in.number(kind);
    if (const auto end = in.finish(); !end) return end.error();
    if (kind != static_cast<std::uint32_t>(expected)) return Error(Fault::protocol, "frame: not of the expected kind");
    if (length > payload_bytes_max) {
        return Error(Fault::protocol,
                     "frame: " + std::to_string(length) + " bytes, allowed are " + std::to_string(payload_bytes_max));
    }
    return std::size_t{length};
}

}  // namespace mugaika

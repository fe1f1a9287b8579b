// Promise: for any bytes a header is whole within them and within 2048, or awaited only while it may still become one;
// and what is said of the whole is said of no shorter beginning before it is there.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "relay/inbound/proxy_header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using State = mugaika::ProxyHeader::State;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto header = mugaika::read_proxy_header(bytes);
    const bool sound = header.state != State::complete || (header.bytes <= size && header.bytes <= 2048);
    const bool bounded = header.state != State::incomplete || size < 2048;
    if (!sound || !bounded) std::abort();
    if (header.state != State::complete) return 0;
    if (mugaika::read_proxy_header(bytes.substr(0, header.bytes)).client != header.client) std::abort();
    if (mugaika::read_proxy_header(bytes.substr(0, header.bytes - 1)).state == State::complete) std::abort();
    return 0;
}

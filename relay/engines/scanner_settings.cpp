#include "relay/engines/scanner_settings.hpp"

namespace mugaika {

std::string EngineAddress::text() const {
    if (!path.empty()) return path;
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::string_view to_string(IcapMethod method) noexcept { return method == IcapMethod::respmod ? "respmod" : "reqmod"; }

}  // namespace mugaika

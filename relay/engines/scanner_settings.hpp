// Where the scanners of a configuration are, and how patient one is with them. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika {

// "/run/clamav/clamd.ctl", or an address with its port.
struct EngineAddress {
    std::string path = {};  // of a socket of this machine; "": TCP
    std::string host = {};  // a numeric address
    std::uint16_t port = 0;

    std::string text() const;  // "[::1]:3310" for IPv6
    friend bool operator==(const EngineAddress&, const EngineAddress&) = default;
};

enum class IcapMethod : std::uint8_t { respmod, reqmod };
std::string_view to_string(IcapMethod) noexcept;  // "respmod"

struct IcapService {
    std::string host;  // "10.0.0.9:1344", for the Host field
    std::string path;  // "/avscan", with what stands behind a question mark
    IcapMethod method = IcapMethod::respmod;
    friend bool operator==(const IcapService&, const IcapService&) = default;
};

struct ScannerSettings {
    EngineAddress address;
    std::optional<IcapService> icap = {};  // nothing: clamd
    std::chrono::seconds patience{60};     // for one file, its turn with it
    std::size_t connections_max = 8;       // files at once; more wait
    friend bool operator==(const ScannerSettings&, const ScannerSettings&) = default;
};

}  // namespace mugaika

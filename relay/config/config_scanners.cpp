#include "relay/config/config_scanners.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/ip_address.hpp"
#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"

namespace mugaika {
namespace {

constexpr std::size_t socket_path_bytes_max = 107;  // unix(7)
constexpr std::string_view clamd_expected =
    "expected \"/run/clamav/clamd.ctl\" or an address such as \"10.0.0.9:3310\"";
constexpr std::string_view icap_expected = "expected an address such as \"icap://10.0.0.9:1344/avscan\"";
constexpr std::string_view icap_scheme = "icap://", icap_port = ":1344";  // RFC 3507 4.2
constexpr std::array methods{IcapMethod::respmod, IcapMethod::reqmod};

std::string quoted(std::string_view text) { return '"' + shown_text(text, 100) + '"'; }

bool is_printable(std::string_view text) noexcept {
    for (const char c : text) {
        if (c <= ' ' || c > '~') return false;
    }
    return true;
}

// No name: whom to ask about every file is not left to a name server.
std::optional<EngineAddress> address_with_port(std::string_view text) {
    const auto parts = host_port_from_text(text);
    if (!parts || parts->port == 0 || !IpAddress::parse(parts->host)) return std::nullopt;
    return EngineAddress{{}, parts->host, parts->port};
}

std::optional<EngineAddress> clamd_address(const std::string& text) {
    if (!text.starts_with('/')) return address_with_port(text);
    if (!is_printable(text) || text.size() > socket_path_bytes_max) return std::nullopt;
    return EngineAddress{text, {}, 0};
}

class ScannerReader {
public:
    ScannerReader(const TomlValue& table, FileFaults& faults)
        : table_(table), reader_(table, "[[relay.scanner]]", faults) {}

    void read(std::vector<ScannerSettings>& scanners) {
        ScannerSettings settings;
        const bool is_good = read_address(settings);
        reader_.duration("patience", settings.patience, std::chrono::seconds(1), std::chrono::seconds(200));
        reader_.number<std::size_t>("connections_max", settings.connections_max, 1, 1000);
        reader_.finish();
        if (is_good) scanners.push_back(std::move(settings));
    }

private:
    bool read_address(ScannerSettings& settings) {
        std::string clamd, icap;
        const TomlValue* clamd_value = reader_.text("clamd", clamd);
        const TomlValue* icap_value = reader_.text("icap", icap);
        IcapMethod method = IcapMethod::respmod;
        reader_.one_of<IcapMethod>("method", method, methods);
        if ((clamd_value == nullptr) == (icap_value == nullptr)) {
            reader_.fault(table_.place, "clamd", "expected either clamd or icap, which says where the scanner is");
            return false;
        }
        if (icap_value != nullptr) return read_icap(*icap_value, icap, method, settings);
        if (const TomlMember* unused = table_.find("method")) {
            reader_.fault(unused->place, "method", "is for icap alone, and this scanner is clamd");
        }
        const auto address = clamd_address(clamd);
        if (!address)
            reader_.fault(clamd_value->place, "clamd",
                          quoted(clamd) + " is no address, " + std::string(clamd_expected));
        if (address) settings.address = *address;
        return address.has_value();
    }

    bool read_icap(const TomlValue& value, std::string_view text, IcapMethod method, ScannerSettings& settings) {
        const bool has_scheme = text.starts_with(icap_scheme);
        const std::string_view rest = has_scheme ? text.substr(icap_scheme.size()) : text;
        const std::size_t slash = rest.find('/');
        std::string host(rest.substr(0, slash));
        if (host.find(':') == std::string::npos || host.ends_with(']')) host += icap_port;
        const auto address = address_with_port(host);
        if (!has_scheme || !address || slash == std::string_view::npos || slash + 1 == rest.size() ||
            !is_printable(rest)) {
            reader_.fault(value.place, "icap",
                          quoted(text) + " is no address of an ICAP service, " + std::string(icap_expected));
            return false;
        }
        settings.address = *address;
        settings.icap = IcapService{host, std::string(rest.substr(slash)), method};
        return true;
    }

    const TomlValue& table_;
    TableReader reader_;
};

}  // namespace

void read_scanners(const std::vector<const TomlValue*>& tables, FileFaults& faults,
                   std::vector<ScannerSettings>& scanners) {
    for (const TomlValue* table : tables) ScannerReader(*table, faults).read(scanners);
}

}  // namespace mugaika

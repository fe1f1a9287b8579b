#include "relay/config/config_metrics.hpp"

#include <boost/asio/ip/address.hpp>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

constexpr std::string_view expected =
    "expected \"127.0.0.1:9125\", or an address of the inner network with `allow` beside it";

struct Allowed {
    Networks networks;
    bool written = false;  // also when it cannot be read, which is a fault of its own
};

Allowed read_allowed(TableReader& reader) {
    Allowed allowed;
    for (const TableReader::Item& item : reader.texts("allow", TableReader::Needed::no)) {
        allowed.written = true;
        const Result<Network> network = Network::parse(item.text);
        if (network) {
            allowed.networks.push_back(*network);
        } else {
            reader.fault(item.place, "allow", network.error().words());
        }
    }
    return allowed;
}

}  // namespace

void read_metrics(const TomlValue& table, FileFaults& faults, FileFaults& warnings,
                  std::optional<MetricsPort>& target) {
    TableReader reader(table, "[relay.metrics]", faults);
    std::string text;
    const TomlValue* value = reader.text("listen", text);
    Allowed allowed = read_allowed(reader);
    reader.finish();
    if (value == nullptr) return;
    const auto address = host_port_from_text(text);
    boost::system::error_code error;
    const auto ip = address ? boost::asio::ip::make_address(address->host, error) : boost::asio::ip::address();
    const std::string start = '"' + shown_text(text, 100) + '"';
    if (!address || error) {
        return reader.fault(value->place, "listen", start + " is no address with a port, " + std::string(expected));
    }
    if (!ip.is_loopback() && !allowed.written) {
        return reader.fault(value->place, "listen",
                            start +
                                " is no loopback address and nobody is allowed to ask there, expected "
                                "allow = [\"10.0.0.10\"] with the balancer and the monitoring, or a loopback "
                                "address such as \"127.0.0.1:9125\"");
    }
    if (ip.is_unspecified()) {
        warnings.add(value->place, "[relay.metrics] listen: " + start +
                                       " is every address of this machine, the internet side with it; expected the one "
                                       "address that the balancer reaches");
    }
    target = MetricsPort{*address, std::move(allowed.networks)};
}

}  // namespace mugaika

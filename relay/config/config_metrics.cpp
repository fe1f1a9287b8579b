#include "relay/config/config_metrics.hpp"

#include <boost/asio/ip/address.hpp>

#include "policy/shown_text.hpp"

namespace mugaika {

void read_metrics(const TomlValue& table, FileFaults& faults, std::optional<HostPort>& target) {
    TableReader reader(table, "[relay.metrics]", faults);
    std::string text;
    if (const TomlValue* value = reader.text("listen", text)) {
        const auto address = host_port_from_text(text);
        boost::system::error_code error;
        if (address && boost::asio::ip::make_address(address->host, error).is_loopback() && !error) {
            target = address;
        } else {
            reader.fault(value->place, "listen",
                         '"' + shown_text(text, 100) +
                             "\" is no loopback address with a port, expected \"127.0.0.1:9125\" or \"[::1]:9125\"");
        }
    }
    reader.finish();
}

}  // namespace mugaika

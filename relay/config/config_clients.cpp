#include "relay/config/config_clients.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

class ListenersReader {
public:
    ListenersReader(std::vector<Listener>& listeners, FileFaults& faults) : listeners_(listeners), faults_(faults) {}

    void read_item(const TableReader::Item& item) { add("[relay] listen", item.text, item.place, {}); }

    void read_table(const TomlValue& table) {
        TableReader reader(table, "[[listener]]", faults_);
        std::string address;
        const TomlValue* written = reader.text("address", address);
        ClientAccess access;
        read_networks(reader, "allow", access.allow);
        read_networks(reader, "deny", access.deny);
        read_networks(reader, "proxy_protocol_from", access.proxy_protocol_from);
        read_networks(reader, "xclient_from", access.xclient_from);
        if (written != nullptr) {
            add("[[listener]] address", address, written->place, std::move(access));
        } else if (reader.any("address") == nullptr) {
            reader.fault(table.place, "address", "is missing, expected \"0.0.0.0:25\" or \"[::]:25\"");
        }
        reader.finish();
    }

private:
    static void read_networks(TableReader& reader, std::string_view key, Networks& networks) {
        for (const TableReader::Item& item : reader.texts(key, TableReader::Needed::no)) {
            const Result<Network> network = Network::parse(item.text);
            if (network) {
                networks.push_back(*network);
            } else {
                reader.fault(item.place, key, network.error().words());
            }
        }
    }

    void add(std::string_view key, const std::string& text, TomlPlace place, ClientAccess access) {
        const auto address = host_port_from_text(text);
        const std::string start = std::string(key) + ": \"" + shown_text(text, 100) + '"';
        if (!address || !IpAddress::parse(address->host)) {
            faults_.add(place, start + " is no address to listen at, expected \"0.0.0.0:25\" or \"[::]:25\"");
        } else if (std::any_of(listeners_.begin(), listeners_.end(),
                               [&](const Listener& known) { return known.address == *address; })) {
            faults_.add(place, start + " stands twice");
        } else {
            listeners_.push_back({*address, std::move(access)});
        }
    }

    std::vector<Listener>& listeners_;
    FileFaults& faults_;
};

}  // namespace

void read_listeners(const std::vector<TableReader::Item>& listen, const std::vector<const TomlValue*>& tables,
                    std::vector<Listener>& listeners, FileFaults& faults) {
    if (listen.empty() && tables.empty()) return;
    listeners.clear();
    ListenersReader reader(listeners, faults);
    for (const TableReader::Item& item : listen) reader.read_item(item);
    for (const TomlValue* table : tables) reader.read_table(*table);
}

void read_clients(const TomlValue& table, ClientLimits& limits, FileFaults& faults) {
    using std::chrono::seconds;
    constexpr std::uint32_t much = 1000000;
    TableReader reader(table, "[relay.clients]", faults);
    reader.number<std::uint32_t>("connections_per_address_max", limits.connections_per_address_max, 0, much);
    reader.number<std::uint32_t>("connections_per_minute_per_address", limits.connections_per_minute_per_address, 0,
                                 much);
    reader.number<std::uint32_t>("mails_per_minute_per_address", limits.mails_per_minute_per_address, 0, much);
    reader.number<std::uint32_t>("recipients_per_minute_per_domain", limits.recipients_per_minute_per_domain, 0, much);
    // Longer delays would use up the patience of honest clients: five minutes for the greeting and for RCPT (RFC 5321
    // 4.5.3.2), but many wait half a minute only.
    reader.duration("greeting_delay", limits.greeting_delay, seconds(0), seconds(30));
    reader.duration("error_delay", limits.error_delay, seconds(0), seconds(30));
    reader.bytes<std::size_t>("data_bytes_per_second_min", limits.data_bytes_per_second_min, 0, 64u << 10);
    reader.finish();
}

}  // namespace mugaika

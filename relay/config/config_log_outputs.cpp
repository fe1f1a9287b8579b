#include "relay/config/config_log_outputs.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "policy/host_name.hpp"
#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"
#include "relay/tls/client_context.hpp"

namespace mugaika {
namespace {

constexpr std::size_t socket_bytes_max = 107;  // unix(7)
constexpr std::size_t name_bytes_max = 100;
constexpr std::array targets{LogTarget::syslog, LogTarget::journald};
constexpr std::array transports{LogTransport::tls, LogTransport::tcp, LogTransport::udp, LogTransport::local};
constexpr std::array receipts{LogReceipt::close_notify, LogReceipt::end};
constexpr std::array starts{LogStart::oldest, LogStart::now};
constexpr std::string_view journald_socket = "/run/systemd/journal/socket";
constexpr std::string_view syslog_socket = "/dev/log";

bool is_name(std::string_view text) noexcept {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    return !text.empty() && text.size() <= name_bytes_max && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), fits);
}

std::string name_from(std::string_view address) {
    std::string name;
    for (const char c : address) name += is_name(std::string(1, c)) || c == '.' ? c : '_';
    return name;
}

class OutputReader {
public:
    OutputReader(const TomlValue& table, FileFaults& faults)
        : table_(table), faults_(faults), reader_(table, "[[relay.log_output]]", faults) {}

    void read(std::vector<LogOutput>& outputs) {
        const std::size_t before = faults_.count();
        const bool has_target = reader_.any("to") != nullptr;
        if (!has_target) reader_.fault(table_.place, "to", "is missing; expected \"syslog\" or \"journald\"");
        reader_.one_of<LogTarget>("to", output_.to, targets);
        if (output_.to == LogTarget::journald) output_.transport = LogTransport::local;
        reader_.one_of<LogTransport>("transport", output_.transport, transports);
        read_place();
        read_tls();
        reader_.bytes<std::size_t>("max_message", output_.message_max, 480, 60000);  // RFC 5424 6.1
        reader_.one_of<LogStart>("start", output_.start, starts);
        read_name(outputs);
        reader_.finish();
        if (faults_.count() == before) outputs.push_back(std::move(output_));
    }

private:
    bool is_local() const noexcept { return output_.transport == LogTransport::local; }

    void read_place() {
        std::string server;
        const TomlValue* value = reader_.text("server", server);
        output_.socket = is_local() ? output_.to == LogTarget::journald ? journald_socket : syslog_socket : "";
        const TomlValue* socket = reader_.text("socket", output_.socket);
        if (output_.to == LogTarget::journald && !is_local()) {
            return reader_.fault(table_.find("transport")->place, "transport",
                                 "is for syslog alone: journald listens on this machine only");
        }
        if (is_local()) {
            if (value != nullptr) {
                reader_.fault(value->place, "server", "is for other machines; expected socket, or another transport");
            }
            if (!output_.socket.starts_with('/') || output_.socket.size() > socket_bytes_max) {
                reader_.fault(socket->place, "socket", "expected an absolute path such as \"/dev/log\"");
            }
            return;
        }
        if (socket != nullptr)
            reader_.fault(socket->place, "socket", "is for transport = \"local\" and journald alone");
        if (value == nullptr) {
            return reader_.fault(table_.place, "server", "is missing; expected one such as \"syslog.example.jp:6514\"");
        }
        const auto address = host_port_from_text(server);
        if (!address || address->port == 0) {
            return reader_.fault(value->place, "server",
                                 '"' + shown_text(server, 100) +
                                     "\" is no address with a port, expected one such as \"syslog.example.jp:6514\" or "
                                     "\"[2001:db8::5]:6514\"");
        }
        output_.host = address->host;
        output_.port = address->port;
    }

    // What would look like a safeguard and is none is a fault.
    void read_tls() {
        for (const std::string_view key : {"tls_ca", "tls_names", "certificate", "key", "receipt"}) {
            const TomlMember* member = table_.find(key);
            if (member == nullptr || output_.transport == LogTransport::tls) continue;
            reader_.any(key);
            reader_.fault(member->place, key, "is for transport = \"tls\" alone");
        }
        if (output_.transport != LogTransport::tls) return;
        output_.tls.mode = TlsMode::verify;
        reader_.one_of<LogReceipt>("receipt", output_.receipt, receipts);
        read_path("tls_ca", output_.tls.ca_file);
        read_path("certificate", output_.own.certificate);
        read_path("key", output_.own.key);
        if (output_.own.certificate.empty() != output_.own.key.empty()) {
            reader_.fault(table_.place, "certificate", "and key go together; expected both, or neither");
        }
        for (const TableReader::Item& item : reader_.texts("tls_names", TableReader::Needed::no)) {
            if (!is_domain(item.text)) {
                reader_.fault(item.place, "tls_names", '"' + shown_text(item.text, 100) + "\" is no host name");
            }
            output_.tls.names.push_back(ascii::to_lower(item.text));
        }
    }

    void read_path(std::string_view key, std::string& path) {
        const TomlValue* value = reader_.text(key, path);
        if (value != nullptr && !path.starts_with('/')) reader_.fault(value->place, key, "expected an absolute path");
    }

    void read_name(const std::vector<LogOutput>& outputs) {
        const std::string address = HostPort{output_.host, output_.port}.text();
        const std::string where = is_local() ? std::string(to_string(output_.to)) : address;
        output_.name = name_from(where);
        const TomlValue* value = reader_.text("name", output_.name);
        const TomlPlace place = value == nullptr ? table_.place : value->place;
        if (!is_name(output_.name)) {
            return reader_.fault(place, "name", "expected one such as \"siem-1\" (a-z, 0-9, \"-\", \"_\", \".\")");
        }
        for (const LogOutput& other : outputs) {
            if (other.name != output_.name) continue;
            reader_.fault(place, "name", '"' + output_.name + "\" is another output's; expected one for each");
        }
    }

    const TomlValue& table_;
    FileFaults& faults_;
    TableReader reader_;
    LogOutput output_;
};

}  // namespace

std::string_view to_string(LogTarget target) noexcept { return target == LogTarget::syslog ? "syslog" : "journald"; }

std::string_view to_string(LogTransport transport) noexcept {
    switch (transport) {
        case LogTransport::tls:
            return "tls";
        case LogTransport::tcp:
            return "tcp";
        case LogTransport::udp:
            return "udp";
        case LogTransport::local:
            break;
    }
    return "local";
}

std::string_view to_string(LogReceipt receipt) noexcept {
    return receipt == LogReceipt::close_notify ? "close_notify" : "end";
}

std::string_view to_string(LogStart start) noexcept { return start == LogStart::oldest ? "oldest" : "now"; }

void read_log_outputs(const std::vector<const TomlValue*>& tables, FileFaults& faults, const std::string& log,
                      std::vector<LogOutput>& outputs) {
    for (const TomlValue* table : tables) OutputReader(*table, faults).read(outputs);
    if (tables.empty() || log != "-") return;
    faults.add(tables.front()->place,
               "[[relay.log_output]]: what goes there is read from the file; expected a file for log");
}

void check_log_outputs(const std::vector<LogOutput>& outputs, TomlPlace place, FileFaults& faults) {
    for (const LogOutput& output : outputs) {
        if (output.transport != LogTransport::tls) continue;
        const auto context = TlsClientContext::load(output.tls, output.own);
        if (!context) faults.add(place, "[[relay.log_output]] " + output.name + ": " + context.error().words());
    }
}

}  // namespace mugaika

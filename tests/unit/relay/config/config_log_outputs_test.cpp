#include "relay/config/config_log_outputs.hpp"

#include <catch2/catch.hpp>

#include "relay/config/config.hpp"

namespace mugaika {
namespace {

ConfigReading reading(const std::string& keys) {
    return read_config_text("[relay]\n[[relay.log_output]]\n" + keys, "m.toml", ConfigUse::tool);
}

std::string fault_of(const std::string& keys) {
    const ConfigReading read = reading(keys);
    CHECK(read.config.log_outputs.empty());
    return read.faults.empty() ? "" : read.faults[0].text();
}

}  // namespace

TEST_CASE("an output of the log is a syslog server or journald") {
    const ConfigReading read = reading(
        "to = \"syslog\"\nserver = \"Syslog.example.jp:6514\"\ntls_ca = \"/ca.pem\"\ntls_names = "
        "[\"siem.example.jp\"]\n"
        "certificate = \"/own.pem\"\nkey = \"/own.key\"\nmax_message = \"32K\"\nstart = \"now\"\nreceipt = "
        "\"end\"\nname = \"siem-1\"\n"
        "[[relay.log_output]]\nto = \"syslog\"\ntransport = \"udp\"\nserver = \"[::1]:514\"\n"
        "[[relay.log_output]]\nto = \"syslog\"\ntransport = \"local\"\n"
        "[[relay.log_output]]\nto = \"journald\"\n");
    for (const ConfigFault& fault : read.faults) FAIL(fault.text());
    const std::vector<LogOutput>& outputs = read.config.log_outputs;
    REQUIRE(outputs.size() == 4);
    CHECK(outputs[0].name == "siem-1");
    CHECK(outputs[0].transport == LogTransport::tls);
    CHECK(outputs[0].host == "syslog.example.jp");
    CHECK(outputs[0].port == 6514);
    CHECK(outputs[0].tls == TlsPolicy{TlsMode::verify, "/ca.pem", {"siem.example.jp"}});
    CHECK(outputs[0].own == TlsKeyPair{"/own.pem", "/own.key"});
    CHECK(outputs[0].message_max == 32768);
    CHECK(outputs[0].receipt == LogReceipt::end);
    CHECK(outputs[1].receipt == LogReceipt::close_notify);
    CHECK(outputs[0].start == LogStart::now);
    CHECK(outputs[1].name == "___1__514");
    CHECK(outputs[1].start == LogStart::oldest);
    CHECK(outputs[2].socket == "/dev/log");
    CHECK(outputs[2].name == "syslog");
    CHECK(outputs[3].socket == "/run/systemd/journal/socket");
    CHECK(outputs[3].name == "journald");
}

TEST_CASE("what is no output is a fault at its place, with what was expected") {
    CHECK(fault_of("") == "m.toml:2:1: [[relay.log_output]] to: is missing; expected \"syslog\" or \"journald\"");
    CHECK_THAT(fault_of("to = \"file\"\n"), Catch::StartsWith("m.toml:2:1: ") || Catch::StartsWith("m.toml:3:6: "));
    CHECK_THAT(fault_of("to = \"syslog\"\n"), Catch::Contains("server: is missing; expected one such as"));
    for (const char* server : {"syslog.example.jp", "10.0.0.9:0", "10.0.0.9:x", ":6514", ""}) {
        INFO(server);
        CHECK_THAT(fault_of("to = \"syslog\"\nserver = \"" + std::string(server) + "\"\n"),
                   Catch::StartsWith("m.toml:4:10: [[relay.log_output]] server: ") && Catch::Contains("expected"));
    }
    const std::string syslog = "to = \"syslog\"\nserver = \"10.0.0.9:514\"\n";
    CHECK_THAT(fault_of(syslog + "transport = \"tcp\"\ntls_ca = \"/ca.pem\"\n"),
               Catch::Contains("tls_ca: is for transport = \"tls\" alone"));
    CHECK_THAT(fault_of(syslog + "key = \"/own.key\"\n"), Catch::Contains("go together"));
    CHECK_THAT(fault_of(syslog + "tls_ca = \"ca.pem\"\n"), Catch::Contains("tls_ca: expected an absolute path"));
    CHECK_THAT(fault_of(syslog + "tls_names = [\"a b\"]\n"), Catch::Contains("is no host name"));
    CHECK_THAT(fault_of(syslog + "name = \"../siem\"\n"), Catch::Contains("name: expected one such as"));
    CHECK_THAT(fault_of(syslog + "max_message = 100\n"), Catch::Contains("max_message"));
    CHECK_THAT(fault_of(syslog + "sever = 1\n"), Catch::Contains("sever"));
    CHECK_THAT(fault_of(syslog + "socket = \"/dev/log\"\n"), Catch::Contains("socket: is for transport"));
    CHECK_THAT(fault_of("to = \"journald\"\ntransport = \"tls\"\n"), Catch::Contains("transport: is for syslog alone"));
    CHECK_THAT(fault_of("to = \"journald\"\nserver = \"10.0.0.9:514\"\n"), Catch::Contains("server: is for other"));
    CHECK_THAT(fault_of("to = \"journald\"\nsocket = \"log\"\n"), Catch::Contains("socket: expected an absolute path"));
}

TEST_CASE("two outputs of one name, and outputs of a log that is no file, are faults") {
    const ConfigReading twice = reading("to = \"journald\"\n[[relay.log_output]]\nto = \"journald\"\n");
    REQUIRE(twice.faults.size() == 1);
    CHECK_THAT(twice.faults[0].text(), Catch::Contains("\"journald\" is another output's"));
    const ConfigReading no_file =
        read_config_text("[relay]\nlog = \"-\"\n[[relay.log_output]]\nto = \"journald\"\n", "m.toml", ConfigUse::tool);
    REQUIRE(no_file.faults.size() == 1);
    CHECK_THAT(no_file.faults[0].text(), Catch::Contains("expected a file for log"));
}

TEST_CASE("certificates of an output that cannot be used are faults") {
    LogOutput output;
    output.name = "siem";
    output.tls = {TlsMode::verify, "/nowhere/ca.pem", {}};
    FileFaults faults("m.toml");
    check_log_outputs({output}, {}, faults);
    output.tls.ca_file.clear();
    output.own = {"/nowhere/own.pem", "/nowhere/own.key"};
    check_log_outputs({output}, {}, faults);
    const auto found = std::move(faults).in_order();
    REQUIRE(found.size() == 2);
    CHECK_THAT(found[0].text(), Catch::Contains("[[relay.log_output]] siem: ") && Catch::Contains("/nowhere/"));
    CHECK_THAT(found[1].text(), Catch::Contains("/nowhere/own.pem"));
}

}  // namespace mugaika

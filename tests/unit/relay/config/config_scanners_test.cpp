#include "relay/config/config_scanners.hpp"

#include <catch2/catch.hpp>

#include "relay/config/config.hpp"

namespace mugaika {
namespace {

ConfigReading reading(const std::string& keys) {
    return read_config_text("[relay]\n[[relay.scanner]]\n" + keys, "m.toml", ConfigUse::tool);
}

std::string fault_of(const std::string& keys) {
    const ConfigReading read = reading(keys);
    CHECK(read.config.scanners.empty());
    return read.faults.size() == 1 ? read.faults[0].text() : std::to_string(read.faults.size()) + " faults";
}

}  // namespace

TEST_CASE("a scanner is a clamd or a service that speaks ICAP") {
    const ConfigReading read = reading(
        "clamd = \"/run/clamav/clamd.ctl\"\npatience = \"30s\"\nconnections_max = 4\n"
        "[[relay.scanner]]\nclamd = \"[::1]:3310\"\n"
        "[[relay.scanner]]\nicap = \"icap://10.0.0.9/avscan?a=b\"\nmethod = \"reqmod\"\n"
        "[[relay.scanner]]\nicap = \"icap://10.0.0.9:11344/x\"\n");
    CHECK(read.faults.empty());
    const std::vector<ScannerSettings>& scanners = read.config.scanners;
    REQUIRE(scanners.size() == 4);
    CHECK(scanners[0].address.text() == "/run/clamav/clamd.ctl");
    CHECK(scanners[0].patience == std::chrono::seconds(30));
    CHECK(scanners[0].connections_max == 4);
    CHECK_FALSE(scanners[0].icap);
    CHECK(scanners[1].address.text() == "[::1]:3310");
    CHECK(scanners[2].address.text() == "10.0.0.9:1344");
    CHECK(*scanners[2].icap == IcapService{"10.0.0.9:1344", "/avscan?a=b", IcapMethod::reqmod});
    CHECK(*scanners[3].icap == IcapService{"10.0.0.9:11344", "/x", IcapMethod::respmod});
}

TEST_CASE("what is no scanner is a fault at its place, with what was expected") {
    CHECK(fault_of("") ==
          "m.toml:2:1: [[relay.scanner]] clamd: expected either clamd or icap, which says where the scanner is");
    CHECK_THAT(fault_of("clamd = \"/c\"\nicap = \"icap://10.0.0.9/x\"\n"), Catch::StartsWith("m.toml:2:1: "));
    for (const char* clamd : {"clamd.ctl", "localhost:3310", "10.0.0.9", "10.0.0.9:0", "/run/a b", ""}) {
        INFO(clamd);
        CHECK_THAT(fault_of("clamd = \"" + std::string(clamd) + "\"\n"),
                   Catch::StartsWith("m.toml:3:9: [[relay.scanner]] clamd: ") && Catch::Contains("expected"));
    }
    CHECK_THAT(fault_of("clamd = \"/" + std::string(107, 'a') + "\"\n"), Catch::StartsWith("m.toml:3:9: "));
    for (const char* icap : {"10.0.0.9/x", "icap://10.0.0.9", "icap://10.0.0.9/", "icap://scanner.example/x",
                             "http://10.0.0.9/x", "icap://10.0.0.9/a b", ""}) {
        INFO(icap);
        CHECK_THAT(fault_of("icap = \"" + std::string(icap) + "\"\n"),
                   Catch::StartsWith("m.toml:3:8: [[relay.scanner]] icap: ") && Catch::Contains("expected"));
    }
}

TEST_CASE("other keys of a scanner are held to what they may be") {
    const auto only_fault = [](const std::string& keys) { return reading(keys).faults.at(0).text(); };
    const std::string clamd = "clamd = \"/c\"\n", icap = "icap = \"icap://10.0.0.9/x\"\n";
    CHECK_THAT(only_fault(clamd + "method = \"reqmod\"\n"), Catch::Contains("for icap alone"));
    CHECK_THAT(only_fault(icap + "method = \"options\"\n"), Catch::Contains("respmod"));
    CHECK_THAT(only_fault(icap + "patience = \"0s\"\n"), Catch::StartsWith("m.toml:4:12: "));
    CHECK_THAT(only_fault(icap + "connections_max = 0\n"), Catch::StartsWith("m.toml:4:19: "));
    CHECK_THAT(only_fault(icap + "conections_max = 1\n"), Catch::Contains("connections_max"));
}

}  // namespace mugaika

#include "relay/config/config_metrics.hpp"

#include <catch2/catch.hpp>

namespace mugaika {

TEST_CASE("metrics are for the machine itself, and for whom `allow` names on an address that others can reach") {
    const auto reading = [](const std::string& keys) {
        return read_config_text("[relay]\n[relay.metrics]\n" + keys, "m.toml", ConfigUse::tool);
    };
    for (const std::string listen : {"0.0.0.0:9125", "192.0.2.1:9125", "[::]:9125", "localhost:9125", "127.0.0.1"}) {
        CAPTURE(listen);
        const ConfigReading read = reading("listen = \"" + listen + "\"\n");
        REQUIRE(read.faults.size() == 1);
        CHECK_THAT(read.faults[0].text(), Catch::StartsWith("m.toml:3:10: [relay.metrics] listen: ") &&
                                              Catch::Contains("expected") && Catch::Contains("allow"));
        CHECK_FALSE(read.config.metrics);
    }
    const ConfigReading inner = reading("listen = \"10.0.0.2:9125\"\nallow = [\"10.0.0.10\", \"10.0.1.0/24\"]\n");
    CHECK(inner.faults.empty());
    CHECK(inner.warnings.empty());
    REQUIRE(inner.config.metrics);
    CHECK(inner.config.metrics->address == HostPort{"10.0.0.2", 9125});
    CHECK(inner.config.metrics->allow.size() == 2);
    for (const std::string everywhere : {"0.0.0.0:9125", "[::]:9125"}) {
        const ConfigReading read = reading("listen = \"" + everywhere + "\"\nallow = [\"10.0.0.10\"]\n");
        CHECK(read.faults.empty());
        REQUIRE(read.warnings.size() == 1);
        CHECK_THAT(read.warnings[0].text(), Catch::StartsWith("m.toml:3:10: ") && Catch::Contains("every address"));
    }
    CHECK_THAT(reading("listen = \"10.0.0.2:9125\"\nallow = [\"balancer\"]\n").faults.at(0).text(),
               Catch::StartsWith("m.toml:4:10: "));
}

}  // namespace mugaika

#include "relay/config/config_engines.hpp"

#include <catch2/catch.hpp>

#include "relay/config/config_change.hpp"
#include "tests/unit/relay/config/config_reading.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string engines(const std::string& keys) { return "[relay.engines]\n" + keys + "\n" + route_text; }

}  // namespace

TEST_CASE("engines are set in [relay.engines], and LibreOffice converts where nothing is said") {
    CHECK(config_in(route_text).engines == EngineSettings());
    const Config config =
        config_in(engines("office = \"off\"\nsocket = \"/run/mugaika/engine.sock\"\nat_once = 3\n"
                          "time_limit = \"90s\"\nmemory = \"4G\""));
    CHECK(config.engines.office == OfficeEngine::off);
    CHECK(config.engines.socket == "/run/mugaika/engine.sock");
    CHECK(config.engines.at_once == 3);
    CHECK(config.engines.limits.wall_clock == std::chrono::seconds(90));
    CHECK(config.engines.limits.memory_bytes == std::uint64_t{4} << 30);
}

TEST_CASE("each fault of [relay.engines] says where it is and what was expected") {
    struct Row {
        std::string keys, start, words;
    };
    for (const Row& row : {Row{"office = \"on\"", "m.toml:2:10: [relay.engines] office", "auto"},
                           {"socket = \"engine.sock\"", "m.toml:2:10: [relay.engines] socket", "absolute path"},
                           {"socket = \"/" + std::string(107, 'x') + "\"", "m.toml:2:10: ", "absolute path"},
                           {"at_once = 0", "m.toml:2:11: [relay.engines] at_once", "1"},
                           {"time_limit = \"2s\"", "m.toml:2:14: [relay.engines] time_limit", "5s"},
                           {"memory = \"10M\"", "m.toml:2:10: [relay.engines] memory", "expected"},
                           {"offce = \"off\"", "m.toml:2:1: ", "office"}}) {
        CAPTURE(row.keys);
        const auto faults = faults_in(engines(row.keys));
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults[0], Catch::StartsWith(row.start) && Catch::Contains(row.words));
    }
}

TEST_CASE("a change of engines needs a restart, and says so") {
    const Config running = config_in(route_text);
    CHECK(restart_needed(running, running).empty());
    const auto lines = restart_needed(running, config_in(engines("at_once = 3")));
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains("at_once 3"));
}

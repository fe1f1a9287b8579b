#include "relay/config/config_log.hpp"

#include <catch2/catch.hpp>

#include "relay/config/config_change.hpp"

namespace mugaika {

namespace {

ConfigReading reading(const std::string& keys, const std::string& relay = "") {
    return read_config_text("[relay]\n" + relay + "[relay.log_rotation]\n" + keys, "m.toml", ConfigUse::tool);
}

}  // namespace

TEST_CASE("the relay keeps the log's files itself when the table is there, each key with its value") {
    CHECK_FALSE(read_config_text("[relay]\n", "m.toml", ConfigUse::tool).config.log_rotation);
    const ConfigReading plain = reading("");
    REQUIRE(plain.config.log_rotation);
    CHECK(plain.config.log_rotation->daily);
    CHECK(plain.config.log_rotation->compress);
    const ConfigReading all = reading("daily = false\nsize_max = \"100M\"\ncompress = false\ndays = 30\n");
    CHECK(all.faults.empty());
    REQUIRE(all.config.log_rotation);
    CHECK_FALSE(all.config.log_rotation->daily);
    CHECK(all.config.log_rotation->size_max == 100u << 20);
    CHECK_FALSE(all.config.log_rotation->compress);
    CHECK(all.config.log_rotation->days == 30);
}

TEST_CASE("a rotation that never comes, comes all the time, or has no files is a fault with its place") {
    const auto fault = [](const ConfigReading& read) {
        REQUIRE(read.faults.size() == 1);
        return read.faults[0].text();
    };
    CHECK_THAT(fault(reading("size_max = \"4K\"\n")),
               Catch::StartsWith("m.toml:3:12: [relay.log_rotation] size_max: ") &&
                   Catch::Contains("expected \"1M\" or more"));
    CHECK_THAT(fault(reading("daily = false\nsize_max = 0\n")), Catch::Contains("no file is ever closed"));
    CHECK_THAT(fault(reading("", "log = \"-\"\n")), Catch::Contains("standard output has no files"));
    CHECK_THAT(fault(reading("dayly = true\n")), Catch::Contains("daily"));
    CHECK_THAT(fault(reading("days = -1\n")), Catch::StartsWith("m.toml:3:8: "));
}

TEST_CASE("what becomes of mail while events cannot be written is said, and is refused otherwise") {
    const auto read = [](const std::string& keys) {
        return read_config_text("[relay]\n" + keys, "m.toml", ConfigUse::tool);
    };
    CHECK(read("").config.when_log_fails == LogFailure::refuse);
    CHECK(read("when_log_fails = \"carry_on\"\n").config.when_log_fails == LogFailure::carry_on);
    const ConfigReading wrong = read("when_log_fails = \"ignore\"\n");
    REQUIRE(wrong.faults.size() == 1);
    CHECK_THAT(wrong.faults[0].text(), Catch::Contains("refuse") && Catch::Contains("carry_on"));
}

TEST_CASE("a key for pseudonyms is a path, and needs a restart") {
    const auto read = [](const std::string& keys) {
        return read_config_text("[relay]\n" + keys, "m.toml", ConfigUse::tool);
    };
    CHECK(read("log_pseudonym_key = \"/etc/mugaika/k\"\n").config.log_pseudonym_key == "/etc/mugaika/k");
    CHECK(read("log_pseudonym_key = \"k\"\n").faults.size() == 1);
    Config wanted;
    wanted.log_pseudonym_key = "/etc/mugaika/k";
    CHECK(restart_needed(Config{}, wanted).size() == 1);

    FileFaults faults("m.toml");
    wanted.log_pseudonym_key = "/nowhere/to/be/found";
    check_pseudonym_key(wanted, {}, faults);
    CHECK(std::move(faults).in_order().size() == 1);
}

}  // namespace mugaika

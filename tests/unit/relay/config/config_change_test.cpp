#include "relay/config/config_change.hpp"

#include <catch2/catch.hpp>

namespace mugaika {

TEST_CASE("what a running relay cannot change is refused key by key, with both values and what to do") {
    Config wanted;
    wanted.hostname = "mx.city.example.lg.jp";
    wanted.state_dir = "/srv/mugaika";
    wanted.log = "-";
    wanted.sync_log = true;
    wanted.key_file = "/etc/mugaika/key";
    wanted.time_zone = "UTC";
    wanted.workers = 3;
    const auto lines = restart_needed(Config{}, wanted);
    REQUIRE(lines.size() == 7);
    CHECK(lines[0] == "[relay] hostname: mx.city.example.lg.jp instead of localhost needs a restart of the relay");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const char* keys[] = {"hostname", "state_dir", "log", "sync_log", "key_file", "time_zone", "workers"};
        CHECK_THAT(lines[i], Catch::StartsWith(std::string("[relay] ") + keys[i] + ": "));
        CHECK_THAT(lines[i], Catch::EndsWith("needs a restart of the relay"));
    }
}

TEST_CASE("routes, profiles, limits, listeners and times change while the relay runs") {
    Config wanted;
    wanted.listeners = {{{"127.0.0.1", 26}, {}}};
    Route route;
    route.domains = {"city.example.lg.jp"};
    route.next_hops = {{"10.0.0.5", 25}};
    route.profile = "strict";
    route.language = Language::en;
    route.subject_tags = true;
    route.warn_own_domain = true;
    route.contact = *PlainLine::from("x");
    route.source_address = "10.0.0.1";
    wanted.routes.push_back(route);
    wanted.profiles["strict"] = WrittenProfile{};
    wanted.limits.smtp.recipients_max = 100;
    wanted.drain_time = std::chrono::seconds(5);
    wanted.originals_days = 3;
    wanted.contact = *PlainLine::from("内線 1234");
    wanted.notice_phrase = *PlainLine::from("さくら");
    wanted.key_file = wanted.state_dir + "/quarantine.key";  // said or not, the same file
    CHECK(restart_needed(Config{}, wanted).empty());
}

}  // namespace mugaika

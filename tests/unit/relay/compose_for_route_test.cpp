#include "relay/compose_for_route.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE(
    "notices of a route have its words, those of the site where it has none, the days of the quarantine, and the "
    "domains that people have") {
    Config config;
    config.contact = *PlainLine::from("情報システム課（内線 1）");
    config.notice_phrase = *PlainLine::from("さくら");
    config.originals_days = 30;
    Route route;
    route.domains = {"city.example.lg.jp"};
    route.subject_tags = true;
    ComposeFacts facts;
    fill_for_route(facts, config, &route);
    CHECK(facts.contact.str() == "情報システム課（内線 1）");
    CHECK(facts.notice_phrase.str() == "さくら");
    CHECK(facts.kept_days == 30);
    CHECK(facts.subject_tags);
    CHECK(facts.zone == japan_time);

    route.contact = *PlainLine::from("学校教育課（内線 2）");
    route.language = Language::en;
    fill_for_route(facts, config, &route);
    CHECK(facts.contact.str() == "学校教育課（内線 2）");
    CHECK(facts.language == Language::en);
    CHECK(facts.zone == process_time);

    CHECK(facts.peoples_domains.empty());
    config.hostname = "Mail.City.example.lg.jp";
    Route other;
    other.domains = {"mail.city.example.lg.jp", "school.mail.city.example.lg.jp", "notmail.city.example.lg.jp"};
    config.routes = {route, other};
    fill_for_route(facts, config, &route);
    CHECK(facts.peoples_domains ==
          std::vector<std::string>{"mail.city.example.lg.jp", "school.mail.city.example.lg.jp"});

    fill_for_route(facts, config, nullptr);  // `mugaika sanitize` without a recipient
    CHECK(facts.contact.str() == "情報システム課（内線 1）");
    CHECK(facts.language == Language::ja);
    CHECK_FALSE(facts.subject_tags);
}

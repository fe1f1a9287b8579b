#include "relay/recipient_groups.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

Config config_in(const std::string& rules) {
    const std::string toml =
        "[[route]]\ndomains = [\"city.example\", \"also.example\"]\nnext_hop = [\"127.0.0.1:25\"]\n"
        "[[route]]\ndomains = [\"town.example\"]\nnext_hop = [\"127.0.0.1:25\"]\n";
    ConfigReading reading = read_config_text(toml + rules, "m.toml");
    for (const ConfigFault& fault : reading.faults) FAIL(fault.text());
    return std::move(reading.config);
}

smtp::Envelope to(const std::vector<std::string>& recipients) {
    smtp::Envelope envelope;
    envelope.sender = MailAddress::parse("a@example.com").value();
    for (const std::string& recipient : recipients) {
        envelope.recipients.push_back(MailAddress::parse(recipient).value());
        envelope.recipient_dsn.emplace_back();
        envelope.recipient_dsn.back().orcpt = "rfc822;" + recipient;
    }
    return envelope;
}

std::vector<std::string> texts_of(const std::vector<RecipientGroup>& groups) {
    std::vector<std::string> texts;
    for (const RecipientGroup& group : groups) {
        std::string& text = texts.emplace_back();
        for (std::size_t i = 0; i < group.envelope.recipients.size(); ++i) {
            const std::string recipient = group.envelope.recipients[i].text();
            CHECK(group.envelope.recipient_dsn.at(i).orcpt == "rfc822;" + recipient);
            text += (text.empty() ? "" : " ") + recipient;
        }
    }
    return texts;
}

const std::string hold_pdf = "kind = [\"pdf\"]\naction = \"hold\"\n";

}  // namespace

TEST_CASE("recipients are grouped by route and by what holds for them, in the order of the first of each") {
    const std::vector<std::string> all{"b@city.example", "t@town.example", "c@also.example", "d@city.example",
                                       "u@town.example"};
    CHECK(texts_of(grouped(config_in(""), to(all))) ==
          std::vector<std::string>{"b@city.example c@also.example d@city.example", "t@town.example u@town.example"});
    const Config one = config_in("[[profile.standard.rule]]\nrecipient = [\"c@also.example\"]\n" + hold_pdf);
    const auto groups = grouped(one, to(all));
    CHECK(texts_of(groups) ==
          std::vector<std::string>{"b@city.example d@city.example", "t@town.example u@town.example", "c@also.example"});
    REQUIRE(groups.size() == 3);
    CHECK(groups[2].profiles.as_received.rules.size() == 1);
    CHECK(groups[0].profiles.as_received.rules.empty());
    CHECK(groups[2].route == groups[0].route);
    // A rule for all of a route, and one for nobody who wrote this.
    const Config route = config_in("[[profile.standard.rule]]\nroute = [\"town.example\"]\n" + hold_pdf +
                                   "[[profile.standard.rule]]\nsender = [\"b@example.com\"]\nrecipient = "
                                   "[\"b@city.example\"]\n" +
                                   hold_pdf);
    CHECK(grouped(route, to(all)).size() == 2);
}

TEST_CASE("recipients part where only an authenticated sender would make the difference") {
    const Config config =
        config_in("[[profile.standard.rule]]\nauthenticated = true\nrecipient = [\"b@city.example\"]\n" + hold_pdf);
    const auto groups = grouped(config, to({"b@city.example", "c@city.example"}));
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].profiles.as_received == groups[1].profiles.as_received);
    CHECK(groups[0].profiles.if_authenticated.rules.size() == 1);
}

TEST_CASE("a recipient of no route, and nobody at all, are under the standard profile") {
    const Config config = config_in("[[profile.standard.rule]]\nsender = [\"@example.com\"]\n" + hold_pdf);
    const auto foreign = grouped(config, to({"a@elsewhere.example"}));
    REQUIRE(foreign.size() == 1);
    CHECK(foreign[0].route == nullptr);
    CHECK(foreign[0].profiles.as_received.rules.size() == 1);
    const auto nobody = grouped(config, to({}));
    REQUIRE(nobody.size() == 1);
    CHECK(nobody[0].profiles.as_received.rules.size() == 1);
}

TEST_CASE("only spf=pass of somebody who is believed speaks for a sender") {
    for (const AuthResult result : auth_results) {
        AuthenticationFacts facts;
        facts.by = "mx.upstream.example";
        facts.results[static_cast<std::size_t>(AuthMethod::spf)] = result;
        CHECK(speaks_for_sender(facts) == (result == AuthResult::pass));
        facts.by.clear();
        CHECK_FALSE(speaks_for_sender(facts));
    }
    AuthenticationFacts others;
    others.by = "mx.upstream.example";
    for (const AuthMethod method : {AuthMethod::dkim, AuthMethod::dmarc, AuthMethod::arc}) {
        others.results[static_cast<std::size_t>(method)] = AuthResult::pass;
    }
    CHECK_FALSE(speaks_for_sender(others));
}

TEST_CASE("what people under other rules get of a mail has a name that stays, whoever else gets it") {
    const Config config =
        config_in("[[profile.standard.rule]]\nrecipient = [\"c@also.example\", \"e@city.example\"]\n" + hold_pdf +
                  "[[profile.standard.rule]]\nrecipient = [\"d@city.example\"]\n" + hold_pdf);
    const smtp::Envelope first = to({"b@city.example"});
    const auto name_of = [&](const std::vector<std::string>& recipients) {
        const auto groups = grouped(config, to(recipients));
        REQUIRE(groups.size() == 1);
        return composition_for(config, groups[0], first);
    };
    CHECK(name_of({"b@city.example"}).empty());
    CHECK(name_of({"f@city.example", "b@city.example"}).empty());
    const std::string of_c = name_of({"c@also.example"});
    CHECK(of_c.size() == 8);
    CHECK(of_c.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == of_c.npos);
    CHECK(name_of({"e@city.example", "c@also.example"}) == of_c);
    CHECK(name_of({"d@city.example"}) != of_c);
    CHECK(name_of({"t@town.example"}) != of_c);
    CHECK(composition_for(config, grouped(config, to({}))[0], first).empty());
    CHECK(composition_for(config, grouped(config, to({"c@also.example"}))[0], to({})).empty());
}

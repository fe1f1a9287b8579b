#include "policy/rule_file.hpp"

#include <catch2/catch.hpp>

#include "policy/policy_file.hpp"

using namespace mugaika;

namespace {

std::vector<std::string> texts_of(const std::vector<FileFault>& faults) {
    std::vector<std::string> texts;
    for (const FileFault& fault : faults) texts.push_back(fault.text());
    return texts;
}

std::vector<std::string> faults_in(const std::string& toml) {
    return texts_of(read_policy_text(toml, "p.toml").faults);
}

std::vector<std::string> warnings_in(const std::string& toml) {
    const PolicyReading reading = read_policy_text(toml, "p.toml");
    for (const FileFault& fault : reading.faults) FAIL(fault.text());
    return texts_of(reading.warnings);
}

std::string rule(const std::string& keys) { return "[[profile.standard.rule]]\n" + keys + "\n"; }

std::string only(const std::vector<std::string>& texts) {
    CAPTURE(texts);
    REQUIRE(texts.size() == 1);
    return texts.front();
}

const std::string said = "[[profile.standard.rule]]";

}  // namespace

TEST_CASE("every key of a rule is read, and written out as it is read back") {
    const PolicyReading reading = read_policy_text(R"(
[[profile.strict.rule]]
sender        = ["@Pref.example.lg.jp", "taro@example.jp"]
authenticated = true
recipient     = ["@*.example.lg.jp"]
route         = ["City.example.lg.jp"]
kind          = ["office", "archive"]
type          = ["Application/*"]
name          = ["*.xlsm", "名簿 \"4\"*"]
larger_than   = "1M"
smaller_than  = 2000000
action        = "hold"
)",
                                                   "p.toml");
    CHECK(texts_of(reading.faults).empty());
    CHECK(reading.warnings.empty());
    const WrittenProfile& profile = reading.profiles.at("strict");
    REQUIRE(profile.rules.size() == 1);
    const MailRule& read = profile.rules[0];
    CHECK(read.senders.entries() == std::vector<std::string>{"@pref.example.lg.jp", "taro@example.jp"});
    CHECK(read.authenticated == true);
    CHECK(read.recipients.entries() == std::vector<std::string>{"@*.example.lg.jp"});
    CHECK(read.routes == std::vector<std::string>{"city.example.lg.jp"});
    CHECK(kind_names(read.part) == std::vector<std::string>{"office", "archive"});
    CHECK(read.part.types == std::vector<std::string>{"application/*"});
    CHECK(read.part.names == std::vector<std::string>{"*.xlsm", "名簿 \"4\"*"});
    CHECK(read.part.bytes_min == (1u << 20) + 1);
    CHECK(read.part.bytes_max == 1999999);
    CHECK(read.part.action == PartAction::hold);
    CHECK(read.part.line == 2);
    CHECK(profile.base.rules.empty());

    const PolicyReading again = read_policy_text(to_toml(profile), "again.toml");
    CHECK(texts_of(again.faults).empty());
    REQUIRE(again.profiles.at("strict").rules.size() == 1);
    MailRule same = again.profiles.at("strict").rules[0];
    same.part.line = 2;
    CHECK(same == read);
    CHECK(to_toml(profile, RuleLines::shown).find("[[profile.strict.rule]]  # line 2\n") != std::string::npos);
}

TEST_CASE("wrong values of a rule are faults at their places, all at once") {
    const auto faults =
        faults_in(rule("sender = [\"pref.example.lg.jp\"]\nrecipient = [\"<>\"]\nkind = [\"ofice\"]\n"
                       "type = [\"pdf\"]\nname = [\"\"]\nlarger_than = \"big\"\nactoin = \"hold\"\n"
                       "authenticated = \"yes\"\nroute = 1"));
    REQUIRE(faults.size() == 10);
    CHECK_THAT(faults[0], Catch::StartsWith("p.toml:1:1: " + said + " action: is missing"));
    CHECK_THAT(faults[1], Catch::StartsWith("p.toml:2:11: " + said + " sender: \"pref.example.lg.jp\" is neither") &&
                              Catch::Contains("\"@city.example.lg.jp\""));
    CHECK_THAT(faults[2], Catch::StartsWith("p.toml:3:14: " + said + " recipient: \"<>\" is neither"));
    CHECK_THAT(faults[3], Catch::StartsWith("p.toml:4:9: " + said + " kind: \"ofice\" is not known") &&
                              Catch::EndsWith("did you mean \"office\"?"));
    CHECK_THAT(faults[4], Catch::StartsWith("p.toml:5:9: " + said + " type: \"pdf\" is none"));
    CHECK_THAT(faults[5], Catch::StartsWith("p.toml:6:9: " + said + " name: \"\" is none"));
    CHECK_THAT(faults[6], Catch::StartsWith("p.toml:7:15: " + said + " larger_than"));
    CHECK_THAT(faults[7], Catch::StartsWith("p.toml:8:1: " + said + ": the key \"actoin\" is not known"));
    CHECK_THAT(faults[8], Catch::StartsWith("p.toml:9:17: " + said + " authenticated: a string stands here"));
    CHECK_THAT(faults[9], Catch::StartsWith("p.toml:10:9: " + said + " route: a number stands here"));
}

TEST_CASE("a size that no file has is a fault") {
    CHECK_THAT(only(faults_in(rule("larger_than = 10\nsmaller_than = 11\naction = \"hold\""))),
               Catch::StartsWith("p.toml:3:16: " + said + " smaller_than: no file"));
    CHECK(faults_in(rule("larger_than = 10\nsmaller_than = 12\naction = \"hold\"")).empty());
}

TEST_CASE("a rule cannot ask for what is impossible") {
    for (const char* kind : {"executable", "encrypted", "partial", "signature"}) {
        CHECK_THAT(only(faults_in(rule("kind = [\"pdf\", \"" + std::string(kind) + "\"]\naction = \"rebuild\""))),
                   Catch::StartsWith("p.toml:2:16: " + said + " kind: \"" + kind + "\" never crosses, expected"));
    }
    CHECK_THAT(only(faults_in(rule("kind = [\"archive\"]\naction = \"text\""))),
               Catch::Contains("2:9") && Catch::Contains("does not cross as \"text\", expected action = one of "
                                                         "\"unpack\" \"remove\""));
    CHECK_THAT(only(faults_in(rule("name = [\"*.pdf\"]\naction = \"rebuild\""))),
               Catch::StartsWith("p.toml:3:10: " + said + " action: \"rebuild\" lets files cross, expected kind"));
    // Said of a rule that has another fault too.
    CHECK(faults_in(rule("kind = [\"executable\"]\ncolour = 1\naction = \"text\"")).size() == 2);
}

TEST_CASE("a rule about everything is a fault, and no reason to call others useless") {
    CHECK_THAT(only(faults_in(rule("action = \"hold\"") + rule("kind = [\"pdf\"]\naction = \"hold\""))),
               Catch::StartsWith("p.toml:1:1: " + said + ": without a condition"));
}

TEST_CASE("a rule for which nothing is left is a fault that names the one before it") {
    const std::string wide = rule("sender = [\"@*.example.jp\"]\nkind = [\"pdf\", \"office\"]\naction = \"hold\"");
    for (const char* narrow : {"sender = [\"a@b.example.jp\"]\nkind = [\"pdf\"]",
                               "sender = [\"@b.example.jp\"]\n"
                               "authenticated = false\nkind = [\"office\"]\nname = [\"*.xls\"]\nlarger_than = 5"}) {
        CHECK_THAT(
            only(faults_in(wide + rule(std::string(narrow) + "\naction = \"remove\""))),
            Catch::StartsWith("p.toml:5:1: " + said + ": nothing is left for this rule, since the rule in line 1"));
    }
    for (const char* other :
         {"sender = [\"a@example.jp\"]\nkind = [\"pdf\"]", "kind = [\"pdf\"]",
          "sender = [\"@b.example.jp\"]\nkind = [\"pdf\", \"archive\"]", "sender = [\"<>\"]\nkind = [\"pdf\"]"}) {
        CAPTURE(other);
        CHECK(faults_in(wide + rule(std::string(other) + "\naction = \"remove\"")).empty());
    }
    // Two that share the taking.
    CHECK_THAT(
        only(faults_in(rule("kind = [\"pdf\"]\naction = \"hold\"") + rule("kind = [\"office\"]\naction = \"hold\"") +
                       rule("kind = [\"pdf\", \"office\"]\nname = [\"a*\"]\naction = \"remove\""))),
        Catch::StartsWith("p.toml:7:1: ") && Catch::Contains("line 1"));
    CHECK_THAT(only(faults_in(rule("kind = [\"pdf\"]\nauthenticated = true\naction = \"hold\"") +
                              rule("kind = [\"pdf\"]\nauthenticated = false\naction = \"remove\"") +
                              rule("kind = [\"pdf\"]\nname = [\"a*\"]\naction = \"refuse\""))),
               Catch::StartsWith("p.toml:9:1: "));
}

TEST_CASE("the same condition twice is a fault, with another action a contradiction") {
    const std::string condition = "sender = [\"b@c.jp\", \"a@c.jp\"]\nkind = [\"pdf\"]\n";
    const std::string again = "kind = [\"pdf\"]\nsender = [\"A@c.jp\", \"b@c.jp\"]\n";
    CHECK_THAT(only(faults_in(rule(condition + "action = \"hold\"") + rule(again + "action = \"remove\""))),
               Catch::Equals("p.toml:5:1: " + said +
                             ": the same condition stands in line 1 already, with action = "
                             "\"hold\"; expected each condition once"));
    CHECK_THAT(only(faults_in(rule(condition + "action = \"hold\"") + rule(again + "action = \"hold\""))),
               Catch::EndsWith("the same condition stands in line 1 already"));
}

TEST_CASE("a sender's name alone that lets more cross is a warning") {
    const std::string strict = "[profile.standard.attachments]\narchive = \"quarantine\"\n";
    const std::string loose = "sender = [\"@pref.example.lg.jp\"]\nkind = [\"archive\"]\naction = \"unpack\"";
    CHECK_THAT(only(warnings_in(strict + rule(loose))),
               Catch::StartsWith("p.toml:3:1: " + said + " sender: anybody can write any sender") &&
                   Catch::Contains("the profile's own \"quarantine\"") && Catch::Contains("authenticated = true"));
    CHECK(warnings_in(strict + rule(loose + "\nauthenticated = true")).empty());
    CHECK(warnings_in(strict + rule(loose + "\nauthenticated = false")).size() == 1);
    CHECK(warnings_in(rule(loose)).empty());  // as the profile has it anyway
    // An exception from a rule further down is the same.
    const std::string later = "kind = [\"archive\"]\naction = \"hold\"";
    CHECK_THAT(only(warnings_in(rule(loose) + rule(later))), Catch::Contains("more cross than the rule in line 5"));
    CHECK(warnings_in(rule(loose) + rule("sender = [\"@other.example\"]\n" + later)).empty());
    CHECK(warnings_in(rule(loose) + rule("authenticated = true\n" + later)).size() == 1);
    CHECK(warnings_in(rule(later + "\nname = [\"*.zip\"]") + rule(loose)).empty());
    // Whoever receives is known, and stricter rules may believe anybody.
    CHECK(warnings_in(strict + rule("recipient = [\"a@city.jp\"]\nkind = [\"archive\"]\naction = \"unpack\"")).empty());
    CHECK(warnings_in(rule("sender = [\"@pref.example.lg.jp\"]\naction = \"quarantine\"")).empty());
}

TEST_CASE("what a profile's rules come to is bounded") {
    std::string many;
    for (std::size_t i = 0; i <= PartRule::rules_max; ++i) {
        many += rule("larger_than = " + std::to_string(1000 - i) + "\nsmaller_than = " + std::to_string(3000 + i) +
                     "\nkind = [\"pdf\"]\naction = \"hold\"");
    }
    CHECK_THAT(faults_in(many).back(), Catch::Contains("expected at most 200 rules"));
    std::string names = "name = [\"x\"";
    for (std::size_t i = 1; i <= PartRule::values_max; ++i) names += ", \"" + std::to_string(i) + "\"";
    CHECK_THAT(only(faults_in(rule(names + "]\naction = \"hold\""))), Catch::Contains("expected at most 50 of them"));
    CHECK_THAT(only(faults_in(rule("name = [\"" + std::string(256, 'x') + "\"]\naction = \"hold\""))),
               Catch::Contains("is none"));
    std::string long_ones;
    for (int i = 0; i < 12; ++i) {
        std::string list;
        for (int n = 0; n < 50; ++n) {
            list += (n == 0 ? "\"" : ", \"") + std::to_string(i * 100 + n) + std::string(240, 'x') + "\"";
        }
        long_ones += rule("name = [" + list + "]\naction = \"hold\"");
    }
    CHECK_THAT(only(faults_in(long_ones)), Catch::Contains("too long together"));
}

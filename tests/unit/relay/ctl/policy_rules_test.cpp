// Rules of profiles as the commands show and follow them.
#include <boost/json/serialize.hpp>

#include "ctl_fixture.hpp"
#include "policy/policy_file.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

const std::string rules =
    "[[profile.standard.rule]]\n"  // line 8
    "sender = [\"@pref.example.lg.jp\"]\nauthenticated = true\nkind = [\"text\"]\naction = \"text\"\n"
    "[[profile.standard.rule]]\n"  // line 13
    "recipient = [\"jinji@city.example.lg.jp\"]\nname = [\"*.csv\"]\nlarger_than = 10\naction = \"quarantine\"\n";

const std::string with_csv =
    "From: a@pref.example.lg.jp\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Type: text/plain\n\ntext\n--b\nContent-Type: text/csv\nContent-Disposition: attachment; "
    "filename=list.csv\n\nname,number\nhanako,1\n--b--\n";

const std::vector<std::string> to_jinji{"--from", "a@pref.example.lg.jp", "--rcpt", "jinji@city.example.lg.jp"};

std::vector<std::string> command(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("what holds for a sender and a recipient is shown, with the rules that are left for files") {
    const CtlFixture fixture;
    fixture.configure(rules);
    const auto show = [&](const std::string& sender, const std::string& recipient, bool authenticated = false) {
        std::vector<std::string> words{"policy", "show", "--for", sender, recipient};
        if (authenticated) words.emplace_back("--authenticated");
        return fixture.run(std::move(words));
    };
    const Ran jinji = show("a@pref.example.lg.jp", "jinji@city.example.lg.jp");
    CAPTURE(jinji.out, jinji.err);
    CHECK(jinji.exit == Exit::done);
    CHECK_THAT(jinji.out, Catch::StartsWith("# from a@pref.example.lg.jp to jinji@city.example.lg.jp: route "
                                            "city.example.lg.jp, rules of " +
                                            fixture.config_file() + "\n# other rules hold where the sender is") &&
                              Catch::Contains("[[profile.standard.rule]]  # line 13\nname = [\"*.csv\"]\nlarger_than = "
                                              "10\naction = \"quarantine\"\n") &&
                              !Catch::Contains("recipient = "));
    const PolicyReading again = read_policy_text(jinji.out, "shown");
    CHECK(again.faults.empty());
    CHECK(again.profiles.at("standard").rules.size() == 1);
    CHECK_THAT(show("a@pref.example.lg.jp", "jinji@city.example.lg.jp", true).out,
               Catch::Contains("# line 8\nkind = [\"text\"]\n") && !Catch::Contains("other rules hold"));
    for (const char* sender : {"<>", "a@other.example"}) {
        CHECK_THAT(show(sender, "b@city.example.lg.jp").out,
                   !Catch::Contains("rule]]") && !Catch::Contains("other rules"));
    }
    CHECK(show("a@pref.example.lg.jp", "b@elsewhere.example").exit == Exit::usage);
    CHECK(show("no address", "b@city.example.lg.jp").exit == Exit::usage);
    CHECK(fixture.run({"policy", "show", "--for", "a@b.jp"}).exit == Exit::usage);
    CHECK(fixture.run({"policy", "show", "--authenticated"}).exit == Exit::usage);
}

TEST_CASE("the same is shown as JSON") {
    const CtlFixture fixture;
    fixture.configure(rules);
    const auto shown = json_lines(
        fixture.run({"policy", "show", "--for", "a@pref.example.lg.jp", "jinji@city.example.lg.jp", "--json"}).out);
    REQUIRE(shown.size() == 1);
    CHECK(shown[0].at("route") == "city.example.lg.jp");
    CHECK(shown[0].at("authenticated") == false);
    CHECK(shown[0].at("authenticated_gets_more") == true);
    CHECK(boost::json::serialize(shown[0].at("rules")) ==
          R"([{"line":13,"name":["*.csv"],"larger_than":10,"action":"quarantine"}])");
    const auto whole = json_lines(fixture.run({"policy", "show", "--json"}).out);
    REQUIRE(whole.size() == 1);
    CHECK(boost::json::serialize(whole[0].at("rules").at(0)) ==
          R"({"line":8,"sender":["@pref.example.lg.jp"],"authenticated":true,"kind":["text"],"action":"text"})");
}

TEST_CASE("it is said of each part which rule decided") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    fixture.configure(rules);
    const Ran text = fixture.run(command({"policy", "try"}, to_jinji), with_csv);
    CAPTURE(text.out, text.err);
    CHECK(text.exit == Exit::done);
    CHECK_THAT(text.out, Catch::Contains("line 13") && Catch::Contains("policy"));
    const auto tried = [&](const std::vector<std::string>& options) {
        const Ran ran = fixture.run(command({"policy", "try", "--json"}, options), with_csv);
        const auto lines = json_lines(ran.out);
        REQUIRE(lines.size() == 1);
        return lines[0].at("parts").at(1).as_object();
    };
    const auto held = tried(to_jinji);
    CHECK(held.at("policy") == "quarantine");
    CHECK(held.at("rule_line") == 13);
    CHECK(held.at("action") == "quarantined");
    CHECK(held.at("reason") == "policy_quarantine");
    const auto believed = tried(command(to_jinji, {"--authenticated"}));
    CHECK(believed.at("rule_line") == 8);
    CHECK(believed.at("action") == "rebuilt");
    const auto others = tried({"--rcpt", "b@city.example.lg.jp"});
    CHECK_FALSE(others.contains("rule_line"));
    CHECK(others.at("action") == "rebuilt");
}

TEST_CASE("a mail is sanitized under the rules for its recipients, and for those of one group at a time") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    fixture.configure(rules);
    const auto sanitized = [&](const std::vector<std::string>& recipients) {
        std::vector<std::string> words{"sanitize", "--from", "a@pref.example.lg.jp"};
        for (const std::string& recipient : recipients) words.insert(words.end(), {"--rcpt", recipient});
        return fixture.run(std::move(words), with_csv);
    };
    CHECK_THAT(sanitized({"jinji@city.example.lg.jp"}).out, !Catch::Contains("filename=\"list.csv\""));
    CHECK_THAT(sanitized({"b@city.example.lg.jp", "c@city.example.lg.jp"}).out,
               Catch::Contains("filename=\"list.csv\""));
    const Ran both = sanitized({"b@city.example.lg.jp", "jinji@city.example.lg.jp"});
    CHECK(both.exit == Exit::usage);
    CHECK_THAT(both.err, Catch::Contains("different rules hold"));
}

TEST_CASE("check says what is wrong with rules, and what they say of routes and recipients that are not there") {
    const CtlFixture fixture;
    std::filesystem::create_directories(fixture.path("state"));
    fixture.configure(rules, "authentication_results_from = [\"mx.upstream.example\"]\n");
    const Ran good = fixture.run({"check"});
    CAPTURE(good.err);
    CHECK(good.exit == Exit::done);
    CHECK(good.err.empty());
    fixture.configure(rules);
    CHECK_THAT(fixture.run({"check"}).err, Catch::Contains("warning: " + fixture.config_file() + ":8:1: ") &&
                                               Catch::Contains("authenticated: is true of no mail"));
    fixture.configure(
        "[[profile.standard.rule]]\nroute = [\"city.example.jp\"]\naction = \"hold\"\n"
        "[[profile.standard.rule]]\nrecipient = [\"@*.lg.jp\", \"@town.example.lg.jp\"]\n"
        "action = \"hold\"\n");
    const Ran wrong = fixture.run({"check"});
    CHECK(wrong.exit == Exit::configuration);
    CHECK_THAT(wrong.err, Catch::Contains(":9:10: [[profile.standard.rule]] route: there is no [[route]] "
                                          "\"city.example.jp\"") &&
                              Catch::Contains("did you mean \"city.example.lg.jp\"?") &&
                              Catch::Contains(":12:26: [[profile.standard.rule]] recipient: no [[route]] takes mail "
                                              "for \"@town.example.lg.jp\"") &&
                              !Catch::Contains(":12:14:"));
}

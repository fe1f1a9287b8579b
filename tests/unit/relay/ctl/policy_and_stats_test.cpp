#include "ctl_fixture.hpp"
#include "policy/matrix.hpp"
#include "policy/policy_file.hpp"
#include "relay/stats/text_table.hpp"

using namespace mugaika;
using ctl::Exit;

TEST_CASE("the policy in force is shown as text that can be put into a file") {
    const CtlFixture fixture;
    fixture.configure("[profile.strict]\nlinks = \"drop\"\n");
    const Ran ran = fixture.run({"policy", "show"});
    CHECK(ran.exit == Exit::done);
    const PolicyReading again = read_policy_text(ran.out, "shown");
    CHECK(again.faults.empty());
    CHECK(again.profiles.size() == 2);
    CHECK(again.profiles.at("strict").base.links == LinkStyle::drop);
    CHECK(fixture.run({"policy", "show", "--profile", "strict"}).out == to_toml(again.profiles.at("strict")));
    CHECK(json_lines(fixture.run({"policy", "show", "--json"}).out).size() == 2);
    CHECK(fixture.run({"policy", "show", "--profile", "none"}).exit == Exit::usage);
}

TEST_CASE("the matrix is printed whole") {
    const CtlFixture fixture;
    const auto rows = json_lines(fixture.run({"policy", "matrix", "--json"}).out);
    CHECK(rows.size() == outcomes.size());
    const Ran ran = fixture.run({"policy", "matrix"});
    CHECK(static_cast<std::size_t>(std::count(ran.out.begin(), ran.out.end(), '\n')) == outcomes.size() + 1);
    CHECK_THAT(ran.out, Catch::Contains("552 5.3.4"));
}

TEST_CASE("statistics read the configured log, named files and standard input, and say what was broken") {
    const CtlFixture fixture;
    const std::string event = R"({"time":"2026-11-20T09:00:00.000+09:00","event":"message.delivered","id":"a",)"
                              R"("session":"s","route":"r","verdict":"clean","reason":"none"})"
                              "\n";
    CHECK(fixture.run({"stats"}).exit == Exit::unavailable);  // no log yet
    std::ofstream(fixture.path("events.jsonl")) << event << "{broken\n";
    const Ran ran = fixture.run({"stats", "--by", "day,verdict", "--format", "csv"});
    CHECK(ran.exit == Exit::done);
    CHECK(ran.out ==
          "day,verdict,mails,bytes,deferrals,parts,dropped,recipients,p50_us,p90_us,p99_us,mails_share\r\n2026-11-20,"
          "clean,1,0,0,0,"
          "0,0,,,,1.000000\r\n");
    CHECK_THAT(ran.err, Catch::Contains("1 of 2, the first: " + fixture.path("events.jsonl") + ":2"));
    CHECK_THAT(fixture.run({"stats", "-"}, event + event).out, Catch::Contains("clean        2"));
    CHECK_THAT(fixture.run({"stats", fixture.path("events.jsonl"), "-"}, event).out, Catch::Contains("clean        2"));
    CHECK(fixture.run({"stats", "--since", "2026-11-21", "--format", "json"}).out == "[]\n");
    CHECK_THAT(fixture.run({"stats", "--id", "a"}).out, Catch::Contains("message.delivered"));
    CHECK(fixture.run({"stats", "--id", "b"}).exit == Exit::refused);
    fixture.configure("", "");
    CHECK(fixture.run({"stats", fixture.path("none")}).exit == Exit::unavailable);
}

TEST_CASE("figures and the top are said in each form, and what cannot go together is a fault of usage") {
    const CtlFixture fixture;
    const std::string log = fixture.path("events.jsonl");
    std::ofstream(log) << R"({"time":"2026-11-20T09:00:00.000+09:00","event":"worker.limited","limit":"cpu"})"
                       << "\n";
    CHECK_THAT(fixture.run({"stats", "--figures"}).out, Catch::Contains("readers cut off at a limit"));
    const Ran csv = fixture.run({"stats", "--figures", "--format", "csv", "--bom"});
    CHECK(
        csv.out.starts_with("\xef\xbb\xbf"
                            "figure,detail,count,"));
    CHECK_THAT(csv.out, Catch::Contains("\r\nworker_limited,cpu,1,,,\r\n"));
    CHECK_THAT(fixture.run({"stats", "--figures", "--until", "2026-11-19", "--format", "json"}).out,
               Catch::Contains(R"({"figure":"worker_limited","detail":"","count":0,)"));
    CHECK_THAT(fixture.run({"stats", "--format", "html"}).out, Catch::Contains("readers cut off at a limit"));
    CHECK_THAT(fixture.run({"stats", "--top", "3", "--by", "recipient", "--format", "csv"}).out,
               Catch::Contains("missed_max"));
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--figures", "--format", "html"},
                                                      {"--figures", "--where", "verdict=clean"},
                                                      {"--figures", "--top", "3"},
                                                      {"--figures", "--verify"},
                                                      {"--figures", "--id", "a"},
                                                      {"--top", "0"},
                                                      {"--top", "many"},
                                                      {"--top", "3", "--format", "html"},
                                                      {"--format", "prometheus"},
                                                      {"--verify", "--bom"}}) {
        std::vector<std::string> all{"stats"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        INFO(arguments[0] << " " << arguments[1]);
        CHECK(fixture.run(all).exit == Exit::usage);
    }
}

TEST_CASE("AC-255 cells of a table lose their escapes and never break a line") {
    TextTable table({{"A"}, {"B", TextTable::Align::right}});
    table.add({"\x1b[2J\nforged line", "\xe2\x80\xae"});
    std::ostringstream out;
    table.print(out);
    const std::string text = out.str();
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

#include "ctl_fixture.hpp"

using namespace mugaika;
using ctl::Exit;

TEST_CASE("every command has --help with an example") {
    const std::vector<std::vector<std::string>> commands{
        {},
        {"check"},
        {"sanitize"},
        {"quarantine"},
        {"quarantine", "list"},
        {"quarantine", "show"},
        {"quarantine", "cat"},
        {"quarantine", "export"},
        {"quarantine", "release"},
        {"quarantine", "delete"},
        {"quarantine", "purge"},
        {"quarantine", "reindex"},
        {"quarantine", "status"},
        {"queue"},
        {"queue", "list"},
        {"queue", "show"},
        {"queue", "hold"},
        {"queue", "release"},
        {"queue", "flush"},
        {"queue", "delete"},
        {"policy"},
        {"policy", "show"},
        {"policy", "matrix"},
        {"policy", "try"},
        {"stats"},
    };
    for (std::vector<std::string> command : commands) {
        command.push_back("--help");
        const Ran ran = CtlFixture::run_bare(command);
        CAPTURE(command);
        CHECK(ran.exit == Exit::done);
        CHECK_THAT(ran.out, Catch::Contains("Example") && Catch::Contains("  mugaika "));
        CHECK(ran.err.empty());
    }
}

TEST_CASE("--version names the program and its version") {
    CHECK(CtlFixture::run_bare({"--version"}).out == std::string("mugaika ") + MUGAIKA_VERSION + "\n");
}

TEST_CASE("wrong usage is 64 and says what is wrong") {
    const std::vector<std::vector<std::string>> wrongs{
        {},
        {"sanitise"},
        {"check", "--colour"},
        {"quarantine"},
        {"quarantine", "show"},
        {"quarantine", "release", "0123456789abcdef"},
        {"quarantine", "release", "0123456789abcdef", "--reason", "r", "--days", "0"},
        {"quarantine", "delete", "0123456789abcdef"},
        {"policy", "try", "--profile", "a", "--rcpt", "b"},
        {"stats", "--by", "colour"},
        {"stats", "--format", "xml"},
        {"stats", "--since", "tea time"},
    };
    for (const auto& wrong : wrongs) {
        const Ran ran = CtlFixture::run_bare(wrong);
        CAPTURE(wrong);
        CHECK(ran.exit == Exit::usage);
        CHECK_FALSE(ran.err.empty());
        CHECK(ran.out.empty());
    }
}

TEST_CASE("an unknown command is named with the nearest, and all that there are") {
    struct Row {
        std::vector<std::string> words;
        std::string said;
    };
    const std::vector<Row> rows{
        {{"sanitise"}, "\"sanitise\" is no command of mugaika; did you mean \"sanitize\"?"},
        {{"chekc"}, "\"chekc\" is no command of mugaika; did you mean \"check\"?"},
        {{"Queue"}, "\"Queue\" is no command of mugaika; did you mean \"queue\"?"},
        {{"quarantine", "lst"}, "\"lst\" is no command of mugaika quarantine; did you mean \"list\"?"},
        {{"quarantine", "relase", "0123456789abcdef", "--reason", "r"},
         "\"relase\" is no command of mugaika quarantine; did you mean \"release\"?"},
        {{"--config", "check", "queue", "halt"}, "\"halt\" is no command of mugaika queue\n"},
        {{"entirely-different"}, "\"entirely-different\" is no command of mugaika\n"},
        {{""}, "\"\" is no command of mugaika"},
        {{std::string(10000, 'x')}, "is no command of mugaika\n"},
    };
    for (const Row& row : rows) {
        const Ran ran = CtlFixture::run_bare(row.words);
        CHECK(ran.exit == Exit::usage);
        CHECK_THAT(ran.err, Catch::Contains(row.said) && Catch::Contains("The commands: "));
        CHECK(ran.out.empty());
    }
    CHECK_THAT(CtlFixture::run_bare({"quarantine", "lst"}).err,
               Catch::Contains("The commands: list show cat export release unlock rerun delete purge reindex status"));
    CHECK_THAT(CtlFixture::run_bare({"\x1b[2J"}).err, !Catch::Contains("\x1b"));
    // What else is wrong is said as it was.
    CHECK_THAT(CtlFixture::run_bare({"quarantine", "show"}).err, Catch::Contains("ids"));
    CHECK_THAT(CtlFixture::run_bare({}).err, !Catch::Contains("no command"));
}

TEST_CASE("--config may stand before or behind the command") {
    const CtlFixture fixture;
    CHECK(CtlFixture::run_bare({"--config", fixture.config_file(), "check"}).exit == Exit::done);
    CHECK(CtlFixture::run_bare({"check", "--config", fixture.config_file()}).exit == Exit::done);
}

TEST_CASE("a right configuration is 0, a wrong one 78 with every fault on a line of its own") {
    const CtlFixture fixture;
    CHECK(fixture.run({"check"}).exit == Exit::done);
    CHECK_THAT(fixture.run({"check"}).out, Catch::Contains("no faults, routes: 1, profiles: 1"));
    fixture.configure("profil = \"a\"\n", "workers = \"many\"\n");
    const Ran ran = fixture.run({"check"});
    CHECK(ran.exit == Exit::configuration);
    CHECK_THAT(ran.err,
               Catch::Contains(fixture.config_file() + ":5:11: [relay] workers: expected a whole number") &&
                   Catch::Contains(fixture.config_file() + ":9:1: [[route]]: the key \"profil\" is not known"));
    CHECK(CtlFixture::run_bare({"check", "--config", fixture.path("none.toml")}).exit == Exit::configuration);
}

TEST_CASE("AC-255 faults of a hostile configuration reach the terminal without its controls") {
    const CtlFixture fixture;
    fixture.configure("\"\\u001b[2J\" = 1\nprofile = \"\\u202e\\n\"\n");
    const Ran ran = fixture.run({"check"});
    CHECK(ran.exit == Exit::configuration);
    CHECK(ran.err.find('\x1b') == std::string::npos);
    CHECK(ran.err.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("commands that need no state work with a faulty configuration only when none was chosen") {
    const CtlFixture fixture;
    fixture.configure("x = 1\n");
    for (const auto& command : std::vector<std::vector<std::string>>{
             {"policy", "show"}, {"stats"}, {"sanitize"}, {"quarantine", "list"}, {"queue", "list"}}) {
        CAPTURE(command);
        CHECK(fixture.run(command).exit == Exit::configuration);
    }
}

#include "relay/config/config_commands.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "relay/config/config_change.hpp"
#include "tests/unit/relay/config/config_reading.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string command(const std::string& keys) { return "[[relay.engines.command]]\n" + keys + "\n"; }

const std::string dbf = "kind = [\"other\"]\nsuffix = [\".DBF\"]\nrun = [\"/usr/bin/env\", \"-i\"]\nmakes = \"csv\"\n";

PartFacts facts_of(PartKind kind, const std::string& name, const std::string& type = "application/octet-stream") {
    PartFacts facts;
    facts.kind = kind;
    facts.name = name;
    facts.detected_type = type;
    return facts;
}

// As `mugaika check` reads it, with a look at the machine.
std::vector<std::string> faults_on_this_machine(const std::string& text) {
    std::string path = "/tmp/mugaika-commands-XXXXXX";
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    std::ofstream(path + "/m.toml") << text;
    std::vector<std::string> faults;
    for (const ConfigFault& fault : read_config_file(path + "/m.toml").faults) {
        if (fault.words.find("command]]") != fault.words.npos) {
            faults.push_back(std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": " + fault.words);
        }
    }
    std::filesystem::remove_all(path);
    return faults;
}

}  // namespace

TEST_CASE("a command of the configuration says which files it takes, what runs, and what comes of it") {
    const Config config = config_in("[relay.engines]\ntime_limit = \"90s\"\n" +
                                    command(dbf + "type = [\"application/x-DBF\"]\nreads = [\"/opt/tables\"]\n"
                                                  "memory = \"64M\"\noutput = \"1M\"\nprocesses = 20") +
                                    route_text);
    REQUIRE(config.engines.commands.size() == 1);
    const FileCommand& read = config.engines.commands[0];
    CHECK(read.kinds == 1u << static_cast<unsigned>(PartKind::other));
    CHECK(read.types == std::vector<std::string>{"application/x-dbf"});
    CHECK(read.suffixes == std::vector<std::string>{".dbf"});
    CHECK(read.program == "/usr/bin/env");
    CHECK(read.arguments == std::vector<std::string>{"-i"});
    CHECK(read.readable == std::vector<std::string>{"/opt/tables"});
    CHECK(read.makes == SafeKind::csv);
    CHECK(read.processes == 20);
    CHECK(read.limits.wall_clock == std::chrono::seconds(90));  // that of all, where it says nothing else
    CHECK(read.limits.memory_bytes == 64u << 20);
    CHECK(read.limits.out_bytes_max == 1u << 20);
}

TEST_CASE("a command takes files of its kinds by type or by the end of their names") {
    FileCommand one;
    one.kinds = 1u << static_cast<unsigned>(PartKind::other);
    CHECK(one.takes(facts_of(PartKind::other, "a")));
    CHECK_FALSE(one.takes(facts_of(PartKind::office, "a")));
    one.suffixes = {".xdw"};
    CHECK(one.takes(facts_of(PartKind::other, "図面.XDW")));
    CHECK_FALSE(one.takes(facts_of(PartKind::other, "図面.xbd")));
    CHECK_FALSE(one.takes(facts_of(PartKind::other, ".xdw")));
    CHECK_FALSE(one.takes(facts_of(PartKind::image, "図面.xdw")));
    one.types = {"application/x-js-taro"};
    CHECK(one.takes(facts_of(PartKind::other, "a", "application/x-js-taro")));
    CHECK(command_for({one}, facts_of(PartKind::other, "a.xdw")) != nullptr);
    CHECK(command_for({one}, facts_of(PartKind::other, "a.doc")) == nullptr);
}

TEST_CASE("each fault of a command says where it is and what was expected") {
    struct Row {
        std::string text, start, words;
    };
    const std::string run = "run = [\"/usr/bin/env\"]\n", kind = "kind = [\"other\"]\n", makes = "makes = \"pdf\"\n";
    for (const Row& row :
         {Row{kind + run, "m.toml:1:1: [[relay.engines.command]] makes", "such as \"pdf\""},
          {kind + makes, "m.toml:1:1: [[relay.engines.command]]", "run"},
          {run + makes, "m.toml:1:1: [[relay.engines.command]]", "kind"},
          {kind + makes + "run = [\"bin/x\"]", "m.toml:4:8: [[relay.engines.command]] run", "no absolute path"},
          {kind + makes + "run = [\"/x\", \"a\\u0007\"]", "m.toml:4:14: ", "cannot be shown"},
          {run + makes + "kind = [\"jtd\"]", "m.toml:4:9: [[relay.engines.command]] kind: \"jtd\"",
           "\"other\" \"image\""},
          {run + makes + "kind = [\"other\", \"executable\"]", "m.toml:4:18: ", "no kind that a command may take"},
          {kind + run + "makes = \"zip\"", "m.toml:4:9: [[relay.engines.command]] makes", "\"docx\""},
          {kind + run + makes + "type = [\"image/*\"]", "m.toml:5:9: [[relay.engines.command]] type", "is no type"},
          {kind + run + makes + "suffix = [\"dbf\"]", "m.toml:5:11: [[relay.engines.command]] suffix", "\".dbf\""},
          {kind + run + makes + "reads = [\"tables\"]", "m.toml:5:10: [[relay.engines.command]] reads", "absolute"},
          {kind + run + makes + "memory = \"1M\"", "m.toml:5:10: [[relay.engines.command]] memory", "expected"},
          {kind + run + makes + "output = \"51M\"", "m.toml:5:10: [[relay.engines.command]] output", "expected"},
          {kind + run + makes + "time_limit = \"0s\"", "m.toml:5:14: [[relay.engines.command]] time_limit", "1s"},
          {kind + run + makes + "processes = 1001", "m.toml:5:13: [[relay.engines.command]] processes", "1000"},
          {kind + run + makes + "sufix = [\".x\"]", "m.toml:5:1: ", "suffix"}}) {
        CAPTURE(row.text);
        const auto faults = faults_in(command(row.text) + route_text);
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults[0], Catch::StartsWith(row.start) && Catch::Contains(row.words));
    }
}

TEST_CASE("two commands for the same files are a fault, in whatever words") {
    const std::string rest = "kind = [\"other\", \"image\"]\nrun = [\"/usr/bin/env\"]\nmakes = \"pdf\"\n";
    const std::string said = "m.toml:7:1: [[relay.engines.command]]: the command of line 1 takes the same files";
    for (const std::string& second : {std::string("suffix = [\".dbf\"]\n"), std::string("")}) {
        const auto faults = faults_in(command(dbf) + command(second + rest) + route_text);
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults[0], Catch::StartsWith(said));
    }
    CHECK(faults_in(command(dbf) + command("suffix = [\".xdw\"]\n" + rest) + route_text).empty());
}

TEST_CASE("a program that is not there, that is none or that anybody may change is a fault at its place") {
    CHECK(faults_on_this_machine(command(dbf) + route_text).empty());
    std::string path = "/tmp/mugaika-program-XXXXXX";
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    const std::string open_to_all = path + "/open", plain = path + "/plain";
    std::ofstream(open_to_all) << "x";
    std::ofstream(plain) << "x";
    ::chmod(open_to_all.c_str(), 0777);
    ::chmod(plain.c_str(), 0644);
    struct Row {
        std::string program, words;
    };
    for (const Row& row : {Row{"/nowhere/x", "is not there"}, Row{plain, "is no program"}, Row{"/usr", "is no program"},
                           Row{open_to_all, "may be changed by everybody"}}) {
        CAPTURE(row.program);
        const auto faults = faults_on_this_machine(
            command("kind = [\"other\"]\nmakes = \"csv\"\nrun = [\"" + row.program + "\"]") + route_text);
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults[0], Catch::StartsWith("4:8: [[relay.engines.command]] run: \"" + row.program) &&
                                  Catch::Contains(row.words));
    }
    std::filesystem::remove_all(path);
}

TEST_CASE("what holds secrets is nothing that a converter may read") {
    for (const std::string folder :
         {"/", "/etc", "/var/lib", "/var/lib/mugaika", "/proc/self", "/tmp/.", "/dev", "/nowhere/x", "/usr/../etc"}) {
        CAPTURE(folder);
        const auto faults =
            faults_on_this_machine("[relay]\nstate_dir = \"/var/lib/mugaika\"\n" +
                                   command(dbf + "reads = [\"/usr/share\", \"" + folder + "\"]") + route_text);
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults[0], Catch::StartsWith("8:24: [[relay.engines.command]] reads: \"" + folder + "\""));
    }
}

TEST_CASE("a change of commands needs a restart, and says so") {
    const Config running = config_in(command(dbf) + route_text);
    CHECK(restart_needed(running, running).empty());
    const auto lines = restart_needed(running, config_in(command(dbf + "memory = \"32M\"") + route_text));
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains("command /usr/bin/env"));
}

#include "relay/log/chain.hpp"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "relay/log/chain_check.hpp"
#include "relay/log/chain_search.hpp"
#include "relay/log/event_log.hpp"
#include "tests/support/log_folder.hpp"

using namespace mugaika;

namespace {

constexpr const char* log_name = "events.jsonl";

std::unique_ptr<EventLog> opened(const LogFolder& folder, LogWriter writer = LogWriter::relay,
                                 const std::string& host = "mx") {
    return EventLog::open(folder.file(log_name), host, LogSync::no, writer).value();
}

void write(EventLog& log, const std::string& why) { log.write(event::RelayStopped{why}); }

void feed(ChainCheck& check, const std::string& file, const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) check.take(file, i + 1, LineInChain::of(lines[i]));
}

// "PLACE: words" of each fault.
std::vector<std::string> faults_of(const std::vector<std::string>& lines) {
    ChainCheck check;
    feed(check, "f", lines);
    std::vector<std::string> faults;
    for (const auto& [place, words] : check.first_faults()) faults.push_back(place + ": " + words);
    CHECK(check.faults() == faults.size());
    return faults;
}

// Six lines of the relay, two of commands among them: 1 r1, 2 r2, 3 m1, 4 r3, 5 r4, 6 m2, 7 r5, 8 r6.
std::vector<std::string> made_lines() {
    const LogFolder folder;
    const auto relay = opened(folder), command = opened(folder, LogWriter::command);
    for (const char who : std::string("rrmrrmrr")) write(who == 'r' ? *relay : *command, "an event");
    return folder.lines(log_name);
}

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("each line has its writer, the writer's number and the hash of the writer's line before") {
    const auto lines = made_lines();
    REQUIRE(lines.size() == 8);
    CHECK(faults_of(lines).empty());
    const auto first = chain_link(lines[0]), second = chain_link(lines[1]), command = chain_link(lines[2]);
    REQUIRE((first && second && command));
    CHECK(first->host == "mx");
    CHECK(first->writer == "relay");
    CHECK(first->number == 1);
    CHECK(first->previous == std::string(chain_hash_digits, '0'));
    CHECK(second->number == 2);
    CHECK(second->previous == sha256_hex(lines[0]).substr(0, chain_hash_digits));
    CHECK(command->writer == "mugaika");
    CHECK(command->number == 1);
    CHECK(lines[1].ends_with(R"(,"writer":"relay","seq":2,"prev":")" + std::string(second->previous) + "\"}"));
}

TEST_CASE("AC-255 a sender's bytes are taken neither for a link nor for a list of chains") {
    const LogFolder folder;
    const auto log = opened(folder);
    const std::string link = R"(x","writer":"mugaika","seq":9,"prev":"00000000000000000000000000000000"})";
    write(*log, link);
    log->write(
        event::RelayFault{R"(x,"event":"log.resumed",)", R"(,"writers":["relay 9 00000000000000000000000000000000"])"});
    const auto lines = folder.lines(log_name);
    CHECK(chain_link(lines[0])->number == 1);
    CHECK_FALSE(listed_chains(lines[1]).has_value());
    CHECK(faults_of(lines).empty());
}

TEST_CASE("what somebody did to the lines of a log is named with its place") {
    const auto lines = made_lines();
    const auto after = [&](const auto& change) {
        auto changed = lines;
        change(changed);
        return faults_of(changed);
    };
    const auto at = [](std::size_t line) { return static_cast<std::ptrdiff_t>(line) - 1; };
    CHECK(after([&](auto& l) { l.erase(l.begin() + at(2)); }) ==
          Faults{"f:3: line 2 of relay is missing before this one, behind f:1"});
    CHECK(after([&](auto& l) { l.erase(l.begin() + at(4), l.begin() + at(6)); }) ==
          Faults{"f:5: line 3 of relay and those up to 4 are missing before this one, behind f:2"});
    CHECK(after([&](auto& l) { l.insert(l.begin() + at(5), l[3]); }) ==
          Faults{"f:5: line 3 of relay stands there twice"});
    CHECK(after([&](auto& l) { l[4].replace(l[4].find("an event"), 8, "no event"); }) ==
          Faults{"f:5: line 4 of relay was changed, as the one behind it tells"});
    CHECK(after([&](auto& l) { std::swap(l[3], l[4]); }) ==
          Faults{"f:4: line 3 of relay is missing before this one, behind f:2; some of them come later",
                 "f:5: line 3 of relay stands behind lines that were written after it"});
    // Lines of other writers have no order among each other that anybody promised.
    CHECK(after([&](auto& l) { std::swap(l[1], l[2]); }).empty());
    CHECK(
        after([&](auto& l) { l.erase(l.begin() + at(3)); }).empty());  // the first that is known: logs begin somewhere
    CHECK(after([&](auto& l) {
              l.insert(l.begin() + at(3),
                       R"({"time":"2026-11-30T09:00:00.000+09:00","event":"relay.fault","host":"mx"})");
          }) == Faults{"f:3: a line without a number stands among numbered ones"});
    // Without its number a line is missing, too.
    CHECK(after([&](auto& l) { l[3] = l[3].substr(0, l[3].find(",\"writer\"")) + "}"; }).size() == 2);
    CHECK(after([&](auto& l) { l[4].replace(l[4].find("\"seq\":4"), 7, "\"seq\":7"); }).size() >= 2);
    CHECK(after([&](auto& l) { l.insert(l.end(), lines.begin(), lines.end()); }).front() ==
          "f:9: the chain of relay begins anew behind its line 6");
    // What was torn by a full disk is none of them.
    CHECK(after([&](auto& l) { l.insert(l.begin() + at(3), l[2].substr(0, 60)); }).empty());
}

TEST_CASE("more faults than anybody reads are counted, and the first are kept") {
    auto lines = made_lines();
    std::vector<std::string> many;
    for (int i = 0; i < 100; ++i) many.push_back(lines[1]);
    ChainCheck check;
    feed(check, "f", many);
    CHECK(check.faults() == 99);
    CHECK(check.first_faults().size() == 20);

    ChainCheck writers;
    for (int i = 0; i < 20000; ++i) {
        std::string line = lines[0];
        writers.take("f", 1, LineInChain::of(line.replace(line.find("relay\",\"seq"), 5, "w" + std::to_string(i))));
    }
    CHECK(writers.faults() == 10000);
}

TEST_CASE("a writer goes on behind its last line, which may stand in the file that was just rotated") {
    const LogFolder folder;
    { write(*opened(folder), "one"); }
    { write(*opened(folder), "two"); }
    std::filesystem::rename(folder.file(log_name), folder.file("events.jsonl.1"));
    { write(*opened(folder), "three"); }
    ChainCheck check;
    feed(check, "1", folder.lines("events.jsonl.1"));
    feed(check, "2", folder.lines(log_name));
    CHECK(check.lines() == 3);
    CHECK(check.faults() == 0);
    // Another machine's lines in the same file are another chain.
    { write(*opened(folder, LogWriter::relay, "other"), "four"); }
    CHECK(chain_link(folder.lines(log_name).back())->number == 1);
}

TEST_CASE("log.resumed names the last number of each writer, and lets what it tells be missed") {
    const LogFolder folder;
    const auto relay = opened(folder), command = opened(folder, LogWriter::command);
    write(*relay, "one");
    write(*command, "a release");
    write(*command, "another");
    REQUIRE(relay->say_resumed().has_value());
    const auto lines = folder.lines(log_name);
    const auto listed = listed_chains(lines.back());
    REQUIRE(listed);
    CHECK(*listed == ChainEnds{{"mugaika", {2, chain_hash(lines[2])}}, {"relay", {1, chain_hash(lines[0])}}});

    auto cut = lines;
    cut.erase(cut.begin() + 2);  // the last line of commands
    CHECK(faults_of(cut) == Faults{"f:3: line 2 of mugaika is missing before this one, behind f:2"});
    auto changed = lines;
    changed[2].replace(changed[2].find("another"), 7, "amother");
    CHECK(faults_of(changed) == Faults{"f:3: line 2 of mugaika was changed, as log.resumed tells"});

    // A file that has nothing of them but this line is enough to go on from.
    std::filesystem::remove(folder.file(log_name));
    folder.write(log_name, lines.back() + "\n");
    write(*command, "later");
    const auto later = folder.lines(log_name).back();
    CHECK(chain_link(later)->number == 3);
    CHECK(chain_link(later)->previous == chain_hash(lines[2]));
    CHECK(faults_of(folder.lines(log_name)).empty());
}

TEST_CASE("commands that write at once and a relay make whole chains") {
    const LogFolder folder;
    const auto relay = opened(folder);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i) write(*opened(folder, LogWriter::command), std::string(300, 'c'));
        });
    }
    threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) write(*relay, std::string(300, 'r'));
    });
    for (int i = 0; i < 3; ++i) CHECK(relay->say_resumed().has_value());
    for (std::thread& thread : threads) thread.join();
    const auto lines = folder.lines(log_name);
    CHECK(lines.size() == 603);
    CHECK(faults_of(lines).empty());
}

TEST_CASE("a command waits for the file at the path, also when it was moved away before its line") {
    const LogFolder folder;
    const auto relay = opened(folder), command = opened(folder, LogWriter::command);
    write(*command, "one");
    REQUIRE(relay->move_to(folder.file("events.jsonl-20261130-235959")).has_value());
    write(*command, "two");
    write(*relay, "three");
    CHECK(folder.lines("events.jsonl-20261130-235959").size() == 1);
    CHECK(folder.lines(log_name).size() == 2);
    CHECK(chain_link(folder.lines(log_name)[0])->number == 2);
    // Never over a file that is there.
    CHECK_FALSE(relay->move_to(folder.file("events.jsonl-20261130-235959")).has_value());
    write(*relay, "four");
    CHECK(folder.lines(log_name).size() == 3);
}

TEST_CASE("lines that a full disk cut take no number, and a torn end is not continued by whoever comes next") {
    const LogFolder folder;
    const auto log = opened(folder);
    write(*log, "one");
    const auto one = std::filesystem::file_size(folder.file(log_name));
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    for (const std::uintmax_t room : {one / 2, one - 1, one}) {  // torn, all but the line feed, whole
        rlimit tight = before;
        tight.rlim_cur = std::filesystem::file_size(folder.file(log_name)) + room;
        REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
        write(*log, "one");
        REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
        write(*log, "one");
    }
    std::signal(SIGXFSZ, old_handler);
    CHECK(log->lost_events() == 1);
    const auto lines = folder.lines(log_name);
    CHECK(faults_of(lines).empty());
    CHECK(chain_link(lines.back())->number == 7);  // with a log.gap

    folder.write(log_name, lines[0] + "\n" + lines[1].substr(0, 40));
    write(*opened(folder), "after a power cut");
    write(*opened(folder, LogWriter::command), "two");
    CHECK(folder.lines(log_name).size() == 4);
    CHECK(chain_link(folder.lines(log_name)[2])->number == 2);
    CHECK(faults_of(folder.lines(log_name)).empty());
}

TEST_CASE("logs of versions without numbers are gone on with") {
    const LogFolder folder;
    std::string old;
    for (int i = 0; i < 3; ++i) {
        old += R"({"time":"2026-11-30T09:00:00.000+09:00","event":"relay.stopped","host":"mx","why":"x","cut_off":0})"
               "\n";
    }
    folder.write(log_name, old);
    write(*opened(folder), "new");
    const auto lines = folder.lines(log_name);
    CHECK(chain_link(lines.back())->number == 1);
    CHECK(faults_of(lines).empty());
}

TEST_CASE("a long line and a long way back are found") {
    const LogFolder folder;
    const auto relay = opened(folder);
    { write(*opened(folder, LogWriter::command), "here"); }
    for (int i = 0; i < 3000; ++i) write(*relay, std::string(900, 'x'));
    std::ofstream(folder.file(log_name), std::ios::app) << std::string(1 << 20, 'y') << "\n";
    CHECK(find_chain(folder.file(log_name), "mx", "mugaika").value().number == 1);
    CHECK(find_chain(folder.file(log_name), "mx", "relay").value().number == 3000);
    CHECK(find_chain(folder.file(log_name), "mx", "nobody").value() == ChainEnd{});
    CHECK(find_chain(folder.file("none.jsonl"), "mx", "relay").value() == ChainEnd{});
    // What a power cut may leave: nothing but zeros, with and without an end of a line behind.
    std::ofstream(folder.file(log_name), std::ios::app) << std::string(40 << 20, '\0');
    CHECK(find_chain(folder.file(log_name), "mx", "relay").value().number == 3000);
    write(*opened(folder), "after it");
    CHECK(find_chain(folder.file(log_name), "mx", "relay").value().number == 3001);
    CHECK(find_chain(folder.file(log_name), "mx", "mugaika").value().number == 1);
}

TEST_CASE("what is no file has no numbers") {
    const auto log = EventLog::open("/dev/null", "mx").value();
    write(*log, "one");
    CHECK(log->say_resumed().has_value());
    CHECK(log->lost_events() == 0);
}

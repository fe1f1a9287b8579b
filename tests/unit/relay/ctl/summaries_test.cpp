#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "relay/stats/summary.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/unit/relay/ctl/ctl_fixture.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t digest_digits = 64;

std::string event_at(int minute, const std::string& name, const std::string& members) {
    std::array<char, 64> time{};
    std::snprintf(time.data(), time.size(), "2026-11-%02dT%02d:%02d:00.000+09:00", 1 + minute / 1440, minute / 60 % 24,
                  minute % 60);
    return R"({"time":")" + std::string(time.data()) + R"(","event":")" + name + R"(","host":"mx",)" + members + "}\n";
}

std::string received(const std::string& mail, const std::string& to) {
    return mail + R"(,"from":"a@Sender.example","to":[)" + to + R"(],"client":"192.0.2.1","bytes":700,"sha256":"")";
}

// Mails that take longer than a file, tries, refusals, originals that are kept and released, and what went wrong.
std::vector<std::string> made_lines() {
    std::vector<std::string> lines{event_at(0, "relay.started", R"("version":"0","sandbox":"","listen":[])")};
    for (int i = 0; i < 60; ++i) {
        const std::string id = "mail" + std::to_string(i);
        const std::string route = i % 3 == 0 ? "town" : "city";
        const std::string tag = R"("id":")" + id + R"(","session":"s)" + id + R"(","route":")" + route + "\"";
        const std::string to = "\"u" + std::to_string(i % 7) + "@x.example\"" + (i % 4 == 0 ? ",\"V@x.example\"" : "");
        const std::string ends = R"(,"from":"a@Sender.example","to":[)" + to + "]";
        const int at = 5 + i * 30;
        lines.push_back(event_at(at, "message.received", received(tag, to)));
        lines.push_back(event_at(
            at + 1, "message.sanitized",
            tag + R"(,"verdict":"sanitized","reason":"none","in":{"bytes":700,"sha256":""},"findings":[],"parts":[)" +
                R"({"path":"1","kind":"pdf","bytes":9,"action":"rebuilt","method":"ウ-3","reason":"none",)" +
                R"("handler":"codec","losses":[{"what":"metadata_removed","count":1}]}],"worker_us":77)"));
        if (i % 5 == 0) lines.push_back(event_at(at + 2, "message.quarantined", tag + R"(,"item":")" + id + "\""));
        if (i % 6 == 0) {
            lines.push_back(
                event_at(at + 3, "message.deferred", tag + ends + R"(,"stage":"deliver","failure":"timeout")"));
        }
        if (i % 11 == 0) lines.push_back(event_at(at + 3, "worker.limited", R"("limit":"cpu")"));
        if (i == 30) lines.push_back("no event\n");
        if (i % 6 != 0) {
            lines.push_back(event_at(
                at + 29, i % 13 == 0 ? "message.refused" : "message.delivered",
                tag + ends + R"(,"verdict":"sanitized","reason":"none","total_us":)" + std::to_string(1000 + 300 * i)));
        }
        if (i % 10 == 0) {
            const std::string order = R"("id":")" + id + R"(","order":"o)" + id + "\"";
            lines.push_back(
                event_at(at + 29, "quarantine.released",
                         order + R"(,"person":"suzuki","uid":1,"route":"city","why":"確認済み","parts":[])"));
            lines.push_back(event_at(at + 29, "message.delivered",
                                     R"("id":")" + id + R"(","route":"city")" + ends + R"(,"verdict":"clean")"));
        }
    }
    return lines;
}

const std::vector<std::vector<std::string>> questions{
    {},
    {"--format", "html"},
    {"--format", "html", "--since", "2026-11-01", "--until", "2026-11-01"},
    {"--figures"},
    {"--figures", "--format", "json"},
    {"--by", "day,verdict", "--format", "json"},
    {"--by", "recipient", "--top", "3", "--format", "csv"},
    {"--by", "sender-domain,route", "--format", "csv"},
    {"--by", "kind,action,method,loss"},
    {"--by", "stage"},
    {"--by", "person,reason", "--where", "route=city"},
    {"--by", "hour", "--since", "2026-11-01", "--until", "2026-11-01"}};

class Log {
public:
    // `cuts`: which lines begin a new file; all but the last file are closed.
    explicit Log(const std::vector<std::size_t>& cuts) {
        const auto lines = made_lines();
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (std::find(cuts.begin(), cuts.end(), i) != cuts.end()) rotate();
            write(lines[i]);
        }
    }
    void write(const std::string& line) { std::ofstream(fixture.path("events.jsonl"), std::ios::app) << line; }
    void rotate() { fs::rename(fixture.path("events.jsonl"), closed(++count_)); }
    std::string closed(int number) const { return fixture.path("events.jsonl-2026110" + std::to_string(number)); }

    Ran ask(std::vector<std::string> question, bool with_summaries = true) const {
        question.insert(question.begin(), "stats");
        if (!with_summaries) question.emplace_back("--no-summaries");
        return fixture.run(question);
    }
    // With summaries as without.
    void check(const std::vector<std::string>& question) const {
        CAPTURE(question);
        const Ran with = ask(question);
        const Ran without = ask(question, false);
        CHECK(with.exit == Exit::done);
        CHECK(with.out == without.out);
        CHECK(with.err == without.err);
    }
    std::vector<std::string> summaries() const {
        std::vector<std::string> all;
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(folder(), none)) all.push_back(entry.path().string());
        return all;
    }
    std::string folder() const { return fixture.path(std::string(Summary::folder)); }

    CtlFixture fixture;

private:
    int count_ = 0;
};

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// As whoever can write the folder can do: the digest fits.
void forge(const std::string& path, const std::string& from, const std::string& to) {
    std::string bytes = bytes_of(path);
    bytes.resize(bytes.size() - digest_digits);
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size())) {
        bytes.replace(at, from.size(), to);
    }
    put(path, bytes + sha256_hex(bytes));
}

}  // namespace

TEST_CASE("every report is the same with summaries as without, the first time and later, wherever files end") {
    for (const std::vector<std::size_t>& cuts :
         {std::vector<std::size_t>{}, {1}, {90}, {2, 3, 91, 150}, {40, 80, 120, 160, 200}}) {
        CAPTURE(cuts);
        Log log(cuts);
        for (const auto& question : questions) {
            log.check(question);
            log.check(question);
        }
        CHECK(log.summaries().size() == (cuts.empty() ? 0 : questions.size() - 1));  // --figures has two forms
        log.write(
            event_at(2000, "message.received", received(R"("id":"late","session":"l","route":"city")", "\"u@x\"")));
        for (const auto& question : questions) log.check(question);
        log.rotate();
        log.write(event_at(2001, "message.delivered", R"("id":"late","session":"l","route":"city","to":["u@x"])"));
        for (const auto& question : questions) {
            log.check(question);
            log.check(question);
        }
    }
}

TEST_CASE("what a summary says is used, but never where the log alone is asked") {
    const Log log({90});
    const std::vector<std::string> question{"--by", "route"};
    log.check(question);
    REQUIRE(log.summaries().size() == 1);
    forge(log.summaries().front(), "town", "zown");
    CHECK_THAT(log.ask(question).out, Catch::Contains("zown"));
    CHECK_THAT(log.ask(question, false).out, !Catch::Contains("zown"));
    forge(log.summaries().front(), "zown", "town");
    const std::string books = log.ask({"--verify"}).out;
    CHECK(log.summaries().size() == 1);
    CHECK(books == log.ask({"--verify"}, false).out);
    CHECK_THAT(log.fixture.run({"stats", log.closed(1)}).out, Catch::Contains("total"));
    CHECK(log.summaries().size() == 1);  // whoever names files gets no folder beside them
}

TEST_CASE("a closed file that was changed, cut, replaced or taken away is noticed under its old summary") {
    const std::vector<std::string> question{"--by", "route,verdict"};
    const auto changed = [&](const auto& change) {
        const Log log({60, 120});
        log.check(question);
        const std::string before = log.ask(question).out;
        change(log);
        CHECK(log.ask(question).out != before);
        log.check(question);
    };
    changed([](const Log& log) {  // the same size, in the middle, with the old time of writing
        std::string bytes = bytes_of(log.closed(2));
        const auto written = fs::last_write_time(log.closed(2));
        const std::size_t middle = bytes.find("message.delivered", bytes.size() / 2);
        put(log.closed(2), bytes.replace(middle, 17, "message.undefined"));
        fs::last_write_time(log.closed(2), written);
    });
    changed([](const Log& log) { fs::resize_file(log.closed(1), fs::file_size(log.closed(1)) / 2); });
    changed([](const Log& log) {
        const std::string bytes = bytes_of(log.closed(1));
        fs::remove(log.closed(1));
        put(log.closed(1), bytes + event_at(900, "message.received", received(R"("id":"n","session":"n")", "")));
    });
    changed([](const Log& log) { fs::remove(log.closed(1)); });
}

TEST_CASE("a summary that is odd in any way is passed over, and the report is whole") {
    const std::vector<std::string> question{"--by", "route"};
    const Log log({90});
    log.check(question);
    REQUIRE(log.summaries().size() == 1);
    const std::string summary = log.summaries().front();
    forge(summary, "town", "zown");  // so that its use would be seen
    const std::string forged = bytes_of(summary);
    REQUIRE_THAT(log.ask(question).out, Catch::Contains("zown"));

    const auto passed_over = [&](const auto& change) {
        fs::remove_all(log.folder());
        fs::create_directory(log.folder());
        put(summary, forged);
        change();
        log.check(question);
    };
    passed_over([&] { put(summary, ""); });
    passed_over([&] { put(summary, forged.substr(0, forged.size() - 1)); });
    passed_over([&] { put(summary, forged.substr(0, forged.size() / 2)); });
    passed_over([&] { put(summary, forged + "x"); });
    passed_over([&] { put(summary, std::string(forged).replace(forged.rfind("zown"), 4, "yown")); });
    passed_over([&] { put(summary, std::string(forged).replace(forged.size() / 2, 1, "\xff")); });
    passed_over([&] { forge(summary, "mugaika summary 1", "mugaika summary 2"); });
    passed_over([&] { forge(summary, MUGAIKA_VERSION "\n", "9.9.9\n"); });
    passed_over([&] { forge(summary, "by route", "by other"); });
    passed_over([&] { fs::permissions(summary, fs::perms(0622)); });
    passed_over([&] { fs::permissions(log.folder(), fs::perms(0777)); });
    passed_over([&] { fs::resize_file(summary, Summary::bytes_max + 1); });
    passed_over([&] {
        fs::rename(summary, summary + ".other");
        fs::create_symlink(summary + ".other", summary);
    });
    passed_over([&] {
        fs::rename(log.folder(), log.folder() + ".other");
        fs::create_directory_symlink(log.folder() + ".other", log.folder());
    });
    passed_over([&] {  // a pipe that nobody writes
        fs::remove(summary);
        REQUIRE(::mkfifo(summary.c_str(), 0600) == 0);
    });
}

TEST_CASE("summaries are private and few, and where they cannot be written there are quietly none") {
    Log log({90});
    log.check({});
    REQUIRE(log.summaries().size() == 1);
    CHECK((fs::status(log.summaries().front()).permissions() & fs::perms(0777)) == fs::perms(0600));
    CHECK((fs::status(log.folder()).permissions() & fs::perms(0777)) == fs::perms(0700));
    put(log.folder() + "/of_somebody", "x");
    for (std::size_t i = 0; i < Summary::count_max + 3; ++i) {
        log.ask({"--where", "route=r" + std::to_string(i)});
    }
    CHECK(log.summaries().size() == Summary::count_max + 1);
    CHECK(fs::exists(log.folder() + "/of_somebody"));

    fs::remove_all(log.folder());
    put(log.folder(), "no folder");
    log.check({});
    CHECK_THAT(log.ask({}).err, !Catch::Contains("summar"));
    CHECK(bytes_of(log.folder()) == "no folder");
}

#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "ctl_fixture.hpp"
#include "relay/log/timestamp.hpp"
#include "tests/support/packed_text.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

std::string event_line(std::string_view time, std::string_view name, std::string_view id, std::string_view more = "") {
    return R"({"time":")" + std::string(time) + R"(","event":")" + std::string(name) + R"(","host":"h","id":")" +
           std::string(id) + R"(","session":"s","route":"r","from":"alice@example.com",)" +
           R"("to":["taro@city.example.lg.jp"])" + std::string(more) + "}\n";
}

constexpr std::string_view tried_later = R"(,"stage":"deliver","failure":"timeout","code":451)";
constexpr std::string_view clean = R"(,"verdict":"clean","reason":"none","code":250)";

// One mail's tries over three days: yesterday's and today's log, and an older packed one.
class RotatedLogs : public CtlFixture {
public:
    RotatedLogs() {
        write("events.jsonl", event_line("2026-11-29T10:00:00+09:00", "message.received", "a") +
                                  event_line("2026-11-29T10:00:01+09:00", "message.delivered", "a", clean));
        write("events.jsonl.1", event_line("2026-11-28T10:00:00+09:00", "message.received", "a") +
                                    event_line("2026-11-28T10:00:01+09:00", "message.deferred", "a", tried_later));
        write("events.jsonl.2.gz",
              gzipped(event_line("2026-11-27T10:00:00+09:00", "message.received", "a") +
                      event_line("2026-11-27T10:00:01+09:00", "message.deferred", "a", tried_later)));
        write("events.jsonl-20261101.xz",
              xzed(event_line("2026-10-31T10:00:00+09:00", "message.received", "old") +
                   event_line("2026-10-31T10:00:01+09:00", "message.delivered", "old", clean)));
    }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path(name), std::ios::binary | std::ios::trunc) << bytes;
    }
};

}  // namespace

TEST_CASE("without LOG the configured log and its rotated, packed files are read in the order of time") {
    const RotatedLogs logs;
    const Ran counted = logs.run({"stats", "--format", "csv"});
    CHECK(counted.exit == Exit::done);
    CHECK(counted.out ==
          "verdict,mails,bytes,deferrals,parts,dropped,recipients,p50_us,p90_us,p99_us,mails_share\r\nclean,2,0,2,0,0,"
          "2,,,,1.000000\r\n");
    CHECK(counted.err.empty());

    const Ran traced = logs.run({"trace", "--from", "alice", "--since", "2026-11-29", "--json"});
    CHECK(traced.exit == Exit::done);
    const auto mails = json_lines(traced.out);
    REQUIRE(mails.size() == 1);
    CHECK(mails[0].at("id") == "a");
    CHECK(mails[0].at("state") == "delivered");
    CHECK(mails[0].at("tries").to_number<int>() == 3);
    CHECK(logs.run({"stats", "--id", "old"}).exit == Exit::done);
}

TEST_CASE("named logs are read in the order of time too, as a shell's * names the newest first") {
    const RotatedLogs logs;
    const Ran ran = logs.run({"stats", "--format", "csv", logs.path("events.jsonl"), logs.path("events.jsonl.1"),
                              logs.path("events.jsonl.2.gz")});
    CHECK_THAT(ran.out, Catch::EndsWith("\r\nclean,1,0,2,0,0,1,,,,1.000000\r\n"));
    const Ran input = logs.run({"stats", "--format", "csv", "-"},
                               zstded(event_line("2026-11-29T10:00:01+09:00", "message.delivered", "a", clean)));
    CHECK_THAT(input.out, Catch::EndsWith("\r\nclean,1,0,0,0,0,1,,,,1.000000\r\n"));
}

TEST_CASE("a log that comes through a pipe is read whole, and a folder is no log") {
    const RotatedLogs logs;
    REQUIRE(mkfifo(logs.path("pipe").c_str(), 0600) == 0);
    std::thread writer([&] {
        std::ofstream pipe(logs.path("pipe"));
        pipe << event_line("2026-11-29T11:00:00+09:00", "message.received", "b")
             << event_line("2026-11-29T11:00:01+09:00", "message.delivered", "b", clean);
    });
    const Ran ran = logs.run({"stats", "--format", "csv", logs.path("pipe"), logs.path("events.jsonl")});
    writer.join();
    CHECK_THAT(ran.out, Catch::EndsWith("\r\nclean,2,0,0,0,0,2,,,,1.000000\r\n"));
    std::filesystem::create_directory(logs.path("folder"));
    const Ran folder = logs.run({"stats", logs.path("folder")});
    CHECK(folder.exit != Exit::done);
    CHECK(folder.out.empty());
    CHECK_THAT(folder.err, Catch::Contains(logs.path("folder")));
}

TEST_CASE("a damaged or unknown packed log stops every command with the file's name and no count") {
    struct Row {
        std::string name, bytes, says;
    };
    for (const Row& row : {Row{"events.jsonl.3.gz", gzipped(std::string(100, 'x')).substr(0, 15), "ends in the middle"},
                           Row{"events.jsonl.3.xz", "no xz at all", "does not begin as a .xz file does"},
                           Row{"events.jsonl.3.bz2", "BZh91AY&SY", "is packed by bzip2, which is not read here"}}) {
        CAPTURE(row.name);
        const RotatedLogs logs;
        logs.write(row.name, row.bytes);
        for (const std::vector<std::string>& command :
             {std::vector<std::string>{"stats"}, {"trace", "--to", "taro"}, {"stats", "--id", "a"}}) {
            const Ran ran = logs.run(command);
            CHECK(ran.exit != Exit::done);
            CHECK(ran.out.empty());
            CHECK_THAT(ran.err, Catch::Contains("the log " + logs.path(row.name) + " " + row.says));
        }
    }
}

TEST_CASE("did you get my mail at ten? trace answers by sender, recipient, Message-ID and time") {
    const CtlFixture fixture;
    const std::string id = R"(,"message_id":"77@example.com")";
    std::ofstream(fixture.path("events.jsonl"))
        << event_line("2026-11-29T10:00:00+09:00", "message.received", "a", R"(,"client":"192.0.2.1","bytes":5)")
        << event_line("2026-11-29T10:00:01+09:00", "message.delivered", "a", id + std::string(clean))
        << R"({"time":"2026-11-29T10:01:00+09:00","event":"recipient.refused","session":"s","from":"alice@example.com",)"
        << R"("recipient":"tarou@city.example.lg.jp","code":550,"enhanced":"5.1.1","answer":"Unknown"})"
        << "\n";
    for (const std::vector<std::string>& names :
         {std::vector<std::string>{"--from", "ALICE@example.com"},
          {"--from", "@example.com", "--to", "taro"},
          {"--message-id", "<77@example.com>"},
          {"--since", "2026-11-29T10:00:00+09:00"},
          {"--since", "2026-11-29T00:00:00+09:00", "--until", "2026-11-29T10:00:30+09:00"}}) {
        std::vector<std::string> arguments{"trace"};
        arguments.insert(arguments.end(), names.begin(), names.end());
        const Ran ran = fixture.run(arguments);
        CHECK(ran.exit == Exit::done);
        CHECK_THAT(ran.out, Catch::Contains("配送済み / delivered\n"));
    }
    const Ran both = fixture.run({"trace", "--from", "alice"});
    CHECK_THAT(both.out, Catch::Contains("宛先の段階で受信拒否 / refused at RCPT") &&
                             Catch::EndsWith("見つかったメール / mails found: 2\n"));
    const Ran none = fixture.run({"trace", "--from", "nobody"});
    CHECK(none.exit == Exit::refused);
    CHECK_THAT(none.err, Catch::Contains("no mail in the logs is like that") &&
                             Catch::Contains("go from 2026-11-29T10:00:00+09:00 to 2026-11-29T10:01:00+09:00"));
    const Ran what = fixture.run({"trace"});
    CHECK(what.exit == Exit::usage);
    CHECK_THAT(what.err, Catch::Contains("--message-id"));
}

TEST_CASE("every command that takes a time reads it the same way and says the same of what is none") {
    const CtlFixture fixture;
    std::ofstream(fixture.path("events.jsonl"))
        << event_line(rfc3339(std::chrono::system_clock::now()), "message.received", "now");
    std::filesystem::create_directory(fixture.path("state"));
    REQUIRE(QuarantineStore::open(fixture.config().quarantine_dir(), fixture.config().quarantine_key_file(),
                                  QuarantineStore::Access::relay)
                .has_value());
    const std::vector<std::vector<std::string>> commands{
        {"stats"}, {"trace", "--from", "alice"}, {"quarantine", "list"}};
    for (std::vector<std::string> command : commands) {
        CAPTURE(command[0]);
        for (const char* good : {"yesterday", "-2h", "-90m", "2026-11", "2026-11-29 05:59", "2026-11-29T05:59:00Z"}) {
            CAPTURE(good);
            auto arguments = command;
            arguments.insert(arguments.end(), {"--since", good, "--until", "2199-12"});
            CHECK(fixture.run(arguments).exit == Exit::done);
        }
        for (const char* bad : {"2026-02-30", "tea time", "", "2h"}) {
            CAPTURE(bad);
            auto arguments = command;
            arguments.insert(arguments.end(), {std::string("--until"), bad});
            const Ran ran = fixture.run(arguments);
            if (*bad == '\0') continue;  // as if it was not given, or refused by the parser of arguments
            CHECK(ran.exit == Exit::usage);
            CHECK_THAT(ran.err, Catch::Contains("--until: \"" + std::string(bad) + "\" is no time"));
        }
    }
    const Ran turned = fixture.run({"stats", "--since", "2026-11-29", "--until", "2026-11-28"});
    CHECK(turned.exit == Exit::usage);
    CHECK_THAT(turned.err, Catch::Contains("is not before --until"));
    CHECK(fixture.run({"stats", "--since", "2026-11-29", "--until", "2026-11-29"}).exit == Exit::done);  // a day
    CHECK(fixture.run({"sanitize", "--rcpt", "a@city.example.lg.jp", "--received-at", "tea time"}).exit == Exit::usage);
}

TEST_CASE("a mail in quarantine is found by words of its subject, and its story is told") {
    const CtlFixture fixture;
    std::filesystem::create_directory(fixture.path("state"));
    std::vector<std::string> kept;
    {
        auto store = QuarantineStore::open(fixture.config().quarantine_dir(), fixture.config().quarantine_key_file(),
                                           QuarantineStore::Access::relay);
        REQUIRE(store.has_value());
        for (const char* subject : {"見積書の件 ACME 2026", "見積書 他社", "Re: acme"}) {
            const auto raw = RawMail::from_bytes(std::string("Subject: ") + subject + "\r\n\r\nx\r\n");
            REQUIRE(raw.has_value());
            QuarantineItem item;
            item.envelope.sender = address("alice@example.com");
            item.envelope.recipients = {address("taro@city.example.lg.jp")};
            item.id = message_id_for(raw->sha256(), item.envelope);
            item.route = "city.example.lg.jp";
            item.protocol = "ESMTP";
            item.received_at = *moment_from_rfc3339("2026-11-29T10:00:00+09:00");
            item.subject = *PlainLine::from(subject);
            item.original_bytes = raw->size();
            item.original_sha256 = raw->sha256();
            item.ledger.id = item.id;
            REQUIRE((*store)->add(item, *raw).has_value());
            kept.push_back(item.id);
        }
    }
    std::ofstream(fixture.path("events.jsonl"))
        << event_line("2026-11-29T10:00:00+09:00", "message.received", kept[0], R"(,"client":"192.0.2.1","bytes":5)")
        << event_line("2026-11-29T10:00:01+09:00", "message.delivered", kept[0],
                      R"(,"verdict":"quarantined","code":250)")
        << event_line("2026-11-29T10:00:02+09:00", "message.received", "another");
    const auto found = [&](const std::string& words) {
        std::vector<std::string> ids;
        const Ran ran = fixture.run({"trace", "--subject-in-quarantine", words, "--json"});
        for (const auto& mail : json_lines(ran.out)) ids.emplace_back(mail.at("id").as_string());
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    const auto sorted = [](std::vector<std::string> ids) {
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    CHECK(found("見積書 acme") == sorted({kept[0]}));
    CHECK(found("acme　見積書") == sorted({kept[0]}));  // with the blank of a Japanese keyboard
    CHECK(found("見積書") == sorted({kept[0], kept[1]}));
    CHECK(found("Acme") == sorted({kept[0], kept[2]}));
    const Ran text = fixture.run({"trace", "--subject-in-quarantine", "見積書 ACME"});
    CHECK_THAT(text.out, Catch::Contains("held: only a notice was delivered") &&
                             Catch::Contains("mugaika quarantine release " + kept[0]));
    CHECK(text.out.find("見積書") == std::string::npos);
    CHECK_THAT(fixture.run({"trace", "--subject-in-quarantine", "他社"}).out,
               Catch::Contains("nothing in the logs that were read"));
    // The index is asked about subjects, not about addresses.
    const Ran none = fixture.run({"trace", "--subject-in-quarantine", "alice"});
    CHECK(none.exit == Exit::refused);
    CHECK_THAT(none.err, Catch::Contains("no mail in the quarantine has \"alice\" in its subject"));
    CHECK(fixture.run({"trace", "--subject-in-quarantine", " 　"}).exit == Exit::usage);
    CHECK(fixture.run({"trace", "--subject-in-quarantine", "acme", "--from", "bob"}).exit == Exit::refused);
}

#include "relay/log/event_log.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <thread>

#include "relay/log/ledger_json.hpp"
#include "relay/log/timestamp.hpp"
#include "tests/support/made_events.hpp"

using namespace mugaika;
namespace json = boost::json;

namespace {

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mugaika-log-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

json::object event_of(const std::string& line) { return json::parse(line).as_object(); }

MailAddress address(std::string_view text) {
    auto parsed = MailAddress::parse(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

Ledger full_ledger() {
    Ledger ledger;
    ledger.id = "0123456789abcdef";
    ledger.verdict = MailVerdict::sanitized;
    ledger.reason = Reason::not_rebuilt;
    ledger.in_bytes = 1234;
    ledger.in_sha256 = std::string(64, 'a');
    ledger.out_bytes = 567;
    ledger.out_sha256 = std::string(64, 'b');
    ledger.findings = {Reason::charset_guessed, Reason::duplicate_field};
    PartRow text;
    text.facts = {"1.1", "text/plain", "text/plain", PartKind::text, "", false, 100};
    text.charset = "ISO-2022-JP";
    text.undecodable = 2;
    text.verdict = PartVerdict::text;
    text.method = Method::text_body;
    text.handler = "text";
    PartRow pdf;
    pdf.facts = {"1.2/3", "application/pdf", "application/pdf", PartKind::pdf, "見積書.pdf", true, 1u << 20};
    pdf.sha256 = std::string(64, 'c');
    pdf.verdict = PartVerdict::quarantined;
    pdf.reason = Reason::not_rebuilt;
    pdf.handler = "quarantine_rest";
    pdf.notes = {Reason::name_cleaned};
    PartRow picture;
    picture.facts = {"1.3", "image/tiff", "image/tiff", PartKind::image, "写真.tif", true, 4096};
    picture.verdict = PartVerdict::rebuilt;
    picture.method = Method::rebuilt;
    picture.handler = "codec";
    picture.out_kind = "png";
    picture.out_bytes = 2048;
    picture.pages = 1;
    picture.losses = {{Reason::metadata_removed, 3}, {Reason::colour_profile_dropped, 1}};
    ledger.parts = {text, pdf, picture};
    return ledger;
}

}  // namespace

TEST_CASE("AC-255 nothing from outside can start a new log line, end a string or reach a terminal") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "mx.example.lg.jp");
    REQUIRE(log.has_value());
    const std::vector<std::string> hostile{
        "a\r\n{\"event\":\"message.delivered\"}",  // a forged event
        "\",\"event\":\"user.login\",\"x\":\"",    // a way out of the string
        "\x1b]0;owned\x07\x1b[2J",                 // terminal escapes
        "\x9b"
        "31m",  // C1 as a raw byte
        "\xc2\x9b"
        "31m",  // C1 in UTF-8
        std::string("nul\0byte", 8),
        "\xe2\x80\xae"
        "fdp.exe",                                       // right-to-left override
        "\xe2\x80\xa8next line",                         // U+2028
        "\xff\xfe\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80",  // not UTF-8 at all
        std::string(100000, 'x'),
    };
    for (const std::string& text : hostile) {
        (*log)->write(event::SessionClosed{text, text, 1, text});
        (*log)->write(event::QuarantineDeleted{text, Actor{text, 0, text}, text});
        (*log)->write(event::WorkerDied{{text, text, text}, text});
    }
    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == hostile.size() * 3);
    for (const std::string& line : lines) {
        CAPTURE(line.substr(0, 200));
        CHECK(line.size() < 5000);
        const json::object event = event_of(line);  // throws on invalid UTF-8 too
        const std::string name(event.at("event").as_string());
        CHECK((name == "session.closed" || name == "quarantine.deleted" || name == "worker.died"));
        CHECK(line.find('\x1b') == std::string::npos);
        CHECK(line.find("\\u001b") == std::string::npos);  // gone, so that printing a decoded value is harmless too
        CHECK(line.find("\xc2\x9b") == std::string::npos);
        CHECK(line.find("\xe2\x80\xae") == std::string::npos);
    }
}

TEST_CASE("every event has time with offset and milliseconds, name and host, and the mail it belongs to") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "mx.example.lg.jp");
    REQUIRE(log.has_value());
    smtp::Envelope envelope;
    envelope.sender = address("sender@example.com");
    envelope.recipients = {address("a@city.example.lg.jp"), address("b@city.example.lg.jp")};
    const MailTag tag{"0123456789abcdef", "s1", "city.example.lg.jp"};
    (*log)->write(made::received(tag, envelope, "192.0.2.1", {{"TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"}}, 42, "ff"));
    StageTimes times;
    times.add(Stage::deliver, std::chrono::microseconds(1500));
    times.end_total(StageTimes::Clock::now());
    (*log)->write(
        made::delivered(tag, envelope, {MailVerdict::clean}, "10.0.0.5:25", {}, {250, "2.0.0", "queued"}, times));
    (*log)->write(made::delivered(tag, envelope, {MailVerdict::clean}, "10.0.0.5:25",
                                  {{"TLSv1.3", "TLS_AES_256_GCM_SHA384"}}, {250, "2.0.0", "queued"}, times));
    (*log)->write(made::deferred({}, envelope, outcome<Stage::deliver, Failure::timeout>(), {451, "4.4.2", "later"},
                                 "slow", times));
    (*log)->write(made::refused(tag, envelope, {552, "5.3.4", "Too large"}, Reason::none, {}));

    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == 5);
    const json::object received = event_of(lines[0]);
    CHECK(moment_from_rfc3339(received.at("time").as_string()));
    CHECK(received.at("time").as_string().size() == std::string_view("2026-11-20T09:15:02.123+09:00").size());
    CHECK(received.at("event") == "message.received");
    CHECK(received.at("host") == "mx.example.lg.jp");
    CHECK(received.at("id") == "0123456789abcdef");
    CHECK(received.at("session") == "s1");
    CHECK(received.at("route") == "city.example.lg.jp");
    CHECK(received.at("from") == "sender@example.com");
    CHECK(received.at("to").as_array().size() == 2);
    CHECK(received.at("bytes") == 42);
    CHECK(received.at("tls_version") == "TLSv1.2");
    CHECK(received.at("tls_cipher") == "ECDHE-RSA-AES128-GCM-SHA256");
    const json::object delivered = event_of(lines[1]);
    CHECK(delivered.at("verdict") == "clean");
    CHECK(delivered.at("code") == 250);
    CHECK(delivered.at("deliver_us") == 1500);
    CHECK(delivered.at("total_us").as_int64() >= 0);
    CHECK_FALSE(delivered.contains("quarantine_us"));
    CHECK_FALSE(delivered.contains("tls_version"));
    CHECK_FALSE(delivered.contains("tls_cipher"));
    CHECK(event_of(lines[2]).at("tls_version") == "TLSv1.3");
    CHECK(event_of(lines[2]).at("tls_cipher") == "TLS_AES_256_GCM_SHA384");
    const json::object deferred = event_of(lines[3]);
    CHECK(deferred.at("stage") == "deliver");
    CHECK(deferred.at("failure") == "timeout");
    CHECK(deferred.at("deliver_us") == 1500);
    CHECK_FALSE(deferred.contains("id"));
    CHECK_FALSE(event_of(lines[4]).contains("total_us"));
}

TEST_CASE("the original's Message-ID stands in each event of a mail once it is known, cleaned as all else") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "h");
    REQUIRE(log.has_value());
    MailTag tag{"0123456789abcdef", "s1", "city.example.lg.jp"};
    const smtp::Envelope envelope;
    (*log)->write(made::received(tag, envelope, "192.0.2.1", {}, 42, "ff"));
    tag.message_id = "CAF=1\x1b@mail.example.com";
    (*log)->write(event::MessageSanitized{tag, full_ledger(), 7});
    (*log)->write(event::MessageQuarantined{tag, tag.id, Reason::encrypted, 42});
    (*log)->write(
        made::delivered(tag, envelope, {MailVerdict::clean}, "10.0.0.5:25", {}, {250, "2.0.0", "queued"}, {}));
    (*log)->write(
        made::deferred(tag, envelope, outcome<Stage::deliver, Failure::timeout>(), {451, "4.4.2", ""}, "", {}));
    (*log)->write(made::refused(tag, envelope, {552, "5.3.4", "Too large"}, Reason::none, {}));
    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == 6);
    CHECK_FALSE(event_of(lines[0]).contains("message_id"));
    for (std::size_t i = 1; i < lines.size(); ++i) {
        CHECK(event_of(lines[i]).at("message_id") == "CAF=1\xef\xbf\xbd@mail.example.com");
    }
}

TEST_CASE("a refusal at RCPT says from whom and to whom; one of an order, which nobody sends, says to whom") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "h");
    REQUIRE(log.has_value());
    smtp::Envelope envelope;
    envelope.sender = address("sender@example.com");
    MailTag tag;
    tag.session = "s1";
    (*log)->write(made::refused_at_rcpt(tag, envelope, "x@city.example.lg.jp", {550, "5.1.1", "Unknown"}));
    envelope.sender.reset();
    (*log)->write(made::refused_at_rcpt(tag, envelope, "y@city.example.lg.jp", {450, "4.7.1", "Later"}, "a limit"));
    (*log)->write(event::RecipientRefused{{}, std::nullopt, "z@city.example.lg.jp", {550, "5.1.1", "Unknown"}});
    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == 3);
    CHECK(event_of(lines[0]).at("from") == "sender@example.com");
    CHECK(event_of(lines[0]).at("recipient") == "x@city.example.lg.jp");
    CHECK(event_of(lines[0]).at("session") == "s1");
    CHECK(event_of(lines[1]).at("from") == "");  // the null sender
    CHECK(event_of(lines[1]).at("why") == "a limit");
    CHECK_FALSE(event_of(lines[2]).contains("from"));
}

TEST_CASE("who used which TLS, and where it failed, are events") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "h");
    REQUIRE(log.has_value());
    (*log)->write(event::SessionSecured{"s1", "192.0.2.1", {"TLSv1.3", "TLS_AES_256_GCM_SHA384"}});
    (*log)->write(event::SessionTlsFailed{"s1", "192.0.2.1", "no shared cipher"});
    (*log)->write(event::NextHopSecured{"10.0.0.5:25", {"TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"}});
    (*log)->write(event::NextHopTlsFailed{"10.0.0.5:25", "certificate has expired", true});
    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == 4);
    CHECK(event_of(lines[0]).at("event") == "session.secured");
    CHECK(event_of(lines[0]).at("tls_cipher") == "TLS_AES_256_GCM_SHA384");
    CHECK(event_of(lines[1]).at("event") == "session.tls_failed");
    CHECK(event_of(lines[1]).at("why") == "no shared cipher");
    CHECK(event_of(lines[2]).at("event") == "next_hop.secured");
    CHECK(event_of(lines[2]).at("tls_version") == "TLSv1.2");
    CHECK(event_of(lines[3]).at("event") == "next_hop.tls_failed");
    CHECK(event_of(lines[3]).at("in_the_clear") == true);
}

TEST_CASE("message.sanitized holds the whole ledger, and no key twice") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "h");
    REQUIRE(log.has_value());
    (*log)->write(event::MessageSanitized{{"0123456789abcdef", "s", "r"}, full_ledger(), 7});
    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == 1);
    const json::object event = event_of(lines[0]);
    CHECK(event.at("parts").as_array().size() == 3);
    CHECK(event.at("worker_us") == 7);
    CHECK(lines[0].find("\"id\"") == lines[0].rfind("\"id\""));
}

TEST_CASE("lines of several threads never mix") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "h");
    REQUIRE(log.has_value());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) (*log)->write(event::RelayStopped{std::string(500, 'w')});
        });
    }
    for (std::thread& thread : threads) thread.join();
    const auto lines = lines_of(folder.file("events.jsonl"));
    CHECK(lines.size() == 800);
    for (const std::string& line : lines) CHECK(event_of(line).at("event") == "relay.stopped");
}

// matrix: log/disk_full, log/io
TEST_CASE("a full disk is counted, stops nothing, and leaves no glued lines behind") {
    Folder folder;
    auto log = EventLog::open("/dev/full", "h");
    REQUIRE(log.has_value());
    (*log)->write(event::RelayStopped{"one"});
    (*log)->write(event::RelayStopped{"two"});
    CHECK((*log)->lost_events() == 2);

    // A line that fits only in part: the file may grow to 250 bytes, a line has about a hundred.
    const std::string path = folder.file("events.jsonl");
    auto small = EventLog::open(path, "h");
    REQUIRE(small.has_value());
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    rlimit tight = before;
    tight.rlim_cur = 250;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    for (int i = 0; i < 4; ++i) (*small)->write(event::RelayStopped{"no space"});
    tight.rlim_cur = 0;  // not a full disk: EFBIG
    REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const std::uint64_t lost_before = (*small)->lost_events();
    (*small)->write(event::RelayStopped{"refused by the kernel"});
    const std::uint64_t lost_then = (*small)->lost_events();
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, old_handler);
    CHECK(lost_before >= 1);
    CHECK(lost_then == lost_before + 1);
    (*small)->write(event::RelayStopped{"space again"});
    const auto lines = lines_of(path);
    CHECK(event_of(lines.back()).at("why") == "space again");
    REQUIRE(lines.size() >= 2);
    const json::object gap = event_of(lines[lines.size() - 2]);
    CHECK(gap.at("event") == "log.gap");
    CHECK(gap.at("lost") == (*small)->lost_events());
    CHECK(moment_from_rfc3339(gap.at("since").as_string()));
    (*small)->write(event::RelayStopped{"no gap again"});
    CHECK(lines_of(path).size() == lines.size() + 1);
}

TEST_CASE("after reopen the log goes to the new file, and a folder that is gone keeps the old one") {
    Folder folder;
    const std::string path = folder.file("events.jsonl");
    auto log = EventLog::open(path, "h");
    REQUIRE(log.has_value());
    struct stat facts {};
    REQUIRE(stat(path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777 & ~0640u) == 0);
    (*log)->write(event::RelayStopped{"before"});
    std::filesystem::rename(path, folder.file("events.jsonl.1"));
    REQUIRE((*log)->reopen().has_value());
    (*log)->write(event::RelayStopped{"after"});
    CHECK(lines_of(folder.file("events.jsonl.1")).size() == 1);
    CHECK(lines_of(path).size() == 1);

    CHECK_FALSE(EventLog::open(folder.file("missing/events.jsonl"), "h").has_value());
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);  // cannot be opened for writing
    CHECK_FALSE((*log)->reopen().has_value());
    (*log)->write(event::RelayStopped{"still counted as written"});
    CHECK((*log)->lost_events() == 0);
}

TEST_CASE("a release leaves who, what, to whom and why in the log") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "h");
    REQUIRE(log.has_value());
    ReleaseOrder order;
    order.order_id = "orderorderorder0";
    order.item_id = "0123456789abcdef";
    order.parts = {"2", "3"};
    order.recipients = {address("a@city.example.lg.jp")};
    order.person = "yamada";
    order.reason = "差出人に電話で確認";
    (*log)->write(event::QuarantineReleased{order.item_id, order.order_id, Actor{"yamada", 1000, "yamada-t"},
                                            "city.example.lg.jp", "release", order.parts,
                                            address_texts(order.recipients), order.reason, order.valid_until});
    (*log)->write(release_failed(order, outcome<Stage::release, Failure::expired>(), "too late", true));
    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == 2);
    const json::object released = event_of(lines[0]);
    CHECK(released.at("id") == "0123456789abcdef");
    CHECK(released.at("person") == "yamada");
    CHECK(released.at("uid") == 1000);
    CHECK(released.at("sudo_user") == "yamada-t");
    CHECK(released.at("parts") == json::array{"2", "3"});
    CHECK(released.at("to") == json::array{"a@city.example.lg.jp"});
    CHECK(released.at("why") == "差出人に電話で確認");
    CHECK(event_of(lines[1]).at("stage") == "release");
    CHECK(event_of(lines[1]).at("failure") == "expired");
    CHECK(event_of(lines[1]).at("final") == true);
}

TEST_CASE("a rest that becomes the relay's own leaves its order, to whom it goes and why they were not served") {
    Folder folder;
    auto log = EventLog::open(folder.file("events.jsonl"), "h");
    REQUIRE(log.has_value());
    smtp::Envelope envelope;
    envelope.sender = address("s@example.com");
    envelope.recipients = {address("a@city.example.lg.jp"), address("b@city.example.lg.jp")};
    ReleaseOrder order;
    order.kind = OrderKind::rest;
    order.order_id = "orderorderorder0";
    order.recipients = {address("b@city.example.lg.jp")};
    const MailTag tag{"0123456789abcdef", "s1", "city.example.lg.jp"};
    (*log)->write(
        made::owed(tag, envelope, order, outcome<Stage::deliver, Failure::timeout>(), "10.0.0.5:25 silent", {}));
    const auto lines = lines_of(folder.file("events.jsonl"));
    REQUIRE(lines.size() == 1);
    const json::object owed = event_of(lines[0]);
    CHECK(owed.at("event") == "message.owed");
    CHECK(owed.at("id") == "0123456789abcdef");
    CHECK(owed.at("from") == "s@example.com");
    CHECK(owed.at("to") == json::array{"b@city.example.lg.jp"});
    CHECK(owed.at("order") == "orderorderorder0");
    CHECK(owed.at("failure") == "timeout");
    CHECK(owed.at("why") == "10.0.0.5:25 silent");
}

TEST_CASE("a ledger that was written is read back equal") {
    const json::object written = to_json(full_ledger());
    const auto read = ledger_from_json(json::parse(json::serialize(written)).as_object());
    REQUIRE(read.has_value());
    CHECK(to_json(*read) == written);
    CHECK(read->parts.at(1).facts.name == "見積書.pdf");
    CHECK(read->parts.at(1).method == Method::none);
}

TEST_CASE("the report has the keys of INTERFACE, in their order, and null for no method") {
    const std::string text = json::serialize(to_json(full_ledger()));
    CHECK(text.rfind(R"({"id":"0123456789abcdef","verdict":"sanitized","reason":"not_rebuilt","in":{"bytes":1234,)",
                     0) == 0);
    CHECK(text.find(R"("action":"quarantined","method":null,"reason":"not_rebuilt","handler":"quarantine_rest")") !=
          std::string::npos);
    CHECK(text.find(R"("method":"ア")") != std::string::npos);
}

TEST_CASE("a ledger of a later version is read: its words are kept and written again, wherever they stand") {
    const json::object ours = to_json(full_ledger());
    const auto with = [&](const std::function<void(json::object&)>& change) {
        json::object theirs = ours;
        change(theirs);
        return theirs;
    };
    const auto part = [](json::object& ledger) -> json::object& { return ledger.at("parts").at(1).as_object(); };
    struct Row {
        const char* place;
        std::function<void(json::object&)> change;
    };
    const std::vector<Row> rows{
        {"/verdict", [](json::object& l) { l["verdict"] = "later"; }},
        {"/reason", [](json::object& l) { l["reason"] = "later"; }},
        {"/findings/1",
         [](json::object& l) {
             l["findings"] = json::array{"empty_part", "later"};
         }},
        {"/parts/1/kind", [&](json::object& l) { part(l)["kind"] = "later"; }},
        {"/parts/1/action", [&](json::object& l) { part(l)["action"] = "later"; }},
        {"/parts/1/method", [&](json::object& l) { part(l)["method"] = "later"; }},
        {"/parts/1/reason", [&](json::object& l) { part(l)["reason"] = "later"; }},
        {"/parts/1/notes/0",
         [&](json::object& l) {
             part(l)["notes"] = json::array{"later", "empty_part"};
         }},
        {"/parts/2/losses/1/what",
         [](json::object& l) { l.at("parts").at(2).at("losses").at(1).as_object()["what"] = "later"; }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.place);
        const json::object theirs = with(row.change);
        const auto read = ledger_from_json(theirs);
        REQUIRE(read.has_value());
        CHECK(read->later_words == std::map<std::string, std::string>{{row.place, "later"}});
        CHECK(read->word(row.place, "ours") == "later");
        CHECK(to_json(*read) == theirs);
    }
    // What is not known is never taken for something harmless.
    const auto read = ledger_from_json(with([&](json::object& l) {
        l["verdict"] = part(l)["kind"] = part(l)["action"] = "later";
        l["later"] = part(l)["later"] = 1;
    }));
    REQUIRE(read.has_value());
    CHECK(read->verdict == MailVerdict::quarantined);
    CHECK(read->parts.at(1).facts.kind == PartKind::other);
    CHECK(read->parts.at(1).verdict == PartVerdict::quarantined);
    CHECK(ledger_from_json(ours)->later_words.empty());
}

TEST_CASE("a ledger with a missing key or a wrong kind is refused and the key is named") {
    const json::object good = to_json(full_ledger());
    REQUIRE(ledger_from_json(good).has_value());
    const auto words_without = [&](std::string_view key, json::value instead) {
        json::object bad = good;
        if (instead.is_null()) {
            bad.erase(key);
        } else {
            bad[key] = std::move(instead);
        }
        const auto read = ledger_from_json(bad);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().fault() == Fault::protocol);
        return read.error().words();
    };
    for (const std::string key : {"id", "verdict", "reason", "in", "out", "findings", "parts"}) {
        CHECK_THAT(words_without(key, nullptr), Catch::Contains(key));
        CHECK_THAT(words_without(key, 17), Catch::Contains(key));
    }
    CHECK_THAT(words_without("in", json::object{{"bytes", -1}, {"sha256", ""}}), Catch::Contains("bytes"));
    CHECK_FALSE(words_without("parts", json::array{1}).empty());
    CHECK_THAT(words_without("parts", json::array{json::object{}}), Catch::Contains("path"));
}

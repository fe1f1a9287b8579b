#include <boost/json/parse.hpp>

#include "ctl_fixture.hpp"
#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

const std::string plain =
    "From: a@example.com\nTo: b@city.example.lg.jp\nSubject: hello\nDate: Fri, 20 Nov 2026 09:00:00 "
    "+0900\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\nContent-Type: text/plain\n\ngood morning\n";
const std::string with_exe =
    "From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
    "boundary=b\n\n--b\nContent-Type: text/plain\n\ntext\n--b\nContent-Type: application/pdf; "
    "name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\n\nMZ\n--b--\n";

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string with_crlf(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
    return out;
}

}  // namespace

TEST_CASE("a mail goes through the whole pipeline and is the same whether its lines end in LF or CRLF") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    const std::string report = fixture.path("r.json");
    const Ran ran = fixture.run({"sanitize", "--rcpt", "b@city.example.lg.jp", "--report", report}, plain);
    CAPTURE(ran.err);
    REQUIRE(ran.exit == Exit::done);
    CHECK_THAT(ran.out, Catch::Contains("good morning") && Catch::Contains("Subject: hello\r\n"));
    for (std::size_t at = 0; (at = ran.out.find('\n', at)) != std::string::npos; ++at) REQUIRE(ran.out[at - 1] == '\r');
    const auto ledger = boost::json::parse(file_text(report)).as_object();
    CHECK(ledger.at("verdict") == "clean");
    CHECK(ledger.at("in").as_object().at("sha256").as_string() == sha256_hex(with_crlf(plain)));
    CHECK(ledger.at("out").as_object().at("bytes") == ran.out.size());
    CHECK(ledger.at("out").as_object().at("sha256").as_string() == sha256_hex(ran.out));

    const Ran crlf = fixture.run({"sanitize", "--rcpt", "b@city.example.lg.jp", "--report", report}, with_crlf(plain));
    CHECK(crlf.exit == Exit::done);
    CHECK(boost::json::parse(file_text(report)).as_object().at("in") == ledger.at("in"));
    CHECK_FALSE(std::filesystem::exists(fixture.path("state")));
}

TEST_CASE("without --keep nothing is filed, with it the original lies in quarantine as it came") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    const Ran not_kept = fixture.run({"sanitize", "--rcpt", "b@city.example.lg.jp"}, with_exe);
    CAPTURE(not_kept.err);
    REQUIRE(not_kept.exit == Exit::done);
    CHECK_FALSE(std::filesystem::exists(fixture.path("state")));

    const std::vector<std::string> keep{"sanitize", "--rcpt",   "b@city.example.lg.jp",
                                        "--keep",   "--report", fixture.path("r.json")};
    const Ran kept = fixture.run(keep, with_exe);
    CAPTURE(kept.err);
    REQUIRE(kept.exit == Exit::done);
    CHECK(kept.out != not_kept.out);  // the notice says whether the original is kept
    const auto rows = json_lines(fixture.run({"quarantine", "list", "--json"}).out);
    REQUIRE(rows.size() == 1);
    const auto ledger = boost::json::parse(file_text(fixture.path("r.json"))).as_object();
    CHECK(rows[0].at("id") == ledger.at("id"));
    const std::string id(rows[0].at("id").as_string());
    CHECK(fixture.run({"quarantine", "cat", id, "--original"}).out == with_crlf(with_exe));
    CHECK(fixture.run(keep, with_exe).exit == Exit::done);  // the same mail again finds itself
    CHECK(json_lines(fixture.run({"quarantine", "list", "--json"}).out).size() == 1);
}

TEST_CASE("a mail that the policy refuses is 65 with the SMTP answer, and still has a report") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    fixture.configure(
        "[profile.standard]\nattachments = { executable = \"refuse\", pdf = \"refuse\", other = \"refuse\" }\n");
    const Ran ran = fixture.run({"sanitize", "--report", fixture.path("r.json")}, with_exe);
    CHECK(ran.exit == Exit::refused);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, Catch::StartsWith("554 5.7.1 "));
    CHECK(boost::json::parse(file_text(fixture.path("r.json"))).as_object().at("verdict") == "refused");
}

TEST_CASE("a mail past max_message is refused with 552 before any worker is asked") {
    const CtlFixture fixture;
    fixture.configure("", "max_message = \"64K\"\n");
    const Ran ran = fixture.run({"sanitize"}, plain + std::string(70000, 'x'));
    CHECK(ran.exit == Exit::refused);
    CHECK(ran.out.empty());
    CHECK(ran.err == "552 5.3.4 Message too large\n");
}

TEST_CASE("what sanitize cannot do is said before anything is done") {
    const CtlFixture fixture;
    fixture.configure("[[route]]\ndomains = [\"town.example.lg.jp\"]\nnext_hop = [\"127.0.0.1:1\"]\n");
    CHECK(fixture.run({"sanitize", "--report", "-"}, plain).exit == Exit::usage);
    CHECK(fixture.run({"sanitize", "--keep"}, plain).exit == Exit::usage);
    CHECK(fixture.run({"sanitize", "--rcpt", "nobody"}, plain).exit == Exit::usage);
    CHECK(fixture.run({"sanitize", "--from", "<a@b>"}, plain).exit == Exit::usage);
    CHECK(fixture.run({"sanitize", "--rcpt", "a@city.example.lg.jp", "--rcpt", "a@town.example.lg.jp"}, plain).exit ==
          Exit::usage);
}

TEST_CASE("a report that cannot be written is 73, and then there is no mail either") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    const Ran ran = fixture.run({"sanitize", "--report", fixture.path("missing/r.json")}, plain);
    CHECK(ran.exit == Exit::cannot_write);
    CHECK(ran.out.empty());
}

TEST_CASE("one mail is explained part by part") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    const Ran ran = fixture.run({"policy", "try", "--rcpt", "a@city.example.lg.jp"}, with_exe);
    CAPTURE(ran.err);
    CHECK(ran.exit == Exit::done);
    CHECK_THAT(ran.out, Catch::Contains("verdict   sanitized") && Catch::Contains("a.pdf") &&
                            Catch::Contains("application/pdf") && Catch::Contains(" / "));
    CHECK(fixture.run({"policy", "try", "--rcpt", "a@elsewhere.example"}, plain).exit == Exit::usage);
    CHECK(fixture.run({"policy", "try", "--profile", "none"}, plain).exit == Exit::usage);
}

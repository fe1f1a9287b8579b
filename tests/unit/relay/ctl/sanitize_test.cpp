#include <boost/json/parse.hpp>

#include "ctl_fixture.hpp"
#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;
using ctl::Exit;
using namespace std::string_literals;

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

TEST_CASE("a mail that the relay refuses at DATA is refused with the same answer, before any worker is asked") {
    struct Row {
        std::string mail;
        std::string answer;
        std::string finding;
    };
    const std::string malformed = "550 5.6.0 Bare CR or LF, or NUL in the header, or header too large\n";
    const std::string body = "From: a@example.com\n\n";
    const SmtpLimits limits;
    std::string fields, hops;
    for (std::size_t i = 0; i <= limits.header_fields_max; ++i) fields += "X: y\n";
    for (std::size_t i = 0; i <= limits.hops_max; ++i) hops += "Received: by x\n\tfor y\n";
    std::string block;
    while (block.size() <= limits.header_bytes_max) block += "X: " + std::string(60000, 'x') + "\n";
    const Row row = GENERATE_COPY(values<Row>({
        {body + "one\rtwo\n", malformed, "line 3: a bare CR, without LF"},
        {"From: a@example.com\rX: y\n\ntext\n", malformed, "line 1: a bare CR, without LF"},
        {body + "one\r\r\n.\r\n", malformed, "line 3: a bare CR, without LF"},
        {body + "the file ends here\r", malformed, "line 3: a bare CR, without LF"},
        {"From: a@example.com\nX: \0y\n\ntext\n"s, malformed, "line 2: NUL in the header"},
        {body + "text\n\0.\n"s, malformed, "line 4: NUL at the start of a line"},
        {fields + "\ntext\n", malformed, "line 2001: more fields than a header may have (2000)"},
        {"X: " + std::string(limits.header_line_bytes_max, 'x') + "\n\ntext\n", malformed,
         "line 1: more bytes than a header field may have (65536)"},
        {block + "\ntext\n", malformed, "line 18: more bytes than a header may have (1048576)"},
        {hops + "\ntext\n", "554 5.4.6 Too many hops, mail loop\n",
         "line 101: more Received fields than a header may have (50)"},
        {body + std::string(2u << 20, 'x'), "552 5.3.4 Message too large\n",
         "more bytes than a mail may have (1572864)"},
        // As on the wire, what no retry with fewer bytes would mend is said first.
        {body + std::string(2u << 20, 'x') + "\r", malformed, "line 3: a bare CR, without LF"},
    }));
    const CtlFixture fixture;
    fixture.configure("", "max_message = \"1536K\"\n");
    const Ran ran = fixture.run({"sanitize", "--rcpt", "b@city.example.lg.jp", "--keep"}, row.mail);
    CHECK(ran.exit == Exit::refused);
    CHECK(ran.out.empty());
    CHECK(ran.err == row.answer + "mugaika: " + row.finding + "\n");
    CHECK_FALSE(std::filesystem::exists(fixture.path("state")));
    CHECK(fixture.run({"policy", "try"}, row.mail).err == ran.err);
}

TEST_CASE("what is no fault on the wire is none in a file: dots, a last line without end, NUL in a line of the body") {
    if (!worker_is_there()) return;
    const CtlFixture fixture;
    const std::string report = fixture.path("r.json");
    const auto taken = [&](const std::string& mail) {
        const Ran ran = fixture.run({"sanitize", "--report", report}, mail);
        CAPTURE(ran.err);
        CHECK(ran.exit == Exit::done);
        return boost::json::parse(file_text(report)).as_object().at("in").as_object().at("sha256").as_string();
    };
    const std::string dots = plain + ".\n..\n.end\n";
    CHECK(taken(dots) == sha256_hex(with_crlf(dots)));
    CHECK(taken(plain + "no end") == sha256_hex(with_crlf(plain + "no end\n")));
    CHECK(taken(plain + "a\0b\n"s) == sha256_hex(with_crlf(plain + "a\0b\n"s)));
    CHECK(taken("") == sha256_hex(""));
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

// A mail that is larger than its next hop takes: files stay, the letter arrives (FILES.md 5).
#include "mail_flow_fixture.hpp"
#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// 24 bits, 64 x 64, of pixels that nothing squeezes: a PNG of some 12 KB, 17 KB in the mail.
std::string noisy_bmp() {
    std::string out = "BM";
    const auto append = [&out](std::uint32_t number, int bytes) {
        for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(number >> 8 * i & 0xff));
    };
    constexpr std::uint32_t side = 64, pixels = side * side * 3;
    append(54 + pixels, 4);
    append(0, 4);
    append(54, 4);
    append(40, 4);
    append(side, 4);
    append(side, 4);
    append(1, 2);
    append(24, 2);
    append(0, 4);
    append(pixels, 4);
    for (int i = 0; i < 4; ++i) append(0, 4);
    std::uint32_t random = 1;
    for (std::uint32_t i = 0; i < pixels; ++i) {
        random = random * 1103515245 + 12345;
        append(random >> 16, 1);
    }
    return out;
}

std::string in_base64(const std::string& bytes) {
    std::string out(bytes.size() / 3 * 4 + 5, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    for (std::size_t at = 76; at < out.size(); at += 78) out.insert(at, "\r\n");
    return out + "\r\n";
}

// `more`: further parts.
std::string mail_with_large_picture(const std::string& more = "") {
    return "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
           "boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nthe letter\r\n--b\r\nContent-Type: image/bmp\r\n"
           "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.bmp\r\n\r\n" +
           in_base64(noisy_bmp()) + more + "--b--\r\n";
}

// Its original is kept, whatever becomes of the picture.
const std::string a_program =
    "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.exe\r\n\r\nMZ\r\n";

std::string ehlo_with(const std::string& extension) { return "250-fake\r\n250 " + extension + "\r\n"; }

// The first connection alone: the next one is of the second try.
void refuses_first(Bench& bench, const std::string& verb, const std::string& words) {
    bench.hop.scripts.push_back(bench.hop.scripts[0]);
    bench.script(verb, {words});
}

bool has_picture(const std::string& mail) { return mail.find("Content-Type: image/png") != std::string::npos; }

// In the one mail that arrived, and in what is kept of it.
void check_held(Bench& bench) {
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK_FALSE(has_picture(bench.hop.mails[0]));
    REQUIRE(bench.kept().size() == 1);
    const QuarantineItem item = bench.store->load(bench.kept()[0].id).value();
    CHECK(item.ledger.parts.at(1).reason == Reason::files_too_large);
    CHECK(item.ledger.parts.at(1).verdict == PartVerdict::quarantined);
    std::string content = bench.hop.mails[0];
    content.resize(content.size() - 3);  // the end of data
    CHECK(item.ledger.out_sha256 == sha256_hex(content));
}

}  // namespace

TEST_CASE("a mail that fits what its next hop has said arrives with its files") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.script("EHLO", {ehlo_with("SIZE 100000")});
    CHECK(begins(bench.answer_to(mail_with_large_picture()), "250 "));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(has_picture(bench.hop.mails[0]));
    CHECK(bench.kept().empty());
    CHECK(bench.count_events("message.sanitized") == 1);
}

TEST_CASE(
    "a next hop that has said what it takes gets no larger mail: the file stays, with a notice and its original") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.script("EHLO", {ehlo_with("SIZE 10000")});
    CHECK(begins(bench.answer_to_recipient("b@city.example"), "250 "));
    CHECK(begins(bench.answer_to(mail_with_large_picture()), "250 "));
    check_held(bench);
    CHECK(bench.count_events("message.sanitized") == 1);
}

TEST_CASE("what a next hop takes is learnt at the delivery, and the mail is composed once more before it is answered") {
    if (!worker_is_built()) return;
    Bench bench;
    SECTION("from its EHLO") { bench.script("EHLO", {ehlo_with("SIZE 10000")}); }
    SECTION("from its answer to MAIL, without a limit") {
        bench.script("EHLO", {ehlo_with("PIPELINING")});
        refuses_first(bench, "MAIL", "552 5.3.4 Message size exceeds fixed limit\r\n");
    }
    SECTION("from its answer to the content, below what it said") {
        refuses_first(bench, ".", "552 5.3.4 Error: message file too big\r\n");
    }
    SECTION("from an answer of old") { refuses_first(bench, ".", "552 Message size exceeds maximum permitted\r\n"); }
    CHECK(begins(bench.answer_to(mail_with_large_picture()), "250 "));
    if (bench.hop.mails.size() == 2) bench.hop.mails.erase(bench.hop.mails.begin());  // which it refused
    check_held(bench);
    CHECK(bench.count_events("message.sanitized") == 2);
}

TEST_CASE("an original that was kept before the next hop refused the size is kept with what left in the end") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.script("EHLO", {ehlo_with("SIZE 10000")});
    CHECK(begins(bench.answer_to(mail_with_large_picture(a_program)), "250 "));
    check_held(bench);
    CHECK(bench.count_events("message.quarantined") == 1);
}

TEST_CASE("a mail that no file makes smaller, or that is refused again, is refused for good, and nothing is kept") {
    if (!worker_is_built()) return;
    Bench bench;
    SECTION("no files") {
        bench.script("EHLO", {ehlo_with("SIZE 100")});
        CHECK(begins(bench.answer_to(clean), "552 5.3.4 "));
        CHECK(bench.count_events("message.sanitized") == 1);
    }
    SECTION("refused again") {
        bench.script("EHLO", {ehlo_with("SIZE 100")});
        CHECK(begins(bench.answer_to(mail_with_large_picture()), "552 5.3.4 "));
        CHECK(bench.count_events("message.sanitized") == 2);
    }
    SECTION("always refused") {
        bench.script("MAIL", {"552 5.3.4 no\r\n"});
        CHECK(begins(bench.answer_to(mail_with_large_picture()), "552 5.3.4 "));
        CHECK(bench.hop.count("MAIL") == 2);
    }
    SECTION("refused for another reason") {
        bench.script("MAIL", {"552 5.2.2 mailbox full\r\n"});
        CHECK(begins(bench.answer_to(mail_with_large_picture()), "552 5.2.2 "));
        CHECK(bench.count_events("message.sanitized") == 1);
    }
    CHECK(bench.hop.mails.empty());
    CHECK(bench.kept().empty());
}

#include "sanitizer/sandboxed/text/transfer_decoding.hpp"

#include <catch2/catch.hpp>

#include "sanitizer/sandboxed/structure/mime_reader.hpp"
#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using Names = std::vector<std::string>;

namespace {

struct Result {
    std::string bytes;
    Names findings;
    friend bool operator==(const Result&, const Result&) = default;
};

std::ostream& operator<<(std::ostream& out, const Result& result) {
    out << '"' << result.bytes << '"';
    for (const std::string& name : result.findings) out << ' ' << name;
    return out;
}

Result base64(std::string_view text) {
    std::vector<Reason> findings;
    std::string bytes = decode_base64(text, findings);
    return {bytes, names_of(findings)};
}

Result quoted_printable(std::string_view text) {
    std::vector<Reason> findings;
    std::string bytes = decode_quoted_printable(text, findings);
    return {bytes, names_of(findings)};
}

// A leaf with this encoding and body, decoded.
Result leaf(const std::string& encoding, const std::string& body, std::size_t bytes_max = 1 << 20) {
    const std::string mail = "Content-Transfer-Encoding: " + encoding + "\r\n\r\n" + body;
    const MailStructure structure = read_structure(mail, BudgetLimits{}, 0);
    std::vector<Reason> findings;
    std::string bytes = decode_body(structure.entities.at(0), bytes_max, findings);
    return {bytes, names_of(findings)};
}

const std::string full_lines =
    "VGhpcyBpcyBhIGxvbmcgbGluZSBvZiB0ZXh0IHRoYXQgZmlsbHMgc2V2ZXJhbCBsaW5lcyBvZiBi\r\n"
    "YXNlNjQsIHNvIHRoYXQgbm9ib2R5IGNhbiB0YWtlIGl0IGZvciBhbnl0aGluZyBlbHNlLg==\r\n";

}  // namespace

TEST_CASE("AC-077 junk in base64 is skipped and noted") {
    CHECK(base64("aGVsbG8=") == Result{"hello", {}});
    CHECK(base64("aG Vs\r\n\tbG8=\r\n") == Result{"hello", {}});
    CHECK(base64("aG.Vs-b#G8=") == Result{"hello", {"base64_junk"}});
    CHECK(base64("aGVs|bG8=") == Result{"hello", {"base64_junk"}});  // where mimetic reads past its table
    CHECK(base64(std::string("aGVs\0bG8=", 9)) == Result{"hello", {"base64_junk"}});
}

TEST_CASE("AC-078 AC-080 every segment of base64 is decoded, padding inside is noted") {
    CHECK(base64("aGVsbG8=IHdvcmxk") == Result{"hello world", {"base64_padding_inside"}});
    CHECK(base64("aGVsbG8=\r\nIHdvcmxk\r\n") == Result{"hello world", {"base64_padding_inside"}});
    CHECK(base64("====aGVsbG8=") == Result{"hello", {"base64_padding_inside"}});
    CHECK(base64("aGVsbG8======") == Result{"hello", {}});
}

TEST_CASE("AC-078 a footer after the padding does not become garbage") {
    CHECK(base64("aGVsbG8=\r\n____________\r\nlist footer, plain text\r\n") == Result{"hello", {"base64_junk"}});
}

TEST_CASE("AC-079 short lines, long lines and missing padding give the same bytes") {
    CHECK(base64("a\r\nGVs\r\nbG8=\r\n") == Result{"hello", {}});
    CHECK(base64("aGVsbG8") == Result{"hello", {"base64_truncated"}});
    CHECK(base64("aGVsbA") == Result{"hell", {"base64_truncated"}});
    CHECK(base64("aGVsb") == Result{"hel", {"base64_truncated"}});
    std::string text(1'000'000, 'A');
    CHECK(base64(text).bytes == std::string(750'000, '\0'));
}

TEST_CASE("AC-081 quoted-printable: illegal escapes stay as they are, lower case is read") {
    CHECK(quoted_printable("a=3Db=3db") == Result{"a=b=b", {}});
    CHECK(quoted_printable("=XY and =4") == Result{"=XY and =4", {"qp_illegal"}});
    CHECK(quoted_printable("=0D=0A.=0D=0A") == Result{"\r\n.\r\n", {}});
    CHECK(quoted_printable("soft=\r\nbreak= \t\r\nhere=") == Result{"softbreakhere", {}});
    CHECK(quoted_printable("trailing \t\r\nkept=20\r\n") == Result{"trailing\r\nkept \r\n", {}});
}

TEST_CASE("AC-082 quoted-printable: long lines and bare line ends") {
    const std::string text(100'000, 'x');
    CHECK(quoted_printable(text).bytes == text);
    CHECK(quoted_printable("a=\nb\nc\r=\rd").bytes == "ab\nc\r=\rd");
}

TEST_CASE("AC-083 base64 under a quoted-printable label is a mismatch, text that only looks like it is not") {
    CHECK(leaf("quoted-printable", full_lines).findings == Names{"encoding_mismatch", "qp_illegal"});
    CHECK(leaf("quoted-printable", "Hello123\r\nHello456\r\n").findings.empty());
    CHECK(leaf("quoted-printable", std::string(76, 'x') + "\r\nword\r\n").findings.empty());
    CHECK(leaf("quoted-printable", std::string(75, 'x') + "=\r\nword\r\n").findings.empty());
}

TEST_CASE("AC-083 text under a base64 label is a mismatch, base64 with a footer is not") {
    CHECK(leaf("base64", "This is plain text, not base64 at all.\r\n").findings.front() == "encoding_mismatch");
    CHECK(leaf("base64", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$TEST-FILE!$H+H*").findings.front() == "encoding_mismatch");
    CHECK(leaf("base64", full_lines + "-- \r\na footer of a mailing list, in words\r\n").findings ==
          Names{"base64_junk"});
    CHECK(leaf("base64", "aGVs bG8=").findings.empty());
}

TEST_CASE("AC-073 a mail that is base64 as a whole is decoded") {
    CHECK(leaf("base64", "aGVsbG8=\r\n") == Result{"hello", {}});
}

TEST_CASE("AC-063 AC-074 uuencode as a transfer encoding is decoded, and without a block it stays opaque") {
    CHECK(leaf("x-uuencode", "text before\r\nbegin 644 hello.txt\r\n%:&5L;&\\\r\n \r\nend\r\n").bytes == "hello");
    const Result none = leaf("uuencode", "no block");
    CHECK(none.bytes == "no block");
    CHECK(none.findings == Names{"unknown_transfer_encoding"});
    CHECK(leaf("x-uuencode", "begin 644 x\r\nM\r\n!\r\n#ab").bytes.size() < 10);
}

TEST_CASE("AC-063 an unknown encoding leaves the bytes alone") { CHECK(leaf("64qp", "=41 QQ==").bytes == "=41 QQ=="); }

TEST_CASE("AC-084 NUL in text does not cut it and is noted") {
    const std::string text("a\0b", 3);
    CHECK(leaf("8bit", text) == Result{text, {"nul_in_text"}});
}

TEST_CASE("AC-085 UTF-16 text may hold NUL") {
    const std::string mail("Content-Type: text/plain; charset=utf-16\r\n\r\n\0h\0i", 48);
    const MailStructure structure = read_structure(mail, BudgetLimits{}, 0);
    std::vector<Reason> findings;
    CHECK(decode_body(structure.entities.at(0), 100, findings).size() == 4);
    CHECK(findings.empty());
}

TEST_CASE("a uuencoded part without content is empty, one without a begin line is unknown") {
    std::vector<Reason> notes;
    CHECK(decode_uuencode("", notes).empty());
    CHECK(decode_uuencode("\r\n \r\n", notes) == "\r\n \r\n");
    CHECK(decode_uuencode("begin 644 a.txt\r\n`\r\nend\r\n", notes).empty());
    CHECK(decode_uuencode("begin 644 a.txt", notes).empty());
    CHECK(notes.empty());
    decode_uuencode("#0V%T", notes);
    CHECK(has(notes, Reason::unknown_transfer_encoding));
}

TEST_CASE("AC-083 a slip of an encoding's name does not hide base64 from those who look for themselves") {
    const std::string line = "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZyAwMTIz";
    Entity entity;
    const std::string body = line + "\r\n" + line + "\r\n";
    entity.body = body;
    std::vector<Reason> notes;
    decode_body(entity, 1000, notes);
    CHECK(notes.empty());
    entity.findings = {Reason::odd_transfer_encoding};
    decode_body(entity, 1000, notes);
    CHECK(has(notes, Reason::encoding_mismatch));
}

TEST_CASE("decoding past the limit gives nothing but the finding") {
    CHECK(leaf("base64", "aGVsbG8=", 5) == Result{"hello", {}});
    CHECK(leaf("base64", "aGVsbG8=", 4) == Result{"", {"too_much_decoded"}});
    CHECK(leaf("7bit", "hello", 4) == Result{"", {"too_much_decoded"}});
}

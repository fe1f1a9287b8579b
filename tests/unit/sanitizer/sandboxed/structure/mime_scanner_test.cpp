#include "sanitizer/sandboxed/structure/mime_scanner.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "sanitizer/sandboxed/structure/mime_reader.hpp"
#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using Names = std::vector<std::string>;

namespace {

// A structure and the mail that it points into.
struct Reading : MailStructure {
    std::unique_ptr<const std::string> mail;
};

Reading read_deep(std::string_view mail, std::uint32_t depth_so_far) {
    Reading reading;
    reading.mail = std::make_unique<const std::string>(mail);
    static_cast<MailStructure&>(reading) = read_structure(*reading.mail, BudgetLimits{}, depth_so_far);
    return reading;
}

Reading read(std::string_view mail) { return read_deep(mail, 0); }

Names ambiguous(std::string_view mail) { return ambiguous_names_of(read(mail).findings); }

// "path type" of every leaf.
Names leaves(const MailStructure& structure) {
    Names list;
    for (const Entity& entity : structure.entities) {
        if (!entity.is_multipart) list.push_back(entity.path + " " + entity.type);
    }
    return list;
}

std::string body(const MailStructure& structure, std::string_view path) {
    for (const Entity& entity : structure.entities) {
        if (entity.path == path && !entity.is_multipart) return std::string(entity.body);
    }
    return "no such part";
}

const std::string mixed = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n";
const std::string two_parts =
    "--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--b--\r\n";

}  // namespace

TEST_CASE("a mail without structure is the single leaf 1") {
    const auto structure = read("Subject: x\r\n\r\nhello\r\n");
    CHECK(leaves(structure) == Names{"1 text/plain"});
    CHECK(body(structure, "1") == "hello\r\n");
    CHECK(structure.findings.empty());
}

TEST_CASE("parts are numbered as IMAP does and end before the line end of their delimiter") {
    const auto structure = read(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
        "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
        "--i\r\n\r\nplain\r\n\r\n--i\r\nContent-Type: text/html\r\n\r\nhtml\r\n--i--\r\n\r\n"
        "--o\r\nContent-Type: image/png\r\n\r\npng\r\n--o--\r\n");
    CHECK(leaves(structure) == Names{"1.1 text/plain", "1.2 text/html", "2 image/png"});
    CHECK(body(structure, "1.1") == "plain\r\n");
    CHECK(body(structure, "2") == "png");
    CHECK(structure.findings.empty());
}

TEST_CASE("a text that knows no CRLF is read by its LFs") {
    const auto structure = read("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n");
    CHECK(leaves(structure) == Names{"1 text/plain", "2 text/plain"});
    CHECK(body(structure, "1") == "one");
}

TEST_CASE("AC-043 two Content-Type fields that differ are ambiguous, two alike are noted") {
    CHECK(ambiguous("Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx") == Names{"duplicate_content_type"});
    const auto same = read("Content-Type: text/plain\r\ncontent-type: Text/Plain\r\n\r\nx");
    CHECK(ambiguous_names_of(same.findings).empty());
    CHECK(has(same.findings, Reason::duplicate_field));
}

TEST_CASE("AC-044 two transfer encodings that differ are ambiguous") {
    CHECK(ambiguous("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\nx") ==
          Names{"duplicate_transfer_encoding"});
}

TEST_CASE("AC-044 two transfer encodings that mean the same are noted") {
    const auto twice = [](const std::string& first, const std::string& second) {
        return read("MIME-Version: 1.0\r\nContent-Transfer-Encoding: " + first +
                    "\r\nContent-Transfer-Encoding: " + second + "\r\n\r\nx")
            .findings;
    };
    CHECK(names_of(twice("7bit", "8bit")) == Names{"duplicate_field"});
    CHECK(names_of(twice("base64", "Base-64")) == Names{"odd_transfer_encoding", "duplicate_field"});
    CHECK(has(twice("7bit", "base64"), Reason::duplicate_transfer_encoding));
    CHECK(has(twice("base64", "quoted-printable"), Reason::duplicate_transfer_encoding));
    CHECK(has(twice("base645", "7bit"), Reason::duplicate_transfer_encoding));
    CHECK(has(twice("8bit", "base645"), Reason::duplicate_transfer_encoding));
}

TEST_CASE("AC-052 a boundary that equals an open one is ambiguous where readers see other parts") {
    const std::string open =
        mixed + "\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n";
    // A reader that knows the outer one sees the end here, another one sees the end of the inner one.
    CHECK(ambiguous(open + "--b\r\n\r\nhidden\r\n--b--\r\n") == Names{"part_after_close", "boundary_overlap"});
    CHECK(ambiguous(open + "--b--\r\n").empty());
}

TEST_CASE("AC-052 prefix boundaries of Eudora and others are one mail where every reader sees the same parts") {
    struct Row {
        std::string outer, inner;
    };
    for (const Row& row : std::vector<Row>{
             {"b", "bc"},
             {"abc", "abc-alt"},
             {"=====================_12345==_", "=====================_12345==_.ALT"},
             {"----=_NextPart_000_0001", "----=_NextPart_000_0001_01BF"},
             {"bc", "b"},
         }) {
        CAPTURE(row.outer, row.inner);
        const std::string head = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"" + row.outer +
                                 "\"\r\n\r\n--" + row.outer + "\r\nContent-Type: multipart/alternative; boundary=\"" +
                                 row.inner + "\"\r\n\r\n";
        const std::string text = "--" + row.inner + "\r\n\r\ntext\r\n",
                          html = "--" + row.inner + "\r\nContent-Type: text/html\r\n\r\n<p>text</p>\r\n";
        const std::string inner_end = "--" + row.inner + "--\r\n";
        const std::string file = "\r\n--" + row.outer + "\r\nContent-Type: image/png\r\n\r\npng\r\n";
        const std::string end = "--" + row.outer + "--\r\n";
        const auto structure = read(head + text + html + inner_end + file + end);
        CHECK(leaves(structure) == Names{"1.1 text/plain", "1.2 text/html", "2 image/png"});
        CHECK(ambiguous_names_of(structure.findings).empty());
    }
    const std::string start =
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=abc\r\n\r\n--abc\r\nContent-Type: "
        "multipart/mixed; boundary=abc-alt\r\n\r\n";
    const std::string part = "--abc-alt\r\n\r\ntext\r\n";
    // Hostile siblings: what is outside of the parts to one reader is a part to another.
    for (const std::string& body :
         {start + part + "--abc-alt--\r\nfor some readers\r\n--abc--\r\n",
          start + part + "--abc-alt--\r\nContent-Type: text/html\r\n\r\nhidden\r\n--abc--\r\n",
          start + part +
              "--abc-alt\r\nContent-Type: multipart/mixed; boundary=abc-altx\r\n\r\n--abc-altx--\r\nx\r\n"
              "--abc-alt--\r\n--abc--\r\n",
          start + part + "--abc--alt\r\n\r\nmore\r\n--abc-alt--\r\n--abc--\r\n"}) {
        CAPTURE(body);
        const Names found = ambiguous(body);
        CHECK((found.end() != std::find(found.begin(), found.end(), "boundary_overlap") ||
               found.end() != std::find(found.begin(), found.end(), "boundary_variant")));
    }
}

TEST_CASE("AC-052 docomo's prefix boundaries are no ambiguity where nothing can be seen twice") {
    const std::string mail =
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"X_0_\"\r\n\r\n"
        "--X_0_\r\nContent-Type: multipart/related; boundary=\"X\"\r\n\r\n--X\r\n\r\ntext\r\n";
    CHECK(ambiguous(mail + "--X--\r\n--X_0_\r\n\r\nmore\r\n--X_0_--\r\n").empty());
    CHECK(ambiguous(mail + "--X\r\n--X_0_--\r\n\r\n").empty());
    // Saboteur: with text behind it, a reader that compares beginnings sees one more part.
    CHECK(ambiguous(mail + "--X\r\n--X_0_--\r\nContent-Type: text/html\r\n\r\nhidden\r\n") ==
          Names{"hidden_structure", "boundary_overlap"});
}

TEST_CASE("AC-054 a missing closing delimiter is a note") {
    const auto structure = read(mixed + "\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n");
    CHECK(leaves(structure) == Names{"1 text/plain", "2 text/plain"});
    CHECK(names_of(structure.findings) == Names{"unclosed_multipart"});
}

TEST_CASE("AC-054 parts after the closing delimiter never become parts") {
    const auto structure = read(mixed + "\r\n" + two_parts + "--b\r\nContent-Type: text/html\r\n\r\nlate\r\n--b--\r\n");
    CHECK(leaves(structure) == Names{"1 text/plain", "2 text/html"});
    CHECK(ambiguous_names_of(structure.findings) == Names{"part_after_close", "hidden_structure"});
    for (const Entity& entity : structure.entities) {
        if (!entity.is_multipart) CHECK(entity.body.find("late") == std::string_view::npos);
    }
}

TEST_CASE("AC-054 an inner multipart that is never closed swallows no sibling") {
    const auto structure = read(mixed +
                                "\r\n--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\ninner\r\n"
                                "--b\r\nContent-Type: text/html\r\n\r\nsibling\r\n--b--\r\n");
    CHECK(leaves(structure) == Names{"1.1 text/plain", "2 text/html"});
    CHECK(ambiguous_names_of(structure.findings).empty());
}

TEST_CASE("AC-055 what mailers and lists write around the parts is dropped, counted and noted") {
    const auto structure =
        read(mixed + "\r\nThis is a multi-part message in MIME format.\r\n" + two_parts + "____\r\nlist footer\r\n");
    CHECK(names_of(structure.findings) == Names{"preamble_dropped", "epilogue_dropped"});
    CHECK(structure.preamble_bytes == 44);
    CHECK(structure.epilogue_bytes == 15);
}

TEST_CASE("AC-055 blank lines around the parts are not worth a word") {
    CHECK(read(mixed + "\r\n\r\n" + two_parts + "\r\n\r\n").findings.empty());
}

TEST_CASE("AC-055 something like a part in preamble or epilogue is ambiguous") {
    CHECK(ambiguous(mixed + "\r\nContent-Type: text/html\r\n\r\nx\r\n" + two_parts) == Names{"hidden_structure"});
    CHECK(ambiguous(mixed + "\r\n" + two_parts + "content-transfer-encoding: base64\r\n\r\nx") ==
          Names{"hidden_structure"});
    CHECK(ambiguous(mixed + "\r\n" + two_parts + "Content-Type: text/html\r\nwithout a blank line\r\n") ==
          Names{"hidden_structure"});
    CHECK(ambiguous(mixed + "\r\n" + two_parts + "Content-Type: text/html\r\n\r\nContent-Type: text/plain\r\n") ==
          Names{"hidden_structure"});
}

TEST_CASE("AC-054 AC-055 stray header lines outside of the parts hide nothing where no body follows them") {
    CHECK(names_of(read(mixed + "\r\n" + two_parts + "Content-Type: text/plain\r\n").findings) ==
          Names{"epilogue_dropped"});
    CHECK(ambiguous(mixed + "\r\n" + two_parts +
                    "list footer\r\nContent-Type: text/html;\r\n charset=utf-8\r\nX-Y: z\r\n\r\n")
              .empty());
    CHECK(ambiguous(mixed + "\r\nThis is MIME.\r\nContent-Type: text/foo\r\n\r\n" + two_parts).empty());
    // Each place outside of the parts by itself.
    CHECK(ambiguous(mixed + "\r\nContent-Type: text/foo\r\n\r\n" + two_parts + "footer\r\n").empty());
}

TEST_CASE("AC-056 a delimiter after or with a stray CR or LF is ambiguous") {
    const std::string end = "\r\n--b--\r\n";
    for (const std::string part :
         {"--b\r\n\r\none\n--b\n\ntwo", "--b\r\n\r\none\r--b\r\rtwo", "--b\r\n\r\none\r\n--b\r\r\n\r\ntwo"}) {
        CAPTURE(part);
        CHECK(ambiguous(mixed + "\r\n" + part + end) == Names{"boundary_variant"});
    }
    // A stray line end alone is data.
    CHECK(ambiguous(mixed + "\r\n--b\r\n\r\none\ntwo" + end).empty());
}

TEST_CASE("a line that goes on after the boundary is ambiguous, transport padding is not") {
    CHECK(ambiguous(mixed + "\r\n--b\r\n\r\none\r\n--bx\r\n\r\ntwo\r\n--b--\r\n") == Names{"boundary_variant"});
    CHECK(ambiguous(mixed + "\r\n--b \t \r\n\r\none\r\n--b-- \r\n").empty());
    CHECK(ambiguous(mixed + "\r\n--b\r\n\r\none --b\r\n -- b\r\n -\r\n--b--\r\n").empty());
}

TEST_CASE("AC-050 a multipart without a usable boundary stays one opaque leaf") {
    for (const std::string type : {"multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=\"\""}) {
        CAPTURE(type);
        const auto structure = read("MIME-Version: 1.0\r\nContent-Type: " + type + "\r\n\r\n--\r\n\r\nx\r\n----\r\n");
        CHECK(leaves(structure) == Names{"1 multipart/mixed"});
        CHECK(ambiguous_names_of(structure.findings) == Names{"missing_boundary"});
    }
}

TEST_CASE("AC-050 a boundary that never occurs is ambiguous where there are other delimiters") {
    CHECK(ambiguous(mixed + "\r\n--other\r\n\r\nx\r\n--other--\r\n") == Names{"boundary_never_used"});
}

TEST_CASE("AC-050 text under a multipart label is text, and headers alone are nothing") {
    const auto text = read(mixed + "\r\nJust text.\r\n-- \r\nA signature\r\n");
    CHECK(leaves(text) == Names{"1 text/plain"});
    CHECK(body(text, "1") == "Just text.\r\n-- \r\nA signature\r\n");
    CHECK(ambiguous_names_of(text.findings).empty());
    CHECK(text.preamble_bytes == 0);
    CHECK(ambiguous(mixed + "\r\n").empty());
    CHECK(ambiguous(mixed).empty());
}

TEST_CASE("AC-050 a multipart that gives no boundary and shows no delimiter is text, and headers alone are nothing") {
    const std::string head = "MIME-Version: 1.0\r\nContent-Type: multipart/report\r\n\r\n";
    const auto text = read(head + "Just text.\r\nMore of it.\r\n");
    CHECK(leaves(text) == Names{"1 text/plain"});
    CHECK(ambiguous_names_of(text.findings).empty());
    CHECK(ambiguous(head).empty());
    CHECK(ambiguous(head + "\r\n\r\n").empty());
    CHECK(ambiguous(head + "Just text.\r\n--x\r\n\r\ny\r\n") == Names{"missing_boundary"});
    CHECK(ambiguous(head + "Just text.\r\n--\r\n\r\ny\r\n") == Names{"missing_boundary"});
}

TEST_CASE("AC-063 an encoding that nobody knows is no ambiguity where no decoding makes anything else of the text") {
    const auto of = [](const std::string& body) {
        return ambiguous("MIME-Version: 1.0\r\nContent-Transfer-Encoding: 7vladibit\r\n\r\n" + body);
    };
    CHECK(of("We supply high quality goods by mail, at very good prices. See a=b and 1 + 1 = 2.\r\n").empty());
    CHECK(of("会議は明日の午前十時から、第三会議室で行います。\r\n").empty());
    const std::string prose = "Some words that are surely no base64, and then more.\r\n";
    for (const std::string& body :
         {std::string("short"), prose + "caf=E9 is read in two ways", prose + "a soft=\r\nbreak",
          prose + "begin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n", prose + "=ybegin line=128 size=4 name=a.exe\r\n",
          std::string("PGh0bWw+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PjwvaHRtbD4AAAAAAAA\r\n")}) {
        CAPTURE(body);
        CHECK(of(body) == Names{"unknown_transfer_encoding"});
    }
    // What nobody knows stays so on a container.
    CHECK(has(read("Content-Transfer-Encoding: xyz\r\n" + mixed + "\r\n" + two_parts).findings,
              Reason::encoded_container));
}

TEST_CASE("AC-053 an inner multipart without boundary is opaque and flagged") {
    const auto structure = read(mixed + "\r\n--b\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\n\r\ny\r\n--b--\r\n");
    CHECK(leaves(structure) == Names{"1 multipart/mixed"});
    CHECK(ambiguous_names_of(structure.findings) == Names{"missing_boundary"});
}

TEST_CASE("AC-057 variants of the line between header and body have one reading") {
    CHECK(body(read("Subject: x\r\n \r\nFrom: y\r\n\r\nbody"), "1") == "body");  // blanks alone continue a field
    CHECK(body(read("Subject: x\r\n \r\nbody text\r\n\r\nmore"), "1") == "body text\r\n\r\nmore");
    CHECK(body(read("Subject: x\r\nbody without a blank line\r\n\r\nmore"), "1") ==
          "body without a blank line\r\n\r\nmore");
    CHECK(body(read("\r\nSubject: x\r\n\r\nbody"), "1") == "Subject: x\r\n\r\nbody");
    const auto delimiter_at_once = read(mixed + two_parts);
    CHECK(leaves(delimiter_at_once) == Names{"1 text/plain", "2 text/html"});
    CHECK(ambiguous_names_of(delimiter_at_once.findings).empty());
}

TEST_CASE("AC-058 odd folding is ambiguous in structural fields only") {
    CHECK(ambiguous("Content-Type\r\n : text/html\r\n\r\nx") == Names{"odd_folding", "space_before_colon"});
    CHECK(ambiguous("Content-Type: multi\r\n part/mixed; boundary=b\r\n\r\nx") ==
          Names{"odd_folding", "readings_differ"});
    CHECK(ambiguous("Content-Type: multipart/mixed;\r\n \r\n boundary=b\r\n\r\n--b\r\n\r\n--b--") ==
          Names{"odd_folding"});
    CHECK(ambiguous("Subject: a\r\n \r\n b\r\nContent-Type: text/plain;\r\n\tcharset=utf-8\r\n\r\nx").empty());
}

TEST_CASE("AC-059 space before the colon is ambiguous in structural fields only") {
    CHECK(ambiguous("Content-Type : text/html\r\n\r\nx") == Names{"space_before_colon"});
    const auto subject = read("Subject : hello\r\n\r\nx");
    CHECK(subject.findings.empty());
    REQUIRE(subject.entities[0].fields.size() == 1);
    CHECK(subject.entities[0].fields[0].name == "Subject");
}

TEST_CASE("AC-060 a first line that is a continuation is ambiguous") {
    CHECK(ambiguous(" Content-Type: text/html\r\nSubject: x\r\n\r\nx") == Names{"starts_with_fold"});
}

TEST_CASE("AC-106 NUL in a header is ambiguous") {
    CHECK(ambiguous(std::string("From: a@b\0c\r\n\r\nx", 16)) == Names{"nul_in_header"});
}

TEST_CASE("AC-013 a bare CR or LF inside a field is ambiguous") {
    CHECK(ambiguous("Subject: a\nContent-Type: text/html\r\n\r\nx") == Names{"malformed_header_line"});
    CHECK(ambiguous("Subject: a\rBcc: x@y\r\n\r\nx") == Names{"malformed_header_line"});
}

TEST_CASE("a broken fold before the structural fields is skipped, between them it is ambiguous") {
    const auto broken = read("X-Spam: a\r\nrest of the line\r\nContent-Type: text/html\r\n\r\nx");
    CHECK(names_of(broken.findings) == Names{"header_line_skipped", "odd_mime_version"});
    CHECK(leaves(broken) == Names{"1 text/html"});
    CHECK(ambiguous("Content-Type: text/html\r\nno field\r\nContent-Transfer-Encoding: base64\r\n\r\nx") ==
          Names{"malformed_header_line"});
}

TEST_CASE("AC-065 an encoded container is ambiguous; quoted-printable over raw delimiters is a mailer's slip") {
    CHECK(ambiguous("Content-Transfer-Encoding: base64\r\n" + mixed + "\r\n" + two_parts) ==
          Names{"encoded_container"});
    const auto slip = read("Content-Transfer-Encoding: quoted-printable\r\n" + mixed + "\r\n" + two_parts);
    CHECK(names_of(slip.findings) == Names{"odd_transfer_encoding"});
}

TEST_CASE("AC-066 AC-067 AC-068 attached mails and fragments are leaves that keep their type") {
    for (const std::string type : {"message/rfc822", "message/partial", "message/external-body"}) {
        const auto structure =
            read(mixed + "\r\n--b\r\nContent-Type: " + type + "; id=x\r\n\r\nSubject: y\r\n\r\nz\r\n--b--\r\n");
        CHECK(leaves(structure) == Names{"1 " + type});
        CHECK(ambiguous_names_of(structure.findings).empty());
    }
}

TEST_CASE("parts of a digest are mails unless they say otherwise") {
    CHECK(
        leaves(read("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n")) ==
        Names{"1 message/rfc822"});
}

TEST_CASE("AC-069 alternatives stay beside each other") {
    const auto structure = read("Content-Type: multipart/alternative; boundary=b\r\n\r\n" + two_parts);
    CHECK(leaves(structure) == Names{"1 text/plain", "2 text/html"});
}

TEST_CASE("AC-070 past the limit of parts nothing more is read") {
    std::string mail = mixed + "\r\n";
    for (int i = 0; i < 5000; ++i) mail += "--b\r\n\r\nx\r\n";
    const auto structure = read(mail);
    CHECK(structure.entities.size() == BudgetLimits{}.parts_max);
    CHECK(ambiguous_names_of(structure.findings) == Names{"too_many_parts"});
}

TEST_CASE("AC-070 nesting past the limit stays opaque, and depth of attached mails counts") {
    std::string mail;
    for (int i = 0; i < 20000; ++i) {
        const std::string boundary = "b" + std::to_string(i) + "e";
        mail += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
    }
    const auto structure = read(mail);
    CHECK(structure.entities.size() <= BudgetLimits{}.depth_max);
    CHECK(has(structure.findings, Reason::too_deep));

    const auto deep = read_deep(mixed + "\r\n" + two_parts, BudgetLimits{}.depth_max - 1);
    CHECK(has(deep.findings, Reason::too_deep));
    CHECK(leaves(deep) == Names{"1 multipart/mixed"});
}

TEST_CASE("AC-071 header limits are findings, and the fields read so far stay") {
    const std::string from = "From: a@b.example\r\n";
    const auto long_line = read(from + "X: " + std::string(100'000, 'x') + "\r\nSubject: s\r\n\r\nbody");
    CHECK(ambiguous_names_of(long_line.findings) == Names{"header_too_long"});
    CHECK(long_line.entities[0].fields.size() == 2);

    std::string many = from;
    for (int i = 0; i < 100'000; ++i) many += "X: y\r\n";
    const auto many_fields = read(many + "\r\nbody");
    CHECK(ambiguous_names_of(many_fields.findings) == Names{"header_too_long"});
    CHECK(many_fields.entities[0].fields.size() == BudgetLimits{}.header_fields_max);
    CHECK(many_fields.entities[0].body.empty());

    std::string folded = from + "X: y\r\n";
    while (folded.size() < 2 * BudgetLimits{}.header_bytes_max) folded += " " + std::string(900, 'y') + "\r\n";
    CHECK(has(read(folded + "\r\nbody").findings, Reason::header_too_long));
}

TEST_CASE("AC-072 a missing or odd MIME-Version is a note and the mail is parsed anyway") {
    const auto missing = read("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + two_parts);
    CHECK(leaves(missing).size() == 2);
    CHECK(names_of(missing.findings) == Names{"odd_mime_version"});
    CHECK(names_of(read("MIME-Version: 2.0\r\nSubject: x\r\n\r\ny").findings) == Names{"odd_mime_version"});
    CHECK(read("MIME-Version: 1.0 (Apple Message framework v936)\r\n\r\ny").findings.empty());
}

TEST_CASE("AC-076 mails without a header, with mbox lines or nothing at all") {
    const auto body_only = read("Hello there\r\nGeneral text\r\n\r\nmore");
    CHECK(body(body_only, "1") == "Hello there\r\nGeneral text\r\n\r\nmore");
    CHECK(names_of(body_only.findings) == Names{"header_line_skipped", "no_header"});
    for (const std::string line : {"From a@b Mon Jan  1 00:00:00 2024\r\n", ">From a@b Mon Jan  1 00:00:00 2024\r\n"}) {
        const auto mbox = read(line + "Subject: x\r\n\r\ny");
        CHECK(names_of(mbox.findings) == Names{"mbox_line"});
        CHECK(mbox.entities[0].fields.size() == 1);
    }
    CHECK(leaves(read("")) == Names{"1 text/plain"});
    CHECK(leaves(read("\r\n")) == Names{"1 text/plain"});
    CHECK(leaves(read("Subject: x")) == Names{"1 text/plain"});
}

TEST_CASE("unencoded 8-bit text, comments and long boundaries are at most noted") {
    CHECK(ambiguous("Subject: \x82\xa0\r\nContent-Type: text/plain\r\n\r\n\x82\xa0\xff\r\n").empty());
    CHECK(ambiguous("Content-Type: text/plain (a comment); charset=us-ascii (another)\r\n\r\nx").empty());
    const std::string boundary(200, 'q');
    CHECK(ambiguous("Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary +
                    "\r\n\r\nx\r\n--" + boundary + "--\r\n")
              .empty());
}

// Twice the work must not take much more than twice the steps; counted as time with a wide margin by the test's own
// limit.
TEST_CASE("AC-070 many lines of dashes under many boundaries end in linear work") {
    std::string mail;
    for (int i = 0; i < 30; ++i) {
        const std::string boundary = std::string(900, 'b') + std::to_string(i + 10);
        mail += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
    }
    mail += "\r\n";
    for (int i = 0; i < 20'000; ++i) mail += "--" + std::string(900, 'b') + "\r\n";
    CHECK(read(mail).entities.size() == 31);
}

#include "sanitizer/sandboxed/structure/content_type.hpp"

#include <catch2/catch.hpp>

#include "sanitizer/sandboxed/structure/mime_reader.hpp"
#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using Names = std::vector<std::string>;

namespace {

ContentType read(std::string_view value) { return read_content_type(value, BudgetLimits{}); }

// The name of a single attachment, as the structure gives it.
Entity attachment(std::string_view fields) {
    const std::string mail = std::string(fields) + "\r\n\r\nx";
    Entity entity = read_structure(mail, BudgetLimits{}, 0).entities.at(0);
    entity.fields.clear();  // they point into the mail
    entity.body = {};
    return entity;
}

std::string name_of(std::string_view fields) { return attachment(fields).untrusted_name; }

}  // namespace

TEST_CASE("a Content-Type gives type, charset, boundary and format") {
    const ContentType type = read("Text/Plain; Charset=\"ISO-2022-JP\"; format=Flowed; delsp=yes");
    CHECK(type.type == "text/plain");
    CHECK(type.charset_label == "iso-2022-jp");
    CHECK(type.format_flowed);
    CHECK(type.delsp);
    CHECK(type.findings.empty());
    CHECK(type.value.is_plain);
    CHECK(read("multipart/mixed; boundary=\"a b;c'd\"").boundary == "a b;c'd");
}

TEST_CASE("AC-045 two boundary parameters that differ are ambiguous, twice the same one is noted") {
    CHECK(ambiguous_names_of(read("multipart/mixed; boundary=a; boundary=b").findings) ==
          Names{"conflicting_boundary"});
    CHECK(read("multipart/mixed; boundary=a; boundary=b").boundary == "a");
    CHECK(names_of(read("multipart/mixed; boundary=a; Boundary=\"a\"").findings) == Names{"malformed_content_type"});
    CHECK(ambiguous_names_of(read("text/plain; charset=utf-8; charset=utf-7").findings) ==
          Names{"duplicate_parameter"});
}

TEST_CASE("AC-045 a doubled parameter that decides nothing is no ambiguity, nor are charsets that agree on ASCII") {
    for (const std::string value :
         {"text/plain; x-unix-mode=0644; x-unix-mode=0600",
          "multipart/report; boundary=b; report-type=a; report-type=b",
          "text/plain; charset=utf-8; charset=iso-2022-jp", "text/plain; charset=us-ascii; charset=utf-8",
          "text/plain; format=flowed; format=fixed", "text/plain; charset=utf-8; charset=no-such"}) {
        CAPTURE(value);
        CHECK(names_of(read(value).findings) == Names{"malformed_content_type"});
    }
    CHECK(read("text/plain; charset=us-ascii; charset=utf-8").charset_label == "utf-8");
    CHECK(read("text/plain; charset=utf-8; charset=us-ascii").charset_label == "utf-8");
    CHECK(read("text/plain; charset=utf-8; charset=iso-2022-jp").charset_label == "utf-8");
    // The hostile sibling: one of them reads other words from the same bytes.
    for (const std::string label : {"utf-7", "utf-16", "utf-16le", "utf-32", "hz-gb-2312", "iso-2022-kr"}) {
        CAPTURE(label);
        CHECK(has(read("text/plain; charset=utf-8; charset=" + label).findings, Reason::duplicate_parameter));
        CHECK(has(read("text/plain; charset=" + label + "; charset=us-ascii").findings, Reason::duplicate_parameter));
    }
}

TEST_CASE("AC-043 a second Content-Type that differs in its charset alone is no ambiguity") {
    const auto read_two = [](const std::string& first, const std::string& second) {
        return attachment("MIME-Version: 1.0\r\nContent-Type: " + first + "\r\nContent-Type: " + second);
    };
    const Entity plain = read_two("text/plain", "Text/Plain; charset=iso-2022-jp");
    CHECK(names_of(plain.findings) == Names{"duplicate_field"});
    CHECK(plain.charset_label == "iso-2022-jp");
    CHECK(read_two("text/plain; charset=us-ascii", "text/plain; charset=utf-8").charset_label == "utf-8");
    CHECK(read_two("text/plain; charset=utf-8", "text/plain; charset=us-ascii").charset_label == "utf-8");
    CHECK(names_of(read_two("text/html; charset=utf-8; x=y", "text/html; charset=\"utf-8\"").findings) ==
          Names{"duplicate_field"});
    // Hostile siblings: another type, another name, another boundary, other words from the same bytes.
    for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{
             {"text/plain", "text/html"},
             {"text/plain; charset=utf-8", "text/plain; charset=utf-7"},
             {"text/plain", "text/plain; charset=utf-16"},
             {"application/octet-stream; name=a.txt", "application/octet-stream; name=a.exe"},
             {"multipart/mixed; boundary=a", "multipart/mixed; boundary=b"},
             {"multipart/mixed; boundary=a", "text/plain; boundary=a"},
             {"", "text/html"},
             {"a/b/c", "x/y/z"},
         }) {
        CAPTURE(first, second);
        CHECK(has(read_two(first, second).findings, Reason::duplicate_content_type));
    }
}

TEST_CASE("AC-046 boundary and an RFC 2231 boundary that differ are ambiguous, the latter alone is joined") {
    CHECK(ambiguous_names_of(read("multipart/mixed; boundary=a; boundary*0=b").findings) ==
          Names{"conflicting_boundary"});
    CHECK(ambiguous_names_of(read("multipart/mixed; boundary*=us-ascii''b; boundary=a").findings) ==
          Names{"conflicting_boundary"});
    const ContentType split = read("multipart/mixed; boundary*0=ab; boundary*1=cd");
    CHECK(split.boundary == "abcd");
    CHECK(ambiguous_names_of(split.findings).empty());
    CHECK_FALSE(split.value.is_plain);
}

TEST_CASE("AC-047 a boundary in Content-Disposition decides nothing") {
    const std::string mail =
        "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Disposition: inline; "
        "boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n";
    const auto structure = read_structure(mail, BudgetLimits{}, 0);
    CHECK(structure.entities.size() == 1);
    CHECK(structure.findings.empty());
}

TEST_CASE("AC-048 boundaries with blanks at the ends or controls are ambiguous") {
    for (const std::string boundary : {"\" b\"", "\"b \"", "\"b\t\"", "\"b\v\"", "\"b\\c\"", "\"b\x80\""}) {
        CAPTURE(boundary);
        CHECK(has(read("multipart/mixed; boundary=" + boundary).findings, Reason::boundary_odd));
    }
    CHECK(has(read(std::string("multipart/mixed; boundary=\"b\0\"", 30)).findings, Reason::boundary_odd));
}

TEST_CASE("AC-049 a boundary that some readers cut is ambiguous, equals signs and slashes are not") {
    for (const std::string boundary : {"a,b", "a b", "\"half open", "a\"b\"", "\"a\"b", "a b=c"}) {
        CAPTURE(boundary);
        CHECK_FALSE(ambiguous_names_of(read("multipart/mixed; boundary=" + boundary).findings).empty());
    }
    for (const std::string boundary : {"----=_Part_1=/x:y", "{a}@b", "\"a;b\"", "\"=_?:'()+,\""}) {
        CAPTURE(boundary);
        if (boundary != "\"a;b\"")
            CHECK(ambiguous_names_of(read("multipart/mixed; boundary=" + boundary).findings).empty());
    }
    CHECK(has(read("multipart/mixed; boundary=\"a;b\"").findings, Reason::boundary_odd));
    CHECK(has(read("multipart/mixed boundary=a").findings, Reason::boundary_odd));
    CHECK(has(read("multipart/mixed; x=\"y; boundary=a").findings, Reason::missing_boundary));
}

TEST_CASE("AC-050 AC-051 missing and overlong boundaries are bounded and flagged") {
    CHECK(has(read("multipart/mixed").findings, Reason::missing_boundary));
    CHECK(has(read("multipart/mixed; boundary=\"\"").findings, Reason::missing_boundary));
    CHECK(names_of(read("multipart/mixed; boundary=" + std::string(71, 'b')).findings) == Names{"boundary_long"});
    const ContentType huge = read("multipart/mixed; boundary=" + std::string(2048, 'b'));
    CHECK(huge.boundary.empty());
    CHECK(has(huge.findings, Reason::boundary_odd));
}

TEST_CASE("AC-061 comments are taken out and noted, unbalanced ones are ambiguous") {
    const ContentType commented = read("(a) multipart(b(c)\\))/mixed (d); (e) boundary (f) = (g) x (h)");
    CHECK(commented.type == "multipart/mixed");
    CHECK(commented.boundary == "x");
    CHECK(names_of(commented.findings) == Names{"comment_in_structure"});
    CHECK(has(read("text/plain; charset=utf-8 (open").findings, Reason::unbalanced_comment));
    CHECK(read("multipart / mixed; boundary=x").type == "multipart/mixed");
}

TEST_CASE("AC-062 an encoded-word in a structural field is ambiguous and not decoded") {
    const ContentType type = read("=?utf-8?Q?multipart/mixed;boundary=3Dx?=");
    CHECK(has(type.findings, Reason::encoded_word_in_structure));
    CHECK(type.boundary.empty());
    const ContentType boundary = read("multipart/mixed; boundary=\"=?utf-8?Q?x?=\"");
    CHECK(has(boundary.findings, Reason::encoded_word_in_structure));
    CHECK(boundary.boundary == "=?utf-8?Q?x?=");
}

TEST_CASE("AC-063 transfer encodings: case is nothing, small slips are noted, unknown ones are ambiguous") {
    struct Row {
        std::string_view value;
        TransferEncoding encoding;
        bool is_ambiguous;
    };
    const Row rows[] = {
        {"bAsE64", TransferEncoding::base64, false},
        {"base64;", TransferEncoding::base64, false},
        {"\"base64\"", TransferEncoding::base64, false},
        {"(x) base64", TransferEncoding::base64, false},
        {"8-bit", TransferEncoding::none, false},
        {"", TransferEncoding::none, false},
        {"x-uuencode", TransferEncoding::uuencode, false},
        {"base645", TransferEncoding::unknown, true},
        {"base64 junk", TransferEncoding::unknown, true},
        {"64qp", TransferEncoding::unknown, true},
        {"base64, 7bit", TransferEncoding::unknown, true},
        {"8 bit", TransferEncoding::none, false},
        {"7_bit", TransferEncoding::none, false},
        {"8BITMIME", TransferEncoding::none, false},
        {"7bit; charset=utf-8", TransferEncoding::none, false},
        {"ISO-2022-JP", TransferEncoding::none, false},
        {"UTF8", TransferEncoding::none, false},
        {"Shift_JIS", TransferEncoding::none, false},
        {"iso-8859-1", TransferEncoding::none, false},
        {"base-64", TransferEncoding::base64, false},
        {"Base 64", TransferEncoding::base64, false},
        {"text/plain", TransferEncoding::none, false},
        {"BASE_64;", TransferEncoding::base64, false},
        {"quoted printable", TransferEncoding::quoted_printable, false},
        {"quoted_printable", TransferEncoding::quoted_printable, false},
        {"quotedprintable", TransferEncoding::quoted_printable, false},
        {"quoted-printble", TransferEncoding::quoted_printable, false},
        {"quoted-printeable", TransferEncoding::quoted_printable, false},
        {"qouted-printable", TransferEncoding::unknown, true},
        {"printable", TransferEncoding::unknown, true},
        {"utf-8, base64", TransferEncoding::unknown, true},
        {"utf-8 base64", TransferEncoding::unknown, true},
        {"base32", TransferEncoding::unknown, true},
        {"7bit base64", TransferEncoding::unknown, true},
        {"base64 base64", TransferEncoding::unknown, true},
        {"bas64", TransferEncoding::unknown, true},
        {"x-gzip64", TransferEncoding::unknown, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        const Entity entity = attachment("MIME-Version: 1.0\r\nContent-Transfer-Encoding: " + std::string(row.value));
        CHECK(entity.encoding == row.encoding);
        CHECK(ambiguous_names_of(entity.findings).empty() != row.is_ambiguous);
    }
}

TEST_CASE("AC-064 types without a usable name") {
    CHECK(read("text").type == "text/plain");
    CHECK(read("").type == "text/plain");
    CHECK(read("a/b/c").type.empty());
    CHECK(read("application-x-gzip; name=x").type.empty());
    CHECK(ambiguous_names_of(read("a/b/c").findings).empty());
    CHECK(has(read("multipart; boundary=x").findings, Reason::readings_differ));
    CHECK(has(read("multipart/; boundary=x").findings, Reason::readings_differ));
    CHECK(read("text/" + std::string(300, 'x')).type.empty());
}

TEST_CASE("AC-128 a charset label is bounded and clean") {
    CHECK(read("text/plain; charset=" + std::string(10'000, 'x')).charset_label.empty());
    CHECK(read("text/plain; charset=\"'UTF-8'\"").charset_label == "utf-8");
    CHECK(read("text/plain; charset=\"a\\\"b<c>\"").charset_label == "abc");
}

TEST_CASE("semicolons too many or too few do no harm to text") {
    CHECK(read("multipart/alternative;; boundary=\"foo\"").boundary == "foo");
    CHECK(read("text/plain charset=utf-8").charset_label == "utf-8");
    CHECK(read("text/plain; charset=utf-8;").findings.empty());
    CHECK(read("text/plain; charset=\"utf-8\" format=flowed").format_flowed);
}

TEST_CASE("100,000 parameters are not all read") {
    std::string value = "text/plain";
    for (int i = 0; i < 100'000; ++i) value += ";a=b";
    CHECK(read(value).value.parameters.size() == 200);
}

TEST_CASE("AC-088 AC-089 where names differ, a dangerous extension decides, else the lossless one") {
    const std::string type = "Content-Type: application/octet-stream; name=";
    CHECK(name_of(type + "a.txt\r\nContent-Disposition: attachment; filename=b.exe") == "b.exe");
    CHECK(name_of(type + "a.exe\r\nContent-Disposition: attachment; filename=b.txt") == "a.exe");
    const Entity differs =
        attachment(type + "\"????.pdf\"\r\nContent-Disposition: attachment; filename*=utf-8''%E8%A6%8B%E7%A9%8D.pdf");
    CHECK(differs.untrusted_name == "見積.pdf");
    CHECK(has(differs.findings, Reason::name_differs));
    CHECK(name_of("Content-Disposition: attachment; filename=\"????.pdf\"\r\n" + type +
                  "\"=?utf-8?B?6KaL56mNLnBkZg==?=\"") == "見積.pdf");
}

TEST_CASE("AC-089 AC-090 RFC 2231 sections are joined before they are decoded, in their numerical order") {
    const std::string field = "Content-Disposition: attachment; ";
    CHECK(name_of(field + "filename*0=\"a.e\"; filename*1=\"xe\"") == "a.exe");
    CHECK(name_of(field + "filename*1=\"xe\"; filename*0=\"a.e\"") == "a.exe");
    CHECK(name_of(field + "filename*0*=utf-8''%E8%A6; filename*1*=%8B; filename*2=%41.pdf") == "見%41.pdf");
    CHECK(name_of(field + "filename*0=a; filename*0=b; filename*2=c") == "ac");
    CHECK(has(attachment(field + "filename*0=a; filename*0=b; filename*2=c").findings, Reason::malformed_content_type));
    CHECK(name_of(field + "filename*=utf-8'ja'%E8%A6%8B.txt") == "見.txt");
    CHECK(name_of(field + "filename*=no-charset.txt") == "no-charset.txt");
    CHECK(name_of(field + "filename*=utf-8''a%00b%ZZ%4.txt") == std::string("a\0b%ZZ%4.txt", 12));
    CHECK(name_of(field + "filename*=iso-2022-jp''%1B%24B8%2B%1B%28B.txt") == "見.txt");
}

TEST_CASE("AC-091 encoded-words in file names are decoded as Japanese mailers mean them") {
    const std::string field = "Content-Disposition: attachment; ";
    CHECK(name_of(field + "filename=\"=?ISO-2022-JP?B?GyRCOCsbKEI=?=.pdf\"") == "見.pdf");
    CHECK(name_of(field + "filename==?utf-8?B?6KaL56mNLnBkZg==?=") == "見積.pdf");
    CHECK(name_of(field + "filename*0=\"=?utf-8?B?6KaL\"; filename*1=\"56mNLnBkZg==?=\"") == "見積.pdf");
}

TEST_CASE("AC-092 raw Japanese bytes in a name do not break the quoting") {
    const std::string field = "Content-Type: application/pdf; name=";
    CHECK(name_of(field + "\"\x95\x5c.pdf\"; x=y") == "表.pdf");  // Shift_JIS, backslash as second byte
    CHECK(name_of(field + "\"\x1b$B\"\";\x1b(B.pdf\"") ==
          name_of(field + "\x1b$B\"\";\x1b(B.pdf"));  // JIS made of quotes
    CHECK(name_of(field + "\"C:\\temp\\x.doc\"") == "C:\\temp\\x.doc");
    CHECK(name_of(field + "\"a\\\"b.pdf\"") == "a\"b.pdf");
}

TEST_CASE("a disposition is lower case and bounded") {
    CHECK(attachment("Content-Disposition: Attachment; filename=x").disposition == "attachment");
    CHECK(attachment("Content-Disposition: ; filename=x").disposition.empty());
    CHECK(attachment("Content-Disposition: " + std::string(500, 'x')).disposition == "attachment");
}

TEST_CASE(
    "AC-048 AC-049 what may swallow a boundary for one reader and not for another is ambiguous, one sign at a time") {
    const auto is_odd = [](std::string_view value) { return has(read(value).findings, Reason::boundary_odd); };
    CHECK_FALSE(is_odd("multipart/mixed; boundary=b; x=y"));
    CHECK_FALSE(is_odd("multipart/mixed; boundary=b; x=\"y\""));
    for (const auto* value : {
             "multipart/mixed; boundary=b; x=y\"",  // an odd number of quotes
             "multipart/mixed; boundary=b; x=\"y",  // one that never closes, behind the boundary
             "multipart/mixed; boundary=\"b\"; x=\"\"\"",
             "multipart/mixed; boundary=b; x=\x1b$BF|\x1b(B",  // raw JIS
             "multipart/mixed; boundary=b; x=\"\x95\\\"",      // Shift_JIS whose second byte is a backslash
             "multipart/mixed boundary=b; x=y",                // no semicolon before the first parameter
         }) {
        CAPTURE(value);
        CHECK(is_odd(value));
    }
}

TEST_CASE("AC-051 a boundary is used up to its limit and not beyond") {
    const std::size_t most = BudgetLimits{}.boundary_bytes_max;
    const ContentType longest = read("multipart/mixed; boundary=" + std::string(most, 'b'));
    CHECK(longest.boundary.size() == most);
    CHECK_FALSE(has(longest.findings, Reason::boundary_odd));
    const ContentType longer = read("multipart/mixed; boundary=" + std::string(most + 1, 'b'));
    CHECK(longer.boundary.empty());
    CHECK(has(longer.findings, Reason::boundary_odd));
}

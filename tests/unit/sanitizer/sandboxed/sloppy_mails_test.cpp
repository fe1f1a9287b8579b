// Mails as sloppy mailers write them, whole, through the pipeline: read without a word of warning; each beside its
// hostile sibling, which stays held. Where ../shared/cases/mail is there, the reports of users are read too.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "test_places.hpp"
#include "tests/support/skipped.hpp"
#include "written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;

namespace {

const std::string words = "会議は明日の午前十時から、第三会議室で行います。資料は当日お配りします。\n";

bool is_held(const Extract& extract) { return any_ambiguous(extract.findings); }

bool warns(const Extract& extract) {
    const auto is_warning = [](Reason reason) { return weight(reason) >= Weight::warn; };
    bool found = std::any_of(extract.findings.begin(), extract.findings.end(), is_warning);
    for (const PartRow& one : extract.parts) {
        found = found || is_warning(one.reason) || std::any_of(one.notes.begin(), one.notes.end(), is_warning);
    }
    return found;
}

Extract read_body(const std::string& fields, const std::string& body) {
    return read(crlf(head + fields + "\n" + body));
}

}  // namespace

TEST_CASE("AC-063 AC-083 a transfer encoding that is a charset's name or a slip is read, what it might hide is held") {
    const std::string label = GENERATE("ISO-2022-JP", "UTF8", "utf-8", "Shift_JIS", "8 bit", "8-bit", "7BITS", "none");
    CAPTURE(label);
    const std::string fields = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: " + label + "\n";
    const Extract extract = read_body(fields, words);
    CHECK_FALSE(is_held(extract));
    CHECK(all_text(extract) == words);
    const std::string line = "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZyAwMTIz\n";
    CHECK(is_held(read_body(fields, line + line)));
}

TEST_CASE("AC-063 base-64 and quoted printable are decoded, what is no such thing is held") {
    const auto body = [](const std::string& label, const std::string& encoded) {
        return read_body("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: " + label + "\n",
                         encoded);
    };
    for (const std::string label : {"base-64", "Base 64", "BASE_64"}) {
        CAPTURE(label);
        const Extract extract = body(label, "44GT44KT44Gr44Gh44Gv\n");
        CHECK_FALSE(is_held(extract));
        CHECK(all_text(extract) == "こんにちは");
        CHECK(is_held(body(label, "These are plain words and no base64 at all, as everybody sees.\n")));
    }
    for (const std::string label : {"quoted printable", "quoted-printble", "Quoted_Printable", "quotedprintable"}) {
        CAPTURE(label);
        const Extract extract = body(label, "=E3=81=93=E3=82=93=E3=81=AB=E3=81=A1=E3=81=AF\n");
        CHECK_FALSE(is_held(extract));
        CHECK(all_text(extract) == "こんにちは\n");
    }
    CHECK(is_held(body("base64 junk", "44GT44KT44Gr44Gh44Gv\n")));
    CHECK(is_held(body("x-other", "=E3=81=93=E3=82=93=E3=81=AB\n")));
}

TEST_CASE("an empty x-uuencode part is nothing, one with something that is no uuencode is held") {
    const auto mail = [](const std::string& content) {
        return read(crlf(head + multipart("mixed", {text_part(words),
                                                    "Content-Type: text/plain\n"
                                                    "Content-Transfer-Encoding: x-uuencode\n\n" +
                                                        content})));
    };
    CHECK_FALSE(is_held(mail("")));
    CHECK_FALSE(is_held(mail("\n\n")));
    CHECK(is_held(mail("#0V%T\n")));
}

TEST_CASE("AC-043 AC-045 doubled fields and parameters that decide nothing are read, those that decide are held") {
    const auto held = [](const std::string& fields) { return is_held(read_body(fields, words)); };
    const std::string utf8 = "Content-Type: text/plain; charset=utf-8\n";
    CHECK_FALSE(held(utf8 + "Content-Type: text/plain; charset=us-ascii\n"));
    CHECK_FALSE(held("Content-Type: text/plain; charset=us-ascii\n" + utf8));
    CHECK(all_text(read_body("Content-Type: text/plain\n" + utf8, words)) == words);
    CHECK_FALSE(held("Content-Type: text/plain; charset=utf-8; x-mac-type=54455854; x-mac-type=0\n"));
    CHECK(held(utf8 + "Content-Type: text/html; charset=utf-8\n"));
    CHECK(held(utf8 + "Content-Type: text/plain; charset=utf-7\n"));
    CHECK(held("Content-Type: text/plain; charset=utf-8; charset=utf-7\n"));
    CHECK(held("Content-Type: multipart/mixed; boundary=a; boundary=b\n"));
}

TEST_CASE("AC-052 AC-054 prefix boundaries and stray header lines are read, second mails in them are held") {
    const std::string inner =
        multipart("alternative", {text_part(words), html_part("<p>" + words + "</p>")}, "abc.ALT");
    const std::string file = file_part("text/plain", "a.txt", "file\n");
    const std::string mail = multipart("mixed", {inner, file}, "abc");
    Job in_body;  // where the file's text is seen
    in_body.profile.text_files = TextFiles::body;
    CHECK_FALSE(warns(read(crlf(head + mail), in_body)));
    CHECK(all_text(read(crlf(head + mail), in_body)) == words + "file\n");
    CHECK_FALSE(is_held(read(crlf(head + mail + "Content-Type: text/plain\n"))));
    CHECK(is_held(read(crlf(head + mail + "Content-Type: text/html\n\nhidden\n"))));
    std::string text_between = mail;
    text_between.insert(text_between.find("--abc.ALT--\n") + 12, "<script>for readers of beginnings</script>\n");
    CHECK(is_held(read(crlf(head + text_between))));
}

TEST_CASE("the reports of users are read as they should be") {
    const std::filesystem::path folder = std::filesystem::path(MUGAIKA_SOURCE) / "../shared/cases/mail";
    if (!std::filesystem::exists(folder)) return mugaika::test::say_skipped("reported mails: " + folder.string());
    struct Row {
        std::string name;
        std::vector<std::string> shown;
    };
    const auto row = GENERATE(values<Row>({
        {"alternative-amp-boilerplate", {"会議は明日の午前十時から、第三会議室で行います。"}},
        {"alternative-html-lost",
         {"12月の講座の御案内です。", "料理教室", "書道教室", "英会話教室", "防災教室", "園芸教室"}},
        {"alternative-stub-not-known", {"1月の講座のお知らせです。", "3月の講座のお知らせです。"}},
        {"bidi-lrm-alarm", {"日時：10時"}},
        {"cte-charset-name", {"会議は明日の午前十時から行います。"}},
    }));
    CAPTURE(row.name);
    std::ifstream in(folder / (row.name + ".eml"), std::ios::binary);
    std::string mail{std::istreambuf_iterator<char>(in), {}};
    REQUIRE_FALSE(mail.empty());
    std::erase(mail, '\r');
    const Extract extract = read(crlf(mail));
    const std::string text = all_text(extract);
    for (const std::string& shown : row.shown) {
        CAPTURE(shown);
        CHECK(text.find(shown) != std::string::npos);
    }
    CHECK_FALSE(warns(extract));
}

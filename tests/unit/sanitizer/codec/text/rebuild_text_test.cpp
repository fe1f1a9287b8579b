#include "sanitizer/codec/text/rebuild_text.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/checker/text/check_text.hpp"
#include "tests/unit/sanitizer/codec/text/text_files.hpp"

using namespace mugaika;

namespace {

std::string text_of(const std::string& name, std::string_view bytes, std::string_view label = "utf-8") {
    return made_of(name, bytes, label).untrusted_bytes;
}

const FileNotMade& not_made(const FileOutcome& outcome) { return std::get<FileNotMade>(outcome); }

}  // namespace

TEST_CASE("a text arrives in UTF-8 with CRLF, and with a byte order mark where it is not ASCII") {
    CHECK(text_of("a.txt", "one\ntwo\r\nthree\rfour") == "one\r\ntwo\r\nthree\r\nfour");
    CHECK(text_of("a.txt", "会議\n") == "\xef\xbb\xbf会議\r\n");
    CHECK(text_of("a.log", "会議\n") == "\xef\xbb\xbf会議\r\n");
    CHECK(text_of("a.json", "{\"会\": 1}\n") == "{\"会\": 1}\r\n");  // RFC 8259 8.1
    CHECK(text_of("a.txt", "\xef\xbb\xbf会議\n") == "\xef\xbb\xbf会議\r\n");
    CHECK(made_of("a.txt", "one").kind == SafeKind::text);
    CHECK(made_of("a.txt", "one").losses.empty());
}

TEST_CASE("the charset is decoded as that of a text in a mail: label, escapes, then the bytes") {
    struct Row {
        std::string_view bytes, label;
    };
    constexpr Row rows[] = {
        {"\x8b\x63\x8e\x96\x98\x5e", "shift_jis"},
        {"\x8b\x63\x8e\x96\x98\x5e", "cp932"},
        {"\x1b$B5D;vO?\x1b(B", "iso-2022-jp"},
        {"\x1b$B5D;vO?\x1b(B", ""},
        {"\xb5\xc4\xbb\xf6\xcf\xbf", "euc-jp"},
        {"\xe8\xad\xb0\xe4\xba\x8b\xe9\x8c\xb2", ""},
        {std::string_view("\xff\xfe\x70\x8b\x8b\x4e\x32\x93", 8), ""},
    };
    for (const Row& row : rows) {
        INFO(row.label);
        CHECK(text_of("a.csv", row.bytes, row.label) == "\xef\xbb\xbf議事録");
    }
}

TEST_CASE("what could not be read and what could not be seen is counted") {
    const FileMade made = made_of("a.txt", "会\xff\xfe議\x01 \xe2\x80\xae txt");
    CHECK(lost(made, Reason::undecodable) == 2);
    CHECK(lost(made, Reason::controls_removed) == 1);
    CHECK(lost(made, Reason::bidi_removed) == 1);
    CHECK(checker::check_text(made.kind, made.untrusted_bytes).has_value());
}

TEST_CASE("a table is what is called one by its name, else by its type") {
    CHECK(made_of("a.csv", "1").kind == SafeKind::csv);
    CHECK(made_of("A.CSV", "1").kind == SafeKind::csv);
    CHECK(made_of("a.tsv", "1").kind == SafeKind::csv);
    CHECK(made_of("a.tab", "1").kind == SafeKind::csv);
    CHECK(made_of("a.txt", "1").kind == SafeKind::text);
    CHECK(std::get<FileMade>(outcome_of(text_facts("list", "text/csv"), "1")).kind == SafeKind::csv);
    CHECK(std::get<FileMade>(outcome_of(text_facts("list.txt", "text/csv"), "1")).kind == SafeKind::text);
    CHECK(text_of("a.csv", "1,2\n") ==
          "\xef\xbb\xbf"
          "1,2\r\n");
}

TEST_CASE("line ends inside a quoted cell are LF, as Excel writes them, and all others CRLF") {
    CHECK(text_of("a.csv", "a,\"b\r\nc\nd\"\ne\r\n") ==
          "\xef\xbb\xbf"
          "a,\"b\nc\nd\"\r\ne\r\n");
    CHECK(text_of("a.csv", "a,\"never\nclosed") ==
          "\xef\xbb\xbf"
          "a,\"never\nclosed");
    CHECK(text_of("a.csv", "a \"b\nc\" d") ==
          "\xef\xbb\xbf"
          "a \"b\r\nc\" d");
}

TEST_CASE("a file written into a text does not cross with it, and this is said. AC-074") {
    const FileMade made = made_of("a.txt", "see below\nbegin 644 a.exe\n#0V%T\n`\nend\nbye\n");
    CHECK(made.untrusted_bytes.find("#0V%T") == std::string::npos);
    CHECK(lost(made, Reason::uuencoded_file) == 1);
    for (const char* name : {"a.txt", "a.csv"}) {  // nothing else in it: no empty file arrives
        const auto outcome = outcome_of(text_facts(name), "(This file must be converted with BinHex 4.0)\n:#3\n");
        CHECK(not_made(outcome).why == Reason::uuencoded_file);
    }
}

TEST_CASE("no file is made of what is no text, hides, runs, or is too long") {
    CHECK(not_made(outcome_of(text_facts("a.txt"), "\xe2\x80\x8b\xe2\x80\x8b")).why == Reason::no_visible_text);
    CHECK(not_made(outcome_of(text_facts("a.txt"), "\x01\n \n")).why == Reason::no_visible_text);
    CHECK(not_made(outcome_of(text_facts("a.txt"), "\xef\xbb\xbf")).why == Reason::no_visible_text);
    CHECK(not_made(outcome_of(text_facts("a.txt"), "#!perl\n")).why == Reason::executable);
    CHECK(not_made(outcome_of(text_facts("a.csv"), "#!perl\n")).why == Reason::executable);
    CHECK(not_made(outcome_of(text_facts("a.txt"), std::string(32769, 'x') + "CD001")).why == Reason::executable);
    CHECK(not_made(outcome_of(text_facts("a.txt"), "x\n-----BEGIN PGP MESSAGE-----\n")).why == Reason::encrypted);
    PartFacts nobody_says_text = text_facts("a.dat", "application/octet-stream");
    CHECK(not_made(outcome_of(nobody_says_text, "\xff\xfd\xff\xfd\xff\x81\xff\xff", "us-ascii")).why ==
          Reason::not_rebuilt);
    FileLimits limits;
    limits.out_bytes_max = 10;
    FilePurse purse(limits);
    CHECK(not_made(codec::rebuild_text(text_facts("a.txt"), "", "0123\n6789\n", purse)).why == Reason::files_too_large);
}

TEST_CASE("a file of blanks arrives as one") {
    CHECK(text_of("a.txt", " \n\n") == " \r\n\r\n");
    CHECK(text_of("a.txt", "\n") == "\r\n");
}

TEST_CASE("a text that begins with the letters of a program has a mark before them") {
    for (const std::string start : {"MZ", "ZM", "ITSF", "xar!", "conectix", "!<arch>\n"}) {
        CHECK(text_of("a.txt", start + " company").starts_with(byte_order_mark));
    }
}

TEST_CASE("rebuilding a text again changes nothing, and the checker takes it") {
    for (const std::string name : {"a.txt", "a.csv", "a.json", "a.xml"}) {
        for (const std::string_view bytes :
             {"", "a", "会議,\"=1\nx\"\n", "a;\"b\n'c\"\n", "\"never\n=1,+A1\n", "\t=1\n-1,+A1;@x", "か\xe3\x82\x99\n",
              "sep=;\n=1;2\n", " \"=1\"\n", "\"\"=1,\"\"\"=1\"\n", "a\rb\vc\fd\xe2\x80\xa8"}) {
            const FileOutcome outcome = outcome_of(text_facts(name), bytes);
            if (bytes.empty()) continue;
            const FileMade& made = std::get<FileMade>(outcome);
            INFO(made.untrusted_bytes);
            const auto pages = checker::check_text(made.kind, made.untrusted_bytes);
            CHECK((pages && *pages == made.pages));
            const FileMade again = made_of(name, made.untrusted_bytes);
            CHECK(again.untrusted_bytes == made.untrusted_bytes);
            CHECK(lost(again, Reason::formula_disarmed) == 0);
        }
    }
}

TEST_CASE("AC-217 a web archive in an archive arrives as what its page shows") {
    PartFacts facts = text_facts("index.mht", "multipart/related");
    facts.kind = PartKind::html;
    facts.detected_type = "multipart/related";
    const std::string header = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n";
    const std::string encoding = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    const std::string archive = header + "--b\r\nContent-Type: text/html; charset=utf-8\r\n" + encoding +
                                "<p>=E4=BC=9A=E8=AD=B0</p>\r\n--b--\r\n";
    CHECK(std::get<FileMade>(outcome_of(facts, archive, "")).untrusted_bytes == "\xef\xbb\xbf会議");
    CHECK(lost(std::get<FileMade>(outcome_of(facts, archive, "")), Reason::embedded_file_removed) == 0);
    const std::string picture = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n";
    const std::string illustrated = header + picture + archive.substr(header.size());
    CHECK(lost(std::get<FileMade>(outcome_of(facts, illustrated, "")), Reason::embedded_file_removed) == 1);
    CHECK(not_made(outcome_of(facts, header + "--b\r\n\r\ntext\r\n--b--\r\n", "")).why == Reason::not_rebuilt);
}

TEST_CASE("a page of an archive arrives as what it shows") {
    PartFacts facts = text_facts("お知らせ/index.html", "text/html");
    facts.kind = PartKind::html;
    const std::string page =
        "<meta charset=Shift_JIS><style>p{color:red}</style><script>alert(1)</script>"
        "<h1>\x89\xef\x8b\x63</h1><p>one <a href='https://evil.example/x'>two</a><p style='display:none'>three";
    const FileOutcome outcome = outcome_of(facts, page, "");
    const FileMade& made = std::get<FileMade>(outcome);
    CHECK(made.kind == SafeKind::text);
    INFO(made.untrusted_bytes);
    CHECK(made.untrusted_bytes.starts_with("\xef\xbb\xbf■ 会議\r\n"));
    CHECK(made.untrusted_bytes.find("one two") != std::string::npos);
    for (const char* gone : {"alert", "color", "<", "https://"}) {
        CAPTURE(gone);
        CHECK(made.untrusted_bytes.find(gone) == std::string::npos);
    }
    CHECK(lost(made, Reason::html_to_text) == 1);
    CHECK(lost(made, Reason::script_dropped) == 1);
    CHECK(checker::check_text(made.kind, made.untrusted_bytes).has_value());
    // Whatever it is called, it is no table.
    facts.name = "a.csv";
    CHECK(std::get<FileMade>(outcome_of(facts, "<p>=1+1", "")).kind == SafeKind::text);
    CHECK(not_made(outcome_of(facts, "<script>x</script>", "")).why == Reason::no_visible_text);
    CHECK(not_made(outcome_of(facts, "<p>#!/bin/sh", "")).why == Reason::executable);
}

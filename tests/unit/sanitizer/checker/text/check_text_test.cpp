#include "sanitizer/checker/text/check_text.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;
using checker::check_text;

namespace {

const std::string mark = "\xef\xbb\xbf";

std::string refusal(SafeKind kind, std::string_view bytes) {
    const auto pages = check_text(kind, bytes);
    return pages ? "" : pages.error().words();
}

}  // namespace

TEST_CASE("texts and tables as the codec writes them pass, with one page") {
    CHECK(check_text(SafeKind::text, "a\tb\r\n").value() == 1);
    CHECK(check_text(SafeKind::text, mark + "会議\r\n\r\n").value() == 1);
    CHECK(check_text(SafeKind::text, "=1+1\r\n").value() == 1);                                      // no table
    CHECK(check_text(SafeKind::text, "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9").value() == 1);  // one emoji of two
    CHECK(check_text(SafeKind::csv, mark + "a,\"b\nc\",-5\r\n'=1,+81-3-1234\r\n").value() == 1);
}

TEST_CASE("what no cleaned text holds is refused, wherever it stands") {
    struct Row {
        std::string_view bytes, words;
    };
    const Row rows[] = {
        {"\n", "a LF without CR"},
        {"\r", "a CR without LF"},
        {"\r\r\n", "a CR without LF"},
        {std::string_view("\0", 1), "a character"},
        {"\x01", "a character"},
        {"\x1b", "a character"},
        {"\x7f", "a character"},
        {"\xc2\x85", "a character"},          // NEL
        {"\xe2\x80\xa8", "a character"},      // U+2028
        {"\xe2\x80\xae", "a character"},      // RLO
        {"\xe2\x81\xa6", "a character"},      // LRI
        {"\xe2\x80\x8b", "a character"},      // U+200B
        {"\xe2\x80\x8d", "a character"},      // a joiner of nothing
        {"\xef\xbb\xbf", "a character"},      // a second byte order mark
        {"\xef\xbf\xbe", "a character"},      // U+FFFE
        {"\xf3\xa0\x81\x81", "a character"},  // a tag
        {"\xee\x80\x80", "a character"},      // private use
        {"\xff", "not UTF-8"},
        {"\xc0\xaf", "not UTF-8"},
        {"\xed\xa0\x80", "not UTF-8"},
        {"\xe3\x81", "not UTF-8"},
    };
    const std::string good = "会議,a\r\nb,c";
    for (const Row& row : rows) {
        for (const std::size_t at : {std::size_t{0}, std::size_t{7}, good.size()}) {
            const std::string bytes = good.substr(0, at) + std::string(row.bytes) + good.substr(at);
            INFO(row.words << " at " << at);
            CHECK(refusal(SafeKind::text, mark + bytes).find(row.words) != std::string::npos);
            CHECK(refusal(SafeKind::csv, mark + bytes).find(row.words) != std::string::npos);
        }
    }
}

TEST_CASE("a table has one byte order mark, and the line ends of Excel") {
    CHECK(refusal(SafeKind::csv, "a,b\r\n").find("no byte order mark") != std::string::npos);
    CHECK(refusal(SafeKind::csv, "").find("no byte order mark") != std::string::npos);
    CHECK(refusal(SafeKind::csv, mark).find("nothing") != std::string::npos);
    CHECK(refusal(SafeKind::text, "").find("nothing") != std::string::npos);
    CHECK(refusal(SafeKind::text, mark).find("nothing") != std::string::npos);
    CHECK(refusal(SafeKind::csv, mark + "a\nb").find("a LF without CR") != std::string::npos);
    CHECK(refusal(SafeKind::csv, mark + "\"a\r\nb\"").find("a CR inside a cell") != std::string::npos);
    CHECK(refusal(SafeKind::csv, mark + "a\"\nb\"").find("a LF without CR") != std::string::npos);
    CHECK(refusal(SafeKind::png, "a").find("no text") != std::string::npos);
}

// As if the codec had been taken over: each of these alone, in each place where a program may see a cell begin.
TEST_CASE("a cell that runs is refused, whatever parts it. AC-207 AC-187") {
    for (const std::string cell : {"=1+1",
                                   "=cmd|'/c calc'!A0",
                                   "@SUM(A1)",
                                   "+A1",
                                   "-A1",
                                   "-1+cmd|'/c calc'!A0",
                                   "-1-A1",
                                   "-1*A1",
                                   "＝1",
                                   "＠x",
                                   "＋Ａ１",
                                   "－ＳＵＭ（1）",
                                   " =1",
                                   "　=1",
                                   "\xc2\xa0=1",
                                   "﹦1",
                                   "﹢A1",
                                   "﹣A1",
                                   "﹫x",
                                   "₌1",
                                   "−A1",
                                   "=",
                                   "-(A1)",
                                   "-5x(A1)",
                                   "- 項目",
                                   "-1 cmd|'/c calc'!A0",
                                   "-１｜x！A0",
                                   "+'[x]y'!A1",
                                   "\"=1\"",
                                   "\"\"=1",
                                   "\"\"\"=1\"",
                                   " \"=1\"",
                                   "\" @1\"",
                                   "\"+A1\"",
                                   "\"-1:5,WEB(A1)\"",
                                   "\"-1,&[x]A1\"",
                                   "\"-1,&'x'!A1\""}) {
        for (const std::string before :
             {"", "x,", "x;", "x\t", "a,b\r\n", "\"a\",", "\"a\nb\"\r\n", "\"\"\"\";", "-1,"}) {
            INFO(before << cell);
            CHECK(refusal(SafeKind::csv, mark + before + cell).find("a cell that runs") != std::string::npos);
            CHECK(refusal(SafeKind::csv, mark + before + cell + "\r\n").find("a cell that runs") != std::string::npos);
        }
    }
}

TEST_CASE("tricks of separators and quotes are refused") {
    for (const std::string table : {"sep=;\r\n1;2", "\"\n=1\"", "x;\"\n=1\"", "\"sep=|\"", " SEP=x", "a,\"b;=1\"",
                                    "a;\"b\t=1\"", "\"a,b;\n\",x;=1", "\"a\n=1", "\"a,\"\"\n=1", "\"\"\"\n=1",
                                    "\"a\n,+A1", "-1,&WEB(A1)", "-1,x|y!z", "a;\"x\r\n=1\""}) {
        INFO(table);
        CHECK(refusal(SafeKind::csv, mark + table) != "");
    }
    CHECK(refusal(SafeKind::csv, mark + "a\r\nsep=;") == "");
    CHECK(refusal(SafeKind::csv, mark + "\"a\n=1\",b") == "");
}

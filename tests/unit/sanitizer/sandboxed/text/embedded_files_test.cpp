#include "sanitizer/sandboxed/text/embedded_files.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika::sandboxed;

namespace {

const std::string block = "begin 644 cat.txt\n#0V%T\n`\nend\n";

CutText cut(const std::string& text) { return cut_embedded_files(text, 100); }

}  // namespace

TEST_CASE("AC-074 a uuencoded file is cut out of a text and keeps its name") {
    const CutText result = cut("前文\n" + block + "後文\n");
    CHECK(result.text == "前文\n後文\n");
    REQUIRE(result.files.size() == 1);
    CHECK(result.files[0].untrusted_name == "cat.txt");
    CHECK(result.files[0].block == block);
    CHECK(result.files[0].coding == EmbeddedCoding::uuencode);
}

TEST_CASE("AC-074 a uuencoded file without its end, or with a stripped last line, is cut out too") {
    CHECK(cut("begin 644 a\n#0V%T\n").text.empty());
    CHECK(cut("begin 644 a\n#0V%T\n\nend\nrest").text == "rest");
    CHECK(cut("begin 644 a\n#0V%T\nHello, this is prose.\n").text == "Hello, this is prose.\n");
    CHECK(cut("begin 666 a\n#0V%T\n`\nend").files.size() == 1);
}

TEST_CASE("AC-074 no line is left that a mail reader takes for a file") {
    const std::string line = GENERATE("begin 644 a.exe\n", "begin  a.exe\n", "Begin  x\n", "begin 0755 b\n");
    const CutText result = cut("x\n" + line + "まったく別の文\n");
    CHECK(result.files.empty());
    CHECK(result.text == "x\n " + line + "まったく別の文\n");
    CHECK_FALSE(may_hold_embedded_files(result.text));
}

TEST_CASE("AC-074 yEnc and BinHex are cut out") {
    const CutText yenc = cut("a\n=ybegin line=128 size=3 name=x y.bin\n\x8d\x8e\x8f\n=yend size=3\nb\n");
    CHECK(yenc.text == "a\nb\n");
    REQUIRE(yenc.files.size() == 1);
    CHECK(yenc.files[0].untrusted_name == "x y.bin");
    CHECK(cut("a\n=ybegin line=128 size=3 name=x\nxyz\n").text == "a\n");
    const CutText binhex = cut("a\n(This file must be converted with BinHex 4.0)\n\n:$fTEQKPH(4\nabc!!!:\nb\n");
    CHECK(binhex.text == "a\nb\n");
    CHECK(binhex.files.size() == 1);
}

TEST_CASE("prose is left as it is") {
    const std::string prose = GENERATE("", "begin with this\n", "We begin 644 times.\n", "beginning\n", "end\n",
                                       "=ypart\n", "first line\nsecond without an end");
    CHECK_FALSE(may_hold_embedded_files(prose));
    CHECK(cut(prose).text == prose);
    CHECK(cut(prose).files.empty());
}

TEST_CASE("AC-070 past the limit the rest is cut out with the last file") {
    std::string many;
    for (int i = 0; i < 1000; ++i) many += block;
    const CutText result = cut_embedded_files(many + "tail", 10);
    CHECK(result.files.size() == 10);
    CHECK(result.text.empty());
}

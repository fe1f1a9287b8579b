#include "sanitizer/codec/mapi/rich_text.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/codec/mapi/compressed_rtf.hpp"
#include "sanitizer/codec/zip/refused.hpp"
#include "tests/support/made_message.hpp"

using namespace mugaika;
using namespace mugaika::test;
using codec::mapi::read_rich_text;
using codec::mapi::unpack_rtf;

namespace {

std::string unpacked(std::string_view bytes, const FileLimits& limits = {}) {
    FilePurse purse(limits);
    try {
        return unpack_rtf(bytes, purse);
    } catch (const codec::zip::Refused& refused) {
        return std::string(to_string(refused.why));
    }
}

std::string words(std::string_view rich_text) { return read_rich_text(rich_text).utf8; }

}  // namespace

// [MS-OXRTFCP] 4.1 and 4.2 print these bytes and what they are.
TEST_CASE("packed rich text is unpacked as its standard shows it") {
    const std::string simple(
        "\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70\x67\x31\x32\x35"
        "\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0",
        49);
    CHECK(unpacked(simple) == "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    const std::string crossing(
        "\x1a\x00\x00\x00\x1c\x00\x00\x00\x4c\x5a\x46\x75\xe2\xd4\x4b\x51\x41\x00\x04\x20\x57\x58\x59\x5a\x0d\x6e\x7d"
        "\x01\x0e\xb0",
        30);
    CHECK(unpacked(crossing) == "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
}

TEST_CASE("packed rich text that lies is refused, and paid before it is unpacked") {
    const std::string text = "{\\rtf1 " + std::string(5000, 'x') + "}";
    const std::string good = packed_rich_text(text);
    CHECK(unpacked(good) == text);
    for (const std::size_t size : {0u, 1u, 7u, 8u, 9u, 207u}) {
        CHECK(unpacked(packed_rich_text(text.substr(0, size))) == text.substr(0, size));
    }
    CHECK(unpacked(good.substr(0, 10)) == "document_damaged");
    std::string shorter = good;
    shorter[4] = static_cast<char>(shorter[4] - 1);
    CHECK(unpacked(shorter) == "document_damaged");
    std::string huge = good;
    huge[7] = '\x7f';
    CHECK(unpacked(huge) == "document_damaged");
    std::string unknown = good;
    unknown[8] = 'X';
    CHECK(unpacked(unknown) == "document_damaged");
    FileLimits limits;
    limits.inner_bytes_max = text.size() - 1;
    CHECK(unpacked(good, limits) == "inner_too_large");
    std::string plain = little_endian(12, 4) + little_endian(7, 4) + "MELA" + little_endian(0, 4) + "{\\rtf1}";
    CHECK(unpacked(plain) == "{\\rtf1}");
}

TEST_CASE("the words of rich text stand as they are read") {
    struct Row {
        std::string rich_text, words;
    };
    for (const Row& row :
         {Row{"{\\rtf1 a\\par b\\line c\\tab d}", "a\nb\nc\td"},
          Row{"{\\rtf1{\\fonttbl{\\f0\\fcharset128 MS Gothic;}{\\f1\\fcharset204 Arial;}}\\f0 \\'8f\\'5a\\f1\\'cf}",
              "住П"},
          Row{"{\\rtf1\\ansicpg932 \\'95\\'5c\\'83\\'5c}", "表ソ"}, Row{"{\\rtf1\\uc1\\u20303?\\u27665?}", "住民"},
          Row{"{\\rtf1\\uc2\\u20303??x{\\uc0\\u27665 y}}", "住x民y"},
          Row{"{\\rtf1\\u-10174?\\u-8265?}", "\xf0\xa0\xae\xb7"},
          Row{"{\\rtf1{\\info{\\author secret}}{\\*\\generator x}{\\pict 00ff}{\\object{\\*\\objdata 01}}seen}",
              "seen"},
          Row{"{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"http://a\"}{\\fldrslt link}}}", "link"},
          Row{"{\\rtf1 \\{a\\}\\\\b\\~c\\_d}",
              "{a}\\b\xc2\xa0"
              "c-d"},
          Row{"{\\rtf1\\bin5 }}}}}x}", "x"}, Row{"{\\rtf1\\bin99999999 x}", ""}, Row{"{\\rtf1 a}} b}", "a b"},
          Row{"{\\rtf1 a", "a"}, Row{"no rich text", ""}, Row{"", ""}, Row{"{\\rtf1\\'", ""}, Row{"{\\rtf1\\", ""}}) {
        INFO(row.rich_text);
        CHECK_FALSE(read_rich_text(row.rich_text).is_html);
        CHECK(words(row.rich_text) == row.words);
    }
}

TEST_CASE("the HTML that Outlook wrapped into rich text is taken out of it") {
    const auto read = read_rich_text(
        "{\\rtf1\\ansi\\ansicpg932\\fromhtml1 {\\fonttbl{\\f0\\fcharset128 x;}}\r\n{\\*\\htmltag19 <html>}\r\n"
        "{\\*\\htmltag64 <p>}\\htmlrtf {\\pard\\htmlrtf0 \\'95\\'5c{\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0 "
        "b\\htmlrtf\\par}\\htmlrtf0\r\n{\\*\\htmltag72 </p>}{\\*\\mhtmltag84 <x>}}");
    CHECK(read.is_html);
    CHECK(read.utf8 == "<html><p>表&amp;b</p>");
}

TEST_CASE("rich text is read in one pass, however deep its groups lie") {
    std::string deep = "{\\rtf1 ";
    for (int i = 0; i < 300'000; ++i) deep += "{\\b ";
    CHECK(words(deep + "x") == "x");
    std::string many = "{\\rtf1 ";
    for (int i = 0; i < 200'000; ++i) many += "\\f1\\'41";
    CHECK(words(many).size() == 200'000);
}

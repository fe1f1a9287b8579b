#include <catch2/catch.hpp>
#include <string>

#include "tests/support/made_message.hpp"
#include "tests/unit/sanitizer/codec/archive/read_members.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::string_view msg_type = "application/vnd.ms-outlook";

MembersRead read_msg(std::string_view bytes, const FileLimits& limits = {}) {
    return read_members(bytes, msg_type, {}, limits, "mail.msg");
}

const std::string mark = "\xef\xbb\xbf";

std::string text_of(const MadeMessage& message) {
    const MembersRead read = read_msg(made_msg({message, {}}));
    REQUIRE(read.held == Reason::none);
    REQUIRE_FALSE(read.members.empty());
    CHECK(read.members.back().is_letter);
    return read.members.back().untrusted_bytes;
}

// 2026-11-05 10:11 UTC
constexpr std::uint64_t a_moment = 134'383'470'600'000'000;

}  // namespace

TEST_CASE("a mail of Outlook is its files and its text, with what stood above it") {
    MadeMessage message;
    message.properties = {
        text_property(0x0037, "住民票の写し①ソ能表"), text_property(0x0c1a, "山田 太郎"),
        text_property(0x0c1f, "/O=CITY/CN=YAMADA"),   text_property(0x5d01, "yamada@city.example"),
        text_property(0x0e04, "窓口; 税務課"),        text_property(0x0e03, "係長"),
        {0x0039, moment, little_endian(a_moment, 8)}, text_property(0x1000, "ご確認ください。𠮷\r\n")};
    message.attachments = {file_called("申請書.docx", std::string(6000, 'd')), file_called("写真.jpg", "p")};
    check_given(read_msg(made_msg({message, {}})),
                {{"申請書.docx", std::string(6000, 'd')},
                 {"写真.jpg", "p"},
                 {"本文.txt", mark + "件名: 住民票の写し①ソ能表\n差出人: 山田 太郎 <yamada@city.example>\n宛先: 窓口; "
                                     "税務課\nCC: 係長\n日時: 2026-11-05 19:11 (JST)\n\nご確認ください。𠮷\r\n"}});
}

TEST_CASE("strings of a mail of Outlook are read in the code page that it names, or as their bytes are") {
    const std::string sjis = "\x8f\x5a\x96\xaf\x95\x5b\x83\x5c\x94\x5c\x95\x5c";  // 住民票ソ能表
    const std::string jis = "\x1b$B=;L1I<\x1b(B";
    struct Row {
        std::uint32_t code_page;
        std::string bytes, words;
    };
    for (const Row& row :
         {Row{932, sjis, "住民票ソ能表"}, Row{0, sjis, "住民票ソ能表"}, Row{1252, sjis, "住民票ソ能表"},
          Row{65001, sjis, "住民票ソ能表"}, Row{50220, jis, "住民票"}, Row{50221, jis, "住民票"},
          Row{65001, "住民票", "住民票"}, Row{932, "住民票", "住民票"}, Row{20127, "plain", "plain"},
          Row{1251, "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"}, Row{99999, "plain", "plain"}}) {
        INFO(row.code_page << ' ' << row.words);
        MadeMessage message;
        message.code_page = row.code_page;
        message.properties = {{0x1000, string8, row.bytes}};
        CHECK(text_of(message) == mark + row.words);
    }
}

TEST_CASE("a heading of a mail is one line a field, and says no address that is none") {
    MadeMessage message;
    message.properties = {text_property(0x0037, "a\r\n差出人: b"),
                          text_property(0x0c1f, "/O=X/CN=Y"),
                          {0x0039, moment, little_endian(~std::uint64_t{0}, 8)},
                          text_property(0x1000, "text")};
    CHECK(text_of(message) == mark + "件名: a  差出人: b\n差出人: /O=X/CN=Y\n\ntext");
    message.properties = {text_property(0x0c1a, "a@b.example"), text_property(0x0c1f, "a@b.example")};
    CHECK(text_of(message) == mark + "差出人: a@b.example\n\n");
}

TEST_CASE("a subject without the signs of its prefix, and for whom the sender wrote where no sender is said") {
    MadeMessage message;
    message.properties = {text_property(0x0037, "\1\4RE: 件名"), text_property(0x0042, "課長"),
                          text_property(0x5d02, "kacho@city.example"), text_property(0x1000, "text")};
    CHECK(text_of(message) == mark + "件名: RE: 件名\n差出人: 課長 <kacho@city.example>\n\ntext");
    message.properties = {text_property(0x0037, "\1"), text_property(0x1000, "text")};
    CHECK(text_of(message) == mark + "text");
}

TEST_CASE("above a page of HTML the heading is text and no HTML") {
    MadeMessage message;
    message.properties = {text_property(0x0037, "<script>&"), {0x1013, binary, "<p>page</p>"}};
    CHECK(text_of(message) == mark + "<pre>件名: &lt;script>&amp;\n\n</pre><p>page</p>");
}

TEST_CASE("a mail in a mail of Outlook is a folder") {
    MadeMessage inner, innermost;
    inner.properties = {text_property(0x0037, "Fw: a/b"), text_property(0x1000, "inner")};
    inner.attachments = {file_called("x.txt", "x")};
    innermost.properties = {text_property(0x1000, "innermost")};
    MadeMessage outer;
    outer.attachments = {file_called("x.txt", "outer x")};
    check_given(read_msg(made_msg({outer, {{inner, {{innermost, {}}}}}})),
                {{"x.txt", "outer x"},
                 {"Fw_ a_b/x.txt", "x"},
                 {"Fw_ a_b/メール2/本文.txt", mark + "innermost"},
                 {"Fw_ a_b/本文.txt", mark + "件名: Fw: a/b\n\ninner"}});
}

TEST_CASE("a mail that was signed in the clear is a mail in the mail, and no text of base64") {
    MadeMessage message;
    const std::string entity = "Content-Type: multipart/signed; boundary=\"x\"\r\n\r\n--x--\r\n";
    message.attachments = {{{text_property(0x370e, "Multipart/Signed")}, entity},
                           {{text_property(0x370e, "text/plain")}, "x"},
                           {{text_property(0x370e, "multipart/signed"), text_property(0x3707, "a.txt")}, "a"}};
    check_given(read_msg(made_msg({message, {}})),
                {{"署名付きメール.eml", entity}, {"添付ファイル2", "x"}, {"a.txt", "a"}});
}

TEST_CASE("a mail of Outlook without words gives its files, and one without anything nothing") {
    MadeMessage message;
    CHECK(read_msg(made_msg({message, {}})).members.empty());
    message.attachments = {{{text_property(0x3704, "SHORT~1.TXT")}, "x"}};
    check_given(read_msg(made_msg({message, {}})), {{"SHORT~1.TXT", "x"}});
}

TEST_CASE("a mail of Outlook that lies is held as a whole, and no byte of it ends the reader") {
    MadeMessage message;
    message.properties = {text_property(0x0037, "s"), text_property(0x1000, "t")};
    message.attachments = {file_called("a.txt", "bytes")};
    const std::string sound = made_msg({message, {{message, {}}}});
    REQUIRE(read_msg(sound).held == Reason::none);
    for (std::size_t i = 0; i < sound.size(); i += i < 600 ? 1 : 7) {
        for (const int change : {0x01, 0xff}) {
            std::string broken = sound;
            broken[i] = static_cast<char>(broken[i] ^ change);
            read_msg(broken);
        }
    }
    for (std::size_t i = 0; i < sound.size(); i += 97) read_msg(sound.substr(0, i));
    FileLimits limits;
    limits.inner_bytes_max = 10;
    CHECK(read_msg(sound, limits).held == Reason::inner_too_large);
    limits = {};
    limits.members_max = 1;
    CHECK(read_msg(sound, limits).held == Reason::too_many_members);
}

TEST_CASE("mails in mails of Outlook end somewhere") {
    MadeOutlook mail{{{text_property(0x1000, "t")}, {}}, {}};
    for (int depth = 1; depth < 10; ++depth) {
        INFO(depth);
        const Reason held = read_msg(made_msg(mail)).held;
        CHECK((held == Reason::none) == (depth <= 8));
        mail = MadeOutlook{{{text_property(0x1000, "t")}, {}}, {mail}};
    }
}

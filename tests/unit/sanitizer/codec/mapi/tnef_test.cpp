#include <catch2/catch.hpp>
#include <string>

#include "tests/support/in_the_sandbox.hpp"
#include "tests/support/made_message.hpp"
#include "tests/unit/sanitizer/codec/archive/read_members.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::string_view tnef_type = "application/vnd.ms-tnef";

MembersRead read_tnef(std::string_view bytes, const FileLimits& limits = {}) {
    return read_members(bytes, tnef_type, {}, limits, "winmail.dat");
}

const std::string mark = "\xef\xbb\xbf";

std::string sjis(std::initializer_list<int> bytes) {
    std::string out;
    for (const int byte : bytes) out += static_cast<char>(byte);
    return out;
}

}  // namespace

TEST_CASE("AC-075 the files of a winmail.dat come with their names and bytes, and its text as a file behind them") {
    MadeMessage message;
    message.attachments = {file_called("議事録①.docx", "first"), file_called("表.xlsx", std::string(5001, 'x'))};
    message.properties = {text_property(0x1000, "本文です。\r\n")};
    const MembersRead read = read_tnef(made_tnef(message));
    REQUIRE(read.held == Reason::none);
    check_given(
        read, {{"議事録①.docx", "first"}, {"表.xlsx", std::string(5001, 'x')}, {"本文.txt", mark + "本文です。\r\n"}});
    for (const codec::ArchiveMember& member : read.members) CHECK(member.is_letter == (member.name == "本文.txt"));
}

TEST_CASE("AC-075 names of a winmail.dat in a code page are read in it, 0x5C inside ソ and 表 too") {
    MadeMessage message;
    MadeAttachment file;
    file.title = sjis({0x95, 0x5c, 0x83, 0x5c}) + ".csv";  // 表ソ
    file.bytes = "x";
    message.attachments = {file};
    message.body = sjis({0x95, 0x5c}) + std::string("\0after", 6);
    check_given(read_tnef(made_tnef(message)), {{"表ソ.csv", "x"}, {"本文.txt", mark + "表"}});
    message.code_page = 65001;
    message.attachments[0].title = "表ソ.csv";
    message.body.clear();
    check_given(read_tnef(made_tnef(message)), {{"表ソ.csv", "x"}});
    message.code_page = 1252;  // a lie: the bytes decide
    check_given(read_tnef(made_tnef(message)), {{"表ソ.csv", "x"}});
}

TEST_CASE("AC-075 no name of a winmail.dat leads anywhere") {
    MadeMessage message;
    for (const char* name : {"C:\\Users\\a\\one.txt", "../../two.txt", "/etc/three.txt", "..\\four.txt", ".."}) {
        message.attachments.push_back(file_called(name, "x"));
    }
    const MembersRead read = read_tnef(made_tnef(message));
    CHECK(names_of(read) ==
          std::vector<std::string>{"one.txt", "two.txt", "three.txt", "four.txt", read.members[4].name});
    CHECK(read.members[4].name.find("..") == std::string::npos);
}

TEST_CASE("AC-075 the times of a meeting stand above its words, which need not say them") {
    MadeMessage message;
    message.properties = {{0x0060, moment, little_endian(134'405'604'000'000'000, 8)},
                          {0x0061, moment, little_endian(134'405'640'000'000'000, 8)},
                          text_property(0x1000, "打合せ")};
    check_given(read_tnef(made_tnef(message)),
                {{"本文.txt", mark + "開始: 2026-12-01 10:00 (JST)\n終了: 2026-12-01 11:00 (JST)\n\n打合せ"}});
}

TEST_CASE("files of one name, or of none, are told apart") {
    MadeMessage message;
    message.attachments = {file_called("image.png", "1"), file_called("IMAGE.PNG", "2"), {{}, "3"}, {{}, "4"},
                           file_called("noext", "5"),     file_called("noext", "6")};
    CHECK(names_of(read_tnef(made_tnef(message))) == std::vector<std::string>{"image.png", "IMAGE (2).PNG",
                                                                              "添付ファイル3", "添付ファイル4", "noext",
                                                                              "noext (2)"});
}

TEST_CASE("a message attached to a winmail.dat is a folder with its text and files") {
    MadeMessage inner;
    inner.properties = {text_property(0x0037, "資料/送付"), text_property(0x1000, "inner text")};
    inner.attachments = {file_called("a.txt", "a")};
    MadeMessage outer;
    MadeAttachment holder;
    holder.inner = made_tnef(inner);
    outer.attachments = {holder};
    outer.properties = {text_property(0x1000, "outer text")};
    const MembersRead read = read_tnef(made_tnef(outer));
    check_given(read, {{"資料_送付/a.txt", "a"},
                       {"資料_送付/本文.txt", mark + "件名: 資料/送付\n\ninner text"},
                       {"本文.txt", mark + "outer text"}});
    CHECK_FALSE(read.members[1].is_letter);  // nobody has it elsewhere
    CHECK(read.members[2].is_letter);
}

TEST_CASE("messages in messages end somewhere") {
    MadeMessage message;
    message.attachments = {file_called("a.txt", "a")};
    for (int depth = 1; depth < 10; ++depth) {
        const MembersRead read = read_tnef(made_tnef(message));
        INFO(depth);
        CHECK(read.held == (depth <= 8 ? Reason::none : Reason::not_representable));
        MadeAttachment holder;
        holder.inner = made_tnef(message);
        message = MadeMessage();
        message.attachments = {holder};
    }
}

TEST_CASE("the text of a message is its words, else its HTML, else its rich text") {
    MadeMessage message;
    const MadeProperty html{0x1013, binary, "<p>page</p>"};
    const MadeProperty rich{0x1009, binary, packed_rich_text("{\\rtf1\\ansi rich}")};
    message.properties = {text_property(0x1000, "words"), html, rich};
    check_given(read_tnef(made_tnef(message)), {{"本文.txt", mark + "words"}});
    message.properties = {html, rich};
    check_given(read_tnef(made_tnef(message)), {{"本文.html", mark + "<p>page</p>"}});
    message.properties = {rich};
    check_given(read_tnef(made_tnef(message)), {{"本文.txt", mark + "rich"}});
    message.properties = {{0x1009, binary, packed_rich_text("{\\rtf1\\fromhtml1 {\\*\\htmltag1 <b>}x}")}};
    check_given(read_tnef(made_tnef(message)), {{"本文.html", mark + "<b>x"}});
    message.properties = {{0x1009, binary, "too short"}};
    CHECK(read_tnef(made_tnef(message)).held == Reason::document_damaged);
}

TEST_CASE("a winmail.dat that lies is held as a whole, and no byte of it ends the reader") {
    MadeMessage message;
    message.properties = {text_property(0x0037, "s"), {0x8001, number32, std::string(4, '\1')}};
    message.attachments = {file_called("a.txt", "bytes")};
    MadeAttachment holder;
    holder.inner = made_tnef(message);
    message.attachments.push_back(holder);
    const std::string good = made_tnef(message);
    // 0x8001 is a property with a name, which the bytes behind it are then: nonsense.
    CHECK(read_tnef(good).held == Reason::document_damaged);
    message.properties.pop_back();
    message.attachments.pop_back();
    holder.inner = made_tnef(message);
    message.attachments.push_back(holder);
    const std::string sound = made_tnef(message);
    CHECK(read_tnef(sound).held == Reason::none);
    for (std::size_t i = 0; i < sound.size(); ++i) {
        for (const int change : {0x01, 0x80, 0xff}) {
            std::string broken = sound;
            broken[i] = static_cast<char>(broken[i] ^ change);
            read_tnef(broken);
        }
        read_tnef(sound.substr(0, i));
    }
    std::string wrong_sum = sound;
    wrong_sum[wrong_sum.find("bytes")] = 'B';
    CHECK(read_tnef(wrong_sum).held == Reason::document_damaged);
    CHECK(read_tnef(sound.substr(0, sound.size() - 1)).held == Reason::document_damaged);
    CHECK(read_tnef(sound + "x").held == Reason::document_damaged);
    CHECK(read_tnef(sound + tnef_attribute(3, 0x00018010, "x")).held == Reason::document_damaged);
    const std::string head = sound.substr(0, 6);
    CHECK(read_tnef(head + tnef_attribute(2, 0x00018010, "x")).held == Reason::document_damaged);
    const auto properties = [&](const std::string& bytes) {
        return read_tnef(head + tnef_attribute(1, 0x00069003, bytes)).held;
    };
    CHECK(properties(little_endian(1, 4) + little_endian(0x99, 2) + little_endian(1, 2)) == Reason::document_damaged);
    CHECK(properties(little_endian(1, 4) + little_endian(unicode, 2) + little_endian(1, 2) +
                     little_endian(0xffffffff, 4)) == Reason::document_damaged);
    CHECK(properties(little_endian(0xffffffff, 4)) == Reason::document_damaged);
    CHECK(properties(little_endian(0, 4)) == Reason::none);
}

TEST_CASE("a winmail.dat is paid before it is copied") {
    MadeMessage message;
    message.attachments = {file_called("a", std::string(1000, 'x')), file_called("b", "y")};
    FileLimits limits;
    limits.inner_bytes_max = 1000;
    CHECK(read_tnef(made_tnef(message), limits).held == Reason::inner_too_large);
    limits = {};
    limits.members_max = 1;
    CHECK(read_tnef(made_tnef(message), limits).held == Reason::too_many_members);
    limits = {};
    limits.archive_members_max = 1;
    CHECK(read_tnef(made_tnef(message), limits).held == Reason::too_many_members);
    limits.archive_members_max = 2;
    CHECK(read_tnef(made_tnef(message), limits).held == Reason::none);
}

TEST_CASE("AC-075 in the sandbox a winmail.dat and a mail of Outlook give what they give outside") {
    MadeMessage message;
    message.body = sjis({0x95, 0x5c});
    message.attachments = {file_called("表.txt", "x")};
    const auto said = [](std::string_view bytes, std::string_view type) {
        std::string words;
        for (const codec::ArchiveMember& member : read_members(bytes, type).members) {
            words += member.name + "=" + member.untrusted_bytes + ";";
        }
        return words;
    };
    const std::string tnef = made_tnef(message), msg = made_msg({message, {}});
    for (const auto& [bytes, type] :
         {std::pair<std::string, std::string>(tnef, tnef_type), {msg, "application/vnd.ms-outlook"}}) {
        const std::string outside = said(bytes, type);
        CHECK(outside.find("表.txt=x;") == 0);
        const Ended ended = in_the_sandbox([&] { return said(bytes, type); });
        REQUIRE(came_back(ended));
        CHECK(ended.said == outside);
    }
}

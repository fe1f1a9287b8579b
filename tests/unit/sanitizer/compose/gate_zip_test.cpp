#include "sanitizer/compose/gate_zip.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "mail_reading.hpp"
#include "sanitizer/compose/gate_zip_name.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/zip_writer.hpp"
#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

const std::string first_name = "資料/写真.png", second_name = "見積書.pdf";

PackedFile good_pack() {
    std::vector<RebuiltFile> members;
    members.push_back(made_rebuilt_file("2/1", first_name, SafeKind::png, sample_of(SafeKind::png)));
    members.push_back(made_rebuilt_file("2/2", second_name, SafeKind::pdf, sample_of(SafeKind::pdf)));
    return PackedFile::from("2", line("資料.zip"), std::move(members)).value();
}

// Where things stand in good_pack(), counted by this test alone.
struct Places {
    std::size_t second, directory, second_in_directory, end;
};
Places places() {
    Places at{};
    at.second = 30 + first_name.size() + sample_of(SafeKind::png).size();
    at.directory = at.second + 30 + second_name.size() + sample_of(SafeKind::pdf).size();
    at.second_in_directory = at.directory + 46 + first_name.size();
    at.end = at.second_in_directory + 46 + second_name.size();
    return at;
}

std::string words_for(std::string_view bytes, const std::vector<PermittedMember>& members) {
    const auto breach = gate::judge_zip(bytes, members);
    return breach ? std::string(breach->rule) : std::string();
}

std::string with_inserted(std::size_t at, std::string_view what) {
    std::string bytes = good_pack().bytes();
    return bytes.insert(at, what);
}

std::string with_set(std::size_t at, std::string_view what) {
    std::string bytes = good_pack().bytes();
    return bytes.replace(at, what.size(), what);
}

void add_to(std::string& bytes, std::size_t at, int number) {
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) + number);
}

// A ZIP as our writer writes it, of members that nobody checked: what a taken-over packer could make.
struct Member {
    std::string name, bytes, kind;
};
std::string words_for_written(const std::vector<Member>& members) {
    ZipWriter writer(0);
    std::vector<PermittedMember> permitted;
    for (const auto& [name, bytes, kind] : members) {
        writer.add(name, bytes);
        permitted.push_back({name, sha256_hex(bytes), kind});
    }
    return words_for(std::move(writer).finish(), permitted);
}
std::string words_for_name(const std::string& name) {
    return words_for_written({{name, sample_of(SafeKind::png), "png"}});
}

}  // namespace

TEST_CASE("the gate reads a ZIP as it is packed, alone and in a mail") {
    const PackedFile pack = good_pack();
    REQUIRE(places().end + 22 == pack.bytes().size());
    CHECK(words_for(pack.bytes(), permitted_members(pack)).empty());
    Extract extract = example_extract();
    extract.packed.push_back(pack);
    const std::string mail = composed(extract, clean, example_facts());
    CHECK(contains(mail, "multipart/mixed"));
    CHECK(contains(mail, "Content-Type: application/zip\r\n"));
    CHECK(gate_words(mail, permit_for(extract)).empty());
}

// Writer and gate take several bytes at once, each its own way; the test takes one bit.
TEST_CASE("the sum of a member is that of the standard, whatever its size") {
    const auto sum_of = [](std::string_view bytes) {
        std::uint32_t sum = 0xffffffff;
        for (const char c : bytes) {
            sum ^= static_cast<unsigned char>(c);
            for (int bit = 0; bit < 8; ++bit) sum = sum % 2 == 0 ? sum / 2 : sum / 2 ^ 0xedb88320u;
        }
        return ~sum;
    };
    REQUIRE(sum_of("123456789") == 0xcbf43926);
    std::string text = "x";
    for (int size = 1; size < 40; ++size) {
        INFO(size);
        CHECK(words_for_written({{"a.txt", text, "text"}}).empty());
        ZipWriter writer(0);
        writer.add("a.txt", text);
        const std::string zip = std::move(writer).finish();
        std::uint32_t said = 0;
        for (std::size_t i = 4; i > 0; --i) said = said << 8 | static_cast<unsigned char>(zip[14 + i - 1]);
        CHECK(said == sum_of(text));
        text += static_cast<char>('a' + 7 * size % 26);
    }
}

TEST_CASE("AC-142 AC-144 AC-149 there is one ZIP for the members of a permit: each other byte is refused") {
    const PackedFile pack = good_pack();
    const auto members = permitted_members(pack);
    for (std::size_t at = 0; at < pack.bytes().size(); ++at) {
        for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
            std::string bytes = pack.bytes();
            bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ flip);
            INFO(at << " ^ " << flip);
            CHECK_FALSE(words_for(bytes, members).empty());
        }
        INFO(at);
        CHECK_FALSE(words_for(with_inserted(at, "\0"s), members).empty());
        CHECK_FALSE(words_for(with_inserted(at, "PK\x03\x04"), members).empty());
        std::string shorter = pack.bytes();
        CHECK_FALSE(words_for(shorter.erase(at, 1), members).empty());
        CHECK_FALSE(words_for(std::string_view(pack.bytes()).substr(0, at), members).empty());
    }
    CHECK_FALSE(words_for(pack.bytes() + '\0', members).empty());
}

TEST_CASE(
    "AC-142 AC-143 AC-144 AC-146 AC-149 AC-150 a field, a gap or an end that another reader reads otherwise is refused "
    "with words") {
    const PackedFile pack = good_pack();
    const auto members = permitted_members(pack);
    const Places at = places();
    struct Row {
        const char* what;
        std::string bytes;
        const char* words;
    };
    std::string longer = pack.bytes();  // both sizes of the first member, in both headers
    for (const std::size_t field : {std::size_t{18}, std::size_t{22}, at.directory + 20, at.directory + 24}) {
        add_to(longer, field, 1);
    }
    std::string zip64 = with_set(18, "\xff\xff\xff\xff\xff\xff\xff\xff");
    const std::string end = pack.bytes().substr(at.end);
    const std::string directory = pack.bytes().substr(at.directory, at.end - at.directory);
    std::string overlap = with_set(at.second_in_directory + 42, "\0\0\0\0"s);
    const std::string unicode_path = "\x75\x70\x05\0\x01\0\0\0\0"s;
    for (const Row& row : {
             Row{"another mark of an entry", with_set(2, "\x05\x06"), "zip: no entry"},
             Row{"ZIP64's version", with_set(4, "\x2d"), "zip: another version"},
             Row{"encrypted", with_set(6, "\x01"), "zip: other flags"},
             Row{"a data descriptor", with_set(6, "\x08"), "zip: other flags"},
             Row{"names not UTF-8", with_set(7, "\0"s), "zip: other flags"},
             Row{"masked headers", with_set(7, "\x28"), "zip: other flags"},
             Row{"deflated", with_set(8, "\x08"), "zip: a member that is not stored"},
             Row{"AES", with_set(8, "\x63"), "zip: a member that is not stored"},
             Row{"a time", with_set(10, "\x01"), "zip: another time"},
             Row{"a date", with_set(12, "\x22"), "zip: another time"},
             Row{"a CRC", with_set(14, "\0\0\0\0"s), "zip: another sum"},
             Row{"a packed size", with_set(18, "\0"s), "zip: two sizes"},
             Row{"an unpacked size", with_set(22, "\0"s), "zip: two sizes"},
             Row{"sizes in ZIP64", zip64, "zip: a member longer than the file"},
             Row{"sizes over the next header", longer, "zip: a member that is not permitted"},
             Row{"a length of name", with_set(26, "\x01"), "zip: another length of the name"},
             Row{"an extra field", with_set(28, "\x09"), "zip: an extra field"},
             Row{"an extra field with another name", with_inserted(30 + first_name.size(), unicode_path),
                 "zip: a member that is not permitted"},
             Row{"the name", with_set(30, "\xe9"), "zip: another name"},
             Row{"a folder", with_set(30 + 6, "_"), "zip: another name"},
             Row{"a byte of a member", with_set(30 + first_name.size() + 20, "~"),
                 "zip: a member that is not permitted"},
             Row{"before all", with_inserted(0, "MZ"), "zip: no entry"},
             Row{"an entry nobody listed", with_inserted(0, pack.bytes().substr(0, at.second)), "zip: another length"},
             Row{"between two entries", with_inserted(at.second, "x"), "zip: no entry"},
             Row{"between entries and directory", with_inserted(at.directory, "x"), "zip: no directory entry"},
             Row{"a decryption header", with_inserted(at.directory, "PK\x06\x08\0\0\0\0"s), "zip: no directory entry"},
             Row{"between directory entries", with_inserted(at.second_in_directory, "x"), "zip: no directory entry"},
             Row{"between directory and end", with_inserted(at.end, "x"), "zip: the directory does not end"},
             Row{"a digital signature", with_inserted(at.end, "PK\x05\x05\0\0"s), "zip: the directory does not end"},
             Row{"a ZIP64 end", with_inserted(at.end, "PK\x06\x06"s + std::string(52, '\0')),
                 "zip: the directory does not end"},
             Row{"behind all", pack.bytes() + "x", "zip: something after the end"},
             Row{"a second end", pack.bytes() + end, "zip: something after the end"},
             Row{"a second directory and end", pack.bytes() + directory + end, "zip: something after the end"},
             Row{"a second directory before the end", with_inserted(at.end, directory),
                 "zip: the directory does not end"},
             Row{"a second ZIP", pack.bytes() + pack.bytes(), "zip: something after the end"},
             Row{"made by Unix", with_set(at.directory + 5, "\x03"), "zip: made by another system"},
             Row{"made by another version", with_set(at.directory + 4, "\x3f"), "zip: made by another system"},
             Row{"the directory's version", with_set(at.directory + 6, "\x2d"), "zip: the directory says other"},
             Row{"the directory's flags", with_set(at.directory + 8, "\x01"), "zip: the directory says other"},
             Row{"the directory's method", with_set(at.directory + 10, "\x08"), "zip: the directory says other"},
             Row{"the directory's time", with_set(at.directory + 12, "\x08"), "zip: the directory says other"},
             Row{"the directory's date", with_set(at.directory + 14, "\x08"), "zip: the directory says other"},
             Row{"the directory's CRC", with_set(at.directory + 16, "\0\0\0\0"s), "zip: the directory says other"},
             Row{"the directory's packed size", with_set(at.directory + 20, "\0"s), "zip: the directory says other"},
             Row{"the directory's size", with_set(at.directory + 24, "\0"s), "zip: the directory says other"},
             Row{"the directory's length of name", with_set(at.directory + 28, "\x01"), "zip: the directory says"},
             Row{"the directory's extra field", with_set(at.directory + 30, "\x01"), "zip: the directory says other"},
             Row{"a member's comment", with_set(at.directory + 32, "\x01"), "zip: a comment of a member"},
             Row{"a disk", with_set(at.directory + 34, "\x01"), "zip: another disk"},
             Row{"a text file", with_set(at.directory + 36, "\x01"), "zip: attributes"},
             Row{"a folder by attribute", with_set(at.directory + 38, "\x10"), "zip: attributes"},
             Row{"a symbolic link", with_set(at.directory + 40, "\xff\xa1"), "zip: attributes"},
             Row{"an offset", with_set(at.directory + 42, "\x01"), "zip: the directory points elsewhere"},
             Row{"both entries at one place", overlap, "zip: the directory points elsewhere"},
             Row{"the directory's name", with_set(at.directory + 46, "\xe9"), "zip: another name in the directory"},
             Row{"the end's mark", with_set(at.end, "QK"), "zip: the directory does not end"},
             Row{"a last disk", with_set(at.end + 4, "\x01"), "zip: more than one disk"},
             Row{"the directory's disk", with_set(at.end + 6, "\x01"), "zip: more than one disk"},
             Row{"fewer on this disk", with_set(at.end + 8, "\x01"), "zip: another number of members"},
             Row{"more members", with_set(at.end + 10, "\x03"), "zip: another number of members"},
             Row{"65535 members", with_set(at.end + 8, "\xff\xff\xff\xff"), "zip: another number of members"},
             Row{"the directory's length", with_set(at.end + 12, "\x01"), "zip: another size of the directory"},
             Row{"the directory's place", with_set(at.end + 16, "\x01"), "zip: the directory begins elsewhere"},
             Row{"a comment announced", with_set(at.end + 20, "\x01"), "zip: a comment"},
             Row{"a comment", with_set(at.end + 20, "\x05\0"s) + "hello", "zip: a comment"},
             Row{"nothing", "", "zip: no entry"},
             Row{"an empty ZIP", "PK\x05\x06"s + std::string(18, '\0'), "zip: no entry"},
         }) {
        INFO(row.what);
        CHECK_THAT(words_for(row.bytes, members), Catch::StartsWith(row.words));
    }
}

TEST_CASE("a ZIP with other members than those permitted is refused, each with words") {
    const PackedFile pack = good_pack();
    const auto members = permitted_members(pack);
    struct Row {
        const char* what;
        std::function<void(std::vector<PermittedMember>&)> change;
        const char* words;
    };
    for (const Row& row : {
             Row{"none", [](auto& m) { m.clear(); }, "zip: without members"},
             Row{"the first alone", [](auto& m) { m.pop_back(); }, "zip: no directory entry"},
             Row{"the second alone", [](auto& m) { m.erase(m.begin()); }, "zip: another length"},
             Row{"one more", [](auto& m) { m.push_back(m.back()); }, "zip: no entry"},
             Row{"in another order", [](auto& m) { std::swap(m[0], m[1]); }, "zip: another length"},
             Row{"digest of another", [](auto& m) { m[0].sha256 = m[1].sha256; }, "zip: a member that is not"},
             Row{"no digest", [](auto& m) { m[0].sha256.clear(); }, "zip: a member that is not"},
             Row{"another name", [](auto& m) { m[1].name[0] = 'x'; }, "name: not UTF-8"},
             Row{"another kind", [](auto& m) { m[1].kind = "docx"; }, "file: its name does not end"},
             Row{"an original", [](auto& m) { m[1].kind.clear(); }, "file: of a kind"},
             Row{"a ZIP", [](auto& m) { m[1].kind = "zip"; }, "zip: a member of a kind"},
         }) {
        INFO(row.what);
        auto other = members;
        row.change(other);
        CHECK_THAT(words_for(pack.bytes(), other), Catch::StartsWith(row.words));
    }
}

TEST_CASE("AC-141 AC-159 no name of a member crosses the gate that a system reads otherwise, though it is permitted") {
    for (const char* name :
         {"a.png", "資料/写真.png", "a/b/c/d.png", "コン.png", "contract.png", "a`id`.png", "com.png"}) {
        INFO(name);
        CHECK(words_for_name(name).empty());
    }
    for (const std::string& name : {"../a.png"s,
                                    "a/../b.png"s,
                                    "./a.png"s,
                                    "/a.png"s,
                                    "a//b.png"s,
                                    "..\\a.png"s,
                                    "a\\b.png"s,
                                    "C:/a.png"s,
                                    "c:a.png"s,
                                    ".png"s,
                                    ".a.png"s,
                                    "a./b.png"s,
                                    "a /b.png"s,
                                    " a.png"s,
                                    "a.png/"s,
                                    "a.png "s,
                                    "a.png."s,
                                    "a?.png"s,
                                    "a*.png"s,
                                    "a<.png"s,
                                    "a>.png"s,
                                    "a|.png"s,
                                    "a\".png"s,
                                    "a.png:b.png"s,
                                    "a\0.png"s,
                                    "a\n.png"s,
                                    "a\x1b[2J.png"s,
                                    "a\x7f.png"s,
                                    "a\u202e.png"s,
                                    "a\u200b.png"s,
                                    "a\u2066.png"s,
                                    "a\ufeff.png"s,
                                    "a\ue000.png"s,
                                    "\x83\x5c.png"s,
                                    "a\xff.png"s,
                                    "a\xc0\xaf.png"s,
                                    "a\xed\xa0\x80.png"s,
                                    "con.png"s,
                                    "NUL.x.png"s,
                                    "aux/a.png"s,
                                    "a/LPT1.png"s,
                                    "Com9 .png"s,
                                    "com\u00b2.png"s,
                                    "conin$.png"s,
                                    std::string(1025, 'a') + ".png"}) {
        INFO(name);
        CHECK_THAT(words_for_name(name), Catch::StartsWith("name: "));
    }
    CHECK(words_for_name("a.png.exe") == "file: its name does not end like its kind");
    CHECK(words_for_name("a") == "file: its name does not end like its kind");
    CHECK(words_for_name("a.png/b") == "file: its name does not end like its kind");
    CHECK(words_for_name("") != "");
}

TEST_CASE("AC-145 no two members of a ZIP have one name, in whatever case, and none has that of a folder") {
    const auto both = [](const std::string& first, const std::string& second) {
        return words_for_written({{first, sample_of(SafeKind::png), "png"}, {second, sample_of(SafeKind::png), "png"}});
    };
    CHECK(both("a.png", "b.png").empty());
    CHECK(both("x/a.png", "y/a.png").empty());
    CHECK(both("x/a.png", "X/b.png").empty());
    CHECK(both("a.png", "a.png") == "name: that of another member");
    CHECK(both("x/A.png", "X/a.PNG") == "name: that of another member");
    CHECK(both("a.png", "A.png/b.png") == "name: a folder like a file");
    CHECK(both("a.png/b.png", "A.png") == "name: a file like a folder");
}

TEST_CASE("a member of a ZIP has the first and last bytes of its kind, and is no ZIP and no program") {
    const auto member = [](const std::string& name, const std::string& bytes, const std::string& kind) {
        return words_for_written({{"a.png", sample_of(SafeKind::png), "png"}, {name, bytes, kind}});
    };
    CHECK(member("b.docx", sample_of(SafeKind::docx), "docx").empty());
    CHECK(member("b.jpg", sample_of(SafeKind::pdf), "jpeg") == "file: its bytes are not of its kind");
    CHECK(member("b.zip", good_pack().bytes(), "zip") == "zip: a member of a kind that may not be one");
    CHECK(member("b.exe", "MZ", "exe") == "file: of a kind that may not be attached");
    CHECK(member("b.docx", good_pack().bytes(), "docx") == "file: its bytes are not of its kind");
}

TEST_CASE("a ZIP of another permit, under another type or name, does not cross, and the words say where") {
    Extract extract = example_extract();
    extract.packed.push_back(good_pack());
    const std::string mail = composed(extract, clean, example_facts());
    GatePermit permit = permit_for(extract);
    const auto replaced = [&](std::string_view what, std::string_view by) {
        std::string other = mail;
        return other.replace(other.find(what), what.size(), by);
    };
    CHECK(contains(gate_words(replaced("application/zip", "application/pdf"), permit), "file: its type is not"));
    CHECK(contains(gate_words(replaced(".zip", ".exe"), permit), "file: its name does not end"));
    permit.files[0].members[1].sha256 = permit.files[0].members[0].sha256;
    CHECK(gate_words(mail, permit) == "gate: zip: a member that is not permitted, at offset " +
                                          std::to_string(places().second + 30 + second_name.size()));
    permit.files[0].members.clear();
    CHECK(contains(gate_words(mail, permit), "zip: without members"));
    permit.files[0].sha256 = sha256_hex("");
    CHECK(contains(gate_words(mail, permit), "mixed: the file"));
}

#include "sanitizer/mail/packed_file.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sanitizer/mail/packed_name.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::vector<RebuiltFile> members_named(const std::vector<std::string>& names, SafeKind kind = SafeKind::png) {
    std::vector<RebuiltFile> members;
    for (const std::string& name : names) {
        members.push_back(made_rebuilt_file("2/" + std::to_string(members.size() + 1), name, kind, "bytes of " + name));
    }
    return members;
}

PackedFile packed(std::vector<RebuiltFile> members, const std::string& name = "写真.zip") {
    auto file = PackedFile::from("2", PlainLine::from(name).value(), std::move(members));
    if (!file) FAIL(file.error().words());
    return *std::move(file);
}

std::string name_of(const std::string& name, SafeKind kind = SafeKind::png) {
    return packed_names(members_named({name}, kind)).front();
}

}  // namespace

TEST_CASE("a ZIP is packed byte for byte as it is written down here") {
    using namespace std::string_literals;
    std::vector<RebuiltFile> members;
    members.push_back(
        made_rebuilt_file("2/1", "a/b.png", SafeKind::png, "123456789"));  // the CRC of this is well known
    const PackedFile file = packed(std::move(members));
    const std::string common = "\x14\0\0\x08\0\0\0\0\x21\0\x26\x39\xf4\xcb\x09\0\0\0\x09\0\0\0\x07\0\0\0"s;
    CHECK(file.bytes() == "PK\x03\x04"s + common + "a/b.png123456789" +  //
                              "PK\x01\x02\x14\0"s + common + "\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s + "a/b.png" +
                              "PK\x05\x06\0\0\0\0\x01\0\x01\0\x35\0\0\0\x2e\0\0\0\0\0"s);
    CHECK(file.sha256() == sha256_hex(file.bytes()));
    CHECK(file.path() == "2");
    CHECK(file.name().str() == "写真.zip");
}

TEST_CASE("the entries say in order what stands in the ZIP, and the same members make the same bytes") {
    const auto make = [] {
        auto members = members_named({"図/一.png", "図/二.png"});
        members.push_back(made_rebuilt_file("2/3", "見積書.pdf", SafeKind::pdf, "%PDF-"));
        return packed(std::move(members));
    };
    const PackedFile file = make();
    REQUIRE(file.entries().size() == 3);
    CHECK(file.entries()[0].name == "図/一.png");
    CHECK(file.entries()[1].name == "図/二.png");
    CHECK(file.entries()[2].name == "見積書.pdf");
    CHECK(file.entries()[0].sha256 == sha256_hex("bytes of 図/一.png"));
    CHECK(file.entries()[2].kind == SafeKind::pdf);
    CHECK(file.entries()[2].bytes == 5);
    CHECK(make().bytes() == file.bytes());
}

TEST_CASE("a ZIP has members, not more than are counted, and a name of its own") {
    const auto fault_of = [](std::vector<RebuiltFile> members, const std::string& name) {
        const auto file = PackedFile::from("2", PlainLine::from(name).value(), std::move(members));
        REQUIRE_FALSE(file.has_value());
        return file.error().fault();
    };
    CHECK(fault_of({}, "a.zip") == Fault::bad_input);
    CHECK(fault_of(members_named({"a.png"}), "a.lzh") == Fault::bad_input);
    CHECK(fault_of(members_named({"a.png"}), "zip") == Fault::bad_input);
    CHECK(packed(members_named({"a.png"}), "A.ZIP").name().str() == "A.ZIP");
    CHECK(fault_of(members_named(std::vector<std::string>(10'001, "a.png")), "a.zip") == Fault::limit);
    CHECK(packed(members_named(std::vector<std::string>(10'000, "a.png"))).entries().size() == 10'000);
}

TEST_CASE("AC-141 names of members are such that every system takes them out where they should be") {
    struct Row {
        std::string untrusted, safe;
    };
    for (const auto& [untrusted, safe] : {Row{"表/ソ ート.png", "表/ソ ート.png"},
                                          Row{"../../a.png", "__/__/a.png"},
                                          Row{"/a.png", "_/a.png"},
                                          Row{"a//b.png", "a/_/b.png"},
                                          Row{"./a.png", "_/a.png"},
                                          Row{"..\\a.png", "_._a.png"},
                                          Row{"C:\\a.png", "C__a.png"},
                                          Row{"C:/a.png", "C_/a.png"},
                                          Row{"a.png:b.png", "a.png_b.png"},
                                          Row{"<a>\"|?*.png", "_a_____.png"},
                                          Row{"CON.png", "_CON.png"},
                                          Row{"con.tar.png", "_con.tar.png"},
                                          Row{"nul .png", "_nul .png"},
                                          Row{"aux/a.png", "_aux/a.png"},
                                          Row{"Lpt9/COM1.png", "_Lpt9/_COM1.png"},
                                          Row{"COM\u00b9.png", "_COM\u00b9.png"},
                                          Row{"CONIN$.png", "_CONIN$.png"},
                                          Row{"COM10.png", "COM10.png"},
                                          Row{"contract.png", "contract.png"},
                                          Row{"a. /b.png", "a._/b.png"},
                                          Row{"a../b.png", "a._/b.png"},
                                          Row{" a.png", "_a.png"},
                                          Row{".png", "_png.png"},
                                          Row{"a/.htaccess.png", "a/_htaccess.png"}}) {
        INFO(untrusted);
        CHECK(name_of(untrusted) == safe);
    }
}

TEST_CASE("the last extension of a member is one of its kind's") {
    CHECK(name_of("a.exe") == "a.exe.png");
    CHECK(name_of("a") == "a.png");
    CHECK(name_of("a.png ") == "a.png_.png");
    CHECK(name_of("a.") == "a_.png");
    CHECK(name_of("a.PNG") == "a.PNG");
    CHECK(name_of("a/") == "a/_.png");
    CHECK(name_of("a.jpeg", SafeKind::jpeg) == "a.jpeg");
    CHECK(name_of("a.jfif", SafeKind::png) == "a.jfif.png");
}

TEST_CASE("long names lose the end of the stem, and folders that are too deep are left out") {
    std::string kana;
    for (int i = 0; i < 200; ++i) kana += "か";
    const std::string file = name_of(kana + ".png");
    CHECK(file.size() <= 200);
    CHECK(file.size() > 190);
    CHECK(file.ends_with("か.png"));
    CHECK(name_of(kana + "/a.png").size() <= 200 + 6);
    std::string deep;
    for (int i = 0; i < 600; ++i) deep += "d/";
    CHECK(name_of(deep + "a.png") == "a.png");
    CHECK(name_of(deep.substr(0, 900) + "a.png") == deep.substr(0, 900) + "a.png");
}

TEST_CASE("AC-145 no two members get one name, not for who ignores case either, and no file that of a folder") {
    CHECK(packed_names(members_named({"a.png", "a.png", "A.PNG", "a.png"})) ==
          std::vector<std::string>{"a.png", "a (2).png", "A (3).PNG", "a (4).png"});
    CHECK(packed_names(members_named({"a (2).png", "a.png", "a.png"})) ==
          std::vector<std::string>{"a (2).png", "a.png", "a (3).png"});
    CHECK(packed_names(members_named({"D.png", "d.png/a.png"})) ==
          std::vector<std::string>{"D (2).png", "d.png/a.png"});
    CHECK(packed_names(members_named({"x/a.png", "y/a.png", "X/a.png"})) ==
          std::vector<std::string>{"x/a.png", "y/a.png", "X/a (2).png"});
    CHECK(packed_names(members_named({"a?.png", "a*.png"})) == std::vector<std::string>{"a_.png", "a_ (2).png"});
    auto many = packed_names(members_named(std::vector<std::string>(5'000, "a.png")));
    std::sort(many.begin(), many.end());
    CHECK(std::adjacent_find(many.begin(), many.end()) == many.end());
}

TEST_CASE("no checker answers for a ZIP, and none could make a file of one that is") {
    const std::string bytes = "PK\x03\x04";
    const auto file = CheckedFile::from(bytes, SafeKind::zip, passed(bytes, SafeKind::zip));
    REQUIRE_FALSE(file.has_value());
    CHECK_THAT(file.error().words(), Catch::Contains("ZIP"));
}

// ZIP archives: members that all readers see alike are given, the others held; a structure that readers could see
// differently holds the whole.
#include "tests/unit/sanitizer/codec/archive/read_members.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string text = "いろはにほへと\n";
const std::vector<MadeMember> two{{"a.txt", text}, {"b.txt", std::string(1000, 'b')}};

MembersRead read_zip(const ZipFile& file, const std::vector<std::uint32_t>& wanted = {},
                     const FileLimits& limits = {}) {
    return read_members(made_zip_file(file), zip_type, wanted, limits);
}

Reason whole_of(const std::string& zip) { return read_members(zip, zip_type).held; }

std::size_t central(const std::string& zip, std::size_t nth = 0) {
    std::size_t at = zip.find("PK\x01\x02");
    while (nth-- > 0) at = zip.find("PK\x01\x02", at + 1);
    return at;
}
std::size_t end_record(const std::string& zip) { return zip.rfind("PK\x05\x06"); }

// What becomes of a member beside a good one, which is given in any case.
codec::ArchiveMember beside_a_good_one(const ZipMemberFields& member) {
    const MembersRead read = read_zip({{{"good.txt", text}, member}});
    CHECK(read.held == Reason::none);
    REQUIRE(read.members.size() == 2);
    CHECK(read.members[0].untrusted_bytes == text);
    return read.members[1];
}

}  // namespace

TEST_CASE("a ZIP archive gives its members in its order, however lax its writer was") {
    struct Row {
        const char* what;
        ZipFile file;
    };
    ZipFile plain{{{"a.txt", text}, {"b.txt", two[1].bytes}}};
    const auto with = [&](const std::function<void(ZipFile&)>& change) {
        ZipFile file = plain;
        change(file);
        return file;
    };
    const auto each = [&](const std::function<void(ZipMemberFields&)>& change) {
        return with([&](ZipFile& file) {
            for (ZipMemberFields& member : file.members) change(member);
        });
    };
    for (const Row& row : {
             Row{"deflated", plain},
             Row{"stored", each([](ZipMemberFields& member) { member.method = 0; })},
             Row{"sizes in descriptors", each([](ZipMemberFields& member) { member.flags = 8; })},
             Row{"stored, sizes in descriptors",
                 each([](ZipMemberFields& member) { member.method = 0, member.flags = 8; })},
             Row{"sizes in ZIP64 fields", each([](ZipMemberFields& member) { member.zip64 = true; })},
             Row{"descriptors of ZIP64", each([](ZipMemberFields& member) { member.zip64 = true, member.flags = 8; })},
             Row{"a ZIP64 end record", with([](ZipFile& file) { file.zip64 = true; })},
             Row{"a comment", with([](ZipFile& file) { file.comment = "comment"; })},
             Row{"comments of members", each([](ZipMemberFields& member) { member.comment = "comment"; })},
             Row{"other fields", each([](ZipMemberFields& member) {
                     member.extra = extra_field(0x5455, "time");
                     member.local_extra = extra_field(0x7875, "owner") + std::string(3, '\0');
                 })},
             Row{"modes of Unix", each([](ZipMemberFields& member) {
                     member.made_by = 3 << 8 | 20, member.attributes = 0100644u << 16;
                 })},
             Row{"folders", with([](ZipFile& file) {
                     file.members.insert(file.members.begin(), {"folder/", "", 0});
                     file.members.push_back({"back\\", "", 0, 0, 20, 0x10});
                 })},
             Row{"what macOS adds", with([](ZipFile& file) {
                     file.members.push_back({"__MACOSX/._a.txt", "about a.txt"});
                     file.members.push_back({".DS_Store", "about the folder"});
                 })},
         }) {
        INFO(row.what);
        check_given(read_zip(row.file), two);
    }
}

TEST_CASE("an empty ZIP archive has no members, an empty member no bytes") {
    check_given(read_zip({}), {});
    check_given(read_zip({{{"empty.txt", ""}, {"stored.txt", "", 0}}}), {{"empty.txt", ""}, {"stored.txt", ""}});
}

TEST_CASE("of a ZIP archive only the wanted member is unpacked and paid") {
    const std::string zip = zip_of(two);
    const MembersRead read = read_members(zip, zip_type, {2});
    CHECK(names_of(read) == std::vector<std::string>{"a.txt", "b.txt"});
    CHECK(read.members[0].untrusted_bytes.empty());
    CHECK(read.members[1].untrusted_bytes == two[1].bytes);
    CHECK(read.inner_paid == two[1].bytes.size());
    CHECK(read_members(zip, zip_type, {3}).inner_paid == 0);
}

TEST_CASE("the sink may stop the reading, and what it throws comes out") {
    const std::string zip = zip_of(two);
    FilePurse purse{FileLimits{}};
    std::size_t seen = 0;
    CHECK_FALSE(codec::read_archive(zip, zip_type, "", purse, {}, [&](std::size_t number, codec::ArchiveMember&&) {
        seen = number;
        return codec::OnMember::stop;
    }));
    CHECK(seen == 1);
    CHECK_THROWS_AS(codec::read_archive(zip, zip_type, "", purse, {},
                                        [](std::size_t, codec::ArchiveMember&&) -> codec::OnMember { throw 1; }),
                    int);
}

TEST_CASE("AC-142 a member whose local and central header differ is held, the others are given") {
    const std::string zip = zip_of({{"a.txt", "aaaa"}, {"good.txt", text}});
    struct Row {
        std::size_t local, central, size;
        const char* what;
    };
    for (const Row& row : {Row{6, 8, 2, "flags"}, Row{8, 10, 2, "method"}, Row{14, 16, 4, "CRC"},
                           Row{22, 24, 4, "size"}, Row{30, 46, 5, "name"}}) {
        INFO(row.what);
        for (std::size_t i = 0; i < row.size; ++i) {
            const auto read =
                read_members(changed(zip, [&](std::string& bytes) { bytes[row.local + i] ^= 0x40; }), zip_type);
            REQUIRE(read.members.size() == 2);
            CHECK(read.members[0].held == Reason::document_damaged);
            CHECK(read.members[0].untrusted_bytes.empty());
            CHECK(read.members[1].untrusted_bytes == text);
        }
    }
    // How far a member reaches is what the directory says, and the next one begins there.
    CHECK(whole_of(changed(zip, [&](std::string& bytes) { bytes[central(zip) + 20] ^= 1; })) ==
          Reason::document_damaged);
    const auto local_size = read_members(changed(zip, [](std::string& bytes) { bytes[18] ^= 1; }), zip_type);
    CHECK(held_of(local_size) == std::vector{Reason::document_damaged, Reason::none});
    // Twice right, but not what comes out.
    const auto crc = changed(zip, [&](std::string& bytes) { bytes[14] ^= 1, bytes[central(zip) + 16] ^= 1; });
    CHECK(held_of(read_members(crc, zip_type)) == std::vector{Reason::document_damaged, Reason::none});
}

TEST_CASE("AC-142 a descriptor that says something else holds the archive") {
    ZipFile file{{{"a.txt", text, 8, 8}}};
    const std::string zip = made_zip_file(file);
    const std::size_t at = zip.find("PK\x07\x08");
    REQUIRE(whole_of(zip) == Reason::none);
    for (std::size_t i = 0; i < 12; ++i) {
        CHECK(whole_of(changed(zip, [&](std::string& bytes) { bytes[at + 4 + i] ^= 1; })) == Reason::document_damaged);
    }
}

TEST_CASE("AC-143 a second end record, also in the comment, and a comment of another length hold the archive") {
    const std::string zip = zip_of(two);
    ZipFile commented{{{"a.txt", text}}};
    commented.comment = "comment";
    const std::string with_comment = made_zip_file(commented);
    REQUIRE(whole_of(with_comment) == Reason::none);
    ZipFile nested = commented;
    nested.comment = zip;
    CHECK(whole_of(made_zip_file(nested)) == Reason::document_damaged);
    nested.comment = zip.substr(end_record(zip));
    CHECK(whole_of(made_zip_file(nested)) == Reason::document_damaged);
    nested.comment = "PK\x05\x06" + std::string(18, ' ');
    CHECK(whole_of(made_zip_file(nested)) == Reason::document_damaged);
    for (const int change : {-1, 1}) {
        CHECK(whole_of(changed(with_comment, [&](std::string& bytes) {
                  bytes[end_record(bytes) + 20] = static_cast<char>(bytes[end_record(bytes) + 20] + change);
              })) == Reason::document_damaged);
    }
}

TEST_CASE("AC-144 AC-157 bytes before, between or behind the members hold the archive") {
    const std::string zip = zip_of(two);
    CHECK(whole_of("MZ" + zip) == Reason::not_rebuilt);  // not even begun
    CHECK(whole_of("PK\x03\x04" + zip) == Reason::document_damaged);
    CHECK(whole_of(zip + "x") == Reason::document_damaged);
    CHECK(whole_of(zip + zip) == Reason::document_damaged);
    CHECK(whole_of(zip.substr(0, zip.size() - 1)) == Reason::document_damaged);
    CHECK(whole_of(changed(zip, [](std::string& bytes) { bytes.insert(central(bytes), "gap"); })) ==
          Reason::document_damaged);
    CHECK(whole_of(changed(zip, [](std::string& bytes) { bytes.insert(end_record(bytes), "gap"); })) ==
          Reason::document_damaged);
    // Between members, every offset as it must be then.
    CHECK(whole_of(changed(zip, [](std::string& bytes) {
              const std::size_t second = bytes.find("PK\x03\x04", 4);
              bytes.insert(second, "gap");
              bytes[central(bytes, 1) + 42] = static_cast<char>(second + 3);
              bytes[end_record(bytes) + 16] = static_cast<char>(bytes[end_record(bytes) + 16] + 3);
          })) == Reason::document_damaged);
    // A member that is not in the directory.
    CHECK(whole_of(changed(zip, [](std::string& bytes) {
              const std::size_t at = end_record(bytes);
              bytes[at + 8] = bytes[at + 10] = 1;
          })) == Reason::document_damaged);
    CHECK(whole_of(changed(zip, [](std::string& bytes) {
              const std::size_t second = central(bytes, 1);
              const std::size_t size = end_record(bytes) - second;
              bytes.erase(second, size);
              const std::size_t at = end_record(bytes);
              bytes[at + 8] = bytes[at + 10] = 1;
              bytes[at + 12] = static_cast<char>(size);
          })) == Reason::document_damaged);
}

TEST_CASE("AC-146 members that overlap are noticed before anything is unpacked") {
    const std::string zip = zip_of({{"a.txt", std::string(100'000, 'a')}, {"a.txt", std::string(100'000, 'a')}});
    const MembersRead read = read_members(changed(zip,
                                                  [](std::string& bytes) {
                                                      const std::size_t second = central(bytes, 1);
                                                      for (std::size_t i = 0; i < 4; ++i) bytes[second + 42 + i] = 0;
                                                  }),
                                          zip_type);
    CHECK(read.held == Reason::document_damaged);
    CHECK(read.words == "members overlap");
    CHECK(read.inner_paid == 0);
}

TEST_CASE("AC-147 an archive inside is a member like others") {
    std::string inner = zip_of(two);
    for (int depth = 0; depth < 5; ++depth) inner = zip_of({{"inner.zip", inner}});
    const MembersRead read = read_members(inner, zip_type);
    REQUIRE(names_of(read) == std::vector<std::string>{"inner.zip"});
    CHECK(read.members[0].untrusted_bytes.starts_with("PK"));
}

TEST_CASE("AC-148 a bomb is paid byte by byte, and holds itself only") {
    FileLimits limits;
    limits.inner_bytes_max = 1 << 20;
    const ZipFile file{{{"bomb", std::string(8 << 20, '\0')}, {"good.txt", text}}};
    const MembersRead read = read_zip(file, {}, limits);
    CHECK(held_of(read) == std::vector{Reason::inner_too_large, Reason::inner_too_large});
    CHECK(read.inner_paid <= limits.inner_bytes_max);
    CHECK(held_of(read_zip(file, {2}, limits)) == std::vector{Reason::none, Reason::none});
    limits.inner_bytes_max = (1 << 20) + 1000;
    CHECK(held_of(read_zip(file, {}, limits)) == std::vector{Reason::inner_too_large, Reason::none});
}

TEST_CASE("AC-148 no size that a member states is believed") {
    const std::string zip = zip_of({{"a.txt", std::string(100'000, 'x')}, {"good.txt", text}});
    for (const std::uint32_t size : {0u, 1u, 99'999u, 100'001u, 0x7fffffffu, 0xfffffffeu}) {
        const auto lie = changed(zip, [&](std::string& bytes) {
            for (const std::size_t at : {std::size_t{22}, central(bytes) + 24}) {
                for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>((size >> (8 * i)) & 0xff);
            }
        });
        INFO(size);
        CHECK(held_of(read_members(lie, zip_type)) == std::vector{Reason::document_damaged, Reason::none});
    }
}

TEST_CASE("an archive with more members than allowed is held") {
    FileLimits limits;
    limits.archive_members_max = 2;
    CHECK(read_members(zip_of(two), zip_type, {}, limits).held == Reason::none);
    limits.archive_members_max = 1;
    CHECK(read_members(zip_of(two), zip_type, {}, limits).held == Reason::too_many_members);
    ZipFile folders;
    for (int i = 0; i < 5; ++i) folders.members.push_back({std::to_string(i) + "/", "", 0});
    CHECK(read_zip(folders, {}, limits).held == Reason::none);
    limits.members_max = 4;
    CHECK(read_zip(folders, {}, limits).held == Reason::too_many_members);
}

TEST_CASE("AC-149 hostile ZIP64 numbers overflow nothing") {
    ZipFile file{{{"a.txt", text}, {"b.txt", text}}};
    file.zip64 = true;
    for (ZipMemberFields& member : file.members) member.zip64 = true;
    const std::string zip = made_zip_file(file);
    REQUIRE(whole_of(zip) == Reason::none);
    // Every byte of the wide end record, its locator and the members' wide fields.
    const std::size_t record = zip.find("PK\x06\x06");
    std::vector<std::size_t> places;
    for (std::size_t at = record; at < end_record(zip); ++at) places.push_back(at);
    for (const std::size_t header : {central(zip), central(zip, 1)}) {
        for (std::size_t i = 0; i < 28; ++i) places.push_back(header + 46 + 5 + i);
    }
    std::size_t refused = 0;
    for (const std::size_t at : places) {
        for (const char value : {'\0', '\x7f', '\xff'}) {
            const std::string lie = changed(zip, [&](std::string& bytes) { bytes[at] = value; });
            const MembersRead read = read_members(lie, zip_type);
            if (lie == zip) continue;
            for (const codec::ArchiveMember& member : read.members) CHECK(member.untrusted_bytes.size() <= text.size());
            if (read.held != Reason::none) ++refused;
        }
    }
    CHECK(refused > 150);
    CHECK(whole_of(changed(zip_of(two), [](std::string& bytes) {
              bytes.replace(end_record(bytes) + 16, 4, "\xff\xff\xff\xff");
          })) == Reason::not_representable);
}

TEST_CASE("AC-149 two ZIP64 fields of one member hold the archive or the member") {
    ZipFile file{{{"a.txt", text}}};
    file.members[0].zip64 = true;
    file.members[0].extra = extra_field(1, std::string(24, '\0'));
    CHECK(whole_of(made_zip_file(file)) == Reason::document_damaged);
    ZipMemberFields local{"b.txt", text};
    local.local_extra = extra_field(1, std::string(16, '\0')) + extra_field(1, std::string(16, '\0'));
    CHECK(beside_a_good_one(local).held == Reason::document_damaged);
}

TEST_CASE("AC-152 AC-153 encrypted members are held each, no password is ever tried") {
    for (const std::uint32_t flags : {0x1u, 0x9u, 0x41u, 0x2001u, 0x801u}) {
        for (const std::uint32_t method : {0u, 8u, 99u}) {
            INFO(flags << " " << method);
            CHECK(beside_a_good_one({"秘密.txt", text, method, flags}).held == Reason::encrypted);
        }
    }
}

TEST_CASE("AC-154 a member that is packed by an unknown method is held") {
    for (const std::uint32_t method : {1u, 2u, 6u, 9u, 10u, 12u, 14u, 18u, 19u, 93u, 95u, 97u, 98u, 0xffffu}) {
        INFO(method);
        CHECK(beside_a_good_one({"a.bin", text, method}).held == Reason::not_representable);
    }
}

TEST_CASE("AC-155 a volume of a split ZIP archive is held") {
    const std::string zip = zip_of(two);
    for (const std::size_t field : {4u, 6u, 8u, 10u}) {
        CHECK(whole_of(changed(zip, [&](std::string& bytes) { ++bytes[end_record(bytes) + field]; })) != Reason::none);
    }
    CHECK(whole_of(changed(zip, [&](std::string& bytes) { ++bytes[end_record(bytes) + 4]; })) ==
          Reason::not_representable);
    CHECK(whole_of(changed(zip, [&](std::string& bytes) { bytes[central(bytes) + 34] = 1; })) ==
          Reason::not_representable);
    CHECK(whole_of("PK\x07\x08" + zip) != Reason::none);
}

TEST_CASE("AC-141 AC-159 links and devices in a ZIP archive are held") {
    for (const std::uint32_t type : {0120000u, 0060000u, 0020000u, 0010000u, 0140000u, 0040000u}) {
        for (const std::uint32_t system : {3u, 19u}) {
            ZipMemberFields member{"link", "/etc/passwd", 0, 0, system << 8 | 20};
            member.attributes = (type | 0777) << 16;
            CHECK(beside_a_good_one(member).held == Reason::not_a_file);
        }
    }
    ZipMemberFields of_windows{"file", text, 0, 0, 20, 0120777u << 16};
    CHECK(beside_a_good_one(of_windows).held == Reason::none);
}

TEST_CASE("a folder with content is no folder to some, so it is held") {
    CHECK(beside_a_good_one({"folder/", text}).held == Reason::two_names);
}

TEST_CASE("AC-150 a Unicode path that differs from the name holds the member") {
    struct Row {
        std::string header_name, unicode_name;
        std::uint32_t flags;
        Reason held;
    };
    const std::string sjis = "\x95\x5c.txt";  // 表.txt
    for (const Row& row : {
             Row{sjis, "表.txt", 0, Reason::none},
             Row{"hyo.txt", "表.txt", 0, Reason::none},  // a makeshift of the writer
             Row{"x/hyo.txt", "x/表.txt", 0, Reason::none},
             Row{"a.txt", "a.txt", 0, Reason::none},
             Row{"表.txt", "表.txt", 0x800, Reason::none},
             Row{"a.txt", "b.txt", 0, Reason::two_names},
             Row{"hyo.txt", "表.exe", 0, Reason::two_names},
             Row{sjis, "表.exe", 0, Reason::two_names},
             Row{sjis, "evil.exe", 0, Reason::two_names},
             Row{"hyo.txt", "../表.txt", 0, Reason::two_names},
             Row{"表.txt", "裏.txt", 0x800, Reason::two_names},
         }) {
        INFO(row.header_name << " " << row.unicode_name);
        ZipMemberFields member{row.header_name, text, 8, row.flags};
        member.extra = unicode_path(row.header_name, row.unicode_name);
        const codec::ArchiveMember in_directory = beside_a_good_one(member);
        CHECK(in_directory.held == row.held);
        if (row.held == Reason::none) CHECK(in_directory.name == row.unicode_name);
        std::swap(member.extra, member.local_extra);
        CHECK(beside_a_good_one(member).held == row.held);
    }
    ZipMemberFields differing{sjis, text};
    differing.extra = unicode_path(sjis, "表.txt");
    differing.local_extra = unicode_path(sjis, "裏.txt");
    CHECK(beside_a_good_one(differing).held == Reason::two_names);
    ZipMemberFields stale{sjis, text};  // made for a name that no longer stands there
    stale.extra = unicode_path("other", "表.txt");
    CHECK(beside_a_good_one(stale).held == Reason::two_names);
}

TEST_CASE("AC-151 a name without a mark is UTF-8 or CP932, and 0x5C inside a letter is no folder") {
    const auto name = [](const std::string& bytes, std::uint32_t flags = 0) {
        return beside_a_good_one({bytes, text, 8, flags}).name;
    };
    CHECK(name("\x83\x5c\x81\x5b\x83\x58.txt") == "ソース.txt");
    CHECK(name("\x95\x5c.txt") == "表.txt");
    CHECK(name("\x95\x5c\x5c\x83\x5c.txt") == "表/ソ.txt");
    CHECK(name("\x95\x5c/\x90\x5c\x90\xbf.pdf") == "表/申請.pdf");
    CHECK(name("表.txt") == "表.txt");
    CHECK(name("表.txt", 0x800) == "表.txt");
    CHECK(name("か\xe3\x82\x99.txt") == "が.txt");
    CHECK(name("folder\\name.txt") == "folder/name.txt");
}

TEST_CASE("AC-143 a name that ends early for some readers holds the member") {
    CHECK(beside_a_good_one({std::string("a.exe\0.txt", 10), text}).held == Reason::two_names);
    CHECK(beside_a_good_one({"", text}).held == Reason::two_names);
}

TEST_CASE("any truncation and any broken byte of a ZIP archive ends well") {
    ZipFile file{{{"a.txt", text, 8, 8}, {"表.txt", text, 0, 0x800}, {"c.txt", text}}, "comment", true};
    file.members[2].zip64 = true;
    file.members[2].extra = unicode_path("c.txt", "c.txt");
    const std::string zip = made_zip_file(file);
    for (std::size_t size = 0; size < zip.size(); ++size) CHECK(whole_of(zip.substr(0, size)) != Reason::none);
    for (std::size_t at = 0; at < zip.size(); ++at) {
        for (const char flip : {'\x01', '\x15', '\x80'}) {
            const auto read = read_members(changed(zip, [&](std::string& bytes) { bytes[at] ^= flip; }), zip_type);
            for (const codec::ArchiveMember& member : read.members) {
                const bool is_text = member.untrusted_bytes == text;
                CHECK(is_text == (member.held == Reason::none));
            }
        }
    }
}

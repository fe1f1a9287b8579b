// ZIP files with a password, written by libarchive, by Info-ZIP and by a writer of our own.
#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/codec/archive/read_archive.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/support/made_locked_zip.hpp"
#include "tests/unit/sanitizer/codec/locked/opened.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::vector<MadeMember> two{{"見積書.txt", "合計 1,000 円\n"}, {"b/c.txt", std::string(5000, 'c')}};

// Name and bytes of each member; what cannot be read is its reason.
std::vector<std::pair<std::string, std::string>> members_of(const std::string& zip) {
    FilePurse purse{FileLimits()};
    std::vector<std::pair<std::string, std::string>> members;
    const auto held = codec::read_archive(zip, "application/zip", "a.zip", purse, {}, [&](std::size_t, auto&& member) {
        const bool is_held = member.held != Reason::none;
        members.emplace_back(member.name, is_held ? std::string(to_string(member.held)) : member.untrusted_bytes);
        return codec::OnMember::go_on;
    });
    if (held) members.emplace_back("", to_string(held->why));
    return members;
}

const std::vector<std::pair<std::string, std::string>> two_read{{two[0].name, two[0].bytes},
                                                                {two[1].name, two[1].bytes}};

}  // namespace

TEST_CASE("AC-152 a ZIP file with a password becomes one without, whoever wrote it") {
    for (const char* encryption : {"zipcrypt", "aes128", "aes256"}) {
        INFO(encryption);
        const std::string zip = locked_by_library(encryption, "Himitsu-2026!", two);
        CHECK(members_of(zip) ==
              std::vector<std::pair<std::string, std::string>>{{two[0].name, "encrypted"}, {two[1].name, "encrypted"}});
        const std::string plain = opened(zip, "Himitsu-2026!");
        CHECK(members_of(plain) == two_read);
        CHECK(plain == opened(zip, "Himitsu-2026!"));
    }
    CHECK(members_of(opened(sample("locked/info-zip.zip"), "Himitsu-2026!")) == two_read);
}

TEST_CASE("AC-152 each length of an AES key and both versions of the form are opened") {
    for (const std::uint32_t version : {1u, 2u}) {
        for (const auto key_bytes : std::to_array<std::size_t>({16, 24, 32})) {
            INFO(version << " " << key_bytes);
            for (const std::string& bytes : {std::string(), std::string("x"), noise(100'000)}) {
                AesFields fields;
                fields.version = version;
                fields.key_bytes = key_bytes;
                const std::string zip = locked_by_aes({"a.bin", bytes}, fields);
                if (bytes.size() == 1) CHECK(opened_by_library(zip, "password") == bytes);  // the writer is right
                CHECK(members_of(opened(zip, "password")).at(0).second == bytes);
            }
        }
    }
}

TEST_CASE("AC-152 a wrong password is told apart from damage") {
    for (const char* encryption : {"zipcrypt", "aes128", "aes256"}) {
        const std::string zip = locked_by_library(encryption, "right", two);
        for (int i = 0; i < 600; ++i) {  // more than 256, so that some pass the old check
            const std::string password = "wrong" + std::to_string(i);
            if (why_not_opened(zip, password) != Reason::encrypted) FAIL(encryption << " " << password);
            if (std::string_view(encryption) != "zipcrypt" && i == 20) break;
        }
        CHECK(why_not_opened(zip, "") == Reason::encrypted);
        std::string changed = zip;
        const std::size_t at = changed.find("b/c.txt") + 60;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK(why_not_opened(changed, "right") == Reason::document_damaged);
    }
}

TEST_CASE("AC-152 a locked ZIP that is cut or changed anywhere is refused or is what it was") {
    const std::vector<MadeMember> one{{"a.txt", "abcdefghijklmnopqrstuvwxyz"}};
    for (const char* encryption : {"zipcrypt", "aes256"}) {
        INFO(encryption);
        const std::string zip = locked_by_library(encryption, "right", one);
        for (std::size_t size = 0; size < zip.size(); ++size) {
            if (opens(zip.substr(0, size), "right")) FAIL("cut at " << size);
        }
        for (std::size_t at = 0; at < zip.size(); ++at) {
            std::string changed = zip;
            changed[at] = static_cast<char>(changed[at] ^ 0x40);
            if (!opens(changed, "right")) continue;
            for (const auto& [name, bytes] : members_of(opened(changed, "right"))) {
                if (bytes != "not_a_file") CHECK(bytes == one[0].bytes);  // its attributes say that it is none
            }
        }
    }
}

TEST_CASE("AC-152 what nobody here knows is not opened") {
    AesFields fields;
    fields.vendor = "XX";
    CHECK(why_not_opened(locked_by_aes({"a", "b"}, fields), "password") == Reason::not_representable);
    fields = {};
    fields.version = 3;
    CHECK(why_not_opened(locked_by_aes({"a", "b"}, fields), "password") == Reason::not_representable);
    fields = {};
    fields.method = 14;
    CHECK(why_not_opened(locked_by_aes({"a", "b"}, fields), "password") == Reason::not_representable);
    std::string stronger = locked_by_aes({"a", "b"});
    stronger.at(stronger.rfind("AE") + 2) = 4;
    CHECK(why_not_opened(stronger, "password") == Reason::not_representable);
    std::string strong = locked_by_aes({"a", "b"});
    strong.at(strong.find("PK\x01\x02") + 8) |= 0x40;
    CHECK(why_not_opened(strong, "password") == Reason::not_representable);
}

TEST_CASE("AC-152 of the first form the CRC is held against the content") {
    AesFields fields;
    fields.version = 1;
    fields.crc = 0x12345678;
    CHECK(why_not_opened(locked_by_aes({"a", "b"}, fields), "password") == Reason::document_damaged);
    fields.version = 2;  // which leaves it to chance
    CHECK(members_of(opened(locked_by_aes({"a", "b"}, fields), "password")).at(0).second == "b");
}

TEST_CASE("AC-148 a bomb behind a password is paid before it is unpacked") {
    const std::string zip = locked_by_library("aes256", "right", {{"zeros", std::string(3 << 20, '\0')}});
    FileLimits limits;
    limits.inner_bytes_max = 1 << 20;
    CHECK(why_not_opened(zip, "right", limits) == Reason::inner_too_large);
    limits = {};
    limits.archive_members_max = 1;
    CHECK(why_not_opened(locked_by_library("zipcrypt", "right", two), "right", limits) == Reason::too_many_members);
    limits = {};
    limits.out_bytes_max = 100;
    CHECK(why_not_opened(zip, "right", limits) == Reason::files_too_large);
}

TEST_CASE("AC-152 members without a password beside one stay what they are") {
    const std::string zip = sample("locked/mixed.zip");  // open.txt, and locked.txt by ZipCrypto
    CHECK(members_of(zip).at(0).second == "open\n");
    CHECK(members_of(zip).at(1).second == "encrypted");
    CHECK(members_of(opened(zip, "Himitsu-2026!")) ==
          std::vector<std::pair<std::string, std::string>>{{"open.txt", "open\n"}, {"locked.txt", "locked\n"}});
}

TEST_CASE("AC-152 a Japanese password is tried in UTF-8 and in the charset of Windows") {
    const std::string utf8 = "ひみつ２０２６表";
    const std::string cp932("\x82\xd0\x82\xdd\x82\xc2\x82\x51\x82\x4f\x82\x51\x82\x55\x95\x5c");
    for (const char* encryption : {"zipcrypt", "aes256"}) {
        CHECK(members_of(opened(locked_by_library(encryption, utf8, two), utf8)) == two_read);
        CHECK(members_of(opened(locked_by_library(encryption, cp932, two), utf8)) == two_read);
        CHECK(why_not_opened(locked_by_library(encryption, cp932 + "x", two), utf8) == Reason::encrypted);
    }
    CHECK(why_not_opened(locked_by_library("aes256", "x", two), "\xff\xfe") == Reason::encrypted);
}

TEST_CASE("AC-152 published archives open with their passwords") {
    const std::vector<std::pair<std::string, std::string>> known{
        {"libzip__encrypt-aes256.zip", "foofoofoo"},
        {"libzip__encrypt-1234.zip", "1234"},
        {"libzip__encrypt.zip", "foo"},
    };
    std::size_t seen = 0;
    for (const CorpusFile& file : read_corpus("file_archive_hostile")) {
        const bool is_strong = file.name.starts_with("libarchive__test_read_format_zip_encryption_data") ||
                               file.name.starts_with("libarchive__test_read_format_zip_encryption_partially") ||
                               file.name.starts_with("yauzl__strong_encryption");
        if (is_strong) {
            ++seen;
            CHECK(why_not_opened(file.bytes, "12345678") == Reason::not_representable);
        }
        for (const auto& [name, password] : known) {
            if (file.name != name) continue;
            ++seen;
            INFO(name);
            CHECK(opens(file.bytes, password));
            CHECK_FALSE(opens(file.bytes, password + "x"));
        }
    }
    if (has_corpora()) CHECK(seen == known.size() + 3);
}

TEST_CASE("AC-152 a locked ZIP is opened in the sandbox, where nothing can be loaded any more") {
    codec::load_lock_tables();
    const std::string cp932("\x95\x5c");
    for (const char* encryption : {"zipcrypt", "aes128", "aes256"}) {
        const std::string zip = locked_by_library(encryption, cp932, two);
        const Ended ended = in_the_sandbox([&] { return opened_or_nothing(zip, "表"); });
        CHECK(came_back(ended));
        CHECK(members_of(ended.said) == two_read);
    }
}

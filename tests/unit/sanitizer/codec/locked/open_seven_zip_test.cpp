// 7z archives with a password, written by 7-Zip, and such as nobody writes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/codec/archive/read_archive.hpp"
#include "sanitizer/codec/locked/lzma_data.hpp"
#include "sanitizer/codec/locked/seven_zip_cipher.hpp"
#include "sanitizer/codec/locked/seven_zip_header.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"
#include "sanitizer/codec/zip/refused.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/unit/sanitizer/codec/locked/opened.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace mugaika::codec::locked;

namespace {

constexpr std::string_view type = "application/x-7z-compressed";
const PartFacts seven = locked_as(std::string(type));
const std::string password = "Himitsu-2026!";

using Members = std::vector<std::string>;
const std::string letter = "合計 1,000 円\n";
const Members two{"b/c.txt: " + std::string(5000, 'c'), "見積書.txt: " + letter};

// What the calls of make_locked_samples are.
std::string calls() {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        const int to = 999 * i;
        bytes += '\xe8';
        for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(to >> shift & 0xff);
        bytes += "\x90\x90\x90";
    }
    return bytes;
}

// Name and bytes of each member, sorted; what cannot be read is its reason.
Members members_of(const std::string& archive) {
    static const bool is_loaded = (codec::load_archive_tables(), true);
    REQUIRE(is_loaded);
    FilePurse purse{FileLimits()};
    Members members;
    const auto held = codec::read_archive(archive, type, "a.7z", purse, {}, [&](std::size_t, auto&& member) {
        const bool is_held = member.held != Reason::none;
        members.push_back(member.name + ": " +
                          (is_held ? std::string(to_string(member.held)) : member.untrusted_bytes));
        return codec::OnMember::go_on;
    });
    if (held) members.emplace_back(to_string(held->why));
    std::sort(members.begin(), members.end());
    return members;
}

std::string seven_sample(const std::string& name) { return sample("locked/" + name + ".7z"); }

Reason why_seven(const std::string& file, std::string_view with, const FileLimits& limits = {}) {
    return why_not_opened(file, with, limits, seven);
}

// The archive with another header, both of whose CRC are right.
std::string with_header(const std::string& archive, std::string_view header) {
    const std::string_view old = seven_zip::find_header(archive);
    const std::size_t at = static_cast<std::size_t>(old.data() - archive.data());
    std::string start = archive.substr(12, 8);
    const auto put = [&](std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) start += static_cast<char>(value >> (8 * i) & 0xff);
    };
    put(header.size(), 8);
    put(crc_of(header), 4);
    std::string out = archive.substr(0, 8);
    const std::string sum = [&] {
        std::string bytes;
        for (int i = 0; i < 4; ++i) bytes += static_cast<char>(crc_of(start) >> (8 * i) & 0xff);
        return bytes;
    }();
    return out + sum + start + archive.substr(32, at - 32) + std::string(header);
}

std::string header_of(const std::string& archive) { return std::string(seven_zip::find_header(archive)); }

std::string replaced(std::string text, std::string_view old, std::string_view now) {
    const std::size_t at = text.find(old);
    REQUIRE(at != text.npos);
    return text.replace(at, old.size(), now);
}

constexpr std::string_view cipher_id("\x06\xf1\x07\x01", 4);

}  // namespace

TEST_CASE("AC-152 a 7z archive with a password becomes one without, however it is packed") {
    for (const std::string name : {"LZMA", "LZMA2", "PPMd", "BZip2", "Deflate", "Copy", "plain-header", "not-solid"}) {
        INFO(name);
        const std::string archive = seven_sample(name);
        CHECK(members_of(archive) == Members{"b/c.txt: encrypted", "見積書.txt: encrypted"});
        const std::string plain = opened(archive, password, seven);
        CHECK(members_of(plain) == two);
        CHECK(plain == opened(archive, password, seven));
        CHECK(why_seven(archive, "wrong") == Reason::encrypted);
        CHECK(why_seven(archive, "") == Reason::encrypted);
    }
    for (const std::string name : {"BCJ", "BCJ2"}) {
        INFO(name);
        CHECK(members_of(opened(seven_sample(name), password, seven)) == Members{"calls.bin: " + calls()});
        CHECK(why_seven(seven_sample(name), "wrong") == Reason::encrypted);
    }
}

TEST_CASE("AC-152 a 7z archive whose names are encrypted opens too, with Japanese passwords as they are typed") {
    CHECK(members_of(seven_sample("names")) == Members{"encrypted"});
    CHECK(members_of(opened(seven_sample("names"), password, seven)) == two);
    CHECK(members_of(opened(seven_sample("japanese"), "ひみつ２０２６", seven)) == Members{"見積書.txt: " + letter});
    for (const std::string& wrong : {std::string("ひみつ"), std::string(), std::string("\xff\xfe"), password + "x"}) {
        CHECK(why_seven(seven_sample("names"), wrong) == Reason::encrypted);
        CHECK(why_seven(seven_sample("japanese"), wrong) == Reason::encrypted);
    }
}

TEST_CASE("AC-152 of a 7z archive of which one part is locked the rest proves no password") {
    const std::string mixed = seven_sample("mixed");
    CHECK(members_of(mixed) == Members{"encrypted"});  // the library reads none of it
    CHECK(members_of(opened(mixed, password, seven)) == two);
    CHECK(why_seven(mixed, "wrong") == Reason::encrypted);
}

TEST_CASE("AC-152 in a 7z archive damage is told from a wrong password where anything shows the right one") {
    // Encrypted names have a CRC; of the others the last block was filled up with zeros.
    for (const std::string name : {"names", "LZMA2", "not-solid"}) {
        INFO(name);
        std::string changed = seven_sample(name);
        changed[40] = static_cast<char>(changed[40] ^ 1);  // in the first stream of data
        CHECK(why_seven(changed, password) == Reason::document_damaged);
        CHECK(why_seven(changed, "wrong") == Reason::encrypted);
    }
}

TEST_CASE("AC-152 a locked 7z archive that is cut or changed anywhere is refused or is what it was") {
    for (const std::string name : {"plain-header", "names"}) {
        INFO(name);
        const std::string archive = seven_sample(name);
        for (std::size_t size = 0; size < archive.size(); ++size) {
            if (opens(archive.substr(0, size), password, seven)) FAIL("cut at " << size);
        }
        for (std::size_t at = 0; at < archive.size(); at += 3) {
            std::string changed = archive;
            changed[at] = static_cast<char>(changed[at] ^ 0x40);
            if (opens(changed, password, seven)) CHECK(members_of(opened(changed, password, seven)) == two);
        }
        // With a header whose CRC is right again.
        const std::string header = header_of(archive);
        for (std::size_t at = 0; at < header.size(); ++at) {
            std::string changed = header;
            changed[at] = static_cast<char>(changed[at] ^ 0x21);
            try_password(with_header(archive, changed), password, seven);  // no crash, no exception
        }
    }
}

TEST_CASE("AC-152 what nobody here unpacks is not opened, and is no wrong password") {
    CHECK(why_seven(seven_sample("ARM64"), password) == Reason::not_representable);
    CHECK(why_seven(seven_sample("ARM64"), "wrong") == Reason::not_representable);
    const std::string archive = seven_sample("plain-header");
    const std::string header = header_of(archive);
    CHECK(members_of(opened(with_header(archive, header), password, seven)) == two);  // the change alone is none
    for (const std::string_view other : {"\x06\xf1\x07\x02", "\x06\xf1\x01\x01", "\x04\xf7\x11\x02"}) {
        CHECK(why_seven(with_header(archive, replaced(header, cipher_id, other)), password) ==
              Reason::not_representable);
    }
    // The cipher behind what unpacks: what it gives is a file, and it takes none of the archive's streams.
    CHECK(why_seven(with_header(archive,
                                replaced(header, std::string_view("\x01\0\x0c", 3), std::string_view("\0\1\x0c", 3))),
                    password) == Reason::not_representable);
}

TEST_CASE("AC-152 the work for the keys of a 7z archive is bounded") {
    const std::string archive = seven_sample("plain-header");
    const std::string header = header_of(archive);
    const std::string spins = std::string(cipher_id) + "\x12";  // eighteen bytes of properties; the first has the power
    const auto with_power = [&](char power) {
        return with_header(archive, replaced(header, spins + "\x53", spins + static_cast<char>(0x40 | power)));
    };
    CHECK(why_seven(with_power(0x13), password) == Reason::none);
    CHECK(why_seven(with_power(0x14), password) == Reason::encrypted);
    CHECK(why_seven(with_power(0x3f), password) == Reason::encrypted);  // the password is the key
    for (const char power : {'\x19', '\x20', '\x3e'}) {
        CHECK(why_seven(with_power(power), password) == Reason::not_representable);
    }
    CHECK(why_seven(with_power(0x17), std::string(100, 'x')) == Reason::not_representable);
    seven_zip::Cipher cipher("0123456789");
    const auto decrypted_with = [&](std::string salt) {
        const seven_zip::Coder coder{std::string(cipher_id), std::string("\x98\x70", 2) + salt};
        cipher.decrypted(coder, std::string(16, 'x'), 16);
    };
    // Each salt is a key of its own, and together they are bounded.
    CHECK_NOTHROW(decrypted_with("saltsal1"));
    CHECK_NOTHROW(decrypted_with("saltsal1"));
    CHECK_THROWS_AS(decrypted_with("saltsal2"), codec::zip::Refused);
}

TEST_CASE("AC-152 a 7z archive behind a password is unpacked within the purse") {
    FileLimits limits;
    limits.inner_bytes_max = 4000;
    for (const std::string name : {"LZMA2", "names", "Copy"}) {
        CHECK(why_seven(seven_sample(name), password, limits) == Reason::inner_too_large);
    }
    limits.inner_bytes_max = 50;
    CHECK(why_seven(seven_sample("names"), password, limits) == Reason::inner_too_large);
    limits = {};
    limits.archive_members_max = 1;
    CHECK(why_seven(seven_sample("LZMA2"), password, limits) == Reason::too_many_members);
    CHECK(why_seven(seven_sample("not-solid"), password, limits) == Reason::too_many_members);
    limits = {};
    limits.out_bytes_max = 100;
    CHECK(why_seven(seven_sample("LZMA2"), password, limits) == Reason::files_too_large);
}

TEST_CASE("a 7z header is written as it was read") {
    const std::string archive = seven_sample("plain-header"), header = header_of(archive);
    auto plain = seven_zip::read_plain_header(header, archive, 10);
    REQUIRE(plain.streams);
    CHECK(plain.streams->folders.size() == 1);
    CHECK(plain.streams->folders[0].coders.size() == 2);
    const std::string again = seven_zip::written(plain), again_header = header_of(again);
    const auto read = seven_zip::read_plain_header(again_header, again, 10);
    REQUIRE(read.streams);
    CHECK(read.streams->packed == plain.streams->packed);
    CHECK(read.streams->folders == plain.streams->folders);
    CHECK(read.rest == plain.rest);
    CHECK(seven_zip::written(read) == again);
    CHECK(members_of(again) == members_of(archive));
    plain.streams.reset();
    const std::string empty = seven_zip::written(plain), empty_header = header_of(empty);
    CHECK_FALSE(seven_zip::read_plain_header(empty_header, empty, 10).streams);
}

TEST_CASE("7z archives are opened in the sandbox, where nothing can be loaded any more") {
    codec::load_ooxml_tables();
    codec::load_lock_tables();
    codec::load_archive_tables();
    for (const std::string name : {"LZMA2", "names", "PPMd", "BZip2"}) {
        const std::string archive = seven_sample(name);
        const Ended ended = in_the_sandbox([&] { return opened_or_nothing(archive, password, seven); });
        CHECK(came_back(ended));
        CHECK(members_of(ended.said) == two);
    }
}

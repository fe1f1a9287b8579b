// Packages that are encrypted as a whole: the default password opens them, and nothing else is let through.
#include "sanitizer/codec/ooxml/locked_package.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "tests/support/corpus.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/support/made_locked_package.hpp"
#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// A workbook of some segments, which does not pack.
std::string workbook() {
    Package package;
    package.body = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>";
    std::uint32_t random = 1;
    for (int i = 0; i < 30'000; ++i) {
        random = random * 1664525 + 1013904223;
        package.body += static_cast<char>('0' + random / 65536 % 64);
        if (package.body.back() == '<' || package.body.back() == '>') package.body.back() = '_';
    }
    package.body += "</t></is></c></row></sheetData>";
    return made_zip(xlsx_parts(package));
}

Reason why_not(const Locked& locked) { return not_rebuilt(made_compound(locked)).why; }

void replace(std::string& text, std::string_view old, std::string_view with) {
    const std::size_t at = text.find(old);
    REQUIRE(at != text.npos);
    text.replace(at, old.size(), with);
}

Locked with(const Lock& lock) { return locked_agile(workbook(), lock); }

Locked described_as(std::string_view old, std::string_view with) {
    Locked locked = locked_agile(workbook());
    replace(locked.info, old, with);
    return locked;
}

bool opens(const std::string& file) {
    const FileMade made = rebuilt(file);
    return made.untrusted_bytes == rebuilt(workbook()).untrusted_bytes && lost(made, Reason::encryption_removed) == 1;
}

}  // namespace

TEST_CASE("AC-199 a workbook with Excel's default password becomes what it becomes without one") {
    for (const auto sector : std::to_array<std::size_t>({512, 4096})) {
        CHECK(opens(made_compound(with({}), sector)));
        CHECK(opens(made_compound(locked_standard(workbook(), {.key_bytes = 16}), sector)));
    }
    CHECK(opens(made_compound(with({.spins = 100'000}))));
    CHECK(lost(rebuilt(workbook()), Reason::encryption_removed) == 0);
}

TEST_CASE("AC-199 each digest and each length of key that Office may write is opened") {
    for (const auto key : std::to_array<std::size_t>({16, 24, 32})) {
        INFO(key);
        for (const std::string digest : {"SHA1", "SHA256", "SHA384", "SHA512"}) {
            INFO(digest);
            CHECK(opens(made_compound(with({.digest = digest, .key_bytes = key}))));
        }
        CHECK(opens(made_compound(locked_standard(workbook(), {.key_bytes = key}))));
    }
    CHECK(opens(made_compound(with({.salt_bytes = 8}))));
    CHECK(opens(made_compound(with({.salt_bytes = 64}))));
    CHECK(opens(made_compound(with({.has_digest = false}))));
    CHECK(opens(made_compound(with({.spins = 0}))));
}

TEST_CASE("AC-199 a document or a presentation is opened as a workbook is") {
    const std::string document = made_zip(docx_parts({}));
    CHECK(rebuilt(made_compound(locked_agile(document))).untrusted_bytes == rebuilt(document).untrusted_bytes);
    const std::string slides = made_zip(pptx_parts({}));
    CHECK(rebuilt(made_compound(locked_agile(slides))).kind == SafeKind::pptx);
}

TEST_CASE("AC-199 with any other password it is encrypted as ever") {
    for (const std::string password : {"", "velvetsweatshop", "VelvetSweatshop ", "secret"}) {
        INFO(password);
        CHECK(why_not(with({.password = password})) == Reason::encrypted);
        CHECK(why_not(locked_standard(workbook(), {.password = password, .key_bytes = 16})) == Reason::encrypted);
    }
}

TEST_CASE("AC-199 what nobody here knows or wants to pay is encrypted") {
    const std::vector<std::pair<std::string, std::string>> other{
        {"\"AES\"", "\"DES\""},
        {"ChainingModeCBC", "ChainingModeCFB"},
        {"\"SHA512\"", "\"MD5\""},
        {"keyBits=\"256\"", "keyBits=\"512\""},
        {"saltSize=\"16\"", "saltSize=\"65\""},
        {"saltSize=\"16\"", "saltSize=\"0\""},
        {"blockSize=\"16\"", "blockSize=\"8\""},
        {"spinCount=\"3\"", "spinCount=\"1000001\""},
        {"spinCount=\"3\"", "spinCount=\"4000000000\""},
        {"spinCount=\"3\"", "spinCount=\"99999999999999999999\""},
        {"uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password", "uri=\"urn:other/password"},
    };
    for (const auto& [old, with] : other) {
        INFO(with);
        CHECK(why_not(described_as(old, with)) == Reason::encrypted);
    }
    for (const std::string& version :
         {std::string("\1\0\1\0", 4), std::string("\3\0\3\0", 4), std::string("\4\0\3\0", 4),
          std::string("\5\0\2\0", 4), std::string("\4\0\5\0", 4)}) {
        Locked locked = with({});
        locked.info.replace(0, 4, version);
        CHECK(why_not(locked) == Reason::encrypted);
    }
    Locked large = with({});
    large.info.append(1 << 20, ' ');
    CHECK(why_not(large) == Reason::encrypted);
    CHECK(not_rebuilt(made_compound({{"EncryptedPackage", std::string(100, 'x')}})).why == Reason::encrypted);
}

TEST_CASE("AC-199 of the older form RC4, other digests and other keys are encrypted") {
    // Where the header begins: version, flags, its length; then flags, 0, cipher, digest, bits of the key.
    const std::vector<std::pair<std::size_t, std::uint32_t>> other{{4, 0x04},    {4, 0x34}, {20, 0x6801}, {20, 0x6610},
                                                                   {24, 0x800c}, {28, 40},  {28, 0},      {28, 256}};
    const Locked good = locked_standard(workbook(), {.key_bytes = 16});
    for (const auto& [at, number] : other) {
        INFO(at << " " << number);
        Locked locked = good;
        put_number(locked.info, at, number);
        CHECK(why_not(locked) == Reason::encrypted);
    }
}

TEST_CASE("AC-199 a description that is none is damage") {
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"<keyData", "<keyNone"},
        {"<keyEncryptors>", "<keyEncryptors><keyData/>"},
        {"</keyEncryptor>", "</keyNone>"},
        {" saltValue=\"", " other=\""},
        {" saltValue=\"", " saltValue=\"AAAA"},
        {" saltValue=\"ZG", " saltValue=\"!!"},
        {"hashSize=\"64\"", "hashSize=\"20\""},
        {"keyBits=\"256\"", "keyBits=\"x\""},
        {"keyBits=\"256\"", "keyBits=\"128\""},
        {"spinCount=\"3\"", "spinCount=\"-3\""},
        {" encryptedKeyValue=\"", " encryptedKeyValue=\"AAAA"},
        {"</encryption>", "</encryption><more/>"},
    };
    for (const auto& [old, with] : wrong) {
        INFO(old << " " << with);
        CHECK(why_not(described_as(old, with)) == Reason::document_damaged);
    }
    const std::string info = with({}).info;
    for (const std::string name : {"<keyData ", "<dataIntegrity ", "<p:encryptedKey "}) {  // whole, and a second time
        INFO(name);
        const std::size_t begin = info.find(name);
        REQUIRE(begin != std::string::npos);
        const std::string element = info.substr(begin, info.find("/>", begin) + 2 - begin);
        CHECK(why_not(described_as(element, element + element)) == Reason::document_damaged);
    }
    CHECK(why_not(described_as("<encryption", "<!DOCTYPE e><encryption")) == Reason::not_representable);
    CHECK(why_not({std::string("\4\0\4\0", 4), with({}).package}) == Reason::document_damaged);
    Locked old = locked_standard(workbook(), {.key_bytes = 16});
    for (const auto& [at, number] : {std::pair{8u, 31u}, {8u, 0xffffffffu}, {8u, 5000u}}) {
        Locked locked = old;
        put_number(locked.info, at, number);
        CHECK(why_not(locked) == Reason::document_damaged);
    }
    old.info.pop_back();
    CHECK(why_not(old) == Reason::document_damaged);
}

TEST_CASE("AC-199 a package whose digest is another one was changed, and is damage") {
    for (const std::size_t at : {std::size_t{0}, std::size_t{8}, with({}).package.size() - 1}) {
        Locked locked = with({});
        locked.package[at] = static_cast<char>(locked.package[at] ^ 1);
        CHECK(why_not(locked) == Reason::document_damaged);
    }
    Locked longer = with({});
    longer.package.append(16, 'x');
    CHECK(why_not(longer) == Reason::document_damaged);
    longer = with({.has_digest = false});  // what stands behind its end is nobody's
    longer.package.append(17, 'x');
    CHECK(opens(made_compound(longer)));
    const std::string other = with({.digest = "SHA512", .spins = 3, .salt_bytes = 16}).info;
    const std::size_t at = other.find("encryptedHmacValue=\"") + 20;
    Locked changed = with({});
    changed.info[at] = changed.info[at] == 'A' ? 'B' : 'A';
    CHECK(why_not(changed) == Reason::document_damaged);
}

TEST_CASE("AC-199 the size of the package is not believed") {
    const std::size_t all = with({}).package.size() - 8;
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{all + 1}, ~std::uint64_t{0}, std::uint64_t{1} << 40}) {
        INFO(size);
        Locked locked = with({.has_digest = false});
        put_number(locked.package, 0, static_cast<std::uint32_t>(size));
        put_number(locked.package, 4, static_cast<std::uint32_t>(size >> 32));
        CHECK(why_not(locked) == Reason::document_damaged);
    }
    for (const auto size : std::to_array<std::size_t>({0, 7, 8, 16})) {
        Locked locked = with({.has_digest = false});
        locked.package.resize(size);
        CHECK(why_not(locked) == Reason::document_damaged);
    }
}

TEST_CASE("AC-199 a locked package pays for what is read of its container") {
    FileLimits limits;
    limits.inner_bytes_max = with({}).package.size();
    CHECK(not_rebuilt(made_compound(with({})), limits).why == Reason::inner_too_large);
    limits.inner_bytes_max = 100;
    CHECK(not_rebuilt(made_compound(with({})), limits).why == Reason::inner_too_large);
}

TEST_CASE("AC-199 what was locked is judged as any package is, and once") {
    CHECK(why_not(locked_agile("no package at all")) == Reason::document_damaged);
    CHECK(why_not(locked_agile(made_compound(with({})))) == Reason::document_damaged);
    CHECK(not_rebuilt("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a doc").why == Reason::document_damaged);
    CHECK(not_rebuilt(made_compound({{"WordDocument", std::string(5000, 'x')}})).why == Reason::document_damaged);
}

TEST_CASE("AC-199 cut at any place it is damaged, encrypted, or opened as ever") {
    for (const std::string& good : {made_compound(with({})), made_compound(with({.has_digest = false}), 4096)}) {
        for (std::size_t size = 0; size < good.size(); size += 97) {
            INFO(size);
            FilePurse purse{FileLimits{}};
            const FileOutcome outcome = codec::rebuild_ooxml(good.substr(0, size), purse);
            const auto* why = std::get_if<FileNotMade>(&outcome);
            CHECK((why == nullptr || why->why == Reason::document_damaged || why->why == Reason::encrypted));
        }
    }
}

TEST_CASE("a locked package is opened in the sandbox, where nothing can be loaded any more") {
    codec::load_ooxml_tables();
    for (const std::string& file :
         {made_compound(with({})), made_compound(with({.digest = "SHA384", .key_bytes = 24})),
          made_compound(with({.digest = "SHA256", .key_bytes = 16})), made_compound(with({.digest = "SHA1"})),
          made_compound(locked_standard(workbook(), {.key_bytes = 16}))}) {
        const std::string made = rebuilt(file).untrusted_bytes;
        const Ended ended = in_the_sandbox([&] {
            FilePurse purse{FileLimits{}};
            FileOutcome outcome = codec::rebuild_ooxml(file, purse);
            const auto* opened = std::get_if<FileMade>(&outcome);
            return opened == nullptr ? std::get<FileNotMade>(outcome).words : opened->untrusted_bytes;
        });
        CHECK(came_back(ended));
        CHECK(ended.said == made);
    }
}

TEST_CASE("of the hostile corpus the workbook with the default password opens, and the others stay encrypted") {
    for (const CorpusFile& file : read_corpus("file_office_hostile")) {
        if (file.name.find("encrypt") == file.name.npos) continue;
        INFO(file.name);
        const bool has_default = file.name.find("standardpassword") != file.name.npos;
        if (has_default) {
            CHECK(lost(rebuilt(file.bytes), Reason::encryption_removed) == 1);
        } else {
            CHECK(not_rebuilt(file.bytes).why == Reason::encrypted);
        }
    }
}

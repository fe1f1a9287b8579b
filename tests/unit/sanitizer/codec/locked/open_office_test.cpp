// Documents of Office before the packages with a password: by LibreOffice, published ones, and what tests make.
#include "sanitizer/codec/locked/open_office.hpp"

#include <openssl/evp.h>
#include <openssl/provider.h>

#include <bit>
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "policy/c_handle.hpp"
#include "policy/locked_file.hpp"
#include "sanitizer/codec/locked/xor_obfuscation.hpp"
#include "sanitizer/codec/ole2/compound_file.hpp"
#include "sanitizer/codec/ooxml/package_crypto.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"
#include "sanitizer/codec/zip/refused.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/support/made_locked_package.hpp"
#include "tests/support/made_message.hpp"
#include "tests/unit/sanitizer/codec/locked/opened.hpp"

using namespace mugaika;
using namespace mugaika::test;
using codec::ole2::CompoundFile;
using codec::ooxml::Digest;
using codec::ooxml::digest_of;

namespace {

const PartFacts word = locked_as("application/msword");
const PartFacts excel = locked_as("application/vnd.ms-excel");
const PartFacts slides = locked_as("application/vnd.ms-powerpoint");
const std::string password = "Himitsu-2026!";

std::string office_sample(const std::string& name) { return sample("locked/old-office/" + name); }

std::string stream_of(const std::string& file, std::string_view name) {
    FilePurse purse{FileLimits()};
    return CompoundFile(file).read(name, purse);
}

Reason why(const std::string& file, std::string_view with, const PartFacts& facts, const FileLimits& limits = {}) {
    return why_not_opened(file, with, limits, facts);
}

// ---- by CryptoAPI, with the library's own RC4

std::string rc4(std::string key, std::string bytes) {
    static OSSL_PROVIDER* const legacy = OSSL_PROVIDER_load(nullptr, "legacy");
    REQUIRE(legacy != nullptr);
    const CHandle<EVP_CIPHER, EVP_CIPHER_free> cipher(EVP_CIPHER_fetch(nullptr, "RC4", nullptr));
    const CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
    REQUIRE(EVP_EncryptInit_ex2(context.get(), cipher.get(), nullptr, nullptr, nullptr) == 1);
    REQUIRE(EVP_CIPHER_CTX_set_key_length(context.get(), static_cast<int>(key.size())) == 1);
    REQUIRE(EVP_EncryptInit_ex2(context.get(), nullptr, reinterpret_cast<const unsigned char*>(key.data()), nullptr,
                                nullptr) == 1);
    auto* const at = reinterpret_cast<unsigned char*>(bytes.data());
    int made = 0;
    REQUIRE(EVP_EncryptUpdate(context.get(), at, &made, at, static_cast<int>(bytes.size())) == 1);
    return bytes;
}

struct CryptoApi {
    std::uint32_t bits = 128;
    std::string with = password;
    std::uint32_t cipher = 0x6801;
    std::string salt = "0123456789abcdef";

    std::string key(std::uint32_t block) const {
        const std::string digest = digest_of(Digest::sha1, {salt, utf16le(with)});
        std::string made = digest_of(Digest::sha1, {digest, little_endian(block, 4)}).substr(0, bits / 8);
        if (bits == 40) made.resize(16, '\0');
        return made;
    }
    std::string blocks(std::string_view bytes, std::size_t size) const {
        std::string out;
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            out += rc4(key(static_cast<std::uint32_t>(at / size)), std::string(bytes.substr(at, size)));
        }
        return out;
    }
    std::string info() const {
        std::string header;
        for (const std::uint32_t number : {4u, 0u, cipher, 0x8004u, bits, 1u, 0u, 0u})
            header += little_endian(number, 4);
        header += utf16le("Provider") + std::string(2, '\0');
        const std::string verifier = "fedcba9876543210";
        const std::string locked = rc4(key(0), verifier + digest_of(Digest::sha1, {verifier}));
        return little_endian(2, 2) + little_endian(2, 2) + little_endian(4, 4) + little_endian(header.size(), 4) +
               header + little_endian(16, 4) + salt + locked.substr(0, 16) + little_endian(20, 4) + locked.substr(16);
    }
};

const std::string text = std::string(3000, 'a') + std::string(3000, 'b');

std::string made_document(const CryptoApi& api) {
    const std::string info = api.info();
    std::string fib(68, '\0');
    fib[10] = 1;
    fib[11] = 1;
    fib.replace(14, 4, little_endian(info.size(), 4));
    const std::string document = fib + api.blocks(fib + text, 512).substr(68);
    const std::string table = info + api.blocks(std::string(info.size(), 'x') + text, 512).substr(info.size());
    return made_compound({{"WordDocument", document}, {"0Table", table}, {"Data", api.blocks(text, 512)}});
}

std::string record(std::uint32_t type, std::string_view bytes) {
    return little_endian(type, 2) + little_endian(bytes.size(), 2) + std::string(bytes);
}

// What is encrypted of a workbook, and what is not.
struct Book {
    std::string before, plain, crypted;
};
Book made_book(const std::string& pass, const std::function<std::string(std::string_view, std::size_t)>& crypt) {
    const std::string before = record(0x809, "0123456789abcdef") + record(0x2f, pass);
    const std::string plain = record(0x85, "\x10\x20\x30\x40sheet") + record(0xe1, "\xb0\x04") +
                              record(0x42, text.substr(0, 5000)) + record(0x0a, "");
    std::string crypted = plain;
    for (std::size_t at = 0; at < plain.size();) {
        const std::size_t size =
            static_cast<std::uint8_t>(plain[at + 2]) + std::size_t{256} * static_cast<std::uint8_t>(plain[at + 3]);
        const auto type = static_cast<std::uint8_t>(plain[at]);
        const std::size_t clear = type == 0x85 ? 4 : type == 0xe1 ? size : 0;
        const std::string locked = crypt(std::string_view(plain).substr(at + 4, size), before.size() + at + 4);
        crypted.replace(at + 4 + clear, size - clear, locked, clear, size - clear);
        at += 4 + size;
    }
    return {before, plain, crypted};
}

Book made_book(const CryptoApi& api) {
    return made_book(little_endian(1, 2) + api.info(), [&](std::string_view bytes, std::size_t at) {
        return api.blocks(std::string(at, '\0') + std::string(bytes), 1024).substr(at);
    });
}

std::string as_file(const Book& book) {
    return made_compound({{"Workbook", book.before + book.crypted}, {"Other", "untouched"}});
}

// The first record that says how it is encrypted is one that nobody knows.
std::string opened_book(const Book& book) { return std::string(book.before).replace(20, 2, "\xff\x3f") + book.plain; }

}  // namespace

TEST_CASE("AC-199 a doc and an xls that LibreOffice encrypted open with their password") {
    const std::string letter = opened(office_sample("rc4.doc"), password, word);
    CHECK(stream_of(letter, "WordDocument").find(utf16le("見積書 合計 1,000 円")) != std::string::npos);
    CHECK(stream_of(office_sample("rc4.doc"), "WordDocument").find(utf16le("見積書")) == std::string::npos);
    CHECK(letter.size() == office_sample("rc4.doc").size());
    CHECK(letter == opened(office_sample("rc4.doc"), password, word));
    CHECK(stream_of(opened(office_sample("japanese.doc"), "ひみつ２０２６", word), "WordDocument") ==
          stream_of(letter, "WordDocument"));
    const std::string book = opened(office_sample("rc4.xls"), password, excel);
    CHECK(stream_of(book, "Workbook").find(utf16le("項目")) != std::string::npos);
    CHECK(stream_of(opened(office_sample("default.xls"), codec::locked::default_password, excel), "Workbook")
              .find(utf16le("項目")) != std::string::npos);
    for (const std::string& wrong : {std::string("x"), std::string(), password + "x", std::string("\xff\xfe")}) {
        CHECK(why(office_sample("rc4.doc"), wrong, word) == Reason::encrypted);
        CHECK(why(office_sample("rc4.xls"), wrong, excel) == Reason::encrypted);
    }
    for (const std::string name : {"plain.doc", "plain.xls"}) {
        CHECK(why(office_sample(name), password, word) == Reason::document_damaged);
    }
    CHECK(why(letter, password, word) == Reason::document_damaged);  // it has none any more
    CHECK(why(book, password, excel) == Reason::document_damaged);
}

TEST_CASE("AC-199 documents by CryptoAPI open with their password, whatever their key's length is") {
    for (const std::uint32_t bits : {40u, 56u, 128u}) {
        INFO(bits);
        for (const std::string& with : {password, std::string("ひみつ２０２６"), std::string("𠮷")}) {
            const CryptoApi api{.bits = bits, .with = with};
            const std::string letter = opened(made_document(api), with, word);
            CHECK(stream_of(letter, "WordDocument").substr(68) == text);
            CHECK(stream_of(letter, "WordDocument").substr(10, 8) == std::string("\x01\0\0\0\0\0\0\0", 8));
            CHECK(stream_of(letter, "0Table") == std::string(api.info().size(), '\0') + text);
            CHECK(stream_of(letter, "Data") == text);
            const Book book = made_book(api);
            const std::string workbook = opened(as_file(book), with, excel);
            CHECK(stream_of(workbook, "Workbook") == opened_book(book));
            CHECK(stream_of(workbook, "Other") == "untouched");
            CHECK(why(made_document(api), with + "x", word) == Reason::encrypted);
            CHECK(why(as_file(book), with + "x", excel) == Reason::encrypted);
        }
    }
    CHECK(why(made_document({.cipher = 0x660e}), password, word) == Reason::not_representable);
    CHECK(why(as_file(made_book(CryptoApi{.cipher = 0x660e})), password, excel) == Reason::not_representable);
}

TEST_CASE("AC-199 a workbook that is obfuscated opens with its password") {
    // Key and verifier of the password that every Excel knows.
    CHECK_NOTHROW(codec::locked::XorObfuscation(0xb359, 0x9a0a, "VelvetSweatshop"));
    CHECK_THROWS_AS(codec::locked::XorObfuscation(0xb359, 0x9a0b, "VelvetSweatshop"), codec::zip::Refused);
    CHECK_THROWS_AS(codec::locked::XorObfuscation(0xb358, 0x9a0a, "VelvetSweatshop"), codec::zip::Refused);
    CHECK_THROWS_AS(codec::locked::XorObfuscation(0xb359, 0x9a0a, ""), codec::zip::Refused);
    const auto locked = [](std::string_view bytes, std::size_t at) {
        const std::string letters = "VelvetSweatshop\xbb";
        std::string out;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const std::size_t turn = (at + bytes.size() + i) % 16;
            const auto half = static_cast<std::uint8_t>(turn % 2 == 0 ? 0x59 : 0xb3);
            const auto mixed = std::rotr(static_cast<std::uint8_t>(static_cast<std::uint8_t>(letters[turn]) ^ half), 1);
            out += static_cast<char>(std::rotl(static_cast<std::uint8_t>(bytes[i]), 5) ^ mixed);
        }
        return out;
    };
    const std::string pass = std::string("\x59\xb3\x0a\x9a", 4);
    for (const Book& book : {made_book(pass, locked), made_book(std::string(2, '\0') + pass, locked)}) {
        CHECK(stream_of(opened(as_file(book), "VelvetSweatshop", excel), "Workbook") == opened_book(book));
        CHECK(why(as_file(book), "VelvetSweatsho", excel) == Reason::encrypted);
    }
}

TEST_CASE("AC-199 published documents of old Office open with their passwords") {
    const std::vector<std::tuple<std::string, std::string, PartFacts>> known{
        {"tika__testPPT_protected_passtika.ppt", "tika", slides},
        {"poi__60284.xls", "VelvetSweatshop", excel},
        {"oletools__encrypted.xls", "", excel},
        {"oletools__encrypted.ppt", "", slides},
    };
    std::size_t seen = 0;
    for (const std::string folder : {"file_office_benign", "file_office_hostile"}) {
        for (const CorpusFile& file : read_corpus(folder)) {
            for (const auto& [name, its_password, facts] : known) {
                if (file.name != name) continue;
                ++seen;
                INFO(name);
                CHECK(why(file.bytes, "wrong", facts) == Reason::encrypted);
                if (its_password.empty()) continue;  // nobody knows it
                const std::string plain = opened(file.bytes, its_password, facts);
                CHECK(plain.size() == file.bytes.size());
                CHECK(why(plain, its_password, facts) == Reason::document_damaged);
                if (lock_of(facts) != LockKind::office || name.find("PPT") == name.npos) continue;
                CHECK(stream_of(plain, "PowerPoint Document").find("This is an encrypted PowerPoint 2007 slide.") !=
                      std::string::npos);
                CHECK_FALSE(CompoundFile(plain).has("EncryptedSummary"));
            }
        }
    }
    if (has_corpora()) CHECK(seen == known.size());
}

TEST_CASE("AC-199 an encrypted document that is cut or changed anywhere opens or not, and no more") {
    std::vector<std::pair<std::string, PartFacts>> files{{made_document({}), word},
                                                         {as_file(made_book(CryptoApi())), excel}};
    for (const CorpusFile& file : read_corpus("file_office_benign")) {
        if (file.name.find("passtika.ppt") != file.name.npos) files.emplace_back(file.bytes, slides);
    }
    for (const auto& [file, facts] : files) {
        const std::string its_password = &facts == &files.back().second && files.size() > 2 ? "tika" : password;
        const std::size_t step = file.size() / 300 + 1;
        for (std::size_t at = 0; at < file.size(); at += step) {
            why(file.substr(0, at), its_password, facts);
            std::string changed = file;
            changed[at] = static_cast<char>(changed[at] ^ 0x11);
            const std::string plain = opened_or_nothing(changed, its_password, facts);
            if (!plain.empty()) CHECK(plain.size() == file.size());
        }
    }
    CHECK(why("\xd0\xcf\x11\xe0", "x", word) == Reason::document_damaged);
    CHECK(why(made_compound(std::vector<MadePart>{{"Other", "x"}}), "x", word) == Reason::not_representable);
    CHECK(why(as_file(made_book(std::string("\2\0xx", 4) + "xx", [](auto bytes, auto) { return std::string(bytes); })),
              "x", excel) == Reason::not_representable);
}

TEST_CASE("AC-199 an encrypted document is opened within the purse") {
    FileLimits limits;
    limits.inner_bytes_max = 5000;
    CHECK(why(made_document({}), password, word, limits) == Reason::inner_too_large);
    CHECK(why(as_file(made_book(CryptoApi())), password, excel, limits) == Reason::inner_too_large);
    limits = {};
    limits.out_bytes_max = 5000;
    CHECK(why(made_document({}), password, word, limits) == Reason::files_too_large);
}

TEST_CASE("documents of old Office are opened in the sandbox, where nothing can be loaded any more") {
    codec::load_ooxml_tables();
    codec::load_lock_tables();
    const std::string letter = office_sample("rc4.doc"), by_api = made_document({});
    const Ended ended = in_the_sandbox([&] { return opened_or_nothing(letter, password, word); });
    CHECK(came_back(ended));
    CHECK(ended.said == opened(letter, password, word));
    CHECK(in_the_sandbox([&] { return opened_or_nothing(by_api, password, word); }).said ==
          opened(by_api, password, word));
}

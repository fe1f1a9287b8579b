// Office packages and PDF documents with a password, and what no password opens here.
#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "policy/locked_file.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"
#include "sanitizer/codec/pdf/rebuild_pdf.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/support/made_locked_package.hpp"
#include "tests/unit/sanitizer/codec/locked/opened.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const PartFacts package = locked_as(std::string(encrypted_package_type));
const PartFacts pdf = locked_as("application/pdf");

std::string document() { return made_zip(docx_parts({})); }

// What is made of it by the codec that is asked next.
Reason why_not_rebuilt(const std::string& bytes) {
    FilePurse purse{FileLimits()};
    const FileOutcome made =
        bytes.starts_with("%PDF") ? codec::rebuild_pdf(bytes, purse) : codec::rebuild_ooxml(bytes, purse);
    const auto* why = std::get_if<FileNotMade>(&made);
    return why == nullptr ? Reason::none : why->why;
}

}  // namespace

TEST_CASE("AC-199 an Office package opens with its password, in each form") {
    for (const std::string password : {"Himitsu-2026!", "ひみつ２０２６", "𠮷", "VelvetSweatshop"}) {
        INFO(password);
        for (const auto key_bytes : std::to_array<std::size_t>({16, 24, 32})) {
            const Lock lock{.password = password, .key_bytes = key_bytes};
            CHECK(opened(made_compound(locked_agile(document(), lock)), password, package) == document());
            CHECK(opened(made_compound(locked_standard(document(), lock)), password, package) == document());
            CHECK(why_not_opened(made_compound(locked_agile(document(), lock)), password + "x", {}, package) ==
                  Reason::encrypted);
            CHECK(why_not_opened(made_compound(locked_standard(document(), lock)), "", {}, package) ==
                  Reason::encrypted);
        }
    }
}

TEST_CASE("AC-199 with the right password damage is damage") {
    const Lock lock{.password = "right"};
    Locked locked = locked_agile(document(), lock);
    locked.package.back() = static_cast<char>(locked.package.back() ^ 1);
    CHECK(why_not_opened(made_compound(locked), "right", {}, package) == Reason::document_damaged);
    CHECK(why_not_opened(made_compound(locked), "wrong", {}, package) == Reason::encrypted);
    const std::string whole = made_compound(locked_agile(document(), lock));
    for (std::size_t size = 0; size < whole.size(); size += 97) {
        if (opens(whole.substr(0, size), "right", package) && size < whole.size() - 512) FAIL("cut at " << size);
    }
}

TEST_CASE("AC-177 a PDF opens with its user's and its owner's password, and its rebuilding goes on from there") {
    for (const std::string name : {"rc4-40.pdf", "rc4-128.pdf", "aes-128.pdf", "aes-256.pdf"}) {
        INFO(name);
        const std::string file = sample("locked/" + name);
        CHECK(why_not_rebuilt(file) == Reason::encrypted);
        CHECK(why_not_rebuilt(opened(file, "Himitsu-2026!", pdf)) == Reason::none);
        CHECK(why_not_rebuilt(opened(file, "owner", pdf)) == Reason::none);
        CHECK(opened(file, "Himitsu-2026!", pdf) == opened(file, "Himitsu-2026!", pdf));
        CHECK(opened(file, "Himitsu-2026!", pdf).find("/Encrypt") == std::string::npos);
        CHECK(why_not_opened(file, "wrong", {}, pdf) == Reason::encrypted);
        CHECK(why_not_opened(file, "", {}, pdf) == Reason::encrypted);
        for (std::size_t size = 0; size < file.size(); size += 7) {  // qpdf mends what is cut: no crash, no exception
            why_not_opened(file.substr(0, size), "Himitsu-2026!", {}, pdf);
        }
    }
    CHECK(why_not_opened("%PDF-1.7\nnothing", "x", {}, pdf) == Reason::document_damaged);
    FileLimits limits;
    limits.inner_bytes_max = 100;
    CHECK(why_not_opened(sample("locked/aes-256.pdf"), "owner", limits, pdf) == Reason::inner_too_large);
}

TEST_CASE("AC-156 a lock that nobody here opens is no wrong password") {
    for (const std::string type : {"application/vnd.rar", "application/pkcs7-mime", "application/pgp-encrypted"}) {
        INFO(type);
        CHECK(why_not_opened("bytes", "x", {}, locked_as(type)) == Reason::not_rebuilt);
        CHECK_FALSE(opens_by_password(lock_of(locked_as(type))));
    }
    PartFacts plain = locked_zip();
    plain.kind = PartKind::archive;
    CHECK(why_not_opened("bytes", "x", {}, plain) == Reason::not_rebuilt);
}

TEST_CASE("AC-199 published documents open with their passwords") {
    const std::vector<std::pair<std::string, std::string>> known{
        {"poi__protected_passtika.xlsb", "tika"},
        {"tika__testWORD_protected_passtika.docx", "tika"},
        {"poi__extenxls_pwd123.xlsx", "pwd123"},
    };
    std::size_t seen = 0;
    for (const CorpusFile& file : read_corpus("file_office_hostile")) {
        for (const auto& [name, password] : known) {
            if (file.name != name) continue;
            ++seen;
            INFO(name);
            CHECK(opened(file.bytes, password, package).starts_with("PK"));
            CHECK(why_not_opened(file.bytes, password + "x", {}, package) == Reason::encrypted);
        }
    }
    if (has_corpora()) CHECK(seen == known.size());
}

TEST_CASE("documents with a password are opened in the sandbox, where nothing can be loaded any more") {
    codec::load_ooxml_tables();
    codec::load_lock_tables();
    const std::string office = made_compound(locked_agile(document(), {.password = "ひみつ"}));
    const Ended ended = in_the_sandbox([&] { return opened_or_nothing(office, "ひみつ", package); });
    CHECK(came_back(ended));
    CHECK(ended.said == document());
    for (const std::string name : {"rc4-40.pdf", "aes-128.pdf", "aes-256.pdf"}) {
        const std::string file = sample("locked/" + name);
        const Ended read = in_the_sandbox([&] { return opened_or_nothing(file, "Himitsu-2026!", pdf); });
        CHECK(came_back(read));
        CHECK(read.said.starts_with("%PDF"));
    }
}

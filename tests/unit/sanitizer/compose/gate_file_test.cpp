#include "sanitizer/compose/gate_file.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "mail_reading.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::array file_kinds{SafeKind::jpeg, SafeKind::png,  SafeKind::pdf,      SafeKind::docx,
                                SafeKind::xlsx, SafeKind::pptx, SafeKind::text,     SafeKind::csv,
                                SafeKind::ics,  SafeKind::vcf,  SafeKind::image_pdf};

// Each table, calendar and contact is a text.
bool is_also(SafeKind kind, SafeKind other) {
    return kind == SafeKind::text && (other == SafeKind::csv || other == SafeKind::ics || other == SafeKind::vcf);
}

std::string name_of(SafeKind kind) { return "表.a" + std::string(extension(kind)); }

std::string rule_for(SafeKind kind, std::string_view name, std::string_view bytes) {
    const auto breach = gate::judge_kind(to_string(kind), name, bytes);
    return breach ? std::string(breach->rule) : std::string();
}

Extract extract_with(RebuiltFile file) {
    Extract extract = example_extract();
    extract.rebuilt.push_back(std::move(file));
    return extract;
}

std::string with_replaced(std::string mail, std::string_view what, std::string_view by) {
    const std::size_t at = mail.find(what);
    REQUIRE(at != std::string::npos);
    return mail.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a rebuilt file of each kind passes the gate under its type and name") {
    static_assert(file_kinds.size() + 1 == safe_kind_count, "and the ZIP, which has tests of its own");
    for (const SafeKind kind : file_kinds) {
        INFO(to_string(kind));
        CHECK(rule_for(kind, name_of(kind), sample_of(kind)).empty());
        const Extract extract = extract_with(made_rebuilt_file("2", name_of(kind), kind, sample_of(kind)));
        CHECK(gate_words(composed(extract, clean, example_facts()), permit_for(extract)).empty());
    }
}

TEST_CASE("AC-223 AC-225 a file under the type, the name or the bytes of another kind is refused") {
    for (const SafeKind kind : file_kinds) {
        for (const SafeKind other : file_kinds) {
            if (other == kind) continue;
            INFO(to_string(kind) << " as " << to_string(other));
            // Both are PDF to whoever opens them; their bytes differ, below.
            if (media_type(kind) != media_type(other)) {
                CHECK(gate::judge_type(to_string(kind), media_type(other)));
                CHECK(rule_for(kind, name_of(other), sample_of(kind)) == "file: its name does not end like its kind");
            }
            if (is_also(kind, other)) continue;
            if (kind == SafeKind::csv && other == SafeKind::text) continue;  // see "a table begins with…"
            CHECK(rule_for(kind, name_of(kind), sample_of(other)) == "file: its bytes are not of its kind");
        }
    }
}

TEST_CASE("a text is characters that show, a table begins with a byte order mark") {
    using namespace std::string_literals;
    const auto is_taken = [](SafeKind kind, const std::string& bytes) {
        return rule_for(kind, name_of(kind), bytes).empty();
    };
    for (const std::string& good : {"a"s, "a\tb\r\n"s, "\xe8\xa1\xa8"s, "\xf0\x9f\x98\x80"s, "\xc3\xa9"s}) {
        CHECK(is_taken(SafeKind::text, good));
        CHECK(is_taken(SafeKind::csv, "\xef\xbb\xbf" + good));
        CHECK_FALSE(is_taken(SafeKind::csv, good));
    }
    for (const std::string& bad : {""s, "\0"s, "a\x1b[0m"s, "\x7f"s, "\x80"s, "\xe8\xa1"s,
                                   "\xe8"
                                   "a"s,
                                   "\xff\xfe"
                                   "a"s,
                                   "\xc0\x80"s, "\xf8\x88\x80\x80\x80"s}) {
        CHECK_FALSE(is_taken(SafeKind::text, bad));
        if (!bad.empty()) CHECK_FALSE(is_taken(SafeKind::csv, "\xef\xbb\xbf" + bad));
    }
}

TEST_CASE("the last extension of a name is what counts, in upper and lower case") {
    const std::string jpeg = sample_of(SafeKind::jpeg);
    for (const char* name : {"a.jpg", "a.JPG", "a.exe.jpeg", "a.jpe", "a.jfif"}) {
        INFO(name);
        CHECK(rule_for(SafeKind::jpeg, name, jpeg).empty());
    }
    for (const char* name :
         {"a", "", "jpg", ".jpg", "a.jpg.exe", "a.jpg ", "a.jpg.", "a.jpgx", "a.", "a.png", "a.jpg/b"}) {
        INFO(name);
        CHECK_FALSE(rule_for(SafeKind::jpeg, name, jpeg).empty());
    }
}

TEST_CASE("AC-223 what stands before or behind a file is seen at its first and last bytes") {
    for (const SafeKind kind : file_kinds) {
        if (kind == SafeKind::text || kind == SafeKind::csv) continue;  // have no frame; the digest holds them
        const std::string good = sample_of(kind);
        INFO(to_string(kind));
        CHECK_FALSE(rule_for(kind, name_of(kind), "GIF89a" + good).empty());
        CHECK_FALSE(rule_for(kind, name_of(kind), good + "x").empty());
        CHECK_FALSE(rule_for(kind, name_of(kind), "").empty());
        for (std::size_t length = 0; length < good.size(); ++length) {
            INFO(length);
            CHECK_FALSE(rule_for(kind, name_of(kind), good.substr(0, length)).empty());
        }
    }
}

TEST_CASE("a package is of the kind whose main part it has, and begins and ends as ours do") {
    const std::string good = sample_of(SafeKind::docx);
    for (const auto& [what, by] :
         std::vector<std::pair<std::string, std::string>>{{"word/document.xml", "word/documenT.xml"},
                                                          {"_rels/.rels", "_rels/.relz"},
                                                          {"[Content_Types].xml", "[Content_Types].xmL"},
                                                          {"PK\x03\x04", "PK\x03\x05"},
                                                          {"PK\x05\x06", "PK\x05\x07"}}) {
        INFO(what);
        CHECK_FALSE(rule_for(SafeKind::docx, "a.docx", with_replaced(good, what, by)).empty());
    }
    std::string far = good;
    far[far.size() - 3] = '\x7f';  // a directory that begins behind the end
    CHECK_FALSE(rule_for(SafeKind::docx, "a.docx", far).empty());
    std::string comment = good;
    comment[comment.size() - 2] = '\x01';
    CHECK_FALSE(rule_for(SafeKind::docx, "a.docx", comment).empty());
}

TEST_CASE("saboteurs of rebuilt files are stopped at the gate, with words") {
    const Extract extract = extract_with(made_rebuilt_file("2", "a.png", SafeKind::png, sample_of(SafeKind::png)));
    const std::string mail = composed(extract, clean, example_facts());
    const GatePermit permit = permit_for(extract);
    REQUIRE(gate_words(mail, permit).empty());
    const auto stopped = [&](const std::string& sabotaged, const GatePermit& by, std::string_view words) {
        CHECK_THAT(gate_words(sabotaged, by), Catch::Contains(std::string(words)));
    };
    stopped(with_replaced(mail, "image/png", "image/jpeg"), permit, "its type is not that of its kind");
    stopped(with_replaced(mail, "image/png", "application/octet-stream"), permit, "its type is not");
    stopped(with_replaced(mail, "\"a.png\"", "\"a.pdf\""), permit, "its name does not end");
    stopped(with_replaced(mail, "\"a.png\"", "\"a.png.exe\""), permit, "its name does not end");
    GatePermit other = permit;
    other.files[0].kind = "jpeg";
    stopped(mail, other, "its type is not");
    other.files[0].kind = "exe";
    stopped(mail, other, "of a kind that may not be attached");
    other.files[0].kind = "zip";
    stopped(with_replaced(with_replaced(mail, "image/png", "application/zip"), "a.png", "a.zip"), other, "its bytes");
    // What a checker was shown as one kind has the bytes of another.
    const Extract lies = extract_with(made_rebuilt_file("2", "a.png", SafeKind::png, sample_of(SafeKind::pdf)));
    stopped(composed(lies, clean, example_facts()), permit_for(lies), "its bytes are not of its kind");
}

TEST_CASE("an original that a person releases is judged by its digest, also beside a rebuilt file of the same bytes") {
    Extract extract = extract_with(made_rebuilt_file("2", "a.png", SafeKind::png, sample_of(SafeKind::png)));
    extract.files.push_back({"1", line("b.dat"), "application/octet-stream", sample_of(SafeKind::png)});
    const std::string mail = composed(extract, clean, example_facts());
    GatePermit permit = permit_for(extract);
    CHECK(gate_words(mail, permit).empty());
    std::swap(permit.files.front(), permit.files.back());
    CHECK(gate_words(mail, permit).empty());
    permit.files.front().kind = permit.files.back().kind = "png";
    CHECK_FALSE(gate_words(mail, permit).empty());
}

#include "sanitizer/finish/pack_archives.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sanitizer/finish/errands.hpp"
#include "tests/support/made_checked_file.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

PartRow row_of(std::string path, PartKind kind, std::string name, Reason reason = Reason::not_rebuilt) {
    PartRow row;
    row.facts.path = std::move(path);
    row.facts.kind = kind;
    row.facts.name = std::move(name);
    row.verdict = PartVerdict::quarantined;
    row.reason = reason;
    return row;
}

// A mail with an archive in which lie a folder, a program and another archive; and a picture behind it.
Extract mail_with_archive() {
    Extract extract;
    extract.parts = {row_of("1", PartKind::archive, "資料.lzh"),
                     row_of("1/1", PartKind::image, "写真/a.png"),
                     row_of("1/2", PartKind::executable, "b.exe", Reason::executable),
                     row_of("1/3", PartKind::archive, "中.tar.gz"),
                     row_of("1/3/1", PartKind::image, "a.png"),
                     row_of("2", PartKind::image, "c.png")};
    return extract;
}

void rebuild(Extract& extract, const std::string& path) {
    FileRebuilt rebuilt{made_rebuilt_file(path, "x.png", SafeKind::png, "bytes of " + path).file, {}};
    take_in(extract, path, std::move(rebuilt), Profile(), {});
}

const PartRow& at(const Extract& extract, const std::string& path) { return row_at(extract, path); }

std::vector<std::string> names_in(const PackedFile& file) {
    std::vector<std::string> names;
    for (const PackedFile::Entry& entry : file.entries()) names.push_back(entry.name);
    return names;
}

}  // namespace

TEST_CASE("an archive crosses as a ZIP of what was rebuilt, and what was held is said with it") {
    Extract extract = mail_with_archive();
    for (const std::string path : {"1/3/1", "2", "1/1"}) rebuild(extract, path);
    pack_archives(extract, {});
    REQUIRE(extract.packed.size() == 1);
    const PackedFile& zip = extract.packed[0];
    CHECK(zip.path() == "1");
    CHECK(names_in(zip) == std::vector<std::string>{"写真/a.png", "中/a.png"});
    REQUIRE(extract.rebuilt.size() == 1);
    CHECK(extract.rebuilt[0].path == "2");
    const PartRow& row = at(extract, "1");
    CHECK(row.verdict == PartVerdict::rebuilt);
    CHECK(row.out_name == "資料.zip");
    CHECK(row.out_kind == "zip");
    CHECK(row.out_sha256 == zip.sha256());
    CHECK(row.out_bytes == zip.bytes().size());
    CHECK(row.reason == Reason::members_held);
    REQUIRE(row.losses.size() == 1);
    CHECK(row.losses[0].count == 1);
    CHECK(at(extract, "1/2").verdict == PartVerdict::quarantined);
    CHECK(at(extract, "1/3").verdict == PartVerdict::rebuilt);
    CHECK(at(extract, "1/3").out_kind == "folder");
    CHECK(bytes_that_cross(extract) == zip.bytes().size() + extract.rebuilt[0].file.bytes().size());
}

TEST_CASE("an archive of which all was rebuilt has lost nothing") {
    Extract extract;
    extract.parts = {row_of("2", PartKind::archive, "photos.ZIP", Reason::name_lies),
                     row_of("2/1", PartKind::image, "a.png")};
    extract.parts[0].notes = {Reason::name_lies};
    rebuild(extract, "2/1");
    pack_archives(extract, {});
    const PartRow& row = at(extract, "2");
    CHECK(row.reason == Reason::none);
    CHECK(row.losses.empty());
    CHECK(row.out_name == "photos.zip");
    CHECK(row.notes == std::vector{Reason::name_cleaned});
}

TEST_CASE("an archive of which nothing was rebuilt stays, and is no empty ZIP") {
    Extract extract = mail_with_archive();
    pack_archives(extract, {});
    CHECK(extract.packed.empty());
    CHECK(std::all_of(extract.parts.begin(), extract.parts.end(),
                      [](const PartRow& row) { return row.verdict == PartVerdict::quarantined; }));
}

TEST_CASE("an archive whose ZIP has no room stays with all its members, whatever they had become") {
    BudgetLimits budget;
    Extract extract = mail_with_archive();
    for (const std::string path : {"1/1", "1/3/1", "2"}) rebuild(extract, path);
    budget.files_bytes_max =
        static_cast<std::uint32_t>(bytes_that_cross(extract));  // for the files, not for a ZIP around them
    pack_archives(extract, budget);
    CHECK(extract.packed.empty());
    REQUIRE(extract.rebuilt.size() == 1);
    for (const std::string path : {"1", "1/1", "1/3/1"}) {
        INFO(path);
        const PartRow& row = at(extract, path);
        CHECK(row.verdict == PartVerdict::quarantined);
        CHECK(row.reason == Reason::files_too_large);
        CHECK(row.out_name.empty());
        CHECK(row.out_sha256.empty());
        CHECK(row.out_kind.empty());
    }
    CHECK(at(extract, "2").verdict == PartVerdict::rebuilt);
}

TEST_CASE("AC-075 the files of a winmail.dat stand in the mail, those of one in an archive in its folder") {
    Extract extract;
    extract.parts = {row_of("1", PartKind::tnef, "winmail.dat"),   row_of("1/1", PartKind::image, "a.png"),
                     row_of("1/2", PartKind::archive, "資料.zip"), row_of("1/2/1", PartKind::image, "b.png"),
                     row_of("2", PartKind::archive, "mail.msg"),   row_of("2/1", PartKind::tnef, "winmail.dat"),
                     row_of("2/1/1", PartKind::image, "c.png"),    row_of("3", PartKind::tnef, "broken.dat")};
    for (const std::string path : {"1/1", "1/2/1", "2/1/1"}) rebuild(extract, path);
    pack_archives(extract, {});
    CHECK(at(extract, "1").verdict == PartVerdict::rebuilt);
    CHECK(at(extract, "1").out_kind == "folder");
    REQUIRE(extract.rebuilt.size() == 1);
    CHECK(extract.rebuilt[0].path == "1/1");
    REQUIRE(extract.packed.size() == 2);
    CHECK(extract.packed[0].path() == "1/2");
    CHECK(extract.packed[1].name().str() == "mail.zip");
    CHECK(names_in(extract.packed[1]) == std::vector<std::string>{"winmail.dat/c.png"});
    CHECK(at(extract, "2/1").out_kind == "folder");
    CHECK(at(extract, "3").verdict == PartVerdict::quarantined);  // nothing is known to be in it
}

TEST_CASE("AC-075 a winmail.dat of which everything is held is no file that is missed beside them") {
    Extract extract;
    extract.parts = {row_of("1", PartKind::tnef, "winmail.dat"),
                     row_of("1/1", PartKind::executable, "b.exe", Reason::executable)};
    pack_archives(extract, {});
    CHECK(at(extract, "1").verdict == PartVerdict::rebuilt);
    CHECK(at(extract, "1/1").verdict == PartVerdict::quarantined);
}

#include "sanitizer/finish/pictured_parts.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

PartRow row_of(const std::string& path, PartKind kind, PartVerdict verdict) {
    PartRow row;
    row.facts.path = path;
    row.facts.kind = kind;
    row.facts.is_attachment = true;
    row.verdict = verdict;
    return row;
}

void add_file(Extract& extract, const std::string& path, SafeKind kind) {
    const std::string bytes = sample_of(kind);
    PartRow row = row_of(path, PartKind::pdf, PartVerdict::rebuilt);
    row.out_kind = std::string(to_string(kind));
    row.out_sha256 = sha256_hex(bytes);
    extract.parts.push_back(row);
    extract.rebuilt.push_back(made_rebuilt_file(path, "a" + std::string(extension(kind)), kind, bytes));
}

// Part 2 was ordered, and part 3/1, which lies in an archive.
const std::vector<std::string> ordered{"2", "3/1"};

Extract as_ordered() {
    Extract extract;
    add_file(extract, "2", SafeKind::image_pdf);
    extract.parts.push_back(row_of("3", PartKind::archive, PartVerdict::rebuilt));
    add_file(extract, "3/1", SafeKind::image_pdf);
    std::vector<RebuiltFile> members;
    members.push_back(std::move(extract.rebuilt.back()));
    extract.rebuilt.pop_back();
    extract.packed.push_back(PackedFile::from("3", PlainLine::from("a.zip").value(), std::move(members)).value());
    return extract;
}

std::string fault_of(const Extract& extract) {
    const auto checked = check_pictured(extract, ordered);
    return checked ? "" : checked.error().words();
}

}  // namespace

TEST_CASE("of what leaves by an order for pictures all that was ordered are pictures, and there is nothing else") {
    CHECK(fault_of(as_ordered()).empty());
    CHECK_FALSE(check_pictured(Extract(), {}).has_value());  // an order's file is data
    SECTION("one is missing") {
        Extract extract = as_ordered();
        extract.packed.clear();
        CHECK_THAT(fault_of(extract), Catch::Contains("part 3/1 does not leave"));
    }
    SECTION("one is another file than its row says") {
        Extract extract = as_ordered();
        extract.parts[0].out_sha256 = sha256_hex("x");
        CHECK_THAT(fault_of(extract), Catch::Contains("part 2 does not leave"));
    }
    SECTION("one was rebuilt instead") {
        Extract extract;
        add_file(extract, "2", SafeKind::pdf);
        CHECK_THAT(fault_of(extract), Catch::Contains("part 2 does not leave as pictures"));
        extract.parts[0].out_kind = "image-pdf";
        CHECK_THAT(fault_of(extract), Catch::Contains("part 2 does not leave as pictures"));
    }
    SECTION("another one comes with them") {
        Extract extract = as_ordered();
        add_file(extract, "4", SafeKind::png);
        CHECK(fault_of(extract) == "part 4 leaves and was not ordered");
    }
    SECTION("an original comes with them") {
        Extract extract = as_ordered();
        extract.files.push_back({"2", PlainLine::from("a.pdf").value(), "application/pdf", "%PDF-1.4"});
        CHECK(fault_of(extract) == "part 2 comes out as a file and was not ordered");
    }
}

TEST_CASE("of a mail with ordered pictures these are left, the archives around them, and what is said beside them") {
    Extract extract = as_ordered();
    extract.parts.insert(extract.parts.begin(), row_of("1", PartKind::text, PartVerdict::text));
    extract.parts.push_back(row_of("3/2", PartKind::image, PartVerdict::quarantined));
    extract.parts.push_back(row_of("4", PartKind::archive, PartVerdict::quarantined));
    for (const std::string path : {"1", "2", "4"}) {
        TextBlock block;
        block.path = path;
        extract.texts.push_back(block);
    }
    leave_only_pictured(extract, ordered);
    std::string paths;
    for (const PartRow& row : extract.parts) paths += row.facts.path + " ";
    CHECK(paths == "2 3 3/1 ");
    REQUIRE(extract.texts.size() == 1);
    CHECK(extract.texts[0].path == "2");
    Ledger stored;
    stored.parts = {
        row_of("1", PartKind::text, PartVerdict::text),       row_of("2", PartKind::pdf, PartVerdict::quarantined),
        row_of("3", PartKind::archive, PartVerdict::rebuilt), row_of("3/1", PartKind::pdf, PartVerdict::quarantined),
        row_of("3/2", PartKind::image, PartVerdict::rebuilt), row_of("30", PartKind::pdf, PartVerdict::rebuilt)};
    CHECK(parts_beside(stored, ordered) == PartPaths{"1", "3/2", "30"});
}

TEST_CASE("the first ordered part that did not become pictures is named, with its reason") {
    CHECK_FALSE(not_pictured(as_ordered(), ordered));
    Extract extract = as_ordered();
    extract.parts.back().verdict = PartVerdict::quarantined;
    extract.parts.back().reason = Reason::document_damaged;
    REQUIRE(not_pictured(extract, ordered));
    CHECK(not_pictured(extract, ordered)->path == "3/1");
    CHECK(not_pictured(extract, ordered)->why == Reason::document_damaged);
    extract.parts.clear();
    CHECK_FALSE(not_pictured(extract, ordered));
}

TEST_CASE("pages of PDF and of what LibreOffice shows are drawn by order, whatever keeps them back but a refusal") {
    PartFacts facts = row_of("2", PartKind::pdf, PartVerdict::quarantined).facts;
    Profile profile;
    const auto with = [&](PartKind kind, PartAction action) {
        profile.actions.at(static_cast<std::size_t>(kind)) = action;
        return PictureOrders(profile).draw(facts);
    };
    for (const PartAction action : {PartAction::rebuild, PartAction::quarantine, PartAction::hold, PartAction::remove,
                                    PartAction::text, PartAction::image_pdf})
        CHECK(with(PartKind::pdf, action));
    CHECK_FALSE(with(PartKind::pdf, PartAction::refuse));
    facts.kind = PartKind::office;
    facts.detected_type = "application/msword";
    CHECK(with(PartKind::office, PartAction::quarantine));
    facts.detected_type = "application/vnd.visio";
    CHECK_FALSE(PictureOrders(profile).draw(facts));
    facts.kind = PartKind::image;
    CHECK_FALSE(PictureOrders(profile).draw(facts));
    facts.kind = PartKind::executable;
    CHECK_FALSE(PictureOrders(profile).draw(facts));
}

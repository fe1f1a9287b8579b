#include "sanitizer/finish/released_parts.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;

namespace {

PartRow file_row(std::string path, PartVerdict verdict, Reason reason) {
    PartRow row;
    row.facts.path = path;
    row.facts.kind = PartKind::image;
    row.sha256 = "digest of " + path;
    row.verdict = verdict;
    row.reason = reason;
    return row;
}

// A mail that was delivered without part 3, in which a scanner found malware.
Ledger delivered_without() {
    Ledger stored;
    stored.id = "0123456789abcdefghjkmnpqrs";
    stored.verdict = MailVerdict::sanitized;
    stored.parts = {file_row("2", PartVerdict::rebuilt, Reason::none),
                    file_row("3", PartVerdict::quarantined, Reason::malware_found)};
    return stored;
}

std::string refusal(const Ledger& stored, const std::vector<std::string>& parts) {
    const auto allowed = check_not_forbidden(stored, parts);
    return allowed ? "" : allowed.error().words();
}

}  // namespace

TEST_CASE("a file in which a scanner found malware crosses by no order: which orders are refused, and in which words") {
    const Ledger stored = delivered_without();
    CHECK_THAT(refusal(stored, {"3"}), Catch::Contains("part 3 of mail 0123456789abcdefghjkmnpqrs") &&
                                           Catch::Contains("a scanner found malware in it"));
    CHECK_THAT(refusal(stored, {"2", "3"}), Catch::Contains("part 3"));
    CHECK_THAT(refusal(stored, {"3/1"}), Catch::Contains("part 3 of mail"));  // lies in it
    CHECK_THAT(refusal(stored, {}), Catch::Contains("all that stayed of it is part 3"));
    CHECK(refusal(stored, {"2"}).empty());
    CHECK(refusal(stored, {"30"}).empty());
    CHECK(forbidden_parts(stored) == std::vector<std::string>{"3"});
}

TEST_CASE("a mail of which more than malware stayed is released, without that") {
    Ledger stored = delivered_without();
    stored.parts.push_back(file_row("4", PartVerdict::quarantined, Reason::codec_late));
    CHECK(refusal(stored, {}).empty());
    stored = delivered_without();
    stored.verdict = MailVerdict::quarantined;  // only its notice has arrived
    CHECK(refusal(stored, {}).empty());
    CHECK(refusal(stored, {"3"}).find("part 3") == 0);
}

TEST_CASE("what a scanner forbade stays what it was, wherever it stands in the mail that is read anew") {
    const Ledger stored = delivered_without();
    Extract fresh;
    fresh.parts = {file_row("2", PartVerdict::quarantined, Reason::not_rebuilt),
                   file_row("3", PartVerdict::quarantined, Reason::not_rebuilt),
                   file_row("4", PartVerdict::quarantined, Reason::not_rebuilt)};
    fresh.parts[2].sha256 = stored.parts[1].sha256;
    keep_forbidden(fresh, stored);
    CHECK(fresh.parts[0].reason == Reason::not_rebuilt);
    CHECK(fresh.parts[1].reason == Reason::malware_found);
    CHECK(fresh.parts[2].reason == Reason::malware_found);
}

TEST_CASE("nothing that was made of it is let out by an order either") {
    const Ledger stored = delivered_without();
    Extract fresh;
    fresh.parts = {file_row("3", PartVerdict::rebuilt, Reason::none)};
    CHECK(check_released(fresh, stored, {}).has_value());
    fresh.rebuilt.push_back(test::made_rebuilt_file("3", "a.png", SafeKind::png, test::sample_of(SafeKind::png)));
    const auto refused = check_released(fresh, stored, {});
    REQUIRE(!refused);
    CHECK(refused.error().words() == "part 3 is what a scanner forbade when the mail was kept");
}

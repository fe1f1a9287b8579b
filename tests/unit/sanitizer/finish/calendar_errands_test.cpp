// A calendar that is shown as text may have a file beside it.
#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/finish/errands.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"

using namespace mugaika;
using mugaika::test::made_checked_file;

namespace {

PartRow shown_calendar() {
    PartRow row;
    row.facts.path = "2";
    row.facts.kind = PartKind::calendar;
    row.facts.name = "招待.ics";
    row.verdict = PartVerdict::text;
    row.method = Method::text_file;
    row.sha256 = sha256_hex(row.facts.path);
    return row;
}

Extract extract_of(std::vector<PartRow> rows) {
    Extract extract;
    extract.parts = std::move(rows);
    return extract;
}

std::size_t errands(std::vector<PartRow> rows, const Profile& profile) {
    const BudgetLimits budget;
    return Errands(profile, budget, 100).next(extract_of(std::move(rows))).size();
}

void take(Extract& extract, FileResult result) { take_in(extract, "2", std::move(result), Profile(), BudgetLimits()); }

FileResult rebuilt(std::string bytes) { return FileRebuilt{made_checked_file(std::move(bytes), SafeKind::ics), {}}; }

}  // namespace

TEST_CASE("AC-218 of a calendar that is shown a file is asked for where the profile rebuilds it, and the text stays") {
    const PartRow shown = shown_calendar();
    Profile rebuilds;
    rebuilds.actions.at(static_cast<std::size_t>(PartKind::calendar)) = PartAction::rebuild;
    CHECK(errands({shown}, Profile()) == 0);
    CHECK(errands({shown}, rebuilds) == 1);
    PartRow held = shown;
    held.verdict = PartVerdict::quarantined;
    held.reason = Reason::not_rebuilt;
    CHECK(errands({held}, rebuilds) == 1);
    PartRow hidden = shown;
    hidden.verdict = PartVerdict::removed;
    hidden.reason = Reason::alternative_not_shown;
    CHECK(errands({hidden}, rebuilds) == 0);

    Extract extract = extract_of({shown});
    take(extract, FileNotMade{Reason::codec_died, ""});
    CHECK(extract.parts[0].verdict == PartVerdict::text);
    CHECK(extract.parts[0].method == Method::text_file);
    CHECK(extract.parts[0].reason == Reason::codec_died);
    CHECK(extract.rebuilt.empty());

    extract = extract_of({shown});
    extract.texts.emplace_back();
    take(extract, rebuilt("BEGIN:VCALENDAR"));
    CHECK(extract.parts[0].verdict == PartVerdict::rebuilt);
    CHECK(extract.parts[0].out_name == "招待.ics");
    CHECK(extract.rebuilt.size() == 1);
    CHECK(extract.texts.size() == 1);
}

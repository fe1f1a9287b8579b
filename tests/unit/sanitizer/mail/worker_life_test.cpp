#include "sanitizer/mail/worker_life.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

Extract extract_of(PartKind kind, PartVerdict verdict, Reason reason = Reason::none) {
    Extract extract;
    PartRow row;
    row.facts.path = "1";
    row.facts.kind = kind;
    row.verdict = verdict;
    row.reason = reason;
    extract.parts.push_back(row);
    return extract;
}

}  // namespace

TEST_CASE("plain text and HTML may share a worker's life, shown or not") {
    CHECK(may_live_on(extract_of(PartKind::text, PartVerdict::text)));
    CHECK(may_live_on(extract_of(PartKind::html, PartVerdict::text)));
    CHECK(may_live_on(extract_of(PartKind::html, PartVerdict::removed, Reason::alternative_not_shown)));
    Extract noted = extract_of(PartKind::text, PartVerdict::text);
    noted.parts[0].notes = {Reason::charset_guessed};
    noted.findings = {Reason::false_link};
    CHECK(may_live_on(noted));
}

TEST_CASE("any other kind ends a worker's life, whatever became of it") {
    for (std::uint32_t number = 0; number < part_kind_count; ++number) {
        const auto kind = static_cast<PartKind>(number);
        if (kind == PartKind::text || kind == PartKind::html) continue;
        for (const auto verdict :
             {PartVerdict::text, PartVerdict::rebuilt, PartVerdict::removed, PartVerdict::quarantined}) {
            CAPTURE(to_string(kind), number);
            CHECK_FALSE(may_live_on(extract_of(kind, verdict)));
        }
    }
}

TEST_CASE("a part that was kept back, a file that crosses and an anomaly anywhere end it") {
    CHECK_FALSE(may_live_on(extract_of(PartKind::text, PartVerdict::quarantined, Reason::handler_failed)));
    CHECK_FALSE(may_live_on(extract_of(PartKind::text, PartVerdict::rebuilt)));
    const Extract plain = extract_of(PartKind::text, PartVerdict::text);
    Extract found = plain, noted = plain, reasoned = plain, with_file = plain;
    found.findings = {Reason::boundary_overlap};
    noted.parts[0].notes = {Reason::boundary_overlap};
    reasoned.parts[0].reason = Reason::policy_refuse;
    with_file.files.emplace_back();
    for (const Extract* extract : {&found, &noted, &reasoned, &with_file}) CHECK_FALSE(may_live_on(*extract));
}

TEST_CASE("AC-232 a signature that was looked at ends a worker's life, whatever it came to") {
    Extract extract = extract_of(PartKind::text, PartVerdict::text);
    extract.signatures.emplace_back();
    CHECK_FALSE(may_live_on(extract));
}

#include "sanitizer/worker/checked_extract.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/support/sample_extract.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

bool believed(const Extract& extract, const Job& job = {}) {
    const auto checked = check_extract(extract, job);
    if (!checked) CHECK(checked.error().fault() == Fault::protocol);
    return checked.has_value();
}

// A part that left the worker as the original file it was.
Extract with_released(PartKind kind) {
    Extract extract;
    add_file(extract, "1.2", kind, "the original");
    PartRow& row = extract.parts.back();
    row.method = "ウ-4";
    row.sha256 = row.out_sha256;
    row.reason = Reason::released_by_person;
    return extract;
}

Job releasing(std::vector<std::string> paths) {
    Job job;
    job.profile.release_originals = true;
    job.released_parts = std::move(paths);
    return job;
}

}  // namespace

TEST_CASE("an answer that fits the job is believed") {
    CHECK(believed({}));
    CHECK(believed(sample_extract()));
}

TEST_CASE("a taken-over worker cannot have its answer believed") {
    struct Case {
        const char* what;
        std::function<void(Extract&)> spoil;
    };
    const std::vector<Case> cases{
        {"text made of a program",
         [](Extract& e) {
             e.parts[2].verdict = PartVerdict::text;
             e.texts.push_back({"1.3", TextRole::attached, {}, {}, 0, text("MZ")});
         }},
        {"a program rebuilt", [](Extract& e) { e.parts[3].facts.kind = PartKind::executable; }},
        {"a kind rebuilt that no profile rebuilds", [](Extract& e) { e.parts[3].facts.kind = PartKind::other; }},
        {"a path twice", [](Extract& e) { e.parts.push_back(e.parts[0]); }},
        {"text without a row", [](Extract& e) { e.texts[0].path = "9"; }},
        {"text of a part that was quarantined", [](Extract& e) { e.texts[0].path = "1.3"; }},
        {"text of a part that was removed",
         [](Extract& e) {
             e.parts[0].verdict = PartVerdict::removed;
             e.parts[0].reason = Reason::policy_remove;
         }},
        {"a file without a row", [](Extract& e) { e.files[0].path = "9"; }},
        {"a file of a part that became text", [](Extract& e) { e.files[0].path = "1.1"; }},
        {"two files of one part", [](Extract& e) { e.files.push_back(e.files[0]); }},
        {"other bytes than the row's digest", [](Extract& e) { e.files[0].bytes += "x"; }},
        {"no digest", [](Extract& e) { e.parts[3].out_sha256.clear(); }},
        {"another name than the row's", [](Extract& e) { e.files[0].name = line("invoice.exe"); }},
        {"a rebuilt row without its file", [](Extract& e) { e.files.clear(); }},
        {"an original passed as released",
         [](Extract& e) {
             e.parts[3].method = "ウ-4";
             e.parts[3].sha256 = e.parts[3].out_sha256;
         }},
        {"a part dropped in silence", [](Extract& e) { e.parts[2].reason = Reason::none; }},
        {"two senders", [](Extract& e) { e.header.sender.push_back(e.header.sender[0]); }},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        Extract extract = sample_extract();
        c.spoil(extract);
        CHECK_FALSE(believed(extract));
    }
}

TEST_CASE("no answer is larger than the budget of its job") {
    const Extract extract = sample_extract();
    const auto over = [&](const std::function<void(BudgetLimits&)>& tighten) {
        Job job;
        tighten(job.budget);
        return !believed(extract, job);
    };
    CHECK_FALSE(over([](BudgetLimits& b) { b.parts_max = 4; }));
    CHECK(over([](BudgetLimits& b) { b.parts_max = 3; }));
    CHECK(over([](BudgetLimits& b) { b.text_bytes_max = 10; }));
    CHECK(over([](BudgetLimits& b) { b.decoded_bytes_max = 10; }));
    CHECK(over([](BudgetLimits& b) { b.addresses_max = 1; }));
    CHECK(over([](BudgetLimits& b) { b.references_max = 1; }));
    CHECK(over([](BudgetLimits& b) { b.header_text_bytes_max = 10; }));
    CHECK(over([](BudgetLimits& b) { b.depth_max = 0; }));
}

TEST_CASE("AC-107 a taken-over worker cannot put words into the mouth of an upstream that the job does not believe") {
    Extract extract = sample_extract();
    extract.header.authentication = {"mx.upstream.example", {AuthResult::pass}};
    Job job;
    CHECK_FALSE(believed(extract, job));
    job.believed_ids = {"mx.other.example"};
    CHECK_FALSE(believed(extract, job));
    job.believed_ids = {"mx.other.example", "mx.upstream.example"};
    CHECK(believed(extract, job));
}

TEST_CASE("an original crosses only by an order for that very part under a profile that allows it") {
    CHECK(believed(with_released(PartKind::office), releasing({"1.2"})));
    CHECK(believed(with_released(PartKind::encrypted), releasing({"1.2"})));
    CHECK_FALSE(believed(with_released(PartKind::office), releasing({})));
    CHECK_FALSE(believed(with_released(PartKind::office), releasing({"1.3"})));
    CHECK_FALSE(believed(with_released(PartKind::executable), releasing({"1.2"})));
    Job not_allowed = releasing({"1.2"});
    not_allowed.profile.release_originals = false;
    CHECK_FALSE(believed(with_released(PartKind::office), not_allowed));
    Extract exchanged = with_released(PartKind::office);
    exchanged.files[0].bytes = "something else";
    exchanged.parts[0].out_sha256 = sha256_hex("something else");
    CHECK_FALSE(believed(exchanged, releasing({"1.2"})));
}

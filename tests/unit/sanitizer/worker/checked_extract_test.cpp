#include "sanitizer/worker/checked_extract.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/support/sample_extract.hpp"
#include "tests/support/worker_lies.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

bool believed(const Extract& extract, const Job& job = sample_job()) {
    const auto checked = check_extract(extract, job);
    if (!checked) CHECK(checked.error().fault() == Fault::protocol);
    return checked.has_value();
}

// A part that left the worker as the original file it was.
Extract with_released(PartKind kind) {
    Extract extract;
    add_file(extract, "1.2", kind, "the original");
    return extract;
}

Job releasing(std::vector<std::string> paths) {
    Job job = sample_job();
    job.profile.release_originals = true;
    job.released_parts = std::move(paths);
    return job;
}

}  // namespace

TEST_CASE("an answer that fits the job is believed") { CHECK(believed(sample_extract())); }

TEST_CASE(
    "AC-237 a taken-over worker cannot have its answer believed, and each lie is stopped by what is made for it") {
    for (const Lie& lie : lies()) {
        CAPTURE(lie.name);
        const auto extract = decode_extract(payload_of(frame_of(lie)));
        const auto checked = extract ? check_extract(*extract, sample_job()) : extract;
        REQUIRE_FALSE(checked.has_value());
        CHECK(checked.error().fault() == Fault::protocol);
        CHECK_THAT(checked.error().words(), Catch::Contains(std::string(lie.stopped_by)));
    }
}

TEST_CASE("AC-230 where nobody is trusted, no signature is believed to have been looked at") {
    Extract extract = sample_extract();
    SignatureFact fact;
    fact.path = "1.2";
    extract.signatures = {fact};
    extract.parts[1].notes = {Reason::signature_unknown};
    CHECK(believed(extract));
    Job job = sample_job();
    job.signatures.certificates.clear();
    CHECK_FALSE(believed(extract, job));
}

TEST_CASE("what an honest worker may say is not taken for a lie") {
    const auto changed = [](void (*change)(Extract&)) {
        Extract extract = sample_extract();
        change(extract);
        return extract;
    };
    CHECK(believed(changed([](Extract& e) {  // nothing was in the text, and that is said
        e.texts.erase(e.texts.begin());
        e.parts[0].notes = {Reason::empty_part};
    })));
    CHECK(believed(changed([](Extract& e) {  // the mail's parts were too many to be read
        e.parts.erase(e.parts.begin() + 2);
        e.findings = {Reason::too_many_parts};
    })));
    CHECK(believed(changed([](Extract& e) {  // not decoded
        e.parts[2].sha256.clear();
        e.parts[2].facts.bytes = 0;
        e.parts[2].notes = {Reason::too_much_decoded};
    })));
    CHECK(believed(changed([](Extract& e) {  // a file in a text, and that text shown as the other form
        e.parts.insert(e.parts.begin() + 1, sample_row("1.1/1", PartKind::other, PartVerdict::quarantined));
        e.parts[0].verdict = PartVerdict::removed;
        e.parts[0].method = Method::none;
        e.parts[0].reason = Reason::alternative_not_shown;
        e.texts.erase(e.texts.begin());
    })));
    CHECK(believed(changed([](Extract& e) {  // said
        e.header.from = {mailbox("", "太郎@日本語.jp")};
        e.findings = {Reason::from_unwritable};
    })));
    CHECK(believed(changed([](Extract& e) {  // 1.9 stands before 1.10
        e.parts[3].facts.path = e.files[0].path = "1.9";
        add_file(e, "1.10", PartKind::pdf, "%PDF-1.7 b");
    })));
}

TEST_CASE("no answer is larger than the budget of its job") {
    const Extract extract = sample_extract();
    const auto over = [&](const std::function<void(BudgetLimits&)>& tighten) {
        Job job = sample_job();
        job.mail_bytes = 100000;  // it could hold them all
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
    CHECK(over([](BudgetLimits& b) { b.files_bytes_max = 10; }));
}

TEST_CASE("AC-107 a taken-over worker cannot put words into the mouth of an upstream that the job does not believe") {
    Extract extract = sample_extract();
    extract.header.authentication = {"mx.upstream.example", {AuthResult::pass}};
    Job job = sample_job();
    CHECK_FALSE(believed(extract, job));
    job.believed_ids = {"mx.other.example"};
    CHECK_FALSE(believed(extract, job));
    job.believed_ids = {"mx.other.example", "mx.upstream.example"};
    CHECK(believed(extract, job));
}

TEST_CASE("what a rule keeps back may not cross, and what no rule speaks of may as before") {
    const auto with_rule = [](PartKind kind, const std::string& name) {
        Job job = sample_job();
        PartRule rule;
        rule.kinds = static_cast<std::uint16_t>(1u << static_cast<unsigned>(kind));
        if (!name.empty()) rule.names = {name};
        rule.action = PartAction::quarantine;
        job.profile.rules = {rule};
        return job;
    };
    Extract extract = sample_extract();
    REQUIRE(extract.parts[1].facts.kind == PartKind::mail);
    extract.parts[1].facts.name = "転送.eml";
    CHECK(believed(extract, sample_job()));
    CHECK_FALSE(believed(extract, with_rule(PartKind::mail, "")));
    CHECK_FALSE(believed(extract, with_rule(PartKind::mail, "転送*")));
    CHECK(believed(extract, with_rule(PartKind::mail, "*.pdf")));
    CHECK(believed(extract, with_rule(PartKind::pdf, "")));
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

TEST_CASE("each sum of an answer is held against the budget by itself") {
    const auto over = [](const std::function<void(Extract&)>& grow, const std::function<void(BudgetLimits&)>& tighten) {
        Extract extract = sample_extract();
        Job job = sample_job();
        job.mail_bytes = 100000;  // it could hold them all
        tighten(job.budget);
        REQUIRE(believed(extract, job));
        grow(extract);
        return !believed(extract, job);
    };
    const auto two_ids = [](BudgetLimits& b) { b.references_max = 2; };
    CHECK(over([](Extract& e) { e.header.in_reply_to.push_back("x@y"); }, two_ids));
    CHECK(over([](Extract& e) { e.header.references.push_back("x@y"); }, two_ids));
    const auto some_bytes = [](BudgetLimits& b) { b.decoded_bytes_max = 5000; };
    CHECK(
        over([](Extract& e) { e.parts[0].facts.bytes = 5001; }, some_bytes));  // of the mail itself: no part around it
    const auto with_large_file = [](Extract& e) {
        e.files[0].bytes.assign(5001, 'x');
        e.parts[3].out_sha256 = sha256_hex(e.files[0].bytes);
    };
    CHECK(over(with_large_file, [](BudgetLimits& b) { b.files_bytes_max = 5000; }));
}

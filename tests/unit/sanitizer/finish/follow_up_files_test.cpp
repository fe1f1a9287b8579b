#include "sanitizer/finish/follow_up_files.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;

namespace {

PartRow row(std::string path, PartKind kind, PartVerdict verdict, Reason reason = Reason::none) {
    PartRow made;
    made.facts.path = std::move(path);
    made.facts.kind = kind;
    made.verdict = verdict;
    made.reason = reason;
    if (verdict == PartVerdict::rebuilt) made.out_sha256 = "digest";
    return made;
}

// A letter, a picture that arrived, one that waited, an archive of which one file arrived, and a signature.
Ledger first_mail() {
    Ledger stored;
    stored.verdict = MailVerdict::sanitized;
    stored.parts = {row("1", PartKind::text, PartVerdict::text),
                    row("2", PartKind::image, PartVerdict::rebuilt),
                    row("3", PartKind::image, PartVerdict::quarantined, Reason::engine_unavailable),
                    row("4", PartKind::archive, PartVerdict::rebuilt, Reason::members_held),
                    row("4/1", PartKind::pdf, PartVerdict::rebuilt),
                    row("4/2", PartKind::pdf, PartVerdict::quarantined, Reason::codec_late),
                    row("5", PartKind::signature, PartVerdict::removed, Reason::signature_dropped)};
    return stored;
}

// The same mail, as it is read once more: everything could cross.
Extract all_of_it() {
    Extract fresh;
    fresh.parts = first_mail().parts;
    for (PartRow& one : fresh.parts) {
        if (one.verdict == PartVerdict::quarantined) {
            one.verdict = PartVerdict::rebuilt;
            one.out_sha256 = "digest";
        }
        if (one.facts.kind == PartKind::pdf || one.facts.kind == PartKind::image) one.reason = Reason::none;
    }
    TextBlock block;
    block.path = "1";
    block.text = *PlainText::from("the letter\n");
    fresh.texts = {block};
    for (const char* path : {"2", "3", "4/1", "4/2"}) {
        fresh.rebuilt.push_back(test::made_rebuilt_file(path, "a.png", SafeKind::png, test::sample_of(SafeKind::png)));
    }
    return fresh;
}

std::vector<std::string> paths_of(const std::vector<RebuiltFile>& files) {
    std::vector<std::string> paths;
    for (const RebuiltFile& file : files) paths.push_back(file.path);
    return paths;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("formats that are waited for are those of files that stay for what passes by itself") {
    Ledger stored = first_mail();
    const auto add = [&](const char* type, PartVerdict verdict, Reason reason) {
        stored.parts.push_back(row("6", PartKind::office, verdict, reason));
        stored.parts.back().facts.detected_type = type;
    };
    CHECK(formats_waited_for(stored).none());
    add("application/msword", PartVerdict::quarantined, Reason::not_rebuilt);
    add("application/rtf", PartVerdict::rebuilt, Reason::none);
    add("application/vnd.openxmlformats-officedocument.wordprocessingml.document", PartVerdict::quarantined,
        Reason::engine_unavailable);
    CHECK(formats_waited_for(stored).none());
    add("application/vnd.ms-excel", PartVerdict::quarantined, Reason::engine_unavailable);
    add("application/vnd.oasis.opendocument.presentation-template", PartVerdict::quarantined, Reason::follows);
    CHECK(formats_waited_for(stored) ==
          OfficeFormats().set(std::size_t(OfficeFormat::xls)).set(std::size_t(OfficeFormat::odp)));
}

TEST_CASE(
    "what a recipient has is neither asked for nor sent: texts, files, and files of an archive of which one waits") {
    const Ledger stored = first_mail();
    CHECK(delivered_parts(stored) == PartPaths{"1", "2", "4/1"});
    CHECK(waits_for_files(stored));
    Extract fresh = all_of_it();
    const FollowUpRest rest = leave_only_new(fresh, stored, delivered_parts(stored), Waiting::may);
    CHECK(rest.brings);
    CHECK_FALSE(rest.waits);
    CHECK(rest.not_coming.empty());
    CHECK(fresh.texts.empty());
    CHECK(paths_of(fresh.rebuilt) == Paths{"3", "4/2"});
    Ledger now;
    now.parts = fresh.parts;
    CHECK(brought_parts(now, stored) == Paths{"3", "4/2"});
}

TEST_CASE("what stands beside pictures of pages comes with them; other texts have arrived") {
    Extract fresh = all_of_it();
    for (const std::string path : {"3", "4/2"}) {
        fresh.texts.push_back(fresh.texts[0]);
        fresh.texts.back().path = path;
    }
    fresh.parts[2].out_kind = "image-pdf";
    leave_only_new(fresh, first_mail(), delivered_parts(first_mail()), Waiting::may);
    REQUIRE(fresh.texts.size() == 1);
    CHECK(fresh.texts[0].path == "3");
}

TEST_CASE("nothing is left of a mail of which all has arrived") {
    const Ledger stored = first_mail();
    Extract fresh = all_of_it();
    const FollowUpRest rest = leave_only_new(fresh, stored, PartPaths{"1", "2", "3", "4/1", "4/2"}, Waiting::may);
    CHECK_FALSE(rest.brings);
    CHECK(fresh.rebuilt.empty());
}

TEST_CASE("of a mail that was held all is new") {
    Ledger stored = first_mail();
    stored.verdict = MailVerdict::quarantined;
    CHECK(delivered_parts(stored).empty());
    CHECK_FALSE(waits_for_files(stored));
    Extract fresh = all_of_it();
    CHECK(leave_only_new(fresh, stored, {}, Waiting::may).brings);
    CHECK(fresh.texts.size() == 1);
    Ledger now;
    now.parts = fresh.parts;
    CHECK(brought_parts(now, stored) == Paths{"1", "2", "3", "4/1", "4/2"});
}

TEST_CASE("a file that still waits is waited for, until nothing is waited for any more") {
    const Ledger stored = first_mail();
    Extract fresh;
    fresh.parts = {row("3", PartKind::image, PartVerdict::quarantined, Reason::engine_unavailable)};
    Extract last = fresh;
    CHECK(leave_only_new(fresh, stored, {}, Waiting::may).waits);
    CHECK_FALSE(leave_only_new(last, stored, {}, Waiting::over).waits);
}

TEST_CASE("what was announced and does not come is said, once it is not waited for") {
    Ledger stored = first_mail();
    stored.parts[2].reason = Reason::follows;
    CHECK(announces_files(stored));
    Extract fresh;
    fresh.parts = {row("3", PartKind::image, PartVerdict::quarantined, Reason::codec_late)};
    Extract late = fresh;
    CHECK(leave_only_new(late, stored, {}, Waiting::may).not_coming.empty());
    late = fresh;
    CHECK(leave_only_new(late, stored, {}, Waiting::over).not_coming == Paths{"3"});
    fresh.parts[0].reason = Reason::malware_found;
    late = fresh;
    CHECK(leave_only_new(late, stored, {}, Waiting::may).not_coming == Paths{"3"});
    CHECK(leave_only_new(fresh, stored, {"3"}, Waiting::may).not_coming.empty());  // somebody released it
    Extract whole = all_of_it();
    CHECK(leave_only_new(whole, stored, {}, Waiting::may).not_coming.empty());
}

TEST_CASE("late files are announced, with the archive of which nothing else is ready") {
    Extract fresh;
    fresh.parts = {row("2", PartKind::image, PartVerdict::quarantined, Reason::codec_late),
                   row("3", PartKind::image, PartVerdict::quarantined, Reason::engine_unavailable),
                   row("4", PartKind::archive, PartVerdict::quarantined, Reason::not_rebuilt),
                   row("4/1", PartKind::pdf, PartVerdict::quarantined, Reason::codec_late),
                   row("5", PartKind::archive, PartVerdict::quarantined, Reason::not_rebuilt)};
    announce_late(fresh);
    CHECK(fresh.parts[0].reason == Reason::follows);
    CHECK(fresh.parts[1].reason == Reason::engine_unavailable);
    CHECK(fresh.parts[2].reason == Reason::follows);
    CHECK(fresh.parts[3].reason == Reason::follows);
    CHECK(fresh.parts[4].reason == Reason::not_rebuilt);
}

TEST_CASE("each contents has a Message-ID of its own, the same contents the same") {
    Extract one = all_of_it();
    const std::string id = follow_up_id("item", one, {});
    CHECK(id.size() == 26);
    CHECK(follow_up_id("item", one, {}) == id);
    CHECK(follow_up_id("other", one, {}) != id);
    CHECK(follow_up_id("item", one, {"5"}) != id);
    one.rebuilt.pop_back();
    CHECK(follow_up_id("item", one, {}) != id);
}

// Files with a password, and those that only seem to have one.
#include "sanitizer/finish/errands.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/finish/pack_archives.hpp"
#include "tests/unit/sanitizer/finish/errands_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

TEST_CASE("AC-199 a codec is asked whether Excel's default password opens a package, where what is encrypted waits") {
    PartRow locked = row_of("2", PartKind::encrypted, Reason::encrypted);
    locked.facts.detected_type = encrypted_package_type;
    CHECK(errands({locked}) == Paths{"2"});
    for (const std::string type :
         {"", "application/vnd.rar", "application/pkcs7-mime", "application/msword", "application/vnd.ms-powerpoint"}) {
        PartRow other = locked;
        other.facts.detected_type = type;
        INFO(type);
        CHECK(errands({other}).empty());
    }
    const auto with = [&](PartKind kind, PartAction action) {
        Profile profile;
        profile.actions.at(static_cast<std::size_t>(kind)) = action;
        return errands({locked}, profile);
    };
    for (const PartAction action : {PartAction::quarantine, PartAction::remove, PartAction::refuse}) {
        INFO(to_string(action));
        CHECK(with(PartKind::encrypted, action).empty());
        CHECK(with(PartKind::office, action).empty());
    }
    CHECK(with(PartKind::office, PartAction::hold).empty());
    CHECK(with(PartKind::encrypted, PartAction::hold).size() == 1);
    PartRow removed = locked;
    removed.verdict = PartVerdict::removed;
    CHECK(errands({removed}).empty());
    PartRow dangerous = locked;
    dangerous.notes = {Reason::dangerous_name};
    CHECK(errands({dangerous}).empty());
    for (const Reason reason : {Reason::executable, Reason::policy_hold, Reason::handler_failed}) {
        PartRow otherwise = locked;
        otherwise.reason = reason;
        CHECK(errands({otherwise}).empty());
    }
}

TEST_CASE("AC-177 a codec is asked whether a PDF wants a password at all, and for the names in a locked archive") {
    const std::vector<std::pair<std::string, PartKind>> kinds{{"application/pdf", PartKind::pdf},
                                                              {"application/zip", PartKind::archive},
                                                              {"application/x-7z-compressed", PartKind::archive}};
    for (const auto& [type, kind] : kinds) {
        INFO(type);
        PartRow locked = row_of("2", PartKind::encrypted, Reason::encrypted);
        locked.facts.detected_type = type;
        CHECK(errands({locked}) == Paths{"2"});
        for (const PartKind other : {kind, PartKind::encrypted}) {
            Profile profile;
            profile.actions.at(static_cast<std::size_t>(other)) = PartAction::quarantine;
            CHECK(errands({locked}, profile).empty());
        }
    }
}

TEST_CASE("AC-152 the names in a locked ZIP stand below it, and what needs no password in it crosses") {
    PartRow locked = row_of("2", PartKind::encrypted, Reason::encrypted);
    locked.facts.detected_type = "application/zip";
    locked.facts.name = "資料.zip";
    Extract extract = extract_of({locked});
    take(extract, "2",
         MembersSeen{
             {member("a.xlsx", PartKind::other, Reason::encrypted), member("b.png", PartKind::image, Reason::none)}});
    const Profile profile;
    const BudgetLimits budget;
    Errands errands(profile, budget, 100);
    CHECK(row_at(extract, "2/1").reason == Reason::encrypted);
    CHECK(paths_of(errands.next(extract)) == Paths{"2", "2/2"});
    Extract held = extract;
    pack_archives(held, budget);
    CHECK(row_at(held, "2").verdict == PartVerdict::quarantined);
    CHECK(row_at(held, "2").reason == Reason::encrypted);
    take(extract, "2/2", rebuilt("picture", {}, SafeKind::png));
    pack_archives(extract, budget);
    CHECK(row_at(extract, "2").verdict == PartVerdict::rebuilt);
    CHECK(row_at(extract, "2").reason == Reason::members_held);
    CHECK(row_at(extract, "2/1").verdict == PartVerdict::quarantined);
    REQUIRE(extract.packed.size() == 1);
    CHECK(extract.packed[0].entries().size() == 1);
}

TEST_CASE("AC-152 an archive of nothing but locked files is locked; beside another file that stays it is not") {
    for (const Reason second : {Reason::encrypted, Reason::policy_hold}) {
        Extract extract = extract_of({row_of("2", PartKind::archive)});
        take(extract, "2",
             MembersSeen{{member("a.7z", PartKind::encrypted, Reason::encrypted),
                          member("b.doc", PartKind::encrypted, second)}});
        pack_archives(extract, {});
        CHECK(row_at(extract, "2").verdict == PartVerdict::quarantined);
        CHECK(row_at(extract, "2").reason == (second == Reason::encrypted ? second : Reason::not_rebuilt));
    }
}

TEST_CASE("AC-152 a file is known to be locked once it was read, and an archive's names stand below it") {
    for (const std::string type : {"application/x-7z-compressed", "application/vnd.rar", "application/zip"}) {
        INFO(type);
        PartRow archive = row_of("2", PartKind::archive);
        archive.facts.detected_type = type;
        Extract extract = extract_of({archive});
        MemberSeen named = member("a.xlsx", PartKind::other, Reason::encrypted);
        named.sha256.clear();  // the archive says so, and has not given its bytes
        take(extract, "2", MembersSeen{{named}});
        pack_archives(extract, {});
        CHECK(row_at(extract, "2").facts.kind == PartKind::encrypted);
        CHECK(row_at(extract, "2").reason == Reason::encrypted);
        CHECK(row_at(extract, "2/1").reason == Reason::encrypted);
        Extract unread = extract_of({archive});
        take(unread, "2", FileNotMade{Reason::encrypted, "it is encrypted"});
        CHECK(row_at(unread, "2").facts.kind == PartKind::encrypted);
        // A file that is locked itself says nothing about the archive.
        Extract open = extract_of({archive});
        take(open, "2", MembersSeen{{member("b.zip", PartKind::encrypted, Reason::encrypted)}});
        CHECK(row_at(open, "2").facts.kind == PartKind::archive);
    }
    PartRow show = row_of("2", PartKind::office);
    show.facts.detected_type = "application/vnd.ms-powerpoint";
    Extract shown = extract_of({show});
    take(shown, "2", FileNotMade{Reason::encrypted, "CurrentUserAtom says encrypted"});
    CHECK(row_at(shown, "2").facts.kind == PartKind::encrypted);
    PartRow cabinet = row_of("2", PartKind::archive);
    cabinet.facts.detected_type = "application/vnd.ms-cab-compressed";
    Extract extract = extract_of({cabinet});
    take(extract, "2", FileNotMade{Reason::encrypted, "words"});
    CHECK(row_at(extract, "2").facts.kind == PartKind::archive);
}

TEST_CASE("AC-152 a locked ZIP that nobody can list stays encrypted; what killed its codec is said") {
    for (const Reason why : {Reason::document_damaged, Reason::not_representable, Reason::codec_died}) {
        PartRow locked = row_of("2", PartKind::encrypted, Reason::encrypted);
        locked.facts.detected_type = "application/zip";
        Extract extract = extract_of({locked});
        take(extract, "2", FileNotMade{why, "words"});
        CHECK(row_at(extract, "2").reason == (why == Reason::codec_died ? why : Reason::encrypted));
        CHECK(row_at(extract, "2").verdict == PartVerdict::quarantined);
    }
}

TEST_CASE("AC-199 a package with a password of its own stays encrypted, in a mail and in an archive") {
    MemberSeen book = member("a/book.xlsx", PartKind::encrypted, Reason::encrypted);
    book.facts.detected_type = encrypted_package_type;
    Extract extract = extract_of({row_of("1", PartKind::archive)});
    take(extract, "1", MembersSeen{{book, member("b.zip", PartKind::encrypted, Reason::encrypted)}});
    const Profile profile;
    const BudgetLimits budget;
    Errands errands(profile, budget, 100);
    CHECK(paths_of(errands.next(extract)) == Paths{"1", "1/1"});
    take(extract, "1/1", FileNotMade{Reason::encrypted, "the package has a password of its own"});
    CHECK(row_at(extract, "1/1").verdict == PartVerdict::quarantined);
    CHECK(row_at(extract, "1/1").reason == Reason::encrypted);
    CHECK(errands.next(extract).empty());
}

TEST_CASE("AC-199 a workbook that opened arrives under the name of a workbook, and nothing is missed") {
    PartRow locked = row_of("2", PartKind::encrypted, Reason::encrypted);
    locked.facts.detected_type = encrypted_package_type;
    locked.facts.name = "名簿.xlsm";
    Extract extract = extract_of({locked});
    take(extract, "2", rebuilt("book", {{Reason::encryption_removed, 1}}, SafeKind::xlsx));
    CHECK(row_at(extract, "2").verdict == PartVerdict::rebuilt);
    CHECK(row_at(extract, "2").reason == Reason::none);
    CHECK(row_at(extract, "2").out_name == "名簿.xlsx");
}

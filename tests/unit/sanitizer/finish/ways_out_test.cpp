#include "sanitizer/finish/ways_out.hpp"

#include <catch2/catch.hpp>
#include <optional>

using namespace mugaika;

namespace {

PartRow held(PartKind kind, Reason reason, const std::string& name, const std::string& type = "") {
    PartRow row;
    row.facts.path = "2";
    row.facts.kind = kind;
    row.facts.name = name;
    row.facts.detected_type = type;
    row.facts.is_attachment = true;
    row.facts.bytes = 1000;
    row.verdict = PartVerdict::quarantined;
    row.reason = reason;
    return row;
}

std::optional<WayOut> way_of(const PartRow& row, const Profile& profile = {}, Original original = Original::kept) {
    const auto ways = ways_out({row}, profile, MailVerdict::sanitized, original);
    REQUIRE(ways.size() <= 1);
    return ways.empty() ? std::nullopt : std::optional(ways.front());
}

std::optional<Act> act_of(const PartRow& row, const Profile& profile = {}, Original original = Original::kept) {
    const auto way = way_of(row, profile, original);
    return way ? std::optional(way->act) : std::nullopt;
}

Profile with(PartKind kind, PartAction action) {
    Profile profile;
    profile.actions.at(static_cast<std::size_t>(kind)) = action;
    return profile;
}

Profile releasing(Profile profile = {}) {
    profile.release_originals = true;
    return profile;
}

const PartRow old_book = held(PartKind::office, Reason::not_rebuilt, "名簿.xls", "application/vnd.ms-excel");

}  // namespace

TEST_CASE("an old document would be delivered as its newer kind, or as PDF where the profile lets no office through") {
    CHECK(way_of(old_book)->kind == SafeKind::xlsx);
    CHECK(way_of(held(PartKind::office, Reason::not_rebuilt, "a.doc"))->kind == SafeKind::docx);
    CHECK(way_of(held(PartKind::office, Reason::not_rebuilt, "a.PPT"))->kind == SafeKind::pptx);
    CHECK(way_of(held(PartKind::other, Reason::not_rebuilt, "a.jtd", "application/x-js-taro"))->kind == SafeKind::pdf);
    CHECK(way_of(held(PartKind::other, Reason::not_rebuilt, "図面.XDW"))->kind == SafeKind::pdf);
    CHECK_FALSE(way_of(held(PartKind::other, Reason::not_rebuilt, "図面.dwg")));
    PartRow by_policy = old_book;
    by_policy.reason = Reason::policy_quarantine;
    CHECK(way_of(by_policy, with(PartKind::office, PartAction::quarantine))->kind == SafeKind::pdf);
    Profile neither = with(PartKind::office, PartAction::quarantine);
    neither.actions.at(static_cast<std::size_t>(PartKind::pdf)) = PartAction::quarantine;
    CHECK_FALSE(way_of(by_policy, neither));
}

TEST_CASE("a rule about the name of a new kind is asked too") {
    PartRule rule;
    rule.names = {"*.xlsx"};
    rule.action = PartAction::hold;
    Profile profile;
    profile.rules = {rule};
    CHECK(way_of(old_book, profile)->kind == SafeKind::pdf);
}

TEST_CASE("a password is asked for where what lies behind it would cross, and where it waits for one") {
    for (const char* type :
         {"application/encrypted", "application/zip", "application/x-7z-compressed", "application/pdf",
          "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"}) {
        const PartRow locked = held(PartKind::encrypted, Reason::encrypted, "a", type);
        CHECK(act_of(locked) == Act::password);
        CHECK_FALSE(act_of(locked, {}, Original::gone));
        CHECK_FALSE(act_of(locked, with(PartKind::encrypted, PartAction::quarantine)));
    }
    const PartRow book = held(PartKind::encrypted, Reason::encrypted, "a.xlsx", "application/encrypted");
    CHECK_FALSE(act_of(book, with(PartKind::office, PartAction::quarantine)));
    const PartRow archive = held(PartKind::encrypted, Reason::encrypted, "a.zip", "application/zip");
    CHECK_FALSE(act_of(archive, with(PartKind::archive, PartAction::quarantine)));
    for (const char* type : {"application/pkcs7-mime", "application/vnd.rar"}) {
        CHECK_FALSE(act_of(held(PartKind::encrypted, Reason::encrypted, "a", type)));
    }
    CHECK_FALSE(act_of(held(PartKind::encrypted, Reason::signed_container, "smime.p7m", "application/zip")));
}

TEST_CASE("an original is released where the profile allows it, and never a program, a mail or a fragment") {
    const PartRow damaged = held(PartKind::pdf, Reason::document_damaged, "a.pdf");
    CHECK(act_of(damaged, releasing()) == Act::release);
    CHECK_FALSE(act_of(damaged));
    CHECK_FALSE(act_of(damaged, releasing(), Original::gone));
    CHECK_FALSE(act_of(damaged, releasing(with(PartKind::pdf, PartAction::refuse))));
    for (const PartKind kind : {PartKind::executable, PartKind::mail, PartKind::partial}) {
        CHECK_FALSE(act_of(held(kind, Reason::not_rebuilt, "a"), releasing()));
    }
    for (const Reason reason : {Reason::dangerous_name, Reason::executable, Reason::malware_found}) {
        CHECK_FALSE(act_of(held(PartKind::other, reason, "a"), releasing()));
    }
    CHECK_FALSE(act_of(held(PartKind::other, Reason::not_rebuilt, "a.exe"), releasing()));
    PartRow dangerous = old_book;
    dangerous.notes = {Reason::dangerous_name};
    CHECK_FALSE(act_of(dangerous));
}

TEST_CASE("a file that a rule about sizes held would be delivered when it is smaller") {
    PartRule rule;
    rule.bytes_min = 501;
    rule.action = PartAction::hold;
    Profile profile;
    profile.rules = {rule};
    const PartRow large = held(PartKind::pdf, Reason::policy_hold, "a.pdf");
    const auto way = way_of(large, profile);
    REQUIRE(way);
    CHECK(way->act == Act::smaller);
    CHECK(way->bytes == 500);
    Profile none = profile;
    none.actions.at(static_cast<std::size_t>(PartKind::pdf)) = PartAction::quarantine;
    CHECK_FALSE(way_of(large, none));
    rule.bytes_min = 1;  // every file that has a byte
    profile.rules = {rule};
    CHECK_FALSE(way_of(large, profile));
}

TEST_CASE("members of archives are not released by themselves, and opened where they have a password of their own") {
    PartRow archive = held(PartKind::archive, Reason::none, "a.zip", "application/zip");
    archive.verdict = PartVerdict::rebuilt;
    PartRow member = old_book, locked = held(PartKind::encrypted, Reason::encrypted, "b.zip", "application/zip");
    PartRow inside = held(PartKind::other, Reason::encrypted, "c.pdf");
    member.facts.path = "2/1";
    locked.facts.path = "2/2";
    inside.facts.path = "2/2/1";
    const auto ways = ways_out({archive, member, locked, inside}, releasing(), MailVerdict::sanitized, Original::kept);
    REQUIRE(ways.size() == 2);
    CHECK(ways[0].path == "2/1");
    CHECK(ways[0].act == Act::other_kind);
    CHECK(ways[1].path == "2/2");
    CHECK(ways[1].act == Act::password);
}

TEST_CASE("nothing is said of files that arrive, and of mails of which nothing does") {
    PartRow arrives = old_book;
    arrives.verdict = PartVerdict::rebuilt;
    CHECK_FALSE(way_of(arrives));
    for (const MailVerdict verdict : {MailVerdict::quarantined, MailVerdict::refused}) {
        CHECK(ways_out({old_book}, releasing(), verdict, Original::kept).empty());
    }
    PartRow removed = old_book;
    removed.verdict = PartVerdict::removed;
    removed.reason = Reason::policy_remove;
    CHECK(way_of(removed, with(PartKind::office, PartAction::remove))->kind == SafeKind::pdf);
}

TEST_CASE("what an administrator can have drawn is said too, behind what is less trouble, and where it is drawn here") {
    PagesDrawn pages;
    const auto acts_of = [&](const PartRow& row, const Profile& profile, Original original = Original::kept) {
        std::vector<Act> acts;
        for (const WayOut& way : ways_out({row}, profile, MailVerdict::sanitized, original, pages))
            acts.push_back(way.act);
        return acts;
    };
    const PartRow pdf = held(PartKind::pdf, Reason::policy_hold, "a.pdf", "application/pdf");
    const Profile no_pdf = with(PartKind::pdf, PartAction::hold);
    CHECK(acts_of(pdf, no_pdf).empty());
    pages.of_pdf = true;
    CHECK(acts_of(pdf, no_pdf) == std::vector{Act::image_pdf});
    CHECK(acts_of(pdf, no_pdf, Original::gone).empty());
    CHECK(acts_of(pdf, releasing(no_pdf)) == std::vector{Act::release, Act::image_pdf});
    CHECK(acts_of(pdf, with(PartKind::pdf, PartAction::refuse)).empty());

    PartRow book = old_book;
    book.reason = Reason::policy_quarantine;
    const Profile no_office = with(PartKind::office, PartAction::quarantine);
    CHECK(acts_of(book, no_office) == std::vector{Act::other_kind});
    pages.of_office.set(static_cast<std::size_t>(OfficeFormat::xls));
    CHECK(acts_of(book, no_office) == std::vector{Act::other_kind, Act::image_pdf});
    CHECK(acts_of(old_book, {}) == std::vector{Act::other_kind});  // nobody converts it, and nobody draws it
    PartRow scan = held(PartKind::pdf, Reason::no_visible_text, "a.pdf", "application/pdf");
    CHECK(acts_of(scan, with(PartKind::pdf, PartAction::text)) == std::vector{Act::image_pdf});
    scan.reason = Reason::not_representable;
    CHECK(acts_of(scan, {}) == std::vector{Act::image_pdf});
    CHECK(acts_of(scan, with(PartKind::pdf, PartAction::image_pdf)).empty());  // it was tried
    scan.reason = Reason::document_damaged;
    CHECK(acts_of(scan, {}).empty());
    scan.reason = Reason::malware_found;
    CHECK(acts_of(scan, {}).empty());
}

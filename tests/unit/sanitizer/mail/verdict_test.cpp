#include "sanitizer/mail/verdict.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

PartRow row(PartVerdict verdict, Reason reason = Reason::none, std::vector<Reason> notes = {}) {
    PartRow made;
    made.facts.path = std::string("1");
    made.verdict = verdict;
    made.reason = reason;
    made.notes = std::move(notes);
    return made;
}

Extract mail(std::vector<PartRow> rows, std::vector<Reason> findings = {}) {
    Extract extract;
    extract.parts = std::move(rows);
    extract.findings = std::move(findings);
    return extract;
}

constexpr auto text = PartVerdict::text;
constexpr auto removed = PartVerdict::removed;
constexpr auto rebuilt = PartVerdict::rebuilt;
constexpr auto quarantined = PartVerdict::quarantined;

}  // namespace

TEST_CASE("each kind of finding has its verdict under the shipped profile") {
    struct Case {
        const char* what;
        Extract extract;
        MailVerdict verdict;
        Reason reason;
        bool lossy;
    };
    const std::vector<Case> cases{
        {"plain text", mail({row(text)}), MailVerdict::clean, Reason::none, false},
        {"nothing at all", mail({}), MailVerdict::clean, Reason::none, false},
        {"notes alone", mail({row(text, Reason::none, {Reason::charset_guessed})}, {Reason::unclosed_multipart}),
         MailVerdict::clean, Reason::none, false},
        // INTERFACE: HTML into text is a change, and no loss
        {"HTML as reason", mail({row(text, Reason::html_to_text)}), MailVerdict::sanitized, Reason::html_to_text,
         false},
        {"HTML as note", mail({row(text, Reason::none, {Reason::html_to_text})}), MailVerdict::sanitized,
         Reason::html_to_text, false},
        {"the other form of the text", mail({row(text), row(removed, Reason::alternative_not_shown)}),
         MailVerdict::sanitized, Reason::alternative_not_shown, false},
        {"a signature", mail({row(text), row(removed, Reason::signature_dropped)}), MailVerdict::sanitized,
         Reason::signature_dropped, false},
        {"a warning", mail({row(text, Reason::none, {Reason::false_link})}), MailVerdict::sanitized, Reason::false_link,
         false},
        {"a rebuilt file", mail({row(text), row(rebuilt)}), MailVerdict::sanitized, Reason::none, false},
        // losses
        {"a part that does not cross", mail({row(text), row(removed, Reason::policy_remove)}), MailVerdict::sanitized,
         Reason::policy_remove, true},
        {"a quarantined part", mail({row(text), row(quarantined, Reason::not_rebuilt)}), MailVerdict::sanitized,
         Reason::not_rebuilt, true},
        {"a quarantined part whose reason is light", mail({row(quarantined, Reason::empty_part)}),
         MailVerdict::sanitized, Reason::empty_part, true},
        {"a removed part without a reason", mail({row(removed)}), MailVerdict::sanitized, Reason::none, true},
        {"unreadable characters", mail({row(text, Reason::none, {Reason::undecodable})}), MailVerdict::sanitized,
         Reason::undecodable, true},
        {"hidden text", mail({row(text, Reason::none, {Reason::hidden_text_dropped})}), MailVerdict::sanitized,
         Reason::hidden_text_dropped, true},
        {"cut text", mail({row(text)}, {Reason::text_too_long}), MailVerdict::sanitized, Reason::text_too_long, true},
        // the mail as a whole
        {"ambiguous structure", mail({row(text)}, {Reason::duplicate_content_type}), MailVerdict::quarantined,
         Reason::duplicate_content_type, true},
        {"ambiguous part", mail({row(text, Reason::none, {Reason::encoding_mismatch})}), MailVerdict::quarantined,
         Reason::encoding_mismatch, true},
        {"too many hops", mail({row(text)}, {Reason::too_many_hops}), MailVerdict::refused, Reason::too_many_hops,
         false},
        {"a part that policy refuses", mail({row(removed, Reason::policy_refuse)}), MailVerdict::refused,
         Reason::policy_refuse, false},
        {"the heaviest wins wherever it stands",
         mail({row(text, Reason::html_to_text), row(quarantined, Reason::executable, {Reason::readings_differ})},
              {Reason::bad_date, Reason::false_link}),
         MailVerdict::quarantined, Reason::readings_differ, true},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        const Verdict verdict = judge(c.extract, Profile{}, Release::no);
        CHECK(to_string(verdict.verdict) == to_string(c.verdict));
        CHECK(to_string(verdict.reason) == to_string(c.reason));
        if (c.verdict == MailVerdict::refused) continue;
        CHECK(verdict.lossy == c.lossy);
        CHECK(verdict.keep_original == c.lossy);
    }
}

TEST_CASE("characters that could not be decoded are a loss even without a note") {
    Extract extract = mail({row(text)});
    extract.parts[0].undecodable = 1;
    const Verdict verdict = judge(extract, Profile{}, Release::no);
    CHECK(verdict.verdict == MailVerdict::sanitized);
    CHECK(verdict.lossy);
}

TEST_CASE("keep_original decides for mails that cross, a held mail is kept whatever it says") {
    const Extract clean = mail({row(text)});
    const Extract lossy = mail({row(removed, Reason::policy_remove)});
    const Extract held = mail({row(text)}, {Reason::readings_differ});
    const Extract refused = mail({row(text)}, {Reason::too_many_hops});
    const auto kept = [](const Extract& extract, KeepOriginal keep) {
        Profile profile;
        profile.keep_original = keep;
        return judge(extract, profile, Release::no).keep_original;
    };
    CHECK_FALSE(kept(clean, KeepOriginal::never));
    CHECK_FALSE(kept(clean, KeepOriginal::when_lossy));
    CHECK(kept(clean, KeepOriginal::always));
    CHECK_FALSE(kept(lossy, KeepOriginal::never));
    CHECK(kept(lossy, KeepOriginal::when_lossy));
    CHECK(kept(lossy, KeepOriginal::always));
    for (const auto keep : {KeepOriginal::never, KeepOriginal::when_lossy, KeepOriginal::always}) {
        CHECK(kept(held, keep));
        CHECK_FALSE(kept(refused, keep));  // answered 5xx: the sender has it
    }
}

TEST_CASE("a profile that delivers ambiguous mails keeps their originals as lossy ones") {
    Profile profile;
    profile.ambiguous = OnAmbiguous::deliver;
    const Verdict verdict = judge(mail({row(text)}, {Reason::part_after_close}), profile, Release::no);
    CHECK(verdict.verdict == MailVerdict::sanitized);
    CHECK(verdict.reason == Reason::part_after_close);
    CHECK(verdict.lossy);
    CHECK(verdict.keep_original);
}

TEST_CASE("a released mail is neither held nor filed again, and still refused where refusing is the rule") {
    Profile profile;
    profile.keep_original = KeepOriginal::always;
    const Verdict ambiguous = judge(mail({row(text)}, {Reason::readings_differ}), profile, Release::yes);
    CHECK(ambiguous.verdict == MailVerdict::sanitized);
    CHECK(ambiguous.reason == Reason::readings_differ);
    CHECK_FALSE(ambiguous.keep_original);
    const Verdict held = judge(mail({row(text)}, {Reason::worker_died}), profile, Release::yes);
    CHECK(held.verdict == MailVerdict::sanitized);
    const Verdict refused = judge(mail({row(text)}, {Reason::too_many_hops}), profile, Release::yes);
    CHECK(refused.verdict == MailVerdict::refused);
}

TEST_CASE("every reason of every weight ends in exactly one verdict, heavier ones never in a lighter one") {
    for (std::uint32_t number = 1; number < reason_count; ++number) {
        const Reason reason = *reason_from_number(number);
        CAPTURE(to_string(reason));
        const Verdict verdict = judge(mail({row(text)}, {reason}), Profile{}, Release::no);
        switch (weight(reason)) {
            case Weight::note:
                CHECK(verdict.verdict == MailVerdict::clean);
                break;
            case Weight::warn:
            case Weight::lossy:
                CHECK(verdict.verdict == MailVerdict::sanitized);
                break;
            case Weight::ambiguous:
            case Weight::hold:
                CHECK(verdict.verdict == MailVerdict::quarantined);
                break;
            case Weight::refuse:
                CHECK(verdict.verdict == MailVerdict::refused);
                break;
        }
        CHECK(verdict.lossy == (weight(reason) >= Weight::lossy));
    }
}

TEST_CASE("a mail without an extract is held and kept") {
    const Verdict verdict = hold(Reason::worker_died);
    CHECK(verdict.verdict == MailVerdict::quarantined);
    CHECK(verdict.reason == Reason::worker_died);
    CHECK(verdict.lossy);
    CHECK(verdict.keep_original);
}

#include "policy/part_rule.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "policy/policy.hpp"

using namespace mugaika;

namespace {

PartFacts file(PartKind kind, const std::string& name, std::uint64_t bytes = 100) {
    PartFacts facts;
    facts.kind = kind;
    facts.name = name;
    facts.bytes = bytes;
    facts.is_attachment = true;
    return facts;
}

PartRule named(std::vector<std::string> names) {
    PartRule rule;
    rule.names = std::move(names);
    return rule;
}

PartRule typed(std::vector<std::string> types) {
    PartRule rule;
    rule.types = std::move(types);
    return rule;
}

}  // namespace

TEST_CASE("a pattern of names takes any characters for a star and one for a question mark") {
    struct Case {
        const char* pattern;
        const char* name;
        bool fits;
    };
    for (const Case& one : std::vector<Case>{{"*.xlsm", "名簿.XLSM", true},
                                             {"*.xlsm", "名簿.xlsm.txt", false},
                                             {"名簿*", "名簿 4月.xlsx", true},
                                             {"*4月*", "名簿4月.xlsx", true},
                                             {"?.txt", "あ.txt", true},
                                             {"??.txt", "あ.txt", false},
                                             {"*??.txt", "あ.txt", false},  // one character of three bytes
                                             {"*", "", true},
                                             {"**", "x", true},
                                             {"?", "", false},
                                             {"a*b*c", "aXbYbZc", true},
                                             {"a*b*c", "aXcYb", false},
                                             {"[a].txt", "[a].txt", true},
                                             {"a", "b", false}}) {
        CAPTURE(one.pattern, one.name);
        CHECK(name_fits(one.pattern, one.name) == one.fits);
    }
    CHECK_FALSE(name_fits(std::string(255, '*') + "b", std::string(600, 'a')));  // and comes to an end
}

TEST_CASE("a rule speaks of the kinds, types, names and sizes that it names, and of all where it names none") {
    PartRule rule;
    CHECK(rule.takes_every_file());
    const PartFacts book = file(PartKind::office, "a.xlsx");
    CHECK(rule.matches(book, book.kind));
    rule.kinds = 1u << static_cast<unsigned>(PartKind::office);
    CHECK_FALSE(rule.takes_every_file());
    CHECK(rule.matches(book, book.kind));
    CHECK_FALSE(rule.matches(book, PartKind::pdf));
    rule.bytes_min = 100;
    rule.bytes_max = 100;
    CHECK(rule.matches(book, book.kind));
    for (const std::uint64_t bytes : std::array<std::uint64_t, 2>{99, 101}) {
        const PartFacts other = file(PartKind::office, "a.xlsx", bytes);
        CHECK_FALSE(rule.matches(other, other.kind));
    }
}

TEST_CASE("a type is what the mail says or what the bytes say, either is enough") {
    PartFacts facts = file(PartKind::image, "a.png");
    facts.declared_type = "application/octet-stream";
    facts.detected_type = "image/png";
    for (const char* type : {"image/png", "image/*", "application/octet-stream", "application/*"}) {
        CHECK(typed({type}).matches(facts, facts.kind));
    }
    for (const char* type : {"image/pn", "image/jpeg", "text/*"}) CHECK_FALSE(typed({type}).matches(facts, facts.kind));
    CHECK(typed({"text/plain", "image/png"}).matches(facts, facts.kind));
    CHECK_FALSE(typed({"image/*"}).matches(file(PartKind::image, "no types"), PartKind::image));
}

TEST_CASE("what one rule's files are, another's may all be") {
    const auto covers = [](const PartRule& wide, const PartRule& narrow) { return covers_files(wide, narrow); };
    CHECK(covers({}, named({"*.doc"})));
    CHECK_FALSE(covers(named({"*.doc"}), {}));
    CHECK(covers(named({"*.d?c", "*.xls"}), named({"a.doc", "*.xls"})));
    CHECK(covers(named({"*.doc"}), named({"*x*.doc", "?.DOC"})));
    CHECK_FALSE(covers(named({"?.doc"}), named({"*.doc"})));
    CHECK(covers(named({"?.doc"}), named({"?.doc"})));
    CHECK_FALSE(covers(named({"a.doc"}), named({"?.doc"})));
    CHECK(covers(typed({"image/*"}), typed({"image/png", "image/*"})));
    CHECK_FALSE(covers(typed({"image/png"}), typed({"image/*"})));
    PartRule large, larger;
    large.bytes_min = 10;
    larger.bytes_min = 11;
    CHECK(covers(large, larger));
    CHECK_FALSE(covers(larger, large));
}

TEST_CASE("no action lets programs, secrets and fragments cross, and what bars is possible for every kind") {
    for (std::uint32_t n = 0; n < part_kind_count; ++n) {
        const auto kind = static_cast<PartKind>(n);
        bool crosses = false;
        for (const PartAction action :
             {PartAction::text, PartAction::rebuild, PartAction::image_pdf, PartAction::unpack}) {
            crosses = crosses || can_become(kind, action);
        }
        if (never_crosses(kind)) CHECK_FALSE(crosses);
        for (const PartAction action :
             {PartAction::remove, PartAction::quarantine, PartAction::hold, PartAction::refuse}) {
            CHECK(can_become(kind, action));
        }
    }
    // By a command of the configuration, which makes a file of a known kind; it is no text and no archive of ours.
    CHECK(can_become(PartKind::other, PartAction::rebuild));
    CHECK_FALSE(can_become(PartKind::other, PartAction::text));
    CHECK_FALSE(can_become(PartKind::other, PartAction::unpack));
    CHECK_FALSE(can_become(PartKind::image, PartAction::image_pdf));
    CHECK(never_crosses(PartKind::executable));
    CHECK(never_crosses(PartKind::encrypted));
    CHECK(never_crosses(PartKind::partial));
}

TEST_CASE("the first rule that matches decides, and none about a body") {
    Profile profile;
    PartRule pdf = named({"*.pdf"}), all;
    pdf.action = PartAction::hold;
    pdf.line = 3;
    all.action = PartAction::refuse;
    all.line = 9;
    profile.rules = {pdf, all};
    CHECK(profile.action_for(file(PartKind::pdf, "a.pdf")) == PartAction::hold);
    CHECK(profile.rule_for(file(PartKind::pdf, "a.pdf"))->line == 3);
    CHECK(profile.action_for(file(PartKind::office, "a.xlsx")) == PartAction::refuse);
    PartFacts body = file(PartKind::text, "");
    CHECK(profile.action_for(body) == PartAction::refuse);
    body.is_attachment = false;
    CHECK(profile.rule_for(body) == nullptr);
    CHECK(profile.action_for(body) == PartAction::text);
    body.kind = PartKind::html;
    CHECK(profile.action_for(body) == PartAction::text);
    body.kind = PartKind::image;  // inside a page, and a file all the same
    CHECK(profile.action_for(body) == PartAction::refuse);
}

TEST_CASE("a rule that asks for the impossible gets nothing across") {
    for (const PartKind kind : {PartKind::executable, PartKind::encrypted, PartKind::partial}) {
        for (const PartAction action :
             {PartAction::text, PartAction::rebuild, PartAction::image_pdf, PartAction::unpack}) {
            Profile profile;
            PartRule rule;  // as no file can say it
            rule.action = action;
            profile.rules = {rule};
            CHECK_FALSE(may_end_as(profile, file(kind, "a"), PartVerdict::text));
            CHECK_FALSE(may_end_as(profile, file(kind, "a"), PartVerdict::rebuilt));
        }
    }
}

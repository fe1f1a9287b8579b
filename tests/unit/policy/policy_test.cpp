#include "policy/policy.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace mugaika;

namespace {

// Written anew, not asked of the code under test.
bool is_permitted(PartKind kind, PartAction action, PartVerdict verdict) {
    static const std::set<PartKind> never_cross{PartKind::executable, PartKind::encrypted, PartKind::partial};
    static const std::set<PartAction> rebuilds{PartAction::rebuild, PartAction::image_pdf, PartAction::unpack};
    switch (verdict) {
        case PartVerdict::text:
            if (kind == PartKind::calendar && action == PartAction::rebuild) return true;  // the file stands beside it
            return never_cross.count(kind) == 0 && action == PartAction::text;
        case PartVerdict::rebuilt:
            return never_cross.count(kind) == 0 && rebuilds.count(action) == 1;
        case PartVerdict::removed:
        case PartVerdict::quarantined:
            return true;
    }
    return false;
}

}  // namespace

TEST_CASE("every kind under every action may end only as the action says, and programs, secrets and fragments never") {
    for (std::uint32_t kind_number = 0; kind_number < part_kind_count; ++kind_number) {
        const auto kind = static_cast<PartKind>(kind_number);
        for (const PartAction action :
             {PartAction::text, PartAction::rebuild, PartAction::image_pdf, PartAction::unpack, PartAction::remove,
              PartAction::quarantine, PartAction::hold, PartAction::refuse}) {
            Profile profile;
            PartFacts facts;
            facts.kind = kind;
            profile.actions.fill(PartAction::text);
            profile.actions.at(kind_number) = action;
            for (const PartVerdict verdict :
                 {PartVerdict::text, PartVerdict::rebuilt, PartVerdict::removed, PartVerdict::quarantined}) {
                CAPTURE(to_string(kind), to_string(action), to_string(verdict));
                CHECK(may_end_as(profile, facts, verdict) == is_permitted(kind, action, verdict));
            }
        }
    }
}

TEST_CASE("a person's order for pictures is about its parts alone, and about kinds that have pages") {
    Profile profile;
    PartRule rule;
    rule.kinds = static_cast<std::uint16_t>(1u << static_cast<unsigned>(PartKind::pdf));
    rule.action = PartAction::quarantine;
    profile.rules = {rule};
    profile.pictured_parts = {"2"};
    PartFacts facts;
    facts.path = "2";
    facts.kind = PartKind::pdf;
    CHECK(profile.action_for(facts) == PartAction::image_pdf);
    CHECK(profile.action_for(facts, PartKind::office) == PartAction::image_pdf);
    CHECK(profile.action_for(facts, PartKind::archive) == PartAction::unpack);
    CHECK(profile.action_for(facts, PartKind::executable) == PartAction::quarantine);
    facts.path = "2/1";
    CHECK(profile.action_for(facts) == PartAction::quarantine);
    facts.path = "2";
    profile.rules[0].action = PartAction::refuse;
    CHECK(profile.action_for(facts) == PartAction::refuse);
}

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

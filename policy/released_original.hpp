// May a person's order let the original bytes of this part cross under this profile? Asked by the worker that is to
// give them out, and by whoever tells people that they could be had.
#pragma once

#include "policy/policy.hpp"

namespace mugaika {

inline bool may_be_released(const Profile& profile, const PartFacts& facts) noexcept {
    return profile.release_originals && profile.action_for(facts) != PartAction::refuse && is_releasable(facts);
}

}  // namespace mugaika

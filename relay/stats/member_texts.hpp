// The members of an event as texts, for forms that know nothing else: lists with commas between, a ledger as the sums
// of its parts. All are fit to be shown.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "relay/stats/read_event.hpp"

namespace mugaika {

struct MemberText {
    std::string key;
    std::string text;
};

// Time, name and host stand beside them. What a later version wrote follows, as the JSON that it is.
std::vector<MemberText> member_texts(const ReadEvent&);

}  // namespace mugaika

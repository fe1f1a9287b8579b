// What the reader is told of a relationship that is not followed.
#pragma once

#include <optional>
#include <string_view>

#include "policy/reason.hpp"

namespace mugaika::codec::ooxml {

// By the last word of the relationship's type; nothing for what only the author's program reads.
std::optional<Reason> loss_of_part(std::string_view word, bool external);

}  // namespace mugaika::codec::ooxml

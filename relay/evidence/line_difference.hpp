// What was done to the lines of a log since they were sealed, told by their hashes.
#pragma once

#include <string>
#include <vector>

#include "relay/evidence/merkle_tree.hpp"

namespace mugaika {

// The first line that is not as it was sealed, in words, numbered as the log is now: missing, changed, put in, standing
// there twice, out of order, cut off or added at the end. "" when all are. Linear.
std::string first_difference(const std::vector<TreeHash>& now, const std::vector<TreeHash>& sealed);

}  // namespace mugaika

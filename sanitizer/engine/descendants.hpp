// An end for every process that came of a converter, in whatever session it is now.
#pragma once

#include "policy/result.hpp"

namespace mugaika {

// From now on orphans below this process become its children. Fails where the kernel refuses it.
Result<void> adopt_orphans();

// Stops, kills and reaps what came of this process until there is nothing: the children of each that dies become ours.
// False when there is still something after `seconds`. Needs /proc.
bool end_all_children(int seconds);

}  // namespace mugaika

// A test that cannot be done here says so on a line of its own; tests/run shows these lines, so that nothing is taken
// for tested that was not.
#pragma once

#include <iostream>
#include <string>

namespace mugaika::test {

inline void say_skipped(const std::string& what_and_why) { std::cout << "\nSKIPPED: " << what_and_why << std::endl; }

}  // namespace mugaika::test

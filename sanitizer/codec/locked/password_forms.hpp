// The bytes that programs make of what a person typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugaika::codec::locked {

// As it is, UTF-8; and in CP932 where it has letters beyond ASCII that CP932 has, too.
std::vector<std::string> password_forms(std::string_view typed);

// Throws std::runtime_error when the system does not know CP932.
void load_password_forms();

}  // namespace mugaika::codec::locked

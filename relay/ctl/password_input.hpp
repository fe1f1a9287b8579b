// Asks for a password: at a terminal without showing it, otherwise the first line of standard input.
#pragma once

#include <string_view>

#include "policy/result.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/ctl/secret.hpp"

namespace mugaika::ctl {

// `prompt` is for a terminal. A signal that ends or stops the command leaves the terminal as it was. Fails with
// Fault::bad_input when there is no line, an empty one, or more than password_bytes_max.
Result<void> read_password(Secret&, std::string_view prompt, Terminal&);

}  // namespace mugaika::ctl

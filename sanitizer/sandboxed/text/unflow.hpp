// format=flowed (RFC 3676).
#pragma once

#include <string>
#include <string_view>

namespace mugaika::sandboxed {

// Joins soft-broken lines; quoting depth is kept.
std::string unflow(std::string_view utf8, bool delsp);

}  // namespace mugaika::sandboxed

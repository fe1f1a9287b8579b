// What an HTML text says of its own charset.
#pragma once

#include <string>
#include <string_view>

namespace mugaika::sandboxed {

// The charset named in a <meta> of the first 4 KB, lower case ASCII; "" when there is none.
std::string html_meta_charset(std::string_view untrusted_html);

}  // namespace mugaika::sandboxed

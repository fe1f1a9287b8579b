// Text in HTML (AC-255): shown_text(), and nothing in it is markup.
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

std::string html_text(std::string_view untrusted_text);

}  // namespace mugaika

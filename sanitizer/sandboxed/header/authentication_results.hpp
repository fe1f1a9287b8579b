// One Authentication-Results field by the grammar of RFC 8601 2.2, as far as closed sets go: the authserv-id, and for
// spf, dkim, dmarc and arc the result. Comments are passed over, properties and reasons too. Linear; AC-107.
#pragma once

#include <optional>
#include <string_view>

#include "sanitizer/mail/authentication_facts.hpp"

namespace mugaika::sandboxed {

// Nothing when the value is not by the grammar: an open comment or quote, no host name at its start. Of several results
// of one method a pass counts (a mail may bear several signatures), else the first.
std::optional<AuthenticationFacts> read_authentication_results(std::string_view untrusted_value);

}  // namespace mugaika::sandboxed

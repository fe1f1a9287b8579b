// Addresses that only lead on to another one which stands in them: links rewritten by mail filters (Safe Links,
// Proofpoint, …) and redirects of search engines and networks.
#pragma once

#include <string>
#include <string_view>

namespace mugaika::sandboxed {

// Where an http or https address of such a service leads, http or https too; "" when it is none, when the address in it
// cannot be read without the service, or when it names two. Only whole host names count:
// "safelinks.protection.outlook.com.evil.example" is no service. Linear.
std::string redirect_target(std::string_view untrusted_address);

// "%41" is "A"; what is no such triple stays.
std::string percent_decoded(std::string_view text);

}  // namespace mugaika::sandboxed

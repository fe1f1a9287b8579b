#include "sanitizer/sandboxed/header/authentication_results.hpp"

#include <algorithm>
#include <string>

#include "policy/ascii.hpp"
#include "policy/host_name.hpp"

namespace mugaika::sandboxed {
namespace {

// Without comments and line ends; what stood in quotes becomes '?', so that no quoted ';' or '=' is read as one.
// Nothing when a comment or a quote does not end.
std::optional<std::string> bare(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '\\' && (quoted || depth > 0)) {
            ++i;
        } else if (c == '"' && depth == 0) {
            quoted = !quoted;
            out.push_back('?');
        } else if (quoted) {
            continue;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')') {
            if (depth == 0) return std::nullopt;
            --depth;
        } else if (depth == 0) {
            out.push_back(ascii::is_space(c) ? ' ' : c);
        }
    }
    if (quoted || depth > 0) return std::nullopt;
    return out;
}

// The part up to the next ';', taken off.
std::string_view next_part(std::string_view& rest) {
    const std::size_t end = rest.find(';');
    const std::string_view part = ascii::trim(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return part;
}

void take_result(std::string_view part, AuthenticationFacts& facts) {
    const std::size_t equals = part.find('=');
    if (equals == part.npos) return;
    std::string_view name = ascii::trim(part.substr(0, equals));
    name = ascii::trim(name.substr(0, name.find('/')));  // "dkim/1"
    const std::string_view value = ascii::trim(part.substr(equals + 1));
    const std::string_view word = value.substr(0, value.find(' '));
    const auto method = std::find_if(auth_methods.begin(), auth_methods.end(),
                                     [&](AuthMethod m) { return ascii::iequals(to_string(m), name); });
    const auto result = std::find_if(auth_results.begin(), auth_results.end(),
                                     [&](AuthResult r) { return ascii::iequals(to_string(r), word); });
    if (method == auth_methods.end() || result == auth_results.end()) return;
    AuthResult& here = facts.results[static_cast<std::size_t>(*method)];
    if (here == AuthResult::not_said || *result == AuthResult::pass) here = *result;
}

}  // namespace

std::optional<AuthenticationFacts> read_authentication_results(std::string_view untrusted_value) {
    const std::optional<std::string> value = bare(untrusted_value);
    if (!value) return std::nullopt;
    std::string_view rest = *value;
    const std::string_view start = next_part(rest);
    const std::string_view id = start.substr(0, start.find(' '));
    const std::string_view version = ascii::trim(start.substr(id.size()));
    const bool known_version = version.empty() || version == "1";
    if (!is_domain(id) || !known_version) return std::nullopt;
    AuthenticationFacts facts;
    facts.by = ascii::to_lower(id);
    while (!rest.empty()) take_result(next_part(rest), facts);
    return facts;
}

}  // namespace mugaika::sandboxed

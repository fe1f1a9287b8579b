// What an upstream that is believed said about a mail's authentication (RFC 8601), as closed sets: nothing of its text.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika {

// In the order in which they are written.
enum class AuthMethod : std::uint8_t { spf, dkim, dmarc, arc };
inline constexpr std::array auth_methods{AuthMethod::spf, AuthMethod::dkim, AuthMethod::dmarc, AuthMethod::arc};

enum class AuthResult : std::uint8_t { not_said, none, pass, fail, softfail, neutral, policy, temperror, permerror };
inline constexpr std::array auth_results{AuthResult::none,      AuthResult::pass,     AuthResult::fail,
                                         AuthResult::softfail,  AuthResult::neutral,  AuthResult::policy,
                                         AuthResult::temperror, AuthResult::permerror};

constexpr std::string_view to_string(AuthMethod method) noexcept {
    constexpr std::array<std::string_view, 4> names{"spf", "dkim", "dmarc", "arc"};
    return names[static_cast<std::size_t>(method)];
}

constexpr std::string_view to_string(AuthResult result) noexcept {
    constexpr std::array<std::string_view, 9> names{"",        "none",   "pass",      "fail",     "softfail",
                                                    "neutral", "policy", "temperror", "permerror"};
    return names[static_cast<std::size_t>(result)];
}

struct AuthenticationFacts {
    std::string by;  // authserv-id of who said it: a host name in lower case; "": nobody who is believed said anything
    std::array<AuthResult, auth_methods.size()> results{};  // by method

    bool said() const noexcept { return !by.empty() && results != decltype(results){}; }
    friend bool operator==(const AuthenticationFacts&, const AuthenticationFacts&) = default;
};

}  // namespace mugaika

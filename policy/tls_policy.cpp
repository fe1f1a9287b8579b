#include "policy/tls_policy.hpp"

namespace mugaika {

std::string_view to_string(TlsMode mode) noexcept {
    switch (mode) {
        case TlsMode::none:
            return "none";
        case TlsMode::opportunistic:
            return "opportunistic";
        case TlsMode::required:
            return "required";
        case TlsMode::verify:
            return "verify";
    }
    return "verify";
}

}  // namespace mugaika

#include "sanitizer/mail/signature_summary.hpp"

namespace mugaika {
namespace {

int rank(Reason reason) noexcept {
    switch (reason) {
        case Reason::signature_valid:
            return 1;
        case Reason::signature_unknown:
            return 2;
        case Reason::signature_broken:
            return 3;
        default:
            return 0;
    }
}

}  // namespace

Reason signature_reason(const std::vector<SignatureFact>& facts, std::string_view path) noexcept {
    Reason worst = Reason::none;
    for (const SignatureFact& fact : facts) {
        if (fact.path == path && rank(reason_of(fact.fault)) > rank(worst)) worst = reason_of(fact.fault);
    }
    return worst;
}

bool is_signature_reason(Reason reason) noexcept { return rank(reason) > 0; }

}  // namespace mugaika

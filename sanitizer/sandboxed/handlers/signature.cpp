#include <algorithm>
#include <array>
#include <string_view>

#include "sanitizer/sandboxed/handlers/handlers.hpp"

namespace mugaika::sandboxed {
namespace {

// What mailers call the signature of the mail itself, and the keys that they send along.
bool is_called_signature(std::string_view declared_type) {
    constexpr auto types =
        std::to_array<std::string_view>({"application/pkcs7-signature", "application/x-pkcs7-signature",
                                         "application/pgp-signature", "application/pgp-keys"});
    return std::find(types.begin(), types.end(), declared_type) != types.end();
}

// A signature over bytes that do not cross can only mislead. No trust mark is made of it either. AC-226, AC-230
// One that comes as a file with a name, not as the signature of its mail, is a file that somebody may need.
class SignatureHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "signature"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::signature; }

    Result<PartOutcome> handle(Part&& part, const Budget&) const override {
        const bool is_file = !part.facts.name.empty() && !is_called_signature(part.facts.declared_type);
        if (is_file) return PartOutcome(Quarantined{Reason::not_rebuilt});
        return PartOutcome(Removed{Reason::signature_dropped});
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_signature_handler() { return std::make_unique<SignatureHandler>(); }

}  // namespace mugaika::sandboxed

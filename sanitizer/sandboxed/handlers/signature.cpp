#include "sanitizer/sandboxed/handlers/handlers.hpp"

namespace mugaika::sandboxed {
namespace {

// A signature over bytes that do not cross can only mislead. No trust mark is made of it either. AC-226, AC-230
class SignatureHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "signature"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::signature; }

    Result<PartOutcome> handle(const Part&, const Budget&) const override {
        return PartOutcome(Removed{Reason::signature_dropped});
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_signature_handler() { return std::make_unique<SignatureHandler>(); }

}  // namespace mugaika::sandboxed

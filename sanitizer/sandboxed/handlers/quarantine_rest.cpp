#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include "sanitizer/sandboxed/kinds.hpp"

namespace mugaika::sandboxed {
namespace {

class QuarantineRestHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "quarantine_rest"; }
    bool accepts(const PartFacts&) const noexcept override { return true; }

    Result<PartOutcome> handle(Part&& part, const Budget&) const override {
        return PartOutcome(Quarantined{why_not_made(part)});
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_quarantine_rest_handler() { return std::make_unique<QuarantineRestHandler>(); }

}  // namespace mugaika::sandboxed

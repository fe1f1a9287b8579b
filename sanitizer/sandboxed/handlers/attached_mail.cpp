#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <utility>

namespace mugaika::sandboxed {
namespace {

class AttachedMailHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "attached_mail"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::mail; }

    Result<PartOutcome> handle(Part&& part, const Budget&) const override {
        return PartOutcome(Nested{std::move(part.untrusted_bytes)});
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_attached_mail_handler() { return std::make_unique<AttachedMailHandler>(); }

}  // namespace mugaika::sandboxed

#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <algorithm>

#include "sanitizer/sandboxed/types/cms_type.hpp"

namespace mugaika::sandboxed {
namespace {

bool has_note(const Part& part, Reason note) {
    return std::find(part.notes.begin(), part.notes.end(), note) != part.notes.end();
}

// The most telling reason why nothing can be made of this part.
Reason reason_for(const Part& part) {
    switch (part.facts.kind) {
        case PartKind::executable:
            return has_note(part, Reason::dangerous_name) ? Reason::dangerous_name : Reason::executable;
        case PartKind::encrypted:
            return part.facts.detected_type == signed_container_type ? Reason::signed_container : Reason::encrypted;
        case PartKind::partial:
            return part.facts.declared_type == "message/external-body" ? Reason::message_external_body
                                                                       : Reason::message_partial;
        case PartKind::text:
        case PartKind::html:
        case PartKind::mail:
        case PartKind::report:
        case PartKind::pdf:
        case PartKind::office:
        case PartKind::image:
        case PartKind::archive:
        case PartKind::tnef:
        case PartKind::calendar:
        case PartKind::signature:
        case PartKind::other:
            break;
    }
    return has_note(part, Reason::name_lies) ? Reason::name_lies : Reason::not_rebuilt;
}

class QuarantineRestHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "quarantine_rest"; }
    bool accepts(const PartFacts&) const noexcept override { return true; }

    Result<PartOutcome> handle(const Part& part, const Budget&) const override {
        return PartOutcome(Quarantined{reason_for(part)});
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_quarantine_rest_handler() { return std::make_unique<QuarantineRestHandler>(); }

}  // namespace mugaika::sandboxed

#include "sanitizer/sandboxed/kinds.hpp"

namespace mugaika::sandboxed {

bool is_never_made(PartKind kind) noexcept {
    return kind == PartKind::executable || kind == PartKind::encrypted || kind == PartKind::partial ||
           kind == PartKind::other;
}

bool becomes_text(PartKind kind) noexcept {
    return kind == PartKind::text || kind == PartKind::html || kind == PartKind::calendar || kind == PartKind::report;
}

bool is_releasable(const PartFacts& facts) noexcept {
    switch (facts.kind) {
        case PartKind::text:
        case PartKind::html:
            return facts.is_attachment;
        case PartKind::mail:
        case PartKind::report:
        case PartKind::partial:
        case PartKind::executable:
            return false;
        case PartKind::pdf:
        case PartKind::office:
        case PartKind::image:
        case PartKind::archive:
        case PartKind::tnef:
        case PartKind::calendar:
        case PartKind::signature:
        case PartKind::encrypted:
        case PartKind::other:
            return true;
    }
    return false;
}

}  // namespace mugaika::sandboxed

#include "sanitizer/sandboxed/kinds.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/types/cms_type.hpp"

namespace mugaika::sandboxed {

bool is_never_made(PartKind kind) noexcept {
    return kind == PartKind::executable || kind == PartKind::encrypted || kind == PartKind::partial ||
           kind == PartKind::other;
}

Reason why_not_made(const Part& part) noexcept {
    switch (part.facts.kind) {
        case PartKind::executable:
            return contains(part.notes, Reason::dangerous_name) ? Reason::dangerous_name : Reason::executable;
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
    return contains(part.notes, Reason::name_lies) ? Reason::name_lies : Reason::not_rebuilt;
}

bool becomes_text(PartKind kind) noexcept {
    return kind == PartKind::text || kind == PartKind::html || kind == PartKind::calendar || kind == PartKind::report;
}

bool is_called_text(const PartFacts& facts) noexcept {
    constexpr std::array<std::string_view, 4> containers{"text/", "message/", "multipart/", "application/json"};
    constexpr std::array<std::string_view, 14> extensions{"txt", "csv",  "tsv", "tab",  "text", "log", "md",
                                                          "xml", "json", "yml", "yaml", "ini",  "asc", "conf"};
    const std::string_view type = facts.declared_type;
    const bool is_declared =
        type.empty() || type.ends_with("xml") ||
        std::any_of(containers.begin(), containers.end(), [&](std::string_view t) { return type.starts_with(t); });
    const std::string_view name = facts.name;
    const std::size_t dot = name.rfind('.');
    return is_declared ||
           (dot != std::string_view::npos && std::any_of(extensions.begin(), extensions.end(), [&](std::string_view e) {
                return ascii::iequals(name.substr(dot + 1), e);
            }));
}

}  // namespace mugaika::sandboxed

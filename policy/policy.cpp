#include "policy/policy.hpp"

#include <algorithm>

#include "policy/locked_file.hpp"

namespace mugaika {
namespace {

bool contains(const std::vector<std::string>& paths, std::string_view path) noexcept {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

}  // namespace

std::string_view to_string(KeepOriginal keep) noexcept {
    switch (keep) {
        case KeepOriginal::never:
            return "never";
        case KeepOriginal::when_lossy:
            return "when-lossy";
        case KeepOriginal::always:
            return "always";
    }
    return "always";
}

std::string_view to_string(OnAmbiguous on) noexcept { return on == OnAmbiguous::deliver ? "deliver" : "quarantine"; }

std::string_view to_string(LinkStyle style) noexcept {
    switch (style) {
        case LinkStyle::defang:
            return "defang";
        case LinkStyle::plain:
            return "plain";
        case LinkStyle::drop:
            return "drop";
    }
    return "defang";
}

std::string_view to_string(TextFiles as) noexcept { return as == TextFiles::body ? "body" : "file"; }

std::string_view to_string(Language language) noexcept { return language == Language::en ? "en" : "ja"; }

std::string_view to_string(PartVerdict verdict) noexcept {
    switch (verdict) {
        case PartVerdict::text:
            return "text";
        case PartVerdict::rebuilt:
            return "rebuilt";
        case PartVerdict::removed:
            return "removed";
        case PartVerdict::quarantined:
            return "quarantined";
    }
    return "quarantined";
}

const PartRule* Profile::rule_for(const PartFacts& facts, PartKind as_kind) const noexcept {
    const bool is_body = (as_kind == PartKind::text || as_kind == PartKind::html) && !facts.is_attachment;
    if (is_body) return nullptr;
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const PartRule& rule) { return rule.matches(facts, as_kind); });
    return found == rules.end() ? nullptr : &*found;
}

PartAction Profile::action_for(const PartFacts& facts, PartKind as_kind) const noexcept {
    const PartRule* const rule = rule_for(facts, as_kind);
    const PartAction said = rule != nullptr ? rule->action : actions[static_cast<std::size_t>(as_kind)];
    const bool is_ordered = contains(pictured_parts, facts.path) && can_become(as_kind, PartAction::image_pdf);
    return is_ordered && said != PartAction::refuse ? PartAction::image_pdf : said;
}

bool is_text_file(const Profile& profile, const PartFacts& facts) noexcept {
    const bool is_named_file = facts.is_attachment && !facts.name.empty() && facts.bytes > 0;
    return facts.kind == PartKind::text && is_named_file && profile.text_files == TextFiles::file &&
           profile.action_for(facts) == PartAction::text;
}

bool is_encrypted_package(const PartFacts& facts) noexcept {
    return facts.kind == PartKind::encrypted && facts.detected_type == encrypted_package_type;
}

bool may_be_opened(const Profile& profile, const PartFacts& facts) noexcept {
    if (profile.action_for(facts) != PartAction::hold) return false;
    const auto crosses = [&](PartKind inside) {
        const PartAction action = profile.action_for(facts, inside);
        return action == PartAction::text || action == PartAction::rebuild || action == PartAction::image_pdf;
    };
    switch (lock_of(facts)) {
        case LockKind::package:
        case LockKind::office:
            return crosses(PartKind::office);
        case LockKind::pdf:
            return crosses(PartKind::pdf);
        case LockKind::zip:
        case LockKind::seven_zip:
            return profile.action_for(facts, PartKind::archive) == PartAction::unpack;
        case LockKind::none:
        case LockKind::rar:
        case LockKind::mail:
        case LockKind::other:
            break;
    }
    return false;
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

bool may_end_as(const Profile& profile, const PartFacts& facts, PartVerdict verdict) noexcept {
    if (verdict == PartVerdict::removed || verdict == PartVerdict::quarantined) return true;
    if (never_crosses(facts.kind)) return false;
    const PartAction action = profile.action_for(facts);
    // Of a calendar that is rebuilt there is a text, and the file beside it.
    const bool has_text_too = facts.kind == PartKind::calendar && action == PartAction::rebuild;
    if (verdict == PartVerdict::text) return action == PartAction::text || has_text_too;
    return action == PartAction::rebuild || action == PartAction::image_pdf || action == PartAction::unpack;
}

}  // namespace mugaika

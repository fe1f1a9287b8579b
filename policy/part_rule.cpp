#include "policy/part_rule.hpp"

#include <algorithm>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

// "image/*" and all that stands below it.
bool type_fits(std::string_view pattern, std::string_view type) noexcept {
    if (!pattern.ends_with("/*")) return pattern == type;
    pattern.remove_suffix(1);
    return type.size() > pattern.size() && type.starts_with(pattern);
}

// A pattern fits another pattern when it takes every name that the other takes: there "*" is only met by "*".
enum class Against : bool { name, pattern };

bool fits(std::string_view pattern, std::string_view text, Against against) noexcept {
    constexpr std::size_t none = std::string_view::npos;
    std::size_t p = 0, t = 0, star = none, mark = 0;
    while (t < text.size()) {
        const std::size_t step = utf8::first(text.substr(t)).bytes;
        const bool is_wild = against == Against::pattern && text[t] == '*';
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && pattern[p] == '?' && !is_wild) {
            ++p;
            t += step;
        } else if (p < pattern.size() && pattern[p] != '?' && ascii::to_lower(pattern[p]) == ascii::to_lower(text[t])) {
            ++p;
            ++t;
        } else if (star != none) {
            p = star + 1;
            mark += utf8::first(text.substr(mark)).bytes;
            t = mark;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == none;
}

template <class Fits>
bool each_has_one(const std::vector<std::string>& narrow, const std::vector<std::string>& wide,
                  Fits fits_one) noexcept {
    if (wide.empty()) return true;
    if (narrow.empty()) return false;
    return std::all_of(narrow.begin(), narrow.end(), [&](const std::string& one) {
        return std::any_of(wide.begin(), wide.end(), [&](const std::string& other) { return fits_one(other, one); });
    });
}

}  // namespace

std::string_view to_string(PartAction action) noexcept {
    switch (action) {
        case PartAction::text:
            return "text";
        case PartAction::rebuild:
            return "rebuild";
        case PartAction::image_pdf:
            return "image-pdf";
        case PartAction::unpack:
            return "unpack";
        case PartAction::remove:
            return "remove";
        case PartAction::quarantine:
            return "quarantine";
        case PartAction::hold:
            return "hold";
        case PartAction::refuse:
            return "refuse";
    }
    return "quarantine";
}

bool never_crosses(PartKind kind) noexcept {
    return kind == PartKind::executable || kind == PartKind::encrypted || kind == PartKind::partial;
}

bool is_barring(PartAction action) noexcept {
    return action == PartAction::remove || action == PartAction::quarantine || action == PartAction::hold ||
           action == PartAction::refuse;
}

bool can_become(PartKind kind, PartAction action) noexcept {
    if (is_barring(action)) return true;
    switch (kind) {
        case PartKind::text:
        case PartKind::html:
        case PartKind::mail:
        case PartKind::report:
            return action == PartAction::text;
        case PartKind::calendar:
            return action == PartAction::text || action == PartAction::rebuild;
        case PartKind::pdf:
        case PartKind::office:
            return action != PartAction::unpack;
        case PartKind::image:  // a picture has no pages to draw
            return action == PartAction::rebuild;
        case PartKind::archive:
        case PartKind::tnef:
            return action == PartAction::unpack;
        case PartKind::signature:
        case PartKind::encrypted:
        case PartKind::executable:
        case PartKind::partial:
            break;
        case PartKind::other:  // by a command of the configuration that knows such files
            return action == PartAction::rebuild;
    }
    return false;
}

bool PartRule::takes_every_file() const noexcept {
    return kinds == 0 && types.empty() && names.empty() && bytes_min == 0 && bytes_max == PartRule().bytes_max;
}

bool PartRule::matches(const PartFacts& facts, PartKind kind) const noexcept {
    if (!speaks_of(kind) || facts.bytes < bytes_min || facts.bytes > bytes_max) return false;
    const auto of_type = [&](const std::string& pattern) {
        return type_fits(pattern, facts.declared_type) || type_fits(pattern, facts.detected_type);
    };
    if (!types.empty() && std::none_of(types.begin(), types.end(), of_type)) return false;
    const auto of_name = [&](const std::string& pattern) { return name_fits(pattern, facts.name); };
    return names.empty() || std::any_of(names.begin(), names.end(), of_name);
}

bool name_fits(std::string_view pattern, std::string_view name) noexcept { return fits(pattern, name, Against::name); }

bool covers_files(const PartRule& wide, const PartRule& narrow) noexcept {
    if (wide.bytes_min > narrow.bytes_min || wide.bytes_max < narrow.bytes_max) return false;
    if (!each_has_one(narrow.types, wide.types, type_fits)) return false;
    return each_has_one(narrow.names, wide.names, [](std::string_view pattern, std::string_view other) noexcept {
        return fits(pattern, other, Against::pattern);
    });
}

}  // namespace mugaika

#include "sanitizer/finish/ways_out.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/locked_file.hpp"
#include "policy/released_original.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/pictured_parts.hpp"
#include "sanitizer/finish/program_files.hpp"
#include "sanitizer/mail/file_command.hpp"

namespace mugaika {
namespace {

bool lies_in_a_file(const PartRow& row, const std::vector<PartRow>& rows) {
    return std::any_of(rows.begin(), rows.end(), [&](const PartRow& around) {
        return holds_files(around.facts) && row.facts.path.starts_with(around.facts.path + "/");
    });
}

bool is_held_by_policy(const PartRow& row) noexcept {
    return row.reason == Reason::policy_quarantine || row.reason == Reason::policy_hold ||
           row.reason == Reason::policy_remove;
}

// ---- the same file, opened

// What lies behind the password is asked about as what the outside says that it is.
std::optional<WayOut> by_password(const PartRow& row, const Profile& profile) {
    const bool waits = row.reason == Reason::encrypted && opens_by_password(lock_of(row.facts));
    if (!waits || !may_be_opened(profile, row.facts)) return std::nullopt;
    return WayOut{row.facts.path, Act::password};
}

// ---- the same file, smaller

std::optional<WayOut> by_size(const PartRow& row, const Profile& profile) {
    const PartRule* const rule = profile.rule_for(row.facts);
    if (!is_held_by_policy(row) || rule == nullptr || rule->bytes_min < 2) return std::nullopt;
    PartFacts smaller = row.facts;
    smaller.bytes = rule->bytes_min - 1;
    if (!crosses_as_a_file(smaller, profile)) return std::nullopt;
    return WayOut{row.facts.path, Act::smaller, smaller.bytes};
}

// ---- the same file, in a smaller mail

// A release would carry the other files too, and more with it.
std::optional<WayOut> by_smaller_mail(const PartRow& row, const LargeFiles& large) {
    if (large.fits_alone(row.facts.path)) return WayOut{row.facts.path, Act::own_mail};
    const std::uint64_t bytes = large.bytes_that_fit(row.facts.path);
    if (bytes == 0) return std::nullopt;
    return WayOut{row.facts.path, Act::smaller, bytes};
}

// ---- the same content as another kind

struct Conversion {
    std::string_view type;       // as detected ("": nothing in the bytes says it), or
    std::string_view extension;  // as named, lower case
    SafeKind kind;
};

// What people can save such a file as, the nearest first.
constexpr std::array conversions{
    Conversion{"application/msword", ".doc", SafeKind::docx},
    Conversion{"application/rtf", ".rtf", SafeKind::docx},
    Conversion{"application/vnd.oasis.opendocument.text", ".odt", SafeKind::docx},
    Conversion{"application/vnd.ms-excel", ".xls", SafeKind::xlsx},
    Conversion{"application/vnd.oasis.opendocument.spreadsheet", ".ods", SafeKind::xlsx},
    Conversion{"application/vnd.ms-powerpoint", ".ppt", SafeKind::pptx},
    Conversion{"application/vnd.oasis.opendocument.presentation", ".odp", SafeKind::pptx},
    Conversion{"application/x-js-taro", ".jtd", SafeKind::pdf},
    Conversion{"application/x-ichitaro4", ".jtt", SafeKind::pdf},
    Conversion{"", ".xdw", SafeKind::pdf},
    Conversion{"", ".xbd", SafeKind::pdf},
};

std::vector<SafeKind> other_kinds(const PartFacts& facts) {
    std::vector<SafeKind> kinds;
    const std::size_t dot = facts.name.rfind('.');
    const std::string last = dot == std::string::npos ? std::string() : ascii::to_lower(facts.name.substr(dot));
    const bool is_document = facts.kind == PartKind::office || facts.kind == PartKind::other;
    for (const Conversion& one : conversions) {
        if (is_document && ((!one.type.empty() && one.type == facts.detected_type) || one.extension == last))
            kinds.push_back(one.kind);
    }
    if (facts.kind == PartKind::office) kinds.push_back(SafeKind::pdf);
    return kinds;
}

std::optional<WayOut> by_other_kind(const PartRow& row, const Profile& profile) {
    const bool cannot_be_made = row.reason == Reason::not_rebuilt || row.reason == Reason::not_representable ||
                                row.reason == Reason::engine_failed;
    const bool may_help = is_held_by_policy(row) || cannot_be_made;
    if (!may_help) return std::nullopt;
    for (const SafeKind kind : other_kinds(row.facts)) {
        PartFacts other = row.facts;
        other.kind = part_kind_of(kind);
        other.declared_type = other.detected_type = media_type(kind);
        other.name = rebuilt_name(row.facts, kind);
        if (crosses_as_a_file(other, profile)) return WayOut{row.facts.path, Act::other_kind, 0, kind};
    }
    return std::nullopt;
}

// ---- the same file, drawn

bool are_drawn(const PartFacts& facts, const PagesDrawn& pages) {
    if (facts.kind == PartKind::pdf) return pages.of_pdf;
    const auto format = facts.kind == PartKind::office ? pages_format_of(facts.detected_type) : std::nullopt;
    return format && pages.of_office.test(static_cast<std::size_t>(*format));
}

// What cannot be rebuilt, or says nothing as text, can be seen all the same; what could not be drawn is not asked
// again.
std::optional<WayOut> by_pictures(const PartRow& row, const Profile& profile, const PagesDrawn& pages,
                                  PictureOrders& orders) {
    const bool cannot_be_made = row.reason == Reason::not_representable || row.reason == Reason::no_visible_text;
    const bool may_help = is_held_by_policy(row) || cannot_be_made;
    const bool was_tried = profile.action_for(row.facts) == PartAction::image_pdf;
    if (!may_help || was_tried || !are_drawn(row.facts, pages)) return std::nullopt;
    if (!orders.draw(row.facts)) return std::nullopt;
    return WayOut{row.facts.path, Act::image_pdf};
}

// From the least trouble to the most.
std::optional<WayOut> way_out(const PartRow& row, const std::vector<PartRow>& rows, const Profile& profile,
                              Original original, const LargeFiles& large) {
    const bool is_kept = original == Original::kept;
    if (row.reason == Reason::files_too_large) return by_smaller_mail(row, large);
    if (const auto way = by_password(row, profile); way && is_kept) return way;
    if (is_kept && !lies_in_a_file(row, rows) && may_be_released(profile, row.facts))
        return WayOut{row.facts.path, Act::release};
    if (const auto way = by_size(row, profile)) return way;
    return by_other_kind(row, profile);
}

}  // namespace

bool is_hopeless(const PartRow& row) {
    const bool is_dangerous = row.reason == Reason::executable || row.reason == Reason::dangerous_name ||
                              row.reason == Reason::malware_found || contains(row.notes, Reason::dangerous_name);
    return is_dangerous || has_name_of_a_program(row.facts.name);
}

std::vector<WayOut> ways_out(const std::vector<PartRow>& rows, const Profile& profile, MailVerdict verdict,
                             Original original, const PagesDrawn& pages, const LargeFiles& large) {
    std::vector<WayOut> ways;
    std::optional<PictureOrders> orders;  // most mails need none
    if (verdict == MailVerdict::quarantined || verdict == MailVerdict::refused) return ways;
    for (const PartRow& row : rows) {
        const bool is_held = row.verdict == PartVerdict::quarantined || row.reason == Reason::policy_remove;
        if (!is_held || row.reason == Reason::follows || is_hopeless(row)) continue;
        if (auto way = way_out(row, rows, profile, original, large)) ways.push_back(std::move(*way));
        if (original == Original::gone || !pages.of_pdf) continue;
        if (!orders) orders.emplace(profile);
        if (auto pictures = by_pictures(row, profile, pages, *orders)) ways.push_back(std::move(*pictures));
    }
    return ways;
}

}  // namespace mugaika

#include "sanitizer/finish/follow_up_files.hpp"

#include <algorithm>

#include "policy/locked_file.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

constexpr std::size_t id_characters = 26;

bool lies_in(std::string_view path, std::string_view outer) noexcept {
    return path.size() > outer.size() && path.starts_with(outer) && path[outer.size()] == '/';
}

bool stays(const PartRow& row) noexcept { return row.verdict == PartVerdict::quarantined; }

bool is_announced(const PartRow& row) noexcept { return stays(row) && row.reason == Reason::follows; }

bool holds_one_that_stays(const Ledger& ledger, const PartRow& archive) noexcept {
    return std::any_of(ledger.parts.begin(), ledger.parts.end(),
                       [&](const PartRow& row) { return stays(row) && lies_in(row.facts.path, archive.facts.path); });
}

bool is_file_that_arrives(const PartRow& row) noexcept {
    return row.verdict == PartVerdict::rebuilt && !row.out_sha256.empty() && !holds_files(row.facts);
}

bool is_left_by_a_follow_up(const PartRow& row) noexcept {
    return row.verdict == PartVerdict::quarantined || row.verdict == PartVerdict::rebuilt;
}

bool has_file(const std::vector<PartRow>& rows, std::string_view path) noexcept {
    return std::any_of(rows.begin(), rows.end(), [&](const PartRow& row) {
        return row.facts.path == path && row.verdict == PartVerdict::rebuilt;
    });
}

// Links, and letters that no font has, come with the pictures that they are about.
bool stands_beside_pictures(const Extract& extract, const TextBlock& block) noexcept {
    return std::any_of(extract.parts.begin(), extract.parts.end(), [&](const PartRow& row) {
        return row.facts.path == block.path && row.out_kind == to_string(SafeKind::image_pdf);
    });
}

bool is_waited_for(const std::vector<PartRow>& rows, std::string_view path) noexcept {
    return std::any_of(rows.begin(), rows.end(), [&](const PartRow& row) {
        return row.facts.path == path && stays(row) && passes_by_itself(row.reason);
    });
}

}  // namespace

bool passes_by_itself(Reason reason) noexcept {
    return reason == Reason::engine_unavailable || reason == Reason::codec_late || reason == Reason::follows;
}

bool announces_files(const Ledger& ledger) noexcept {
    return was_delivered(ledger) && std::any_of(ledger.parts.begin(), ledger.parts.end(), is_announced);
}

bool was_delivered(const Ledger& ledger) noexcept {
    return ledger.verdict == MailVerdict::clean || ledger.verdict == MailVerdict::sanitized;
}

bool waits_for_files(const Ledger& ledger) noexcept {
    return was_delivered(ledger) && std::any_of(ledger.parts.begin(), ledger.parts.end(), [](const PartRow& row) {
               return stays(row) && passes_by_itself(row.reason);
           });
}

OfficeFormats formats_waited_for(const Ledger& ledger) {
    OfficeFormats formats;
    for (const PartRow& row : ledger.parts) {
        const auto format = office_format_of(row.facts.detected_type);
        if (format && stays(row) && passes_by_itself(row.reason)) formats.set(static_cast<std::size_t>(*format));
    }
    return formats;
}

PartPaths delivered_parts(const Ledger& ledger) {
    PartPaths paths;
    if (!was_delivered(ledger)) return paths;
    for (const PartRow& row : ledger.parts) {
        const bool arrived = row.verdict == PartVerdict::text || row.verdict == PartVerdict::rebuilt;
        const bool is_open = holds_files(row.facts) && holds_one_that_stays(ledger, row);
        if (arrived && !is_open) paths.insert(row.facts.path);
    }
    return paths;
}

std::vector<std::string> brought_parts(const Ledger& now, const Ledger& stored) {
    std::vector<std::string> paths;
    for (const PartRow& row : now.parts) {
        const bool is_text = row.verdict == PartVerdict::text && !was_delivered(stored);
        if (is_text || is_file_that_arrives(row)) paths.push_back(row.facts.path);
    }
    return paths;
}

FollowUpRest leave_only_new(Extract& fresh, const Ledger& stored, const PartPaths& delivered, Waiting waiting) {
    leave_out(fresh, delivered);
    fresh.files.clear();
    if (was_delivered(stored)) {
        std::erase_if(fresh.texts, [&](const TextBlock& block) { return !stands_beside_pictures(fresh, block); });
        fresh.signatures.clear();
        std::erase_if(fresh.parts, [](const PartRow& row) { return !is_left_by_a_follow_up(row); });
    }
    FollowUpRest rest;
    rest.brings = !fresh.rebuilt.empty() || !fresh.packed.empty() || !fresh.texts.empty();
    const bool may_wait = waiting == Waiting::may;
    rest.waits = may_wait && std::any_of(fresh.parts.begin(), fresh.parts.end(),
                                         [](const PartRow& row) { return stays(row) && passes_by_itself(row.reason); });
    for (const PartRow& row : stored.parts) {
        const std::string& path = row.facts.path;
        const bool was_announced = is_announced(row);
        const bool is_here = delivered.contains(path) || has_file(fresh.parts, path);
        if (was_announced && !is_here && !(may_wait && is_waited_for(fresh.parts, path)))
            rest.not_coming.push_back(path);
    }
    return rest;
}

void announce_late(Extract& extract) noexcept {
    for (PartRow& row : extract.parts) {
        if (stays(row) && row.reason == Reason::codec_late) row.reason = Reason::follows;
    }
    for (PartRow& archive : extract.parts) {
        if (!holds_files(archive.facts) || !stays(archive) || archive.reason != Reason::not_rebuilt) continue;
        const bool has_one = std::any_of(extract.parts.begin(), extract.parts.end(), [&](const PartRow& row) {
            return is_announced(row) && lies_in(row.facts.path, archive.facts.path);
        });
        if (has_one) archive.reason = Reason::follows;
    }
}

void leave_out(Extract& extract, const PartPaths& paths) {
    std::erase_if(extract.parts, [&](const PartRow& row) { return paths.contains(row.facts.path); });
    std::erase_if(extract.rebuilt, [&](const RebuiltFile& file) { return paths.contains(file.path); });
    std::erase_if(extract.packed, [&](const PackedFile& file) { return paths.contains(file.path()); });
    std::erase_if(extract.texts, [&](const TextBlock& block) { return paths.contains(block.path); });
}

std::string follow_up_id(std::string_view item_id, const Extract& extract, const std::vector<std::string>& not_coming) {
    std::string contents(item_id);
    const auto add = [&contents](std::string_view what) { contents.append("\n").append(what); };
    for (const TextBlock& block : extract.texts) add("text " + block.path);
    for (const RebuiltFile& file : extract.rebuilt) add(file.path + " " + file.file.sha256());
    for (const PackedFile& file : extract.packed) add(file.path() + " " + file.sha256());
    for (const std::string& path : not_coming) add("without " + path);
    return sha256_hex(contents).substr(0, id_characters);
}

}  // namespace mugaika

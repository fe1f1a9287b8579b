#include "sanitizer/finish/released_parts.hpp"

#include <algorithm>
#include <string_view>

#include "sanitizer/finish/held_row.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

Error lie(const std::string& path, std::string_view words) {
    return {Fault::protocol, "part " + path + " " + std::string(words)};
}

// Nothing also when it stands twice.
const PartRow* only_row(const std::vector<PartRow>& rows, const std::string& path) {
    const auto is_it = [&](const PartRow& row) { return row.facts.path == path; };
    const auto found = std::find_if(rows.begin(), rows.end(), is_it);
    if (found == rows.end() || std::any_of(found + 1, rows.end(), is_it)) return nullptr;
    return &*found;
}

bool is_forbidden(const PartRow& row) noexcept { return row.reason == Reason::malware_found; }

bool lies_in(std::string_view path, std::string_view outer) noexcept {
    return path.starts_with(outer) && (path.size() == outer.size() || path[outer.size()] == '/');
}

Result<void> check_row(const Extract& fresh, const Ledger& stored, const std::string& path) {
    const PartRow* const known = only_row(stored.parts, path);
    if (known == nullptr) return lie(path, "does not stand in the ledger of the kept mail");
    const PartRow* const said = only_row(fresh.parts, path);
    if (said == nullptr) return lie(path, "of the kept mail is not there any more");
    if (said->sha256 != known->sha256) return lie(path, "has another digest than when the mail was kept");
    if (said->facts.bytes != known->facts.bytes) return lie(path, "has another size than when the mail was kept");
    if (said->facts.kind != known->facts.kind) return lie(path, "is of another kind than when the mail was kept");
    return {};
}

Result<void> check_file(const SafeFile& file, const Ledger& stored, const std::vector<std::string>& ordered_parts) {
    const bool ordered = std::find(ordered_parts.begin(), ordered_parts.end(), file.path) != ordered_parts.end();
    if (!ordered) return lie(file.path, "comes out as a file and was not ordered");
    const PartRow& known = *only_row(stored.parts, file.path);  // of an ordered part: check_row saw it
    if (is_forbidden(known)) return lie(file.path, "is what a scanner forbade when the mail was kept");
    if (known.facts.kind == PartKind::executable) return lie(file.path, "was a program when the mail was kept");
    if (file.bytes.size() != known.facts.bytes) return lie(file.path, "comes out in another size than it had");
    if (sha256_hex(file.bytes) != known.sha256) return lie(file.path, "comes out with other bytes than it had");
    return {};
}

Result<void> check_not_made_of(const Ledger& stored, const std::string& path) {
    for (const std::string& forbidden : forbidden_parts(stored)) {
        if (lies_in(path, forbidden)) return lie(path, "is what a scanner forbade when the mail was kept");
    }
    return {};
}

}  // namespace

std::vector<std::string> forbidden_parts(const Ledger& stored) {
    std::vector<std::string> paths;
    for (const PartRow& row : stored.parts) {
        if (is_forbidden(row)) paths.push_back(row.facts.path);
    }
    return paths;
}

Result<void> check_not_forbidden(const Ledger& stored, const std::vector<std::string>& ordered_parts) {
    const std::vector<std::string> forbidden = forbidden_parts(stored);
    if (forbidden.empty()) return {};
    for (const std::string& part : ordered_parts) {
        const auto around = std::find_if(forbidden.begin(), forbidden.end(),
                                         [&](const std::string& path) { return lies_in(part, path); });
        if (around == forbidden.end()) continue;
        return lie(*around, "of mail " + stored.id +
                                " is held because a scanner found malware in it, and no order lets that cross");
    }
    const bool was_delivered = stored.verdict == MailVerdict::clean || stored.verdict == MailVerdict::sanitized;
    const bool is_all = std::all_of(stored.parts.begin(), stored.parts.end(), [](const PartRow& row) {
        return row.verdict != PartVerdict::quarantined || is_forbidden(row);
    });
    if (!ordered_parts.empty() || !was_delivered || !is_all) return {};
    return Error(Fault::protocol,
                 "mail " + stored.id + " was delivered when it came, and all that stayed of it is part " +
                     forbidden.front() + ", in which a scanner found malware; no order lets that cross");
}

void keep_forbidden(Extract& fresh, const Ledger& stored) {
    for (const PartRow& known : stored.parts) {
        if (!is_forbidden(known)) continue;
        for (PartRow& row : fresh.parts) {
            const bool is_same_file = !known.sha256.empty() && row.sha256 == known.sha256;
            if (row.facts.path != known.facts.path && !is_same_file) continue;
            if (row.verdict != PartVerdict::text) hold_row(row, Reason::malware_found);
            row.reason = Reason::malware_found;  // a calendar is shown as text all the same
        }
    }
}

Result<void> check_released(const Extract& fresh, const Ledger& stored, const std::vector<std::string>& ordered_parts) {
    for (const std::string& path : ordered_parts) {
        if (const auto row = check_row(fresh, stored, path); !row) return row.error();
    }
    for (const SafeFile& file : fresh.files) {
        if (const auto checked = check_file(file, stored, ordered_parts); !checked) return checked.error();
    }
    for (const RebuiltFile& file : fresh.rebuilt) {
        if (const auto checked = check_not_made_of(stored, file.path); !checked) return checked.error();
    }
    for (const PackedFile& file : fresh.packed) {
        if (const auto checked = check_not_made_of(stored, file.path()); !checked) return checked.error();
    }
    return {};
}

}  // namespace mugaika

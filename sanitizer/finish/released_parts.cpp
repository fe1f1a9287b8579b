#include "sanitizer/finish/released_parts.hpp"

#include <algorithm>

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
    if (known.facts.kind == PartKind::executable) return lie(file.path, "was a program when the mail was kept");
    if (file.bytes.size() != known.facts.bytes) return lie(file.path, "comes out in another size than it had");
    if (sha256_hex(file.bytes) != known.sha256) return lie(file.path, "comes out with other bytes than it had");
    return {};
}

}  // namespace

Result<void> check_released(const Extract& fresh, const Ledger& stored, const std::vector<std::string>& ordered_parts) {
    for (const std::string& path : ordered_parts) {
        if (const auto row = check_row(fresh, stored, path); !row) return row.error();
    }
    for (const SafeFile& file : fresh.files) {
        if (const auto checked = check_file(file, stored, ordered_parts); !checked) return checked.error();
    }
    return {};
}

}  // namespace mugaika

// Rows of files that wait for a codec, what is asked about them, and what comes of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sanitizer/finish/errands.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"

namespace mugaika::test {

inline PartRow row_of(std::string path, PartKind kind, Reason reason = Reason::not_rebuilt) {
    PartRow row;
    row.facts.path = std::move(path);
    row.facts.kind = kind;
    row.facts.name = "a.png";
    row.verdict = PartVerdict::quarantined;
    row.reason = reason;
    row.sha256 = sha256_hex(row.facts.path);
    return row;
}

inline Extract extract_of(std::vector<PartRow> rows) {
    Extract extract;
    extract.parts = std::move(rows);
    return extract;
}

inline FileResult rebuilt(std::string bytes, std::vector<Loss> losses = {}, SafeKind kind = SafeKind::png) {
    return FileRebuilt{made_checked_file(std::move(bytes), kind), std::move(losses)};
}

using Paths = std::vector<std::string>;

inline Paths paths_of(const std::vector<FileErrand>& errands) {
    Paths paths;
    for (const FileErrand& errand : errands) {
        for (const PartRow& row : errand.rows) paths.push_back(row.facts.path);
    }
    return paths;
}

inline std::vector<FileErrand> errands_about(std::vector<PartRow> rows, const Profile& profile = {}) {
    const BudgetLimits budget;
    return Errands(profile, budget, 100).next(extract_of(std::move(rows)));
}

inline Paths errands(std::vector<PartRow> rows, const Profile& profile = {}) {
    return paths_of(errands_about(std::move(rows), profile));
}

inline void take(Extract& extract, const std::string& path, FileResult result, const BudgetLimits& budget = {}) {
    take_in(extract, path, std::move(result), Profile(), budget);
}

inline MemberSeen member(std::string name, PartKind kind, Reason held = Reason::none) {
    MemberSeen seen;
    seen.facts.name = std::move(name);
    seen.facts.kind = kind;
    seen.sha256 = sha256_hex(seen.facts.name);
    seen.held = held;
    return seen;
}

}  // namespace mugaika::test

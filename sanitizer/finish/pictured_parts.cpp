#include "sanitizer/finish/pictured_parts.hpp"

#include <algorithm>
#include <string_view>

#include "policy/locked_file.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/follow_up_files.hpp"

namespace mugaika {
namespace {

bool is_one_of(std::string_view path, const std::vector<std::string>& parts) noexcept {
    return std::find(parts.begin(), parts.end(), path) != parts.end();
}

bool lies_in(std::string_view path, std::string_view outer) noexcept {
    return path.size() > outer.size() && path.starts_with(outer) && path[outer.size()] == '/';
}

bool lies_around_one(std::string_view path, const std::vector<std::string>& parts) noexcept {
    return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) { return lies_in(part, path); });
}

bool is_pictured(const PartRow& row) noexcept {
    return row.verdict == PartVerdict::rebuilt && row.out_kind == to_string(SafeKind::image_pdf);
}

const PartRow* row_at(const std::vector<PartRow>& rows, std::string_view path) noexcept {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const PartRow& one) { return one.facts.path == path; });
    return row == rows.end() ? nullptr : &*row;
}

Error lie(const std::string& path, std::string_view words) {
    return {Fault::protocol, "part " + path + " " + std::string(words)};
}

// What stands in for them among the files that leave: by itself, or in the ZIP of the archive around it.
struct Leaves {
    std::string path;  // of the part, or of the archive
    SafeKind kind;
    std::string_view sha256;
};

std::vector<Leaves> all_that_leaves(const Extract& extract) {
    std::vector<Leaves> leaves;
    for (const RebuiltFile& file : extract.rebuilt) leaves.push_back({file.path, file.file.kind(), file.file.sha256()});
    for (const PackedFile& file : extract.packed) {
        for (const PackedFile::Entry& entry : file.entries()) leaves.push_back({file.path(), entry.kind, entry.sha256});
    }
    return leaves;
}

bool is_of(const Leaves& one, const PartRow& row) noexcept {
    const bool is_there = one.path == row.facts.path || lies_in(row.facts.path, one.path);
    return is_there && one.kind == SafeKind::image_pdf && one.sha256 == row.out_sha256;
}

}  // namespace

bool PictureOrders::draw(const PartFacts& facts) {
    ordered_.pictured_parts = {facts.path};
    return becomes_pictures(facts, ordered_);
}

PartPaths parts_beside(const Ledger& stored, const std::vector<std::string>& ordered_parts) {
    PartPaths beside;
    for (const PartRow& row : stored.parts) {
        const std::string& path = row.facts.path;
        if (!is_one_of(path, ordered_parts) && !lies_around_one(path, ordered_parts)) beside.insert(path);
    }
    return beside;
}

void leave_only_pictured(Extract& fresh, const std::vector<std::string>& ordered_parts) {
    const auto is_left = [&](std::string_view path) { return is_one_of(path, ordered_parts); };
    const auto is_around = [&](const PartRow& row) {
        return holds_files(row.facts) && lies_around_one(row.facts.path, ordered_parts);
    };
    std::erase_if(fresh.parts, [&](const PartRow& row) { return !is_left(row.facts.path) && !is_around(row); });
    std::erase_if(fresh.texts, [&](const TextBlock& block) { return !is_left(block.path); });
    fresh.signatures.clear();
}

std::optional<NotPictured> not_pictured(const Extract& extract, const std::vector<std::string>& ordered_parts) {
    for (const std::string& part : ordered_parts) {
        const PartRow* const row = row_at(extract.parts, part);
        if (row != nullptr && !is_pictured(*row)) return NotPictured{part, row->reason};
    }
    return std::nullopt;
}

Result<void> check_pictured(const Extract& extract, const std::vector<std::string>& ordered_parts) {
    if (ordered_parts.empty()) return Error(Fault::protocol, "an order for pictures names no part");
    if (!extract.files.empty()) return lie(extract.files.front().path, "comes out as a file and was not ordered");
    const std::vector<Leaves> leaves = all_that_leaves(extract);
    for (const std::string& part : ordered_parts) {
        const PartRow* const row = row_at(extract.parts, part);
        const bool leaves_so =
            row != nullptr && is_pictured(*row) &&
            std::any_of(leaves.begin(), leaves.end(), [&](const Leaves& one) { return is_of(one, *row); });
        if (!leaves_so) return lie(part, "does not leave as pictures of its pages, and was ordered so");
    }
    for (const Leaves& one : leaves) {
        const bool is_ordered = std::any_of(ordered_parts.begin(), ordered_parts.end(), [&](const std::string& part) {
            const PartRow* const row = row_at(extract.parts, part);
            return row != nullptr && is_of(one, *row);
        });
        if (!is_ordered) return lie(one.path, "leaves and was not ordered");
    }
    return {};
}

}  // namespace mugaika

#include "sanitizer/finish/pack_archives.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/locked_file.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/held_row.hpp"

namespace mugaika {
namespace {

using RowPlace = std::vector<PartRow>::iterator;

// Rows of what lies in an archive stand behind its own, side by side.
struct Rows {
    RowPlace begin, end;
};

bool lies_in(std::string_view path, const PartRow& archive) {
    const std::string& outer = archive.facts.path;
    return path.size() > outer.size() && path.starts_with(outer) && path[outer.size()] == '/';
}

Rows rows_in(std::vector<PartRow>& parts, RowPlace archive) {
    const auto is_inside = [&](const PartRow& row) { return lies_in(row.facts.path, *archive); };
    return {archive + 1, std::find_if_not(archive + 1, parts.end(), is_inside)};
}

bool is_rebuilt(const PartRow& row) noexcept { return row.verdict == PartVerdict::rebuilt; }

// "資料" of "資料.zip", and of "資料.tar.gz".
std::string without_extension(std::string name) {
    const std::string lower = ascii::to_lower(name);
    std::string_view rest = lower;
    for (const std::string_view last : {".zip", ".lzh", ".lha", ".7z", ".rar", ".tgz", ".tbz", ".txz", ".gz", ".bz2",
                                        ".xz", ".tar", ".msg", ".eml"}) {
        if (rest.size() > last.size() && rest.ends_with(last)) rest.remove_suffix(last.size());
    }
    name.resize(rest.size());
    return name;
}

// Where a member stands in the ZIP: in the folders of the archives around it, under its name.
std::string name_inside(const Rows& rows, const RebuiltFile& file) {
    std::string folders;
    for (RowPlace row = rows.begin; row != rows.end; ++row) {
        const bool is_around = holds_files(row->facts) && lies_in(file.path, *row);
        if (is_around) folders += without_extension(row->facts.name) + "/";
    }
    return folders + file.name.str();
}

std::vector<RebuiltFile> take_out(std::vector<RebuiltFile>& files, const PartRow& archive) {
    const auto is_inside = [&](const RebuiltFile& file) { return lies_in(file.path, archive); };
    const auto begin = std::find_if(files.begin(), files.end(), is_inside);
    const auto end = std::find_if_not(begin, files.end(), is_inside);
    std::vector<RebuiltFile> taken(std::make_move_iterator(begin), std::make_move_iterator(end));
    files.erase(begin, end);
    return taken;
}

// Nothing of the archive leaves.
void hold_all(PartRow& archive, const Rows& rows, Reason why) {
    hold_row(archive, why);
    for (RowPlace row = rows.begin; row != rows.end; ++row) {
        if (is_rebuilt(*row)) hold_row(*row, why);
    }
}

// What is in it stands elsewhere, and it is nothing itself.
void mark_folder(PartRow& row) {
    row.verdict = PartVerdict::rebuilt;
    row.reason = Reason::none;
    row.method = Method::rebuilt;
    row.out_kind = "folder";
}

// An archive inside this one of which something is left: a folder.
void mark_folders(const Rows& rows) {
    for (RowPlace row = rows.begin; row != rows.end; ++row) {
        if (!holds_files(row->facts)) continue;
        const auto crosses = [&](const PartRow& other) { return is_rebuilt(other) && lies_in(other.facts.path, *row); };
        if (std::any_of(row, rows.end, crosses)) mark_folder(*row);
    }
}

void say_packed(PartRow& archive, const Rows& rows, const PackedFile& packed) {
    const auto held = std::count_if(rows.begin, rows.end, [](const PartRow& row) { return !is_rebuilt(row); });
    archive.verdict = PartVerdict::rebuilt;
    archive.method = Method::rebuilt;
    archive.reason = held > 0 ? Reason::members_held : Reason::none;
    archive.out_name = packed.name().str();
    archive.out_sha256 = packed.sha256();
    archive.out_kind = std::string(to_string(SafeKind::zip));
    archive.out_bytes = packed.bytes().size();
    archive.pages = 1;
    add_loss(archive.losses, Reason::members_held, static_cast<std::uint32_t>(held));
    std::replace(archive.notes.begin(), archive.notes.end(), Reason::name_lies, Reason::name_cleaned);
}

// Nothing but what has a password is in it.
void say_locked(PartRow& archive, const Rows& rows) {
    const auto is_locked = [](const PartRow& row) { return row.reason == Reason::encrypted; };
    const bool is_all = rows.begin != rows.end && std::all_of(rows.begin, rows.end, is_locked);
    if (archive.reason == Reason::not_rebuilt && is_all) archive.reason = Reason::encrypted;
}

void pack(Extract& extract, PartRow& archive, const Rows& rows, const BudgetLimits& budget) {
    std::vector<RebuiltFile> members = take_out(extract.rebuilt, archive);
    for (RebuiltFile& member : members) {
        auto name = PlainLine::from(name_inside(rows, member));
        if (name) member.name = *std::move(name);
    }
    PartFacts facts = archive.facts;
    facts.name = without_extension(std::move(facts.name));
    auto name = PlainLine::from(rebuilt_name(facts, SafeKind::zip));
    if (!name) return hold_all(archive, rows, Reason::codec_nonsense);
    auto packed = PackedFile::from(archive.facts.path, *std::move(name), std::move(members));
    if (!packed || packed->bytes().size() > budget.files_bytes_max - bytes_that_cross(extract)) {
        return hold_all(archive, rows, Reason::files_too_large);
    }
    mark_folders(rows);
    say_packed(archive, rows, *packed);
    extract.packed.push_back(*std::move(packed));
}

}  // namespace

void pack_archives(Extract& extract, const BudgetLimits& budget) {
    for (RowPlace row = extract.parts.begin(); row != extract.parts.end();) {
        if (!holds_files(row->facts)) {
            ++row;
            continue;
        }
        const Rows rows = rows_in(extract.parts, row);
        if (row->facts.kind == PartKind::tnef) {
            // Its files are files of the mail, each with its own outcome.
            if (row->verdict == PartVerdict::quarantined && rows.begin != rows.end) mark_folder(*row);
            ++row;
            continue;
        }
        const bool is_left = std::any_of(rows.begin, rows.end, is_rebuilt);
        if (!is_left) say_locked(*row, rows);
        if (row->verdict == PartVerdict::quarantined && is_left) pack(extract, *row, rows, budget);
        row = rows.end;
    }
}

}  // namespace mugaika

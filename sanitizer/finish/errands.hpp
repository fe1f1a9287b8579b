// Which files of a mail are worth asking a codec for, and how an answer comes into the extract. Pure: `mugaika
// sanitize` and the relay ask in their own ways, and do the same.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "sanitizer/finish/part_paths.hpp"
#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/convertible.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/file_errand.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

// Does anything of this mail cross beside a notice? When it is held or refused, no file of it is asked for.
bool lets_files_cross(const Extract&, const Profile&, Release) noexcept;

// The files that are to be asked for, each once. The relay's own judgement, from rows: a file of a kind that the
// profile wants rebuilt or opened, that is quarantined because the reader of mails cannot do that, and that stands in a
// mail or in an archive and not inside a text.
class Errands {
public:
    // Profile and budget, which is that of the mail's job, outlive it.
    // Files that can be converted are errands for an engine, each alone; those of other formats, for which there is no
    // engine, are for a codec, which says that it has none. Parts of `not_asked` are none; it outlives it too.
    Errands(const Profile& profile, const BudgetLimits& budget, std::uint64_t mail_bytes, Convertible converted = {},
            const PartPaths* not_asked = nullptr)
        : profile_(profile),
          budget_(budget),
          mail_bytes_(mail_bytes),
          converted_(std::move(converted)),
          not_asked_(not_asked) {}

    // In the order of the rows; members of one archive together, as FileLimits allows. More appear when an archive was
    // opened; none: all were asked for.
    std::vector<FileErrand> next(const Extract&);

private:
    FileErrand about(const PartRow&) const;
    bool is_errand(const Extract&, const PartRow&) const;
    const FileCommand* command_for(const PartRow&) const noexcept;
    bool is_converted(const PartRow&) const noexcept;
    bool joins(const FileErrand&, const PartRow&, const Extract&) const;

    const Profile& profile_;
    const BudgetLimits& budget_;
    std::uint64_t mail_bytes_;
    Convertible converted_;
    const PartPaths* not_asked_;  // null: none
    std::set<std::string> asked_;
};

// Would such a file, standing in the mail itself, be asked for? What comes of it is another matter.
bool crosses_as_a_file(const PartFacts&, const Profile&) noexcept;

// Would its pages become pictures, of a PDF, or of what LibreOffice can show?
bool becomes_pictures(const PartFacts&, const Profile&) noexcept;

// Of the part of this path, which is there.
const PartRow& row_at(const Extract&, const std::string& path);

// Touches the row of this path and what is rebuilt, or puts rows of its members below an archive's: nothing else of the
// mail can change by an answer about a file (FILES.md 1.2). A file for which the mail's budget has no room stays where
// it is, for files_too_large.
void take_in(Extract&, const std::string& path, FileResult, const Profile&, const BudgetLimits&);
// The same for each row of the errand; one result for each.
void take_in(Extract&, const FileErrand&, std::vector<FileResult>, const Profile&, const BudgetLimits&);

// Of all files that cross as it stands.
std::uint64_t bytes_that_cross(const Extract&) noexcept;

// The name under which a rebuilt file arrives: its own, with the extension of what it has become where another one
// stood. "名簿.docm" becomes "名簿.docx", "photo.JPEG" stays. A text keeps its name as a whole: "data.xml.txt".
std::string rebuilt_name(const PartFacts&, SafeKind);

}  // namespace mugaika

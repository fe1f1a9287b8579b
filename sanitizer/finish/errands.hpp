// Which files of a mail are worth asking a codec for, and how an answer comes into the extract. Pure: `mugaika
// sanitize` and the relay ask in their own ways, and do the same.
#pragma once

#include <string>
#include <vector>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/file_job.hpp"

namespace mugaika {

// Indices of rows, in order. The relay's own judgement, from rows: a file of a kind that the profile wants rebuilt,
// that is quarantined because the reader of mails cannot do that, and that stands in a mail and not inside a text.
std::vector<std::size_t> errands_of(const Extract&, const Profile&);

// About one row; `budget` is that of the mail's job.
FileJob file_job_for(const PartRow&, const BudgetLimits& budget, std::uint64_t mail_bytes);

// Touches this row, and what is rebuilt: nothing else of the mail can change by an answer about a file (FILES.md 1.2).
// A file for which the mail's budget has no room stays where it is, for files_too_large.
void take_in(Extract&, std::size_t row, FileResult, const BudgetLimits&);

// The name under which a rebuilt file arrives: its own, with the extension of what it has become where another one
// stood. "名簿.docm" becomes "名簿.docx", "photo.JPEG" stays. A text keeps its name as a whole: "data.xml.txt".
std::string rebuilt_name(const PartFacts&, SafeKind);

}  // namespace mugaika

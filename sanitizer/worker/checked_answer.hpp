// A codec worker's answer about one file against what is known of that file, as if the codec were taken over. What is
// made is not judged here: that is the checker's, which reads the file itself.
#pragma once

#include <vector>

#include "policy/part_facts.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/file_errand.hpp"

namespace mugaika {

// May such a part become such a file?
bool may_become(const PartFacts&, SafeKind) noexcept;

// The bytes it speaks of are those of the row; it was asked for what it gives: made anew, or as it is, and then the
// bytes themselves have the row's digest; what was made is of a kind that this part may become and within the job's
// limits; losses are such as a file can have, each once; a file that was not made is missed, and no more: an answer can
// change its own row, not the verdict on the mail. Fails with Fault::protocol.
Result<FileOutcome> check_file_answer(FileAnswer untrusted, const FileJob&, const PartRow&);

// Each of them against its row. At least one, and no more than there are rows: the last may be missing. What was made
// is within the job's limit together.
Result<std::vector<FileOutcome>> check_file_answers(FileAnswers untrusted, const FileErrand&);

}  // namespace mugaika

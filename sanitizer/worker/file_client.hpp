// One file for a codec worker and then for a checker; what comes back may cross, or says why nothing does. No failure
// of either is more than the failure of this file.
#pragma once

#include <string_view>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/file_job.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/worker_template.hpp"

namespace mugaika {

// The payload of a codec's answer, decoded and checked. Fails with Fault::protocol.
Result<FileOutcome> believe_file(std::string_view untrusted_payload, const FileJob&, const PartRow&);
// What a checker's answer makes of what was made.
FileResult checked(FileMade, const CheckAnswer&);

// What became of a codec worker or a checker, as the reason of a file that stays.
FileNotMade not_made_by(const Error& of_codec);
FileNotMade not_checked_by(const Error& of_checker);

struct FileWorkers {
    WorkerTemplate codec;
    WorkerTemplate checker;
};

// Both programs, from where they lie. Fails with Fault::unavailable.
Result<FileWorkers> start_file_workers(const WorkerLimits&);

// Blocking, each in fresh processes, with one retry.
FileResult rebuild_file(FileWorkers&, const FileJob&, const PartRow&, const RawMail&, const WorkerLimits&);

}  // namespace mugaika

// Files for a codec worker and then for a checker; what comes back may cross, or says why nothing does. No failure of
// either is more than the failure of one file: what fails when several files of an archive are asked for together is
// asked for again, each file alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/file_errand.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/worker_template.hpp"

namespace mugaika {

// The payload of a codec's answer, decoded and checked: an outcome for each row, or for the first of them. Fails with
// Fault::protocol.
Result<std::vector<FileOutcome>> believe_files(std::string_view untrusted_payload, const FileErrand&);

// What a checker has to read of these outcomes, which outlive it: nothing, or the files that were made.
struct Checking {
    CheckJob job;
    std::vector<std::string_view> untrusted_files;
    std::uint64_t bytes = 0;  // of all
};
Checking checking_of(const std::vector<FileOutcome>&);
// As many answers as the job of checking_of() has files.
std::vector<FileResult> checked(std::vector<FileOutcome>, const std::vector<CheckAnswer>&);

// What became of a codec worker or a checker, as the reason of a file that stays.
FileNotMade not_made_by(const Error& of_codec);
FileNotMade not_checked_by(const Error& of_checker);

struct FileWorkers {
    WorkerTemplate codec;
    WorkerTemplate checker;
};

// Both programs, from where they lie. Fails with Fault::unavailable.
Result<FileWorkers> start_file_workers(const WorkerLimits&);

// Blocking, each step in a fresh process, with one retry. One for each row.
std::vector<FileResult> rebuild_files(FileWorkers&, const FileErrand&, const RawMail&, const WorkerLimits&);

}  // namespace mugaika

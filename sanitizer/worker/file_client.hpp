// Files for a codec worker and then for a checker; what comes back may cross, or says why nothing does. No failure of
// either is more than the failure of one file: what fails when several files of an archive are asked for together is
// asked for again, each file alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
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

// What stands beside the frame of a job: the mail, or a bare file (FileTask::rebuild_bare). Its owner outlives the job.
struct JobBytes {
    JobBytes(const RawMail& mail) noexcept : descriptor(mail.descriptor()), count(mail.size()) {}
    JobBytes(const UntrustedFile& file) noexcept : descriptor(file.descriptor()), count(file.size()) {}

    int descriptor;
    std::uint64_t count;
};

// Blocking, each step in a fresh process, with one retry. One for each row.
std::vector<FileResult> rebuild_files(FileWorkers&, const FileErrand&, const JobBytes&, const WorkerLimits&);

// A file as it is, for an engine, with what converting it will lose, and what is known of its pages when they become
// pictures. No bytes where letters were looked for (FileTask::find_missing).
struct FileOut {
    UntrustedFile file;
    std::vector<Loss> losses;
    PagesTold about = {};
};
using OutResult = std::variant<FileOut, FileNotMade>;

// What a codec has told of an errand to_take_out().
OutResult taken_out(FileOutcome);

// Blocking, in a fresh process, with one retry. The errand has one row.
OutResult take_out_file(FileWorkers&, const FileErrand&, const JobBytes&, const WorkerLimits&);

// The same without its lock: as received anew, whatever the password brought to light. Reason::encrypted: the password
// is a wrong one; not_rebuilt: nobody here opens a lock of this kind. Of the password nothing is left behind here when
// it returns; the process that tried it has ended. At most password_bytes_max.
OutResult unlock_file(FileWorkers&, const FileErrand&, std::string_view password, const RawMail&, const WorkerLimits&);

}  // namespace mugaika

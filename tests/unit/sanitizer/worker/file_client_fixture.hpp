// What tests of the blocking client of codec and checker share: programs, rows, and mails around one file.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/file_client.hpp"
#include "tests/support/worker_programs.hpp"

namespace mugaika::test {

inline FileWorkers workers_that(const std::string& codec, const std::string& checker) {
    const WorkerProgram codec_program(codec);
    auto codecs = WorkerTemplate::start(codec_program.path(), {});
    if (!codecs) FAIL(codecs.error().words());
    const WorkerProgram checker_program(checker);
    auto checkers = WorkerTemplate::start(checker_program.path(), {});
    if (!checkers) FAIL(checkers.error().words());
    return {*std::move(codecs), *std::move(checkers)};
}

inline FileWorkers real_workers() {
    auto started = start_file_workers({});
    if (!started) FAIL(started.error().words());
    return *std::move(started);
}

inline FileJob job_for(const RawMail& mail, std::string path) {
    FileJob job;
    job.path = std::move(path);
    job.mail_bytes = mail.size();
    return job;
}

inline PartRow row_of(std::string path, std::string_view bytes, PartKind kind = PartKind::image) {
    PartRow row;
    row.facts.path = std::move(path);
    row.facts.kind = kind;
    row.sha256 = sha256_hex(bytes);
    row.reason = Reason::not_rebuilt;
    return row;
}

inline std::string mail_with(std::string_view picture) {
    std::string mail =
        "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: image/heic\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n";
    append_base64_lines(mail, picture);
    return mail;
}

inline FileResult rebuilt(FileWorkers& workers, std::string_view mail_bytes, const PartRow& row) {
    const RawMail mail = RawMail::from_bytes(mail_bytes).value();
    return rebuild_files(workers, {job_for(mail, row.facts.path), {row}}, mail, {}).at(0);
}

// Files of the archive that is the only part of the mail.
inline FileErrand errand_about(const RawMail& mail, std::vector<PartRow> rows) {
    FileErrand errand{job_for(mail, "1"), std::move(rows)};
    for (const PartRow& row : errand.rows) {
        errand.job.members.push_back(static_cast<std::uint32_t>(std::stoul(row.facts.path.substr(2))));
    }
    return errand;
}

}  // namespace mugaika::test

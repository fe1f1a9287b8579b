#include "sanitizer/worker/file_client.hpp"

#include <chrono>
#include <utility>

#include "policy/matrix.hpp"
#include "sanitizer/worker/checked_answer.hpp"
#include "sanitizer/worker/exchange.hpp"
#include "sanitizer/worker/file_wire.hpp"

namespace mugaika {
namespace {

using Clock = std::chrono::steady_clock;

Result<FileOutcome> ask_codec(FileWorkers& workers, const FileJob& job, const PartRow& row, const RawMail& mail,
                              const WorkerLimits& limits) {
    return ask_twice(workers.codec, [&](WorkerProcess& codec) -> Result<FileOutcome> {
        const auto deadline = Clock::now() + wall_clock_for(limits, mail.size());
        if (const auto sent = send_frame(codec, encode_file_job(job), mail.descriptor()); !sent) return sent.error();
        const auto payload = read_answer(codec, FrameKind::file_answer, deadline, limits.answer_bytes_max);
        if (!payload) return payload.error();
        return believe_file(*payload, job, row);
    });
}

Result<CheckAnswer> ask_checker(FileWorkers& workers, const FileMade& made, const WorkerLimits& limits) {
    const Result<RawMail> file = RawMail::from_bytes(made.untrusted_bytes);
    if (!file) return file.error();
    return ask_twice(workers.checker, [&](WorkerProcess& checker) -> Result<CheckAnswer> {
        const auto deadline = Clock::now() + wall_clock_for(limits, file->size());
        const std::string frame = encode_check_job({made.kind, file->size()});
        if (const auto sent = send_frame(checker, frame, file->descriptor()); !sent) return sent.error();
        const auto payload = read_answer(checker, FrameKind::check_answer, deadline, limits.answer_bytes_max);
        if (!payload) return payload.error();
        return decode_check_answer(*payload);
    });
}

}  // namespace

Result<FileOutcome> believe_file(std::string_view untrusted_payload, const FileJob& job, const PartRow& row) {
    Result<FileAnswer> untrusted = decode_file_answer(untrusted_payload);
    if (!untrusted) return untrusted.error();
    return check_file_answer(*std::move(untrusted), job, row);
}

FileResult checked(FileMade made, const CheckAnswer& answer) {
    Result<CheckedFile> file = CheckedFile::from(std::move(made.untrusted_bytes), made.kind, answer);
    if (!file) return FileNotMade{Reason::check_failed, file.error().words()};
    return FileRebuilt{*std::move(file), std::move(made.losses)};
}

// What these two say is what these rows of the matrix say; whoever changes them must change this.
static_assert(outcome<Stage::codec, Failure::died>().ending == Ending::carry_on);
static_assert(outcome<Stage::codec, Failure::late>().ending == Ending::carry_on);
static_assert(outcome<Stage::codec, Failure::nonsense>().ending == Ending::carry_on);
static_assert(outcome<Stage::checker, Failure::died>().ending == Ending::carry_on);
static_assert(outcome<Stage::checker, Failure::nonsense>().ending == Ending::carry_on);
static_assert(outcome<Stage::checker, Failure::refused>().ending == Ending::carry_on);

FileNotMade not_made_by(const Error& of_codec) {
    switch (of_codec.fault()) {
        case Fault::timeout:
            return {Reason::codec_late, of_codec.words()};
        case Fault::protocol:
            return {Reason::codec_nonsense, of_codec.words()};
        default:
            return {Reason::codec_died, of_codec.words()};
    }
}

FileNotMade not_checked_by(const Error& of_checker) { return {Reason::check_failed, of_checker.words()}; }

Result<FileWorkers> start_file_workers(const WorkerLimits& limits) {
    const auto codec = find_program("mugaika-codec");
    if (!codec) return codec.error();
    const auto checker = find_program("mugaika-checker");
    if (!checker) return checker.error();
    auto codecs = WorkerTemplate::start(*codec, limits);
    if (!codecs) return codecs.error();
    auto checkers = WorkerTemplate::start(*checker, limits);
    if (!checkers) return checkers.error();
    return FileWorkers{*std::move(codecs), *std::move(checkers)};
}

FileResult rebuild_file(FileWorkers& workers, const FileJob& job, const PartRow& row, const RawMail& mail,
                        const WorkerLimits& limits) {
    Result<FileOutcome> outcome = ask_codec(workers, job, row, mail, limits);
    if (!outcome) return not_made_by(outcome.error());
    if (auto* why = std::get_if<FileNotMade>(&*outcome)) return std::move(*why);
    if (auto* seen = std::get_if<MembersSeen>(&*outcome)) return std::move(*seen);
    auto& made = std::get<FileMade>(*outcome);
    const Result<CheckAnswer> answer = ask_checker(workers, made, limits);
    return answer ? checked(std::move(made), *answer) : FileResult(not_checked_by(answer.error()));
}

}  // namespace mugaika

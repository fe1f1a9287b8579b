#include "sanitizer/worker/file_client.hpp"

#include <openssl/crypto.h>

#include <chrono>
#include <utility>

#include "policy/matrix.hpp"
#include "sanitizer/mail/sealed_file.hpp"
#include "sanitizer/worker/checked_answer.hpp"
#include "sanitizer/worker/exchange.hpp"
#include "sanitizer/worker/file_wire.hpp"

namespace mugaika {
namespace {

using Clock = std::chrono::steady_clock;

FileResult checked_file(FileMade made, const CheckAnswer& answer) {
    Result<CheckedFile> file = CheckedFile::from(std::move(made.untrusted_bytes), made.kind, answer);
    if (!file) return FileNotMade{Reason::check_failed, file.error().words()};
    return FileRebuilt{*std::move(file), std::move(made.losses)};
}

Result<std::vector<FileOutcome>> ask_codec(FileWorkers& workers, const FileErrand& errand, const JobBytes& bytes,
                                           const WorkerLimits& limits) {
    const auto attempt = [&](WorkerProcess& codec) -> Result<std::vector<FileOutcome>> {
        const auto deadline = Clock::now() + wall_clock_for(limits, bytes.count);
        std::string frame = encode_file_job(errand.job);
        const auto sent = send_frame(codec, frame, bytes.descriptor);
        if (!errand.job.password.empty()) OPENSSL_cleanse(frame.data(), frame.size());
        if (!sent) return sent.error();
        const auto payload = read_answer(codec, FrameKind::file_answer, deadline, limits.answer_bytes_max);
        if (!payload) return payload.error();
        return believe_files(*payload, errand);
    };
    // Several together have their second try one by one.
    return errand.rows.size() > 1 ? ask_once(workers.codec, attempt) : ask_twice(workers.codec, attempt);
}

Result<std::vector<CheckAnswer>> ask_checker(FileWorkers& workers, const Checking& checking,
                                             const WorkerLimits& limits) {
    const Result<FileDescriptor> files = sealed_file(checking.untrusted_files);
    if (!files) return files.error();
    const auto attempt = [&](WorkerProcess& checker) -> Result<std::vector<CheckAnswer>> {
        const auto deadline = Clock::now() + wall_clock_for(limits, checking.bytes);
        if (const auto sent = send_frame(checker, encode_check_job(checking.job), files->get()); !sent) {
            return sent.error();
        }
        const auto payload = read_answer(checker, FrameKind::check_answer, deadline, limits.answer_bytes_max);
        if (!payload) return payload.error();
        return decode_check_answers(*payload, checking.job.files.size());
    };
    return checking.job.files.size() > 1 ? ask_once(workers.checker, attempt) : ask_twice(workers.checker, attempt);
}

std::vector<FileResult> check(FileWorkers& workers, std::vector<FileOutcome> told, const WorkerLimits& limits) {
    const Checking checking = checking_of(told);
    if (checking.job.files.empty()) return checked(std::move(told), {});
    const auto answers = ask_checker(workers, checking, limits);
    if (answers) return checked(std::move(told), *answers);
    std::vector<FileResult> results;
    for (FileOutcome& outcome : told) {
        if (told.size() == 1) return {not_checked_by(answers.error())};
        std::vector<FileOutcome> one;
        one.push_back(std::move(outcome));
        results.push_back(std::move(check(workers, std::move(one), limits).front()));
    }
    return results;
}

}  // namespace

Result<std::vector<FileOutcome>> believe_files(std::string_view untrusted_payload, const FileErrand& errand) {
    Result<FileAnswers> untrusted = decode_file_answers(untrusted_payload);
    if (!untrusted) return untrusted.error();
    return check_file_answers(*std::move(untrusted), errand);
}

Checking checking_of(const std::vector<FileOutcome>& told) {
    Checking checking;
    for (const FileOutcome& outcome : told) {
        const auto* made = std::get_if<FileMade>(&outcome);
        if (made == nullptr) continue;
        checking.job.files.push_back({made->kind, made->untrusted_bytes.size()});
        checking.untrusted_files.push_back(made->untrusted_bytes);
        checking.bytes += made->untrusted_bytes.size();
    }
    return checking;
}

std::vector<FileResult> checked(std::vector<FileOutcome> told, const std::vector<CheckAnswer>& answers) {
    std::vector<FileResult> results;
    auto answer = answers.begin();
    for (FileOutcome& outcome : told) {
        if (auto* why = std::get_if<FileNotMade>(&outcome)) {
            results.emplace_back(std::move(*why));
        } else if (auto* seen = std::get_if<MembersSeen>(&outcome)) {
            results.emplace_back(std::move(*seen));
        } else {
            results.push_back(checked_file(std::get<FileMade>(std::move(outcome)), *answer++));
        }
    }
    return results;
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

std::vector<FileResult> rebuild_files(FileWorkers& workers, const FileErrand& errand, const JobBytes& bytes,
                                      const WorkerLimits& limits) {
    std::vector<FileResult> results;
    if (auto told = ask_codec(workers, errand, bytes, limits)) {
        results = check(workers, *std::move(told), limits);
    } else if (errand.rows.size() == 1) {
        return {not_made_by(told.error())};
    }
    while (results.size() < errand.rows.size()) {
        auto one = rebuild_files(workers, alone(errand, results.size()), bytes, limits);
        results.push_back(std::move(one.front()));
    }
    return results;
}

OutResult taken_out(FileOutcome told) {
    if (auto* why = std::get_if<FileNotMade>(&told)) return std::move(*why);
    auto& [untrusted_bytes, losses, about] = std::get<FileTaken>(told);
    auto file = UntrustedFile::from_bytes(untrusted_bytes);
    if (!file) return FileNotMade{Reason::engine_unavailable, file.error().words()};
    return FileOut{*std::move(file), std::move(losses), std::move(about)};
}

OutResult unlock_file(FileWorkers& workers, const FileErrand& errand, std::string_view password, const RawMail& mail,
                      const WorkerLimits& limits) {
    FileErrand asked = to_take_out(errand);
    asked.job.password = password;
    auto told = ask_codec(workers, asked, mail, limits);
    OPENSSL_cleanse(asked.job.password.data(), asked.job.password.size());
    if (!told) return not_made_by(told.error());
    return taken_out(std::move(told->front()));
}

OutResult take_out_file(FileWorkers& workers, const FileErrand& errand, const JobBytes& bytes,
                        const WorkerLimits& limits) {
    auto told = ask_codec(workers, to_take_out(errand), bytes, limits);
    if (!told) return not_made_by(told.error());
    return taken_out(std::move(told->front()));
}

}  // namespace mugaika

#include "sanitizer/codec/serve_codec.hpp"

#include <sysexits.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "policy/memory.hpp"
#include "sanitizer/codec/members.hpp"
#include "sanitizer/codec/rebuild_file.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/sandboxed/find_part.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "sanitizer/worker/job_socket.hpp"
#include "sanitizer/worker/sandbox.hpp"
#include "sanitizer/worker/serve.hpp"

namespace mugaika::codec {
namespace {

// Through mails, and then through archives, of which one member after the other is unpacked.
std::optional<sandboxed::Part> part_at(const FileJob& job, std::string_view untrusted_mail, FilePurse& purse,
                                       const sandboxed::FileTyper& typer) {
    auto found = sandboxed::find_part(untrusted_mail, job.path, job.budget, typer);
    if (!found) return std::nullopt;
    std::optional<sandboxed::Part> part = std::move(found->part);
    for (std::string_view rest = found->rest; part && !rest.empty();) {
        std::uint32_t number = 0;
        const std::string_view step = rest.substr(0, rest.find('/'));
        const auto read = std::from_chars(step.data(), step.data() + step.size(), number);
        const bool is_number = read.ec == std::errc() && read.ptr == step.data() + step.size();
        if (!is_number || part->facts.kind != PartKind::archive) return std::nullopt;
        part = member_of(*part, number, purse, typer);
        rest.remove_prefix(std::min(step.size() + 1, rest.size()));
    }
    return part;
}

FileAnswer no_such_part() { return {"", FileNotMade{Reason::codec_nonsense, "no such part is found"}}; }

FileAnswer answer_about(const sandboxed::Part& part, FilePurse& purse, const sandboxed::FileTyper& typer) {
    std::string digest = sha256_hex(part.untrusted_bytes);
    if (part.facts.kind == PartKind::archive) return {std::move(digest), list_members(part, purse, typer)};
    return {std::move(digest), rebuild_file(part.facts, part.charset_label, part.untrusted_bytes, purse)};
}

// Each member has a purse of its own, as if it were asked for alone; what is made of all fits one answer.
FileAnswers answers_about(const sandboxed::Part& archive, const std::vector<std::uint32_t>& members,
                          const FileLimits& limits, FilePurse& unpacking, const sandboxed::FileTyper& typer) {
    FileAnswers answers;
    std::uint64_t left = limits.out_bytes_max;
    each_member(archive, members, unpacking, typer, [&](std::optional<sandboxed::Part> member) {
        FilePurse purse(limits);
        FileAnswer one = member ? answer_about(*member, purse, typer) : no_such_part();
        const auto* made = std::get_if<FileMade>(&one.outcome);
        const std::uint64_t bytes = made == nullptr ? 0 : made->untrusted_bytes.size();
        if (bytes > left) return OnMember::stop;
        left -= bytes;
        answers.push_back(std::move(one));
        return OnMember::go_on;
    });
    return answers;
}

FileAnswers answers_to(const FileJob& job, std::string_view untrusted_mail, const sandboxed::FileTyper& typer) {
    FileLimits limits;
    limits.out_bytes_max = job.out_bytes_max;
    FilePurse purse(limits);
    const auto part = part_at(job, untrusted_mail, purse, typer);
    FileAnswers answers;
    if (part && !job.members.empty()) return answers_about(*part, job.members, limits, purse, typer);
    answers.push_back(part ? answer_about(*part, purse, typer) : no_such_part());
    return answers;
}

}  // namespace

Result<sandboxed::FileTyper> load_codec_tables() {
    load_tables();
    return mugaika::load_tables();
}

int serve_file(int job_socket, const sandboxed::FileTyper& typer, const WorkerLimits& limits) {
    if (!enter_sandbox(job_socket, limits)) return EX_UNAVAILABLE;
    const auto received = receive_frame(job_socket, FrameKind::file_job);
    if (!received) return EX_PROTOCOL;
    if (!received->has_value()) return EX_OK;
    const auto job = decode_file_job((*received)->payload);
    if (!job) return EX_PROTOCOL;
    const auto mail = map_bytes((*received)->bytes, job->mail_bytes);
    if (!mail) return EX_PROTOCOL;
    warm_heap_for_job(job->mail_bytes, 8);  // a PDF of 229 KB takes 2.5 MB
    const std::string frame = encode_file_answers(answers_to(*job, mail->view(), typer));
    if (frame.size() > limits.answer_bytes_max) return EX_PROTOCOL;  // a bug: the purse is below it
    write_answer(job_socket, frame);
    return EX_OK;
}

}  // namespace mugaika::codec

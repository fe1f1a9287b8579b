#include "sanitizer/codec/serve_codec.hpp"

#include <sysexits.h>

#include <string>

#include "sanitizer/codec/rebuild_file.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/sandboxed/find_part.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "sanitizer/worker/job_socket.hpp"
#include "sanitizer/worker/sandbox.hpp"
#include "sanitizer/worker/serve.hpp"

namespace mugaika::codec {
namespace {

FileAnswer answer(const FileJob& job, std::string_view untrusted_mail, const sandboxed::FileTyper& typer) {
    const auto part = sandboxed::find_part(untrusted_mail, job.path, job.budget, typer);
    if (!part) return {"", FileNotMade{Reason::codec_nonsense, "no such part is found"}};
    FileLimits limits;
    limits.out_bytes_max = job.out_bytes_max;
    FilePurse purse(limits);
    return {sha256_hex(part->untrusted_bytes),
            rebuild_file(part->facts, part->charset_label, part->untrusted_bytes, purse)};
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
    const std::string frame = encode_file_answer(answer(*job, mail->view(), typer));
    if (frame.size() > limits.answer_bytes_max) return EX_PROTOCOL;  // a bug: the purse is below it
    write_answer(job_socket, frame);
    return EX_OK;
}

}  // namespace mugaika::codec

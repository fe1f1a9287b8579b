#include "sanitizer/checker/serve_checker.hpp"

#include <openssl/crypto.h>
#include <sysexits.h>

#include <string>

#include "policy/memory.hpp"
#include "sanitizer/checker/check_file.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "sanitizer/worker/job_socket.hpp"
#include "sanitizer/worker/sandbox.hpp"

namespace mugaika::checker {

void load_checker_tables() {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);  // a search for its file later would be killed
    sha256_hex("used once");
}

int serve_check(int job_socket, const WorkerLimits& limits) {
    if (!enter_sandbox(job_socket, limits)) return EX_UNAVAILABLE;
    const auto received = receive_frame(job_socket, FrameKind::check_job);
    if (!received) return EX_PROTOCOL;
    if (!received->has_value()) return EX_OK;
    const auto job = decode_check_job((*received)->payload);
    if (!job) return EX_PROTOCOL;
    const auto file = map_bytes((*received)->bytes, job->bytes);
    if (!file) return EX_PROTOCOL;
    warm_heap_for_job(job->bytes, 6);  // the XML of a letter is five times as long as the package
    const auto pages = check_file(job->kind, file->view());
    write_answer(job_socket, encode_check_answer(job->kind, sha256_hex(file->view()), pages));
    return EX_OK;
}

}  // namespace mugaika::checker

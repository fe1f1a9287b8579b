#include "sanitizer/checker/serve_checker.hpp"

#include <openssl/crypto.h>
#include <sysexits.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/memory.hpp"
#include "sanitizer/checker/check_file.hpp"
#include "sanitizer/checker/ooxml/check_ooxml.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "sanitizer/worker/job_socket.hpp"
#include "sanitizer/worker/sandbox.hpp"

namespace mugaika::checker {
namespace {

// Pictures and texts are read as they lie there.
bool is_unpacked(SafeKind kind) noexcept {
    return kind == SafeKind::docx || kind == SafeKind::xlsx || kind == SafeKind::pptx || kind == SafeKind::pdf;
}

}  // namespace

void load_checker_tables() {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);  // a search for its file later would be killed
    sha256_hex("used once");
    load_ooxml_lists();
}

int serve_check(int job_socket, const WorkerLimits& limits) {
    if (!enter_sandbox(job_socket, limits)) return EX_UNAVAILABLE;
    const auto received = receive_frame(job_socket, FrameKind::check_job);
    if (!received) return EX_PROTOCOL;
    if (!received->has_value()) return EX_OK;
    const auto job = decode_check_job((*received)->payload);
    if (!job) return EX_PROTOCOL;
    std::uint64_t bytes = 0, packed = 0;
    for (const FileToCheck& file : job->files) {
        bytes += file.bytes;
        if (is_unpacked(file.kind)) packed += file.bytes;
    }
    const auto files = map_bytes((*received)->bytes, bytes);
    if (!files) return EX_PROTOCOL;
    warm_heap_for_job(packed, 6);  // the XML of a letter is five times as long as the package
    std::vector<CheckSaid> said;
    std::string_view rest = files->view();
    for (const FileToCheck& file : job->files) {
        const std::string_view one = rest.substr(0, file.bytes);
        rest.remove_prefix(one.size());
        said.push_back({file.kind, sha256_hex(one), check_file(file.kind, one)});
    }
    write_answer(job_socket, encode_check_answers(said));
    return EX_OK;
}

}  // namespace mugaika::checker

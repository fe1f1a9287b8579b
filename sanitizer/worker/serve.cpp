#include "sanitizer/worker/serve.hpp"

#include <openssl/crypto.h>
#include <sysexits.h>
#include <unicode/udata.h>

#include <string>

#include "policy/memory.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/worker_life.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "sanitizer/sandboxed/signature/cms_signers.hpp"
#include "sanitizer/worker/job_socket.hpp"
#include "sanitizer/worker/sandbox.hpp"
#include "sanitizer/worker/wire.hpp"

namespace mugaika {
namespace {

// Touches once what libraries set up at first use, while files can still be opened, and so that workers share the
// pages.
void warm_up(const sandboxed::FileTyper& typer) {
    constexpr std::string_view mail =
        "Subject: =?ISO-2022-JP?B?GyRCTDUzMjI9GyhC?=\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=b\r\n"
        "\r\n"
        "--b\r\n"
        "Content-Type: text/plain; charset=ISO-2022-JP\r\n"
        "\r\n"
        "\x1b$BL532=\x1b(B\r\n"
        "--b\r\n"
        "Content-Type: text/html; charset=Shift_JIS\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "PHA+lrORinqJuzwvcD4=\r\n"
        "--b\r\n"
        "Content-Type: text/calendar\r\n"
        "\r\n"
        "BEGIN:VEVENT\r\n"
        "DTSTART;TZID=Tokyo Standard Time:20260401T090000\r\n"
        "DTEND;TZID=no such zone:20260401T100000\r\n"
        "END:VEVENT\r\n"
        "--b--\r\n";
    Job job;
    job.mail_bytes = mail.size();
    sandboxed::read_mail(mail, job, typer);
    sha256_hex(mail);
}

enum class Next { another, done, nonsense };

Next serve_one(int socket, const sandboxed::FileTyper& typer, const WorkerLimits& limits) {
    const auto received = receive_frame(socket, FrameKind::job);
    if (!received) return Next::nonsense;
    if (!received->has_value()) return Next::done;
    const auto job = decode_job((*received)->payload);
    if (!job) return Next::nonsense;
    const auto mail = map_bytes((*received)->bytes, job->mail_bytes);
    if (!mail) return Next::nonsense;
    warm_heap_for_job(job->mail_bytes, 3);  // a part decoded, its text, the answer
    const Extract extract = sandboxed::read_mail(mail->view(), *job, typer);
    const std::string frame = encode_extract(extract);
    if (frame.size() > limits.answer_bytes_max) return Next::nonsense;  // a bug: the budget is below it
    if (!write_answer(socket, frame)) return Next::done;
    return may_live_on(extract) ? Next::another : Next::done;
}

}  // namespace

Result<sandboxed::FileTyper> load_tables() {
    // Neither ICU's folders nor OpenSSL's configuration have a say; a search for them later would be killed.
    UErrorCode status = U_ZERO_ERROR;
    udata_setFileAccess(UDATA_NO_FILES, &status);
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    auto typer = sandboxed::FileTyper::load();
    if (typer) warm_up(*typer);
    if (!sandboxed::warm_up_signatures()) return Error(Fault::unavailable, "OpenSSL verifies no signature here");
    return typer;
}

int serve_jobs(int job_socket, const sandboxed::FileTyper& typer, const WorkerLimits& limits) {
    if (!enter_sandbox(job_socket, limits)) return EX_UNAVAILABLE;
    for (std::uint32_t mails = 0; mails < limits.mails_max; ++mails) {
        switch (serve_one(job_socket, typer, limits)) {
            case Next::another:
                break;
            case Next::done:
                return EX_OK;
            case Next::nonsense:
                return EX_PROTOCOL;
        }
    }
    return EX_OK;
}

}  // namespace mugaika

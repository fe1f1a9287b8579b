#include "sanitizer/worker/serve.hpp"

#include <openssl/crypto.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unicode/udata.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>

#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/worker_life.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "sanitizer/worker/descriptor_passing.hpp"
#include "sanitizer/worker/sandbox.hpp"
#include "sanitizer/worker/wire.hpp"

namespace mugaika {
namespace {

struct ReceivedJob {
    Job job;
    FileDescriptor mail;
};

// False at the end of the stream or an error.
bool read_exactly(int socket, std::span<char> buffer) noexcept {
    while (!buffer.empty()) {
        const ssize_t got = ::read(socket, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        buffer = buffer.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

bool write_all(int socket, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t written = ::write(socket, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Nothing when the relay wants no more.
Result<std::optional<ReceivedJob>> receive_job(int socket) {
    std::array<char, frame_header_bytes> header{};
    std::array<FileDescriptor, 1> descriptors;
    const ssize_t got = receive_with_descriptors(socket, header, descriptors);
    if (got == 0) return std::optional<ReceivedJob>();
    if (got < 0 || !read_exactly(socket, std::span(header).subspan(static_cast<std::size_t>(got)))) {
        return Error(Fault::disconnected, "the relay stopped inside a job");
    }
    const auto length = decode_frame_header({header.data(), header.size()}, FrameKind::job, job_bytes_max);
    if (!length) return length.error();
    std::string payload(*length, '\0');
    if (!read_exactly(socket, payload)) return Error(Fault::disconnected, "the relay stopped inside a job");
    auto job = decode_job(payload);
    if (!job) return job.error();
    if (!descriptors[0].is_open()) return Error(Fault::protocol, "a job without a mail");
    return std::optional<ReceivedJob>({*std::move(job), std::move(descriptors[0])});
}

Result<RawMail::Mapping> map_mail(const ReceivedJob& received) {
    struct stat facts {};
    // Not ::fstat: the C library asks by newfstatat, which the sandbox does not know because it takes a path.
    if (::syscall(SYS_fstat, received.mail.get(), &facts) != 0) return error_from_errno("measure the mail", errno);
    if (static_cast<std::uint64_t>(facts.st_size) != received.job.mail_bytes) {
        return Error(Fault::protocol, "the mail is not as long as the job says");
    }
    return RawMail::Mapping::of(received.mail.get(), received.job.mail_bytes);
}

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
    const auto received = receive_job(socket);
    if (!received) return Next::nonsense;
    if (!received->has_value()) return Next::done;
    const auto mail = map_mail(**received);
    if (!mail) return Next::nonsense;
    const Extract extract = sandboxed::read_mail(mail->view(), (*received)->job, typer);
    const std::string frame = encode_extract(extract);
    if (frame.size() > limits.answer_bytes_max) return Next::nonsense;  // a bug: the budget is below it
    if (!write_all(socket, frame)) return Next::done;
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

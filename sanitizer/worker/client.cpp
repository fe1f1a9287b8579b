#include "sanitizer/worker/client.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include "sanitizer/worker/checked_extract.hpp"
#include "sanitizer/worker/exchange.hpp"
#include "sanitizer/worker/wire.hpp"

namespace mugaika {

Result<void> send_job(WorkerProcess& worker, const Job& job, const RawMail& mail) {
    return send_frame(worker, encode_job(job), mail.descriptor());
}

Result<Extract> believe(std::string_view untrusted_payload, const Job& job) {
    Result<Extract> untrusted = decode_extract(untrusted_payload);
    if (!untrusted) return untrusted.error();
    return check_extract(*std::move(untrusted), job);
}

Reason reason_for_mail(const Error& error) noexcept {
    switch (error.fault()) {
        case Fault::timeout:
            return Reason::worker_late;
        case Fault::disconnected:
            return Reason::worker_died;
        default:
            return Reason::worker_nonsense;
    }
}

Result<WorkerAnswer> ask_worker(WorkerTemplate& workers, const Job& job, const RawMail& mail,
                                const WorkerLimits& limits) {
    const auto attempt = [&](WorkerProcess& worker) -> Result<Extract> {
        const auto deadline = std::chrono::steady_clock::now() + wall_clock_for(limits, mail.size());
        if (const auto sent = send_job(worker, job, mail); !sent) return sent.error();
        const auto payload = read_answer(worker, FrameKind::extract, deadline, limits.answer_bytes_max);
        if (!payload) return payload.error();
        return believe(*payload, job);
    };
    Result<Extract> extract = ask_twice(workers, attempt);
    if (extract) return WorkerAnswer{*std::move(extract), std::nullopt};
    if (!is_fault_of_process(extract.error())) return extract.error();
    return WorkerAnswer{std::nullopt, WorkerFailure{reason_for_mail(extract.error()), extract.error().words()}};
}

}  // namespace mugaika

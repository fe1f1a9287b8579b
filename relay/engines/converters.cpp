#include "relay/engines/converters.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "policy/matrix.hpp"
#include "relay/async/disk.hpp"
#include "relay/async/waiting_line.hpp"

namespace mugaika {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes down_after_a_failure{5};

// A thread for each conversion: it waits for a process, and for nothing else.
struct Converters::Impl {
    Impl(asio::io_context& io, EnginePlace p, EngineLimits l, std::uint32_t at_once, EventLog& e,
         std::shared_ptr<const FileCommands> c)
        : place(std::move(p)),
          limits(l),
          commands(std::move(c)),
          events(e),
          line(io, std::max(at_once, 1u)),
          threads(std::max(at_once, 1u)) {}

    EnginePlace place;
    EngineLimits limits;
    std::shared_ptr<const FileCommands> commands;
    EventLog& events;
    Clock::time_point down_until{};
    WaitingLine line;
    asio::thread_pool threads;
    FileDescriptor stop{::eventfd(0, EFD_CLOEXEC)};
};

Converters::Converters(asio::io_context& io, EnginePlace place, EngineLimits limits, std::uint32_t at_once,
                       EventLog& events, std::shared_ptr<const FileCommands> commands)
    : impl_(std::make_shared<Impl>(io, std::move(place), limits, at_once, events, std::move(commands))) {}

Converters::~Converters() {
    ::eventfd_write(impl_->stop.get(), 1);
    impl_->threads.join();
}

Convertible Converters::convertible() const { return convertible_at(impl_->place, impl_->commands); }

bool Converters::answered_lately() const noexcept { return Clock::now() >= impl_->down_until; }

const EngineLimits& Converters::limits() const noexcept { return impl_->limits; }

namespace {

std::string_view word_for(Fault fault) noexcept {
    if (fault == Fault::busy) return "busy";
    return fault == Fault::unavailable ? "unavailable" : "failed";
}

}  // namespace

static_assert(outcome<Stage::engine, Failure::busy>().ending == Ending::carry_on);

asio::awaitable<Result<UntrustedFile>> Converters::convert(EngineJob job, const UntrustedFile& file, const MailTag& tag,
                                                           std::string part, Clock::time_point until) {
    const std::shared_ptr<Impl> impl = impl_;
    std::optional<WaitingLine::Place> place = co_await impl->line.enter(until);
    const auto left = std::chrono::floor<std::chrono::seconds>(until - Clock::now());
    Result<UntrustedFile> made = Error(Fault::busy, "engine: its turn did not come in time");
    if (place && left.count() > 0) {
        job.limits.wall_clock = std::min(job.limits.wall_clock, left);
        // Copied: what a thread asks about may outlast whoever waits for it here.
        auto copy = std::make_shared<FileDescriptor>(::fcntl(file.descriptor(), F_DUPFD_CLOEXEC, 0));
        auto work = [self = impl.get(), job, copy]() -> std::shared_ptr<Result<UntrustedFile>> {
            auto own = UntrustedFile::from_descriptor(std::move(*copy), ~std::uint64_t{0});
            if (!own) return std::make_shared<Result<UntrustedFile>>(own.error());
            return std::make_shared<Result<UntrustedFile>>(ask_engine(self->place, job, *own, self->stop.get()));
        };
        const std::shared_ptr<Result<UntrustedFile>> answer = co_await on_pool(impl->threads, std::move(work));
        made = std::move(*answer);
        if (!made) made = Error(made.error().fault(), "engine: " + made.error().words());
    }
    const bool is_away = !made && made.error().fault() == Fault::unavailable;
    const bool says_nothing = !made && made.error().fault() == Fault::busy;
    if (!says_nothing) impl->down_until = is_away ? Clock::now() + down_after_a_failure : Clock::time_point();
    impl->events.conversion_ended(made ? "made" : word_for(made.error().fault()));
    if (!made) impl->events.file_failed(tag, part, made.error().words());
    co_return made;
}

}  // namespace mugaika

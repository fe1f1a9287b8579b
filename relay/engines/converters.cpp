#include "relay/engines/converters.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <set>
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
          seen(formats_at(place)),
          events(e),
          line(io, std::max(at_once, 1u)),
          threads(std::max(at_once, 1u)) {}

    using FileConverted = event::FileConverted;
    void note(const EngineJob&, const Result<UntrustedFile>& made, FileConverted);

    EnginePlace place;
    EngineLimits limits;
    std::shared_ptr<const FileCommands> commands;
    OfficeFormats seen;  // there was a converter for them
    Clock::time_point next_look{};
    EventLog& events;
    Clock::time_point down_until{};
    std::set<std::string> down;  // by their names, as the log has them
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

Convertible Converters::convertible(OfficeFormats owed) const {
    // Each look asks the file system a dozen times, and this is called for every mail.
    if (!impl_->seen.all() && Clock::now() >= impl_->next_look) {
        impl_->seen |= formats_at(impl_->place);
        impl_->next_look = Clock::now() + std::chrono::seconds(1);
    }
    Convertible all(impl_->seen);
    all.commands = impl_->commands;
    if (impl_->place.has_office) all.formats |= owed;
    return all;
}

PagesDrawn Converters::pages_drawn() const { return pages_drawn_at(impl_->place); }

bool Converters::answered_lately() const noexcept { return Clock::now() >= impl_->down_until; }

const EngineLimits& Converters::limits() const noexcept { return impl_->limits; }

namespace {

std::string_view word_for(Fault fault) noexcept {
    if (fault == Fault::busy) return "busy";
    return fault == Fault::unavailable ? "unavailable" : "failed";
}

std::string name_of(const EngineJob& job) {
    switch (job.task) {
        case EngineTask::to_package:
        case EngineTask::to_pdf:
            return "libreoffice";
        case EngineTask::to_pictures:
        case EngineTask::to_text:
        case EngineTask::page_text:
            return "poppler";
        case EngineTask::command:
            break;
    }
    return job.command.program.substr(job.command.program.rfind('/') + 1);
}

std::uint64_t microseconds_since(Clock::time_point began) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began).count());
}

}  // namespace

// Says in the log what came of a file, and of the engine when that changed.
void Converters::Impl::note(const EngineJob& job, const Result<UntrustedFile>& made, FileConverted converted) {
    const bool is_away = !made && made.error().fault() == Fault::unavailable;
    const bool says_nothing = !made && made.error().fault() == Fault::busy;
    if (!says_nothing) down_until = is_away ? Clock::now() + down_after_a_failure : Clock::time_point();
    converted.engine = name_of(job);
    converted.end = made ? "made" : word_for(made.error().fault());
    if (is_away && down.insert(converted.engine).second) {
        events.write(event::ConverterDown{converted.engine, made.error().words()});
    }
    if (!is_away && !says_nothing && down.erase(converted.engine) > 0) {
        events.write(event::ConverterUp{converted.engine});
    }
    if (!made) events.write(event::FileFailed{converted.mail, converted.part, made.error().words()});
    events.write(converted);
}

static_assert(outcome<Stage::engine, Failure::busy>().ending == Ending::carry_on);

asio::awaitable<Result<UntrustedFile>> Converters::convert(EngineJob job, const UntrustedFile& file, const MailTag& tag,
                                                           std::string part, Clock::time_point until) {
    const std::shared_ptr<Impl> impl = impl_;
    const Clock::time_point began = Clock::now();
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
    impl->note(job, made, {tag, std::move(part), "", "", microseconds_since(began)});
    co_return made;
}

}  // namespace mugaika

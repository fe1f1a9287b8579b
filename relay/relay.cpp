#include "relay/relay.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "policy/shown_text.hpp"
#include "relay/async/disk.hpp"
#include "relay/async/keep_running.hpp"
#include "relay/async/task_ledger.hpp"
#include "relay/config/config_change.hpp"
#include "relay/engines/scanners.hpp"
#include "relay/host/local_http.hpp"
#include "relay/host/log_rotation.hpp"
#include "relay/host/reserve.hpp"
#include "relay/host/state_lock.hpp"
#include "relay/inbound/inbound.hpp"
#include "relay/log/event_log.hpp"
#include "relay/mail_flow.hpp"
#include "relay/outbound/outbound.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"
#include "relay/release_clerk.hpp"
#include "relay/status_page.hpp"
#include "relay/tls/server_context.hpp"
#include "relay/workers/worker_pool.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

constexpr int network_threads = 1;
constexpr std::chrono::milliseconds outbox_pause{1000};
constexpr std::chrono::milliseconds rerun_pause{2000};
constexpr std::chrono::milliseconds reserve_pause{1000};
constexpr std::chrono::milliseconds quarantine_pause{5000};
constexpr std::chrono::milliseconds log_closing_pause{1000};
constexpr std::chrono::seconds log_tidying_pause{10};
constexpr std::chrono::seconds slow_disk{120};   // nothing to hear from it for so long is a fault
constexpr std::chrono::minutes slow_orders{15};  // the clerk's minute, and the longest that one order may take
constexpr std::chrono::minutes slow_reruns{30};  // their minute, and the longest that one may take
constexpr std::uint64_t hardly_anything = 64u << 10;
constexpr std::size_t disk_threads = 2;
constexpr std::size_t spool_threads = 2;
// For last words to peers: 421 to clients, QUIT to next hops.
constexpr std::chrono::milliseconds goodbye_time{100};
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

Inbound::Settings inbound_settings(const Config& config, std::shared_ptr<const TlsServerContext> tls) {
    Inbound::Settings settings{config.hostname,    config.postmaster.value(), {},
                               config.spool_dir(), config.limits.smtp,        std::move(tls)};
    for (const Listener& listener : config.listeners) {
        settings.listen.push_back({listener.address.host, listener.address.port, listener.access});
    }
    settings.clients = config.clients;
    // Mails that are under way may use up half of what keeps new ones out; the rest is for quarantine, index and log.
    settings.disk_free_min = config.limits.reserve.disk_free_min / 2;
    return settings;
}

void say(const std::string& words) { std::fprintf(stderr, "mugaika-relay: %s\n", shown_text(words).c_str()); }

}  // namespace

struct Relay::Parts {
    explicit Parts(Setup setup)
        : config(std::make_shared<const Config>(std::move(setup.config))),
          config_file(std::move(setup.config_file)),
          manager(std::move(setup.manager)) {}

    std::shared_ptr<const Config> config;
    std::string config_file;
    ServiceManager manager;
    FileDescriptor state_lock;
    TaskLedger tasks{[this](const std::string& where, const std::string& why) {
        say("a fault in " + where + ": " + why);
        if (log) log->write(event::RelayFault{std::string(where), std::string(why)});
    }};
    asio::io_context network{network_threads};
    asio::signal_set ends{network, SIGTERM, SIGINT};
    asio::signal_set log_rotated{network, SIGUSR1};
    asio::signal_set reload_asked{network, SIGHUP};
    asio::thread_pool disk{disk_threads};
    asio::thread_pool spool{spool_threads};
    asio::thread_pool compute{std::max(1u, std::thread::hardware_concurrency())};
    asio::thread_pool tidying{1};  // of closed logs, which takes as long as it takes
    LogTidier tidier;
    std::unique_ptr<EventLog> log;
    std::unique_ptr<QuarantineStore> store;
    std::unique_ptr<WorkerPool> workers;
    std::unique_ptr<FilePool> files;
    std::unique_ptr<Converters> converters;
    std::unique_ptr<Outbound> outbound;
    std::unique_ptr<MailFlow> flow;
    std::shared_ptr<Scanners> scanners;  // shared with mails under way
    std::unique_ptr<ReleaseClerk> clerk;
    std::shared_ptr<TlsServerContext> tls;
    std::unique_ptr<Inbound> inbound;
    std::unique_ptr<Reserve> reserve;
    std::unique_ptr<LocalHttp> http;     // nothing: not configured
    QuarantineStore::Totals quarantine;  // when last looked at
    std::uint64_t lost_events = 0;       // likewise
    std::optional<Steady::time_point> lost_at;

    Result<void> open_state();
    Result<void> start_workers(const std::string& program, const FilePrograms&);
    Result<void> start_network();
    void keep(std::string task, std::optional<Steady::duration> at_least_every, std::chrono::microseconds pause,
              asio::awaitable<Rounds> (Parts::*round)());
    asio::awaitable<Rounds> carry_out_orders() { return clerk->round(); }
    asio::awaitable<Rounds> judge_again() { return clerk->rerun_round(); }
    asio::awaitable<Rounds> reopen_log_when_asked();
    asio::awaitable<Rounds> close_log_when_due();
    asio::awaitable<Rounds> tidy_logs();
    asio::awaitable<Rounds> reload_when_asked();
    asio::awaitable<std::vector<std::string>> reload();
    asio::awaitable<Rounds> keep_watchdog_quiet();
    asio::awaitable<Rounds> look_at_reserve();
    asio::awaitable<Rounds> look_at_quarantine();
    void say_shortage();
    StatusFacts status_facts() const;
    Result<std::unique_ptr<LocalHttp>> open_http(const Config&);
    std::shared_ptr<Scanners> make_scanners(const Config&);
    std::string status() const;
    std::vector<std::string> take_up(ConfigReading);
    Error why_not_started(const Error&) const;
    std::size_t drain();
};

Result<void> Relay::Parts::open_state() {
    for (const std::string& folder : {config->state_dir, config->spool_dir()}) {
        auto made = make_directory(folder, 0770);
        if (!made) return made;
    }
    auto locked = lock_state(config->state_dir);
    if (!locked) return locked.error();
    state_lock = std::move(*locked);
    std::shared_ptr<const Pseudonyms> pseudonyms;  // shared with the log
    if (!config->log_pseudonym_key.empty()) {
        auto key = Pseudonyms::read(config->log_pseudonym_key);
        if (!key) return key.error();
        pseudonyms = std::move(*key);
    }
    auto opened_log = EventLog::open(config->log, config->hostname, config->sync_log ? LogSync::yes : LogSync::no,
                                     LogWriter::relay, std::move(pseudonyms));
    if (!opened_log) return opened_log.error();
    log = std::move(*opened_log);
    auto opened =
        QuarantineStore::open(config->quarantine_dir(), config->quarantine_key_file(), QuarantineStore::Access::relay);
    if (!opened) return opened.error();
    store = std::move(*opened);
    if (!store->made_key_id().empty()) {
        log->write(event::QuarantineKeyMade{config->quarantine_key_file(), store->made_key_id()});
    }
    return {};
}

Result<void> Relay::Parts::start_workers(const std::string& program, const FilePrograms& file_programs) {
    workers = std::make_unique<WorkerPool>(network, program, config->worker_count(), config->limits.worker, *log);
    const auto started = workers->start();
    if (!started) return started;
    // As many as there are processors: files take what letters leave.
    files = std::make_unique<FilePool>(network, compute, file_programs,
                                       std::max(1u, std::thread::hardware_concurrency()), config->limits.codec, *log);
    const EngineSettings& engines = config->engines;
    converters = std::make_unique<Converters>(
        network, engine_place(engines.office != OfficeEngine::off, engines.socket), engines.limits, engines.at_once,
        *log, std::make_shared<const FileCommands>(engines.commands));
    return files->start();
}

Result<void> Relay::Parts::start_network() {
    auto loaded = TlsServerContext::load(config->tls);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
    auto outbox = Outbox::open(config->outbox_dir());
    if (!outbox) return outbox.error();
    outbox->remove_left_overs();
    reserve = std::make_unique<Reserve>(*log);
    say_shortage();
    outbound = std::make_unique<Outbound>(network, config->hostname, config->limits.next_hop, *log);
    flow = std::make_unique<MailFlow>(config, *workers, *files, *converters, *store, *outbox, *outbound, *reserve, *log,
                                      disk, compute);
    scanners = make_scanners(*config);
    flow->use(scanners);
    clerk = std::make_unique<ReleaseClerk>(*flow, *store, std::move(*outbox), *log, disk, tasks);
    inbound = std::make_unique<Inbound>(network, spool, inbound_settings(*config, tls), *flow, *log, tasks);
    auto started = inbound->start(manager.take_sockets());
    if (!started) return started;
    auto opened = open_http(*config);
    if (!opened) return opened.error();
    http = std::move(*opened);
    keep("releases", slow_orders, outbox_pause, &Parts::carry_out_orders);
    keep("reruns", slow_reruns, rerun_pause, &Parts::judge_again);
    keep("reserve", slow_disk, reserve_pause, &Parts::look_at_reserve);
    keep("quarantine", slow_disk, quarantine_pause, &Parts::look_at_quarantine);
    keep("log_closing", slow_disk, log_closing_pause, &Parts::close_log_when_due);
    keep("log_tidying", std::nullopt, log_tidying_pause, &Parts::tidy_logs);
    return {};
}

// The parts outlive their coroutines, see ~Relay().
void Relay::Parts::keep(std::string task, std::optional<Steady::duration> at_least_every,
                        std::chrono::microseconds pause, asio::awaitable<Rounds> (Parts::*round)()) {
    Rhythm rhythm;
    rhythm.pause = pause;
    auto one_round = [this, round] { return (this->*round)(); };
    TaskLedger::Task kept = tasks.begin(std::move(task), at_least_every);
    asio::co_spawn(network, keep_running(std::move(kept), rhythm, std::move(one_round)), asio::detached);
}

// Each file of the log says where its writers are, so that they need not look further back.
asio::awaitable<Rounds> Relay::Parts::reopen_log_when_asked() {
    auto say_resumed = [this] { return log->say_resumed(); };
    const auto said = co_await on_disk(disk, std::move(say_resumed));
    if (!said) tasks.note("log_rotation", said.error().words());
    const auto [error, number] = co_await log_rotated.async_wait(no_throw);
    if (error) co_return Rounds::end;
    auto reopened = log->reopen();
    if (!reopened) say(reopened.error().words());
    co_return Rounds::go_on;
}

asio::awaitable<Rounds> Relay::Parts::close_log_when_due() {
    if (!config->log_rotation) co_return Rounds::go_on;
    auto close = [this, running = config]() -> Result<void> {
        const auto closed =
            mugaika::close_log_when_due(*log, running->log, *running->log_rotation, std::chrono::system_clock::now());
        if (!closed) return closed.error();
        return *closed ? log->say_resumed() : Result<void>();
    };
    const auto done = co_await on_disk(disk, std::move(close));
    if (!done) tasks.note("log_rotation", done.error().words());
    co_return Rounds::go_on;
}

asio::awaitable<Rounds> Relay::Parts::tidy_logs() {
    if (!config->log_rotation) co_return Rounds::go_on;
    auto tidy = [this, running = config] {
        return tidier.tidy(running->log, *running->log_rotation, std::chrono::system_clock::now());
    };
    const auto done = co_await on_disk(tidying, std::move(tidy));
    if (!done) tasks.note("log_rotation", done.error().words());
    co_return Rounds::go_on;
}

// One reload after the other; what is asked for meanwhile waits in the signal set.
asio::awaitable<Rounds> Relay::Parts::reload_when_asked() {
    const auto [error, number] = co_await reload_asked.async_wait(no_throw);
    if (error) co_return Rounds::end;
    manager.reloading();
    const std::vector<std::string> faults = co_await reload();
    for (const std::string& fault : faults) say(fault);
    if (faults.empty()) {
        log->write(event::ConfigLoaded{config_file});
        manager.ready(status());
    } else {
        log->write(event::ConfigRejected{config_file, "faults: " + std::to_string(faults.size()), faults});
        manager.ready("the new configuration is refused, the old one serves: " + faults.front());
    }
    co_return Rounds::go_on;
}

// An exception is a fault like others: who waits for the end of the reload hears of it.
asio::awaitable<std::vector<std::string>> Relay::Parts::reload() {
    std::vector<std::string> faults;
    try {
        auto read = [file = config_file] { return read_config_file(file); };
        ConfigReading reading = co_await on_disk(disk, std::move(read));
        faults = take_up(std::move(reading));
    } catch (...) {
        faults.push_back("local error: " + words_of(std::current_exception()));
        tasks.note("reload", faults.back());
    }
    co_return faults;
}

// From the network thread itself, so that a loop that hangs is noticed.
asio::awaitable<Rounds> Relay::Parts::keep_watchdog_quiet() {
    manager.alive();
    co_return Rounds::go_on;
}

// Also whether the log can be written again: while it cannot, perhaps no mail comes that would show it.
asio::awaitable<Rounds> Relay::Parts::look_at_reserve() {
    auto look = [this, running = config] {
        log->try_again();
        ReserveReading reading = read_reserve(running->state_dir, running->log);
        reading.log_fails = running->when_log_fails == LogFailure::refuse && log->fails();
        return reading;
    };
    const ReserveReading reading = co_await on_disk(disk, std::move(look));
    reserve->take_up(reading);
    reserve->shortage(config->limits.reserve, flow->waiting_mails());  // for its event, also while no mail comes
    if (std::exchange(lost_events, log->lost_events()) != log->lost_events()) lost_at = Steady::now();
    co_return Rounds::go_on;
}

// Before anybody is let in, so that the first mails are answered as all others.
void Relay::Parts::say_shortage() {
    const ReserveReading reading = read_reserve(config->state_dir, config->log);
    reserve->take_up(reading);
    reserve->shortage(config->limits.reserve, 0);
    for (const std::string& line : disk_warnings(reading, config->limits.reserve, config->state_dir, config->log)) {
        say("warning: " + line);
    }
}

// For the metrics alone. What cannot be read now is shown as it was.
asio::awaitable<Rounds> Relay::Parts::look_at_quarantine() {
    if (!config->metrics) co_return Rounds::go_on;
    auto look = [this] { return store->totals(); };
    const auto totals = co_await on_disk(disk, std::move(look));
    if (totals) quarantine = *totals;
    co_return Rounds::go_on;
}

StatusFacts Relay::Parts::status_facts() const {
    StatusFacts facts;
    facts.listening = inbound->ports().size() == config->listeners.size();
    facts.reserve_low = reserve->low();
    facts.routes_down = flow->routes_down();
    facts.workers = workers->counts();
    facts.orders = clerk->orders();
    facts.quarantine = quarantine;
    facts.scanners = scanners->counts();
    facts.scanners_down = scanners->down();
    facts.log_lost_events = log->lost_events();
    facts.log_loses_events = lost_at && Steady::now() - *lost_at < TaskLedger::shown_for;
    facts.tasks_stopped = tasks.not_running(Steady::now());
    facts.faults_lately = tasks.lately(Steady::now());
    facts.faults = tasks.faults();
    facts.sessions = inbound->sessions();
    facts.idle_sessions = inbound->idle_sessions();
    for (const MailAddress& auditor : config->auditors) {
        if (const Route* route = config->route_for_domain(auditor.domain())) ++facts.auditors[route->name()];
    }
    facts.version = MUGAIKA_VERSION;
    return facts;
}

Result<std::unique_ptr<LocalHttp>> Relay::Parts::open_http(const Config& wanted) {
    if (!wanted.metrics) return std::unique_ptr<LocalHttp>();
    auto opened = std::make_unique<LocalHttp>(
        network, [this](const std::string& path) { return status_page(path, status_facts(), log->metrics()); }, tasks);
    const auto& [address, allow] = *wanted.metrics;
    const auto started = opened->start(address.host, address.port, allow);
    if (!started) return started.error();
    return opened;
}

// What they have to say comes from mails under way, of which none runs any more when the log ends.
std::shared_ptr<Scanners> Relay::Parts::make_scanners(const Config& wanted) {
    Scanners::News news{
        [this](const std::string& name, const std::string& why) {
            log->write(event::ScannerDown{name, why});
        },
        [this](const std::string& name) { log->write(event::ScannerUp{name}); },
    };
    return std::make_shared<Scanners>(network, wanted.scanners, FileLimits().out_bytes_max, std::move(news));
}

std::string Relay::Parts::status() const {
    std::string addresses;
    for (const Listener& listener : config->listeners) {
        addresses += (addresses.empty() ? "" : ", ") + listener.address.text();
    }
    return "listening on " + addresses + "; routes: " + std::to_string(config->routes.size());
}

// Whole or not at all: what stands against it, or nothing. What can fail comes first, the listeners last of it.
std::vector<std::string> Relay::Parts::take_up(ConfigReading reading) {
    std::vector<std::string> faults;
    for (const ConfigFault& fault : reading.faults) faults.push_back(fault.text());
    if (!faults.empty()) return faults;
    faults = restart_needed(*config, reading.config);
    if (!faults.empty()) return faults;
    const auto fresh = std::make_shared<const Config>(std::move(reading.config));
    auto fresh_tls = TlsServerContext::load(fresh->tls);
    if (!fresh_tls) return {fresh_tls.error().words()};
    std::unique_ptr<LocalHttp> fresh_http;
    if (fresh->metrics != config->metrics) {
        auto opened = open_http(*fresh);
        if (!opened) return {opened.error().words()};
        fresh_http = std::move(*opened);
    }
    const auto listening = inbound->reload(inbound_settings(*fresh, tls));
    if (!listening) return {listening.error().words()};
    tls->take_over(std::move(*fresh_tls));
    if (fresh->metrics != config->metrics) http = std::move(fresh_http);
    flow->use(fresh);
    if (fresh->scanners != config->scanners) {
        scanners = make_scanners(*fresh);
        flow->use(scanners);
    }
    outbound->keep_only(next_hops_of(*fresh));
    config = fresh;
    return {};
}

// A full disk has as many words as there are files and libraries. It is said in its own.
Error Relay::Parts::why_not_started(const Error& error) const {
    if (error.fault() != Fault::disk_full && error.fault() != Fault::io) return error;
    const ReserveReading left = read_reserve(config->state_dir, config->log);
    const bool log_is_full = left.log_disk_free < hardly_anything;
    if (error.fault() == Fault::io && left.disk_free >= hardly_anything && !log_is_full) return error;
    const std::string& place = log_is_full ? config->log : config->state_dir;
    return Error(Fault::disk_full, "the disk is full: no space or no inodes are left for " + place +
                                       "; make room there, then start again (" + error.words() + ")");
}

// Answers how many sessions had to be cut off.
std::size_t Relay::Parts::drain() {
    inbound->stop();
    const auto end = std::chrono::steady_clock::now() + config->drain_time;
    network.restart();
    while (inbound->sessions() > 0 && std::chrono::steady_clock::now() < end) {
        if (network.run_one_until(end) == 0) network.restart();
    }
    const std::size_t cut_off = inbound->sessions();
    inbound->cut_off();
    outbound->stop();
    network.restart();
    network.run_for(goodbye_time);
    return cut_off;
}

Relay::Relay() = default;

// Coroutines hold references to the parts, so the network's unfinished ones are destroyed with the io_context; all
// pools and the store's thread end before it.
Relay::~Relay() {
    if (!parts_) return;
    parts_->tidier.stop();
    parts_->tidying.join();
    parts_->spool.join();
    parts_->disk.join();
    parts_->compute.join();
}

Result<std::unique_ptr<Relay>> Relay::start(Setup setup) {
    if (setup.config.routes.empty()) {
        return Error(Fault::configuration, "no [[route]]: the relay would refuse every recipient");
    }
    const std::string worker_program = setup.worker_program;
    const FilePrograms file_programs = setup.file_programs;
    std::unique_ptr<Relay> relay(new Relay());
    relay->parts_ = std::make_unique<Parts>(std::move(setup));
    Parts& parts = *relay->parts_;
    auto ready = parts.open_state();
    if (ready) ready = parts.start_workers(worker_program, file_programs);
    if (ready) ready = parts.start_network();
    if (!ready) return parts.why_not_started(ready.error());
    std::vector<std::string> listening;
    for (const Listener& listener : parts.config->listeners) listening.push_back(listener.address.text());
    parts.log->write(event::RelayStarted{MUGAIKA_VERSION, std::string(parts.workers->sandbox_words()), listening});
    return relay;
}

std::vector<std::uint16_t> Relay::ports() const { return parts_->inbound->ports(); }

void Relay::run() {
    Parts& parts = *parts_;
    parts.ends.async_wait([&parts](const boost::system::error_code& error, int) {
        if (!error) parts.network.stop();
    });
    constexpr std::chrono::microseconds waits_for_a_signal{0};
    parts.keep("log_rotation", std::nullopt, waits_for_a_signal, &Parts::reopen_log_when_asked);
    parts.keep("reload", std::nullopt, waits_for_a_signal, &Parts::reload_when_asked);
    if (const auto patience = parts.manager.watchdog()) {
        parts.keep("watchdog", *patience, *patience / 2, &Parts::keep_watchdog_quiet);
    }
    parts.manager.ready(parts.status());
    parts.network.run();
    parts.manager.stopping("running mails finish");
    const std::size_t cut_off = parts.drain();
    parts.log->write(event::RelayStopped{"signal", cut_off});
}

}  // namespace mugaika

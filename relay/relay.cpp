#include "relay/relay.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>

#include "policy/shown_text.hpp"
#include "relay/async/disk.hpp"
#include "relay/config/config_change.hpp"
#include "relay/host/local_http.hpp"
#include "relay/host/reserve.hpp"
#include "relay/host/state_lock.hpp"
#include "relay/inbound/inbound.hpp"
#include "relay/log/events.hpp"
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

constexpr int network_threads = 1;
constexpr std::chrono::milliseconds outbox_pause{1000};
constexpr std::chrono::milliseconds reserve_pause{1000};
constexpr std::chrono::milliseconds quarantine_pause{5000};
constexpr std::size_t disk_threads = 2;
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
    asio::io_context network{network_threads};
    asio::signal_set ends{network, SIGTERM, SIGINT};
    asio::signal_set log_rotated{network, SIGUSR1};
    asio::signal_set reload_asked{network, SIGHUP};
    asio::thread_pool disk{disk_threads};
    std::unique_ptr<EventLog> log;
    std::unique_ptr<QuarantineStore> store;
    std::unique_ptr<WorkerPool> workers;
    std::unique_ptr<Outbound> outbound;
    std::unique_ptr<MailFlow> flow;
    std::unique_ptr<ReleaseClerk> clerk;
    std::shared_ptr<TlsServerContext> tls;
    std::unique_ptr<Inbound> inbound;
    std::unique_ptr<Reserve> reserve;
    std::unique_ptr<LocalHttp> http;     // nothing: not configured
    QuarantineStore::Totals quarantine;  // when last looked at

    Result<void> open_state();
    Result<void> start_workers(const std::string& program);
    Result<void> start_network();
    asio::awaitable<void> reopen_log_when_asked();
    asio::awaitable<void> reload_when_asked();
    asio::awaitable<void> keep_watchdog_quiet(std::chrono::microseconds);
    asio::awaitable<void> watch_reserve();
    asio::awaitable<void> watch_quarantine();
    StatusFacts status_facts() const;
    Result<std::unique_ptr<LocalHttp>> open_http(const Config&);
    std::string status() const;
    std::vector<std::string> take_up(ConfigReading);
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
    auto opened_log =
        EventLog::open(config->log, config->hostname, config->sync_log ? EventLog::Sync::yes : EventLog::Sync::no);
    if (!opened_log) return opened_log.error();
    log = std::move(*opened_log);
    auto opened =
        QuarantineStore::open(config->quarantine_dir(), config->quarantine_key_file(), QuarantineStore::Access::relay);
    if (!opened) return opened.error();
    store = std::move(*opened);
    return {};
}

Result<void> Relay::Parts::start_workers(const std::string& program) {
    workers = std::make_unique<WorkerPool>(network, program, config->worker_count(), config->limits.worker, *log);
    return workers->start();
}

Result<void> Relay::Parts::start_network() {
    auto loaded = TlsServerContext::load(config->tls);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
    auto outbox = Outbox::open(config->outbox_dir());
    if (!outbox) return outbox.error();
    outbox->remove_left_overs();
    reserve = std::make_unique<Reserve>(*log);
    outbound = std::make_unique<Outbound>(network, config->hostname, config->limits.next_hop, *log);
    flow = std::make_unique<MailFlow>(config, *workers, *store, *outbound, *reserve, *log, disk);
    clerk = std::make_unique<ReleaseClerk>(*flow, *store, std::move(*outbox), *log, disk);
    inbound = std::make_unique<Inbound>(network, inbound_settings(*config, tls), *flow, *log);
    auto started = inbound->start(manager.take_sockets());
    if (!started) return started;
    auto opened = open_http(*config);
    if (!opened) return opened.error();
    http = std::move(*opened);
    asio::co_spawn(network, clerk->work(outbox_pause), asio::detached);
    asio::co_spawn(network, watch_reserve(), asio::detached);
    asio::co_spawn(network, watch_quarantine(), asio::detached);
    return {};
}

asio::awaitable<void> Relay::Parts::reopen_log_when_asked() {
    for (;;) {
        const auto [error, number] = co_await log_rotated.async_wait(no_throw);
        if (error) co_return;
        auto reopened = log->reopen();
        if (!reopened) say(reopened.error().words());
    }
}

// One reload after the other; what is asked for meanwhile waits in the signal set.
asio::awaitable<void> Relay::Parts::reload_when_asked() {
    for (;;) {
        const auto [error, number] = co_await reload_asked.async_wait(no_throw);
        if (error) co_return;
        manager.reloading();
        auto read = [file = config_file] { return read_config_file(file); };
        ConfigReading reading = co_await on_disk(disk, std::move(read));
        const std::vector<std::string> faults = take_up(std::move(reading));
        for (const std::string& fault : faults) say(fault);
        if (faults.empty()) {
            log->config_loaded(config_file);
            manager.ready(status());
        } else {
            log->config_rejected(config_file, faults);
            manager.ready("the new configuration is refused, the old one serves: " + faults.front());
        }
    }
}

// From the network thread itself, so that a loop that hangs is noticed.
asio::awaitable<void> Relay::Parts::keep_watchdog_quiet(std::chrono::microseconds patience) {
    asio::steady_timer timer(network);
    for (;;) {
        manager.alive();
        timer.expires_after(patience / 2);
        const auto [error] = co_await timer.async_wait(no_throw);
        if (error) co_return;
    }
}

asio::awaitable<void> Relay::Parts::watch_reserve() {
    asio::steady_timer timer(network);
    for (;;) {
        auto look = [folder = config->state_dir] { return read_reserve(folder); };
        const ReserveReading reading = co_await on_disk(disk, std::move(look));
        reserve->take_up(reading);
        reserve->shortage(config->limits.reserve, flow->waiting_mails());  // for its event, also while no mail comes
        timer.expires_after(reserve_pause);
        const auto [error] = co_await timer.async_wait(no_throw);
        if (error) co_return;
    }
}

// For the metrics alone. What cannot be read now is shown as it was.
asio::awaitable<void> Relay::Parts::watch_quarantine() {
    asio::steady_timer timer(network);
    for (;;) {
        if (config->metrics) {
            auto look = [this] { return store->totals(); };
            const auto totals = co_await on_disk(disk, std::move(look));
            if (totals) quarantine = *totals;
        }
        timer.expires_after(quarantine_pause);
        const auto [error] = co_await timer.async_wait(no_throw);
        if (error) co_return;
    }
}

StatusFacts Relay::Parts::status_facts() const {
    StatusFacts facts;
    facts.listening = inbound->ports().size() == config->listeners.size();
    facts.reserve_low = reserve->low();
    facts.routes_down = flow->routes_down();
    facts.workers = workers->counts();
    facts.orders = clerk->orders();
    facts.quarantine = quarantine;
    facts.log_lost_events = log->lost_events();
    facts.version = MUGAIKA_VERSION;
    return facts;
}

Result<std::unique_ptr<LocalHttp>> Relay::Parts::open_http(const Config& wanted) {
    if (!wanted.metrics) return std::unique_ptr<LocalHttp>();
    auto opened = std::make_unique<LocalHttp>(
        network, [this](const std::string& path) { return status_page(path, status_facts(), log->metrics()); });
    const auto started = opened->start(wanted.metrics->host, wanted.metrics->port);
    if (!started) return started.error();
    return opened;
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
    outbound->keep_only(next_hops_of(*fresh));
    config = fresh;
    return {};
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

// Coroutines hold references to the parts, so the network's unfinished ones are destroyed with the io_context; the disk
// pool and the store's thread end before it.
Relay::~Relay() {
    if (!parts_) return;
    parts_->disk.join();
}

Result<std::unique_ptr<Relay>> Relay::start(Setup setup) {
    if (setup.config.routes.empty()) {
        return Error(Fault::configuration, "no [[route]]: the relay would refuse every recipient");
    }
    const std::string worker_program = setup.worker_program;
    std::unique_ptr<Relay> relay(new Relay());
    relay->parts_ = std::make_unique<Parts>(std::move(setup));
    Parts& parts = *relay->parts_;
    auto ready = parts.open_state();
    if (ready) ready = parts.start_workers(worker_program);
    if (ready) ready = parts.start_network();
    if (!ready) return ready.error();
    std::vector<std::string> listening;
    for (const Listener& listener : parts.config->listeners) listening.push_back(listener.address.text());
    parts.log->relay_started(MUGAIKA_VERSION, parts.workers->sandbox_words(), listening);
    return relay;
}

std::vector<std::uint16_t> Relay::ports() const { return parts_->inbound->ports(); }

void Relay::run() {
    Parts& parts = *parts_;
    parts.ends.async_wait([&parts](const boost::system::error_code& error, int) {
        if (!error) parts.network.stop();
    });
    asio::co_spawn(parts.network, parts.reopen_log_when_asked(), asio::detached);
    asio::co_spawn(parts.network, parts.reload_when_asked(), asio::detached);
    if (const auto patience = parts.manager.watchdog()) {
        asio::co_spawn(parts.network, parts.keep_watchdog_quiet(*patience), asio::detached);
    }
    parts.manager.ready(parts.status());
    parts.network.run();
    parts.manager.stopping("running mails finish");
    const std::size_t cut_off = parts.drain();
    parts.log->relay_stopped("signal", cut_off);
}

}  // namespace mugaika

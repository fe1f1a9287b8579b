#include "relay/relay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>

#include "relay/inbound/inbound.hpp"
#include "relay/log/events.hpp"
#include "relay/mail_flow.hpp"
#include "relay/outbound/outbound.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"
#include "relay/release_clerk.hpp"
#include "relay/tls/server_context.hpp"
#include "relay/workers/worker_pool.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;

constexpr int network_threads = 1;
constexpr std::chrono::milliseconds outbox_pause{1000};
constexpr std::size_t disk_threads = 2;
// How long running mails may finish after SIGTERM before the process ends anyway; their senders then try again.
constexpr std::chrono::seconds drain_time{20};

Inbound::Settings inbound_settings(const Config& config, std::shared_ptr<const TlsServerContext> tls) {
    Inbound::Settings settings{config.hostname,    config.postmaster.value(), {},
                               config.spool_dir(), config.limits.smtp,        std::move(tls)};
    for (const HostPort& address : config.listen) settings.listen.emplace_back(address.host, address.port);
    return settings;
}

}  // namespace

struct Relay::Parts {
    explicit Parts(Config c) : config(std::move(c)) {}

    Config config;
    asio::io_context network{network_threads};
    asio::thread_pool disk{disk_threads};
    std::unique_ptr<EventLog> log;
    std::unique_ptr<QuarantineStore> store;
    std::unique_ptr<WorkerPool> workers;
    std::unique_ptr<Outbound> outbound;
    std::unique_ptr<MailFlow> flow;
    std::unique_ptr<ReleaseClerk> clerk;
    std::shared_ptr<TlsServerContext> tls;
    std::unique_ptr<Inbound> inbound;

    Result<void> open_state();
    Result<void> start_workers(const std::string& program);
    Result<void> start_network();
    Result<void> reload_tls();
    void drain();
};

Result<void> Relay::Parts::open_state() {
    for (const std::string& folder : {config.state_dir, config.spool_dir()}) {
        auto made = make_directory(folder, 0770);
        if (!made) return made;
    }
    auto opened_log =
        EventLog::open(config.log, config.hostname, config.sync_log ? EventLog::Sync::yes : EventLog::Sync::no);
    if (!opened_log) return opened_log.error();
    log = std::move(*opened_log);
    auto opened =
        QuarantineStore::open(config.quarantine_dir(), config.quarantine_key_file(), QuarantineStore::Access::relay);
    if (!opened) return opened.error();
    store = std::move(*opened);
    return {};
}

Result<void> Relay::Parts::start_workers(const std::string& program) {
    workers = std::make_unique<WorkerPool>(network, program, config.worker_count(), config.limits.worker, *log);
    return workers->start();
}

Result<void> Relay::Parts::start_network() {
    auto loaded = TlsServerContext::load(config.tls);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
    auto outbox = Outbox::open(config.outbox_dir());
    if (!outbox) return outbox.error();
    outbound = std::make_unique<Outbound>(network, config.hostname, config.limits.next_hop, *log);
    flow = std::make_unique<MailFlow>(config, *workers, *store, *outbound, *log, disk);
    clerk = std::make_unique<ReleaseClerk>(*flow, *store, std::move(*outbox), *log, disk);
    inbound = std::make_unique<Inbound>(network, inbound_settings(config, tls), *flow, *log);
    auto started = inbound->start();
    if (!started) return started;
    asio::co_spawn(network, clerk->work(outbox_pause), asio::detached);
    return {};
}

// Certificates, keys and CA files as they are now, for new connections of either side. An Error: the old certificates
// stay.
Result<void> Relay::Parts::reload_tls() {
    outbound->reload_tls();
    return tls->reload(config.tls);
}

void Relay::Parts::drain() {
    inbound->stop();
    const auto end = std::chrono::steady_clock::now() + drain_time;
    network.restart();
    while (inbound->sessions() > 0 && std::chrono::steady_clock::now() < end) {
        network.run_for(std::chrono::milliseconds(100));
        network.restart();
    }
    outbound->stop();
    network.run_for(std::chrono::milliseconds(100));
}

Relay::Relay() = default;

// Coroutines hold references to the parts, so the network's unfinished ones are destroyed with the io_context; the disk
// pool and the store's thread end before it.
Relay::~Relay() {
    if (!parts_) return;
    parts_->disk.join();
}

Result<std::unique_ptr<Relay>> Relay::start(Config config, const std::string& worker_program) {
    if (config.routes.empty()) {
        return Error(Fault::configuration, "no [[route]]: the relay would refuse every recipient");
    }
    std::unique_ptr<Relay> relay(new Relay());
    relay->parts_ = std::make_unique<Parts>(std::move(config));
    Parts& parts = *relay->parts_;
    auto ready = parts.open_state();
    if (ready) ready = parts.start_workers(worker_program);
    if (ready) ready = parts.start_network();
    if (!ready) return ready.error();
    std::vector<std::string> listening;
    for (const HostPort& address : parts.config.listen) listening.push_back(address.text());
    parts.log->relay_started(MUGAIKA_VERSION, parts.workers->sandbox_words(), listening);
    return relay;
}

std::vector<std::uint16_t> Relay::ports() const { return parts_->inbound->ports(); }

void Relay::run() {
    Parts& parts = *parts_;
    asio::signal_set ends(parts.network, SIGTERM, SIGINT);
    ends.async_wait([&parts](const boost::system::error_code& error, int) {
        if (!error) parts.network.stop();
    });
    asio::signal_set log_rotated(parts.network, SIGUSR1);
    std::function<void(const boost::system::error_code&, int)> reopen;
    reopen = [&](const boost::system::error_code& error, int) {
        if (error) return;
        auto reopened = parts.log->reopen();
        if (!reopened) std::fprintf(stderr, "mugaika-relay: %s\n", reopened.error().words().c_str());
        log_rotated.async_wait(reopen);
    };
    log_rotated.async_wait(reopen);
    parts.network.run();
    parts.drain();
    parts.log->relay_stopped("signal");
}

}  // namespace mugaika

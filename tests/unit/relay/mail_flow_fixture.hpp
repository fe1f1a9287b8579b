// A mail flow with its real parts: worker program, quarantine on disk, two next hops on loopback. What a test needs to
// go wrong goes wrong in one of them.
#pragma once

#include <openssl/evp.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <exception>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "relay/mail_flow.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/release_clerk.hpp"
#include "test_places.hpp"
#include "tests/support/fake_next_hop.hpp"
#include "tests/support/release_lies.hpp"
#include "tests/support/worker_programs.hpp"
#include "tests/unit/relay/quarantine/quarantine_fixture.hpp"

namespace mugaika::test {

using namespace std::chrono_literals;

inline const std::string worker_program = MUGAIKA_BIN "/mugaika-worker";

inline const std::string clean = "From: a@example.com\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
// Its original has to be kept before anything is answered.
inline const std::string lossy =
    "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    "Content-Type: text/plain\r\n\r\ntext\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
    "filename=a.pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n";

inline Config base_config(const Folder& folder) {
    const std::string toml =
        "[[route]]\ndomains = [\"city.example\"]\nnext_hop = [\"127.0.0.1:25\"]\n"
        "[[route]]\ndomains = [\"town.example\"]\nnext_hop = [\"127.0.0.1:25\"]\n";
    ConfigReading reading = read_config_text(toml, "m.toml");
    for (const ConfigFault& fault : reading.faults) FAIL(fault.text());
    reading.config.hostname = "mx.city.example";
    reading.config.state_dir = folder.path();
    reading.config.limits.next_hop.reply_timeout = 10s;
    // A connection gets QUIT after each transaction: the next hop hears when a delivery is over for the relay.
    reading.config.limits.next_hop.mails_per_connection_max = 1;
    return std::move(reading.config);
}

struct Bench {
    explicit Bench(const std::string& program = worker_program, const std::function<void(Config&)>& change = {},
                   const FilePrograms& file_programs = {MUGAIKA_BIN "/mugaika-codec", MUGAIKA_BIN "/mugaika-checker"},
                   const std::string& engine_program = "")
        : config(base_config(folder)) {
        config.routes[0].next_hops = {{"127.0.0.1", hop.port()}};
        config.routes[1].next_hops = {{"127.0.0.1", town.port()}};
        if (change) change(config);
        pool.emplace(io, program, 1, config.limits.worker, *events);
        files.emplace(io, compute, file_programs, 1, config.limits.codec, *events);
        const EngineSettings& engines = config.engines;
        converters.emplace(io, EnginePlace{engine_program, engines.socket}, engines.limits, engines.at_once, *events);
        outbound.emplace(io, config.hostname, config.limits.next_hop, *events);
        flow.emplace(std::make_shared<const Config>(config), *pool, *files, *converters, *store,
                     Outbox::open(folder / "outbox").value(), *outbound, reserve, *events, disk, compute);
    }
    ~Bench() {
        disk.join();
        compute.join();
    }

    void run_until(const std::function<bool()>& done) {
        const auto give_up = std::chrono::steady_clock::now() + 30s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < give_up) io.run_one_for(100ms);
        REQUIRE(done());
    }

    template <class T>
    std::shared_ptr<std::optional<T>> start(boost::asio::awaitable<T> asked) {
        auto answer = std::make_shared<std::optional<T>>();
        boost::asio::co_spawn(io, std::move(asked), [answer](std::exception_ptr fault, T given) {
            if (!fault) answer->emplace(std::move(given));
        });
        return answer;
    }

    template <class T>
    T wait_for(boost::asio::awaitable<T> asked) {
        const auto answer = start(std::move(asked));
        run_until([&] { return answer->has_value(); });
        return **answer;
    }

    ReceivedMail received(const std::string& bytes, const std::vector<std::string>& to = {"b@city.example"}) const {
        smtp::Envelope envelope;
        envelope.sender = address("a@example.com");
        for (const std::string& recipient : to) envelope.recipients.push_back(address(recipient));
        ReceivedMail mail(std::move(envelope), raw(bytes));
        mail.client_address = "192.0.2.1";
        mail.protocol = "ESMTP";
        mail.config = flow->config();
        mail.session = "s1";
        mail.received_at = std::chrono::system_clock::time_point(1780000000s);
        return mail;
    }

    std::string answer_to(const std::string& bytes, const std::vector<std::string>& to) {
        return wait_for(flow->take(received(bytes, to))).line();
    }
    auto take(const std::string& bytes) { return start(flow->take(received(bytes))); }
    auto take(const std::string& bytes, const std::vector<std::string>& to) {
        return start(flow->take(received(bytes, to)));
    }
    std::string answer_to(const std::string& bytes) { return wait_for(flow->take(received(bytes))).line(); }
    std::string answer_to_recipient(const std::string& recipient, const smtp::Envelope& so_far = {}) {
        return wait_for(flow->verify(flow->config(), so_far, address(recipient), "s1")).line();
    }

    void script(const std::string& verb, std::vector<FakeAnswer> answers) {
        hop.scripts[0].answers[verb] = std::move(answers);
    }

    // What one event says, in the order of the lines.
    std::vector<std::string> lines_with(const std::string& words) const {
        std::ifstream file(folder / "events");
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) {
            if (line.find(words) != std::string::npos) lines.push_back(line);
        }
        return lines;
    }

    std::vector<OwedOrder> owed() const { return Outbox::open(folder / "outbox").value().list().value(); }
    std::vector<QuarantineStore::Row> kept() const { return store->list({}).value(); }

    std::size_t count_events(const std::string& words) const { return lines_with(words).size(); }

    Folder folder;
    std::vector<std::string> faults;  // as they are told
    TaskLedger tasks{[this](const std::string&, const std::string& why) { faults.push_back(why); }};
    boost::asio::io_context io;
    FakeNextHop hop{io};   // of city.example
    FakeNextHop town{io};  // of town.example
    Config config;
    std::unique_ptr<EventLog> events = EventLog::open(folder / "events", "test.example").value();
    std::unique_ptr<QuarantineStore> store = open_store(folder);
    Reserve reserve{*events};
    std::optional<WorkerPool> pool;
    std::optional<FilePool> files;
    std::optional<Converters> converters;
    std::optional<Outbound> outbound;
    boost::asio::thread_pool disk{1};
    boost::asio::thread_pool compute{1};
    std::optional<MailFlow> flow;
};

// While it lives nothing that the flow gives to this pool, which has one thread, is done.
class HeldPool {
public:
    explicit HeldPool(boost::asio::thread_pool& pool) {
        boost::asio::post(pool, [until = std::make_shared<std::future<void>>(go_on_.get_future())] { until->wait(); });
    }
    ~HeldPool() { release(); }
    HeldPool(const HeldPool&) = delete;
    HeldPool& operator=(const HeldPool&) = delete;
    void release() {
        if (!std::exchange(released_, true)) go_on_.set_value();
    }

private:
    std::promise<void> go_on_;
    bool released_ = false;
};

// A clerk at work on the bench's outbox. What it gave to the disk is done before it goes.
struct BusyClerk {
    BusyClerk(Bench& bench, std::chrono::milliseconds pause)
        : disk(bench.disk),
          clerk(*bench.flow, *bench.store, Outbox::open(bench.folder / "outbox").value(), *bench.events, bench.disk,
                bench.tasks) {
        auto round = [this] { return clerk.round(); };
        boost::asio::co_spawn(bench.io, keep_running(bench.tasks.begin("releases", 1h), {pause, 1ms}, round),
                              [](std::exception_ptr) {});
        auto rerun_round = [this] { return clerk.rerun_round(); };
        boost::asio::co_spawn(bench.io, keep_running(bench.tasks.begin("reruns", 1h), {pause, 1ms}, rerun_round),
                              [](std::exception_ptr) {});
    }
    ~BusyClerk() { disk.join(); }
    BusyClerk(const BusyClerk&) = delete;
    BusyClerk& operator=(const BusyClerk&) = delete;

    boost::asio::thread_pool& disk;
    ReleaseClerk clerk;
};

// While it lives this process can make no digests: sha256_hex() throws.
class DigestsFail {
public:
    DigestsFail() { EVP_set_default_properties(nullptr, "fips=yes"); }
    ~DigestsFail() { EVP_set_default_properties(nullptr, ""); }
    DigestsFail(const DigestsFail&) = delete;
    DigestsFail& operator=(const DigestsFail&) = delete;
};

inline bool begins(const std::string& line, std::string_view start) { return line.substr(0, start.size()) == start; }

inline bool worker_is_built() {
    if (::access(worker_program.c_str(), X_OK) == 0) return true;
    WARN("mugaika-worker is not built: skipped");
    return false;
}

inline QuarantineItem stored_item(Bench& bench) {
    CHECK(begins(bench.answer_to(lossy), "250 "));
    REQUIRE(bench.kept().size() == 1);
    return bench.store->load(bench.kept()[0].id).value();
}

inline ReleaseOrder order_for(const QuarantineItem& item) {
    ReleaseOrder order;
    order.order_id = make_order_id();
    order.item_id = item.id;
    order.recipients = item.envelope.recipients;
    order.person = "yamada";
    order.reason = "checked";
    order.ordered_at = std::chrono::system_clock::now();
    order.valid_until = order.ordered_at + std::chrono::hours(1);
    return order;
}

}  // namespace mugaika::test

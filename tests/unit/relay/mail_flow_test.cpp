// The story of one mail with its real parts: worker program, quarantine on disk, next hop on loopback. What a test
// needs to go wrong goes wrong in one of them.
#include "relay/mail_flow.hpp"

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

#include "relay/quarantine/outbox.hpp"
#include "relay/release_clerk.hpp"
#include "test_places.hpp"
#include "tests/support/fake_next_hop.hpp"
#include "tests/support/worker_programs.hpp"
#include "tests/unit/relay/quarantine/quarantine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::chrono_literals;

namespace {

const std::string worker_program = MUGAIKA_BIN "/mugaika-worker";

const std::string clean = "From: a@example.com\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
// Its original has to be kept before anything is answered.
const std::string lossy =
    "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    "Content-Type: text/plain\r\n\r\ntext\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
    "filename=a.pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n";

Config base_config(const Folder& folder) {
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
    explicit Bench(const std::string& program = worker_program, const std::function<void(Config&)>& change = {})
        : config(base_config(folder)) {
        for (Route& route : config.routes) route.next_hops = {{"127.0.0.1", hop.port()}};
        if (change) change(config);
        pool.emplace(io, program, 1, config.limits.worker, *events);
        outbound.emplace(io, config.hostname, config.limits.next_hop, *events);
        flow.emplace(std::make_shared<const Config>(config), *pool, *store, *outbound, reserve, *events, disk);
    }
    ~Bench() { disk.join(); }

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

    ReceivedMail received(const std::string& bytes) const {
        smtp::Envelope envelope;
        envelope.sender = address("a@example.com");
        envelope.recipients = {address("b@city.example")};
        ReceivedMail mail(std::move(envelope), raw(bytes));
        mail.client_address = "192.0.2.1";
        mail.protocol = "ESMTP";
        mail.config = flow->config();
        mail.received_at = std::chrono::system_clock::time_point(1780000000s);
        return mail;
    }

    auto take(const std::string& bytes) { return start(flow->take(received(bytes))); }
    std::string answer_to(const std::string& bytes) { return wait_for(flow->take(received(bytes))).line(); }
    std::string answer_to_recipient(const std::string& recipient, const smtp::Envelope& so_far = {}) {
        return wait_for(flow->verify(flow->config(), so_far, address(recipient), "s1")).line();
    }

    void script(const std::string& verb, std::vector<FakeAnswer> answers) {
        hop.scripts[0].answers[verb] = std::move(answers);
    }

    std::vector<QuarantineStore::Row> kept() const { return store->list({}).value(); }

    std::size_t count_events(const std::string& words) const {
        std::ifstream file(folder / "events");
        std::size_t count = 0;
        for (std::string line; std::getline(file, line);) count += line.find(words) != std::string::npos;
        return count;
    }

    Folder folder;
    boost::asio::io_context io;
    FakeNextHop hop{io};
    Config config;
    std::unique_ptr<EventLog> events = EventLog::open(folder / "events", "test.example").value();
    std::unique_ptr<QuarantineStore> store = open_store(folder);
    Reserve reserve{*events};
    std::optional<WorkerPool> pool;
    std::optional<Outbound> outbound;
    boost::asio::thread_pool disk{1};
    std::optional<MailFlow> flow;
};

// While it lives nothing that the flow gives to its disk pool, which has one thread, is done.
class HeldDisk {
public:
    explicit HeldDisk(boost::asio::thread_pool& disk) {
        boost::asio::post(disk, [until = std::make_shared<std::future<void>>(go_on_.get_future())] { until->wait(); });
    }
    ~HeldDisk() { release(); }
    HeldDisk(const HeldDisk&) = delete;
    HeldDisk& operator=(const HeldDisk&) = delete;
    void release() {
        if (!std::exchange(released_, true)) go_on_.set_value();
    }

private:
    std::promise<void> go_on_;
    bool released_ = false;
};

bool begins(const std::string& line, std::string_view start) { return line.substr(0, start.size()) == start; }

bool worker_is_built() {
    if (::access(worker_program.c_str(), X_OK) == 0) return true;
    WARN("mugaika-worker is not built: skipped");
    return false;
}

QuarantineItem stored_item(Bench& bench) {
    CHECK(begins(bench.answer_to(lossy), "250 "));
    REQUIRE(bench.kept().size() == 1);
    return bench.store->load(bench.kept()[0].id).value();
}

ReleaseOrder order_for(const QuarantineItem& item) {
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

}  // namespace

TEST_CASE("a clean mail is delivered and nothing is kept, a lossy one is delivered and its original is kept") {
    if (!worker_is_built()) return;
    Bench bench;
    CHECK(begins(bench.answer_to(clean), "250 "));
    CHECK(bench.kept().empty());
    CHECK(begins(bench.answer_to(lossy), "250 "));
    REQUIRE(bench.kept().size() == 1);
    const auto original = bench.store->load_original(bench.kept()[0].id).value();
    CHECK(original.sha256() == raw(lossy).sha256());
    CHECK(bench.hop.mails.size() == 2);
}

TEST_CASE("the log names the original's Message-ID, the sender and the recipients, refused ones too") {
    if (!worker_is_built()) return;
    Bench bench;
    CHECK(begins(bench.answer_to("Message-ID: <77@example.com>\r\n" + clean), "250 "));
    CHECK(bench.count_events("\"message_id\":\"77@example.com\"") == 2);  // when it was read, and at its end
    CHECK(bench.count_events("\"from\":\"a@example.com\",\"to\":[\"b@city.example\"]") == 2);
    smtp::Envelope so_far;
    so_far.sender = address("a@example.com");
    bench.answer_to_recipient("b@elsewhere.example", so_far);
    CHECK(bench.count_events("\"from\":\"a@example.com\",\"recipient\":\"b@elsewhere.example\"") == 1);
}

TEST_CASE("the event that ends a mail says how long each of its stages took, and of no other stage") {
    if (!worker_is_built()) return;
    Bench bench;
    const auto said = [&bench](const char* stage) { return bench.count_events("\"" + std::string(stage) + "_us\""); };
    CHECK(begins(bench.answer_to(clean), "250 "));
    CHECK(bench.count_events("\"compose_us\"") == 1);
    CHECK(said("deliver") == 1);
    CHECK(said("quarantine") == 0);
    CHECK(begins(bench.answer_to(lossy), "250 "));
    CHECK(said("quarantine") == 1);
    CHECK(said("deliver") == 2);
    // What fails took its time too.
    bench.hop.close();
    CHECK(begins(bench.answer_to(clean + "again\r\n"), "451 "));
    CHECK(said("deliver") == 3);
    CHECK(said("total") == 3);
    MetricsText text;
    bench.events->metrics().write_to(text);
    const std::string metrics = std::move(text).take();
    CHECK_THAT(metrics, Catch::Contains("mugaika_stage_seconds_count{stage=\"worker\"} 3\n") &&
                            Catch::Contains("mugaika_stage_seconds_count{stage=\"quarantine\"} 1\n") &&
                            Catch::Contains("mugaika_stage_seconds_count{stage=\"total\"} 3\n"));
}

// The race: the first mail was not delivered and its original is on the way out when the same mail comes again.
TEST_CASE("nobody counts on an original that is being taken back: meanwhile the same mail is answered for now") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.hop.scripts = {FakeScript{}, FakeScript{}};  // from the second delivery on it would take the mail
    bench.hop.scripts[0].answers["."] = {"452 4.3.1 full\r\n"};
    HeldDisk held(bench.disk);
    const auto first = bench.take(lossy);
    // QUIT is sent from a coroutine that starts after the one of the mail went on as far as it can: to the removal.
    bench.run_until([&] { return bench.hop.count("QUIT") == 1; });
    REQUIRE_FALSE(first->has_value());
    REQUIRE(bench.kept().size() == 1);

    const auto second = bench.take(lossy);
    bench.run_until([&] { return second->has_value(); });
    CHECK(begins((*second)->line(), "451 4.3.0 "));
    CHECK(bench.hop.mails.size() == 1);  // nothing was sent on its behalf
    REQUIRE_FALSE(first->has_value());

    held.release();
    bench.run_until([&] { return first->has_value(); });
    CHECK(begins((*first)->line(), "452 4.3.1 "));
    CHECK(bench.kept().empty());
    CHECK(bench.count_events("message.deferred") == 2);

    // The retry gets an original of its own.
    CHECK(begins(bench.answer_to(lossy), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.store->load_original(bench.kept()[0].id).value().sha256() == raw(lossy).sha256());
}

TEST_CASE("of twins under way at once one is not delivered: the original stays for the other") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.hop.scripts = {FakeScript{}, FakeScript{}};
    bench.hop.scripts[0].answers["."] = {"452 4.3.1 full\r\n"};
    const auto one = bench.take(lossy);
    const auto two = bench.take(lossy);
    bench.run_until([&] { return one->has_value() && two->has_value(); });
    const bool one_delivered = begins((*one)->line(), "250 ");
    CHECK(begins((one_delivered ? *two : *one)->line(), "452 "));
    CHECK(begins((one_delivered ? *one : *two)->line(), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.store->load_original(bench.kept()[0].id).has_value());
}

TEST_CASE("of twins under way at once neither is delivered: nothing stays") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.script(".", {"452 4.3.1 full\r\n"});
    const auto one = bench.take(lossy);
    const auto two = bench.take(lossy);
    bench.run_until([&] { return one->has_value() && two->has_value(); });
    CHECK(begins((*one)->line(), "452 "));
    CHECK(begins((*two)->line(), "452 "));
    CHECK(bench.kept().empty());
}

// matrix: recipient/foreign_domain, recipient/other_route
TEST_CASE("recipients of no route are refused, those of another route are to be sent apart") {
    Bench bench;
    CHECK(begins(bench.answer_to_recipient("b@elsewhere.example"), "550 5.7.1 Not a domain of ours"));
    smtp::Envelope so_far;
    so_far.recipients = {address("b@city.example")};
    CHECK(begins(bench.answer_to_recipient("b@town.example", so_far), "452 4.5.3 "));
    CHECK(begins(bench.answer_to_recipient("c@city.example", so_far), "250 "));
    CHECK(bench.hop.count("RCPT") == 1);
}

// matrix: recipient/refused, recipient/refused_for_now, recipient/unavailable, recipient/timeout, recipient/malformed
TEST_CASE(
    "AC-242 AC-243 AC-244 AC-247 at RCPT the next hop's answer is the answer, and without one the sender comes again") {
    Bench bench(worker_program, [](Config& config) { config.limits.next_hop.reply_timeout = 150ms; });
    std::string answer;
    SECTION("refused") {
        bench.script("RCPT", {"550 5.1.1 gone\r\n"});
        answer = "550 5.1.1 ";
    }
    SECTION("refused for now") {
        bench.script("RCPT", {"450 4.2.0 later\r\n"});
        answer = "450 4.2.0 ";
    }
    SECTION("not listening") {
        bench.hop.close();
        answer = "451 4.4.1 Next hop not reachable";
    }
    SECTION("silent") {
        bench.script("RCPT", {""});
        answer = "451 4.4.1 Next hop did not answer in time";
    }
    SECTION("nonsense") {
        bench.script("RCPT", {"354 go\r\n"});
        answer = "451 4.4.0 ";
    }
    CHECK(begins(bench.answer_to_recipient("b@city.example"), answer));
}

// matrix: worker/died, worker/late, worker/nonsense
TEST_CASE(
    "AC-237 AC-238 a mail on which workers fail twice is held: its original is kept, a notice goes, and it is 250") {
    struct Row {
        std::string behaviour;
        Reason reason;
    };
    const Row row = GENERATE(values<Row>({{"dies", Reason::worker_died},
                                          {"hangs", Reason::worker_late},
                                          {"garbage", Reason::worker_nonsense},
                                          {"lie.program_as_text", Reason::worker_nonsense}}));
    CAPTURE(row.behaviour);
    const WorkerProgram program(row.behaviour);
    Bench bench(program.path(), [&](Config& config) {
        if (row.reason == Reason::worker_late) config.limits.worker.wall_clock = 100ms;
    });
    CHECK(begins(bench.answer_to(clean), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.kept()[0].reason == to_string(row.reason));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(bench.hop.mails[0].find("hello") == std::string::npos);
    const bool limited = row.reason == Reason::worker_late;
    CHECK(bench.count_events(limited ? "\"worker.limited\"" : "\"worker.died\"") == 2);
}

// matrix: worker/unavailable
TEST_CASE("without a worker mail is answered for now and nothing is kept") {
    Bench bench("/nonexistent/mugaika-worker");
    CHECK(begins(bench.answer_to(lossy), "451 4.3.0 Local error reading the message"));
    CHECK(bench.kept().empty());
    CHECK(bench.hop.connections == 0);
}

// matrix: worker/busy
TEST_CASE("with no worker free in time mail is answered for now") {
    const WorkerProgram program("hangs");
    Bench bench(program.path(), [](Config& config) {
        config.limits.worker.wall_clock = 300ms;
        config.limits.smtp.mail_deadline = 0s;
    });
    const auto first = bench.take(lossy);
    const auto second = bench.take(clean);
    bench.run_until([&] { return second->has_value(); });
    CHECK(begins((*second)->line(), "451 4.3.2 Too busy"));
    bench.run_until([&] { return first->has_value(); });
    CHECK(bench.kept().empty());
}

// matrix: judge/refused
TEST_CASE("a mail that the policy refuses is refused for good and nothing is kept") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.profiles["standard"].actions.fill(PartAction::refuse); });
    CHECK(begins(bench.answer_to(lossy), "554 5.7.1 Refused by policy"));
    CHECK(bench.kept().empty());
    CHECK(bench.hop.connections == 0);
}

// matrix: quarantine/io
TEST_CASE("an original that cannot be kept means that the mail is not taken") {
    if (!worker_is_built()) return;
    Bench bench;
    std::filesystem::remove_all(bench.folder / "quarantine/tmp");
    CHECK(begins(bench.answer_to(lossy), "451 4.3.0 Local error keeping the original"));
    CHECK(bench.hop.connections == 0);
    CHECK(begins(bench.answer_to(clean), "250 "));
}

// A name that the configuration would refuse spoils everything that we write, the notice too.
// matrix: gate/internal
TEST_CASE(
    "what cannot be composed is held, and when not even the notice can be composed the mail is answered for now") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.hostname = "mx.city.example\r\nBcc: x@evil.example"; });
    CHECK(begins(bench.answer_to(clean), "451 4.3.0 Local error composing the message"));
    CHECK(bench.count_events("\"gate.refused\"") == 2);  // the mail, then the notice in its place
    CHECK(bench.kept().empty());                         // kept for the hold, and taken back with it
    CHECK(bench.hop.connections == 0);
}

// matrix: deliver/timeout
TEST_CASE("a mail past its deadline is not sent, so that nobody gets it twice") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.limits.smtp.mail_deadline = 0s; });
    CHECK(begins(bench.answer_to(lossy), "451 4.4.2 "));
    CHECK(bench.kept().empty());
    CHECK(bench.hop.connections == 0);
}

// matrix: release/malformed, release/refused, release/refused_for_now, release/unavailable, release/nonsense
TEST_CASE("an order that can never be carried out is given up, one that may be later is not") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    const auto original = bench.store->load_original(item.id).value();
    ReleaseOrder order = order_for(item);
    const auto ended = [&] { return bench.wait_for(bench.flow->release(order, item, original)); };
    const auto is_row = [](const FlowEnd& end, Failure failure, Ending ending) {
        return !end.delivered && end.outcome != nullptr && end.outcome->stage == Stage::release &&
               end.outcome->failure == failure && end.outcome->ending == ending;
    };
    SECTION("to recipients of two routes") {
        order.recipients.push_back(address("b@town.example"));
        CHECK(is_row(ended(), Failure::malformed, Ending::give_up));
    }
    SECTION("to a recipient who is gone") {
        bench.script("RCPT", {"550 5.1.1 gone\r\n"});
        CHECK(is_row(ended(), Failure::refused, Ending::give_up));
    }
    SECTION("to a recipient who is refused for now") {
        bench.script("RCPT", {"450 4.2.0 later\r\n"});
        CHECK(is_row(ended(), Failure::refused_for_now, Ending::retry_later));
    }
    SECTION("to a recipient who was refused a moment ago, so that nobody is asked again") {
        bench.script("RCPT", {"550 5.1.1 gone\r\n", "250 2.1.5 Ok\r\n"});
        CHECK(begins(bench.answer_to_recipient("b@city.example"), "550 "));
        CHECK(is_row(ended(), Failure::refused, Ending::give_up));
    }
    SECTION("while no next hop can be reached") {
        bench.hop.close();
        CHECK(is_row(ended(), Failure::unavailable, Ending::retry_later));
    }
    SECTION("while there is no room for another mail") {
        bench.config.limits.reserve.disk_free_min = ReserveReading::plenty;
        bench.reserve.take_up({1, ReserveReading::plenty});
        bench.flow->use(std::make_shared<const Config>(bench.config));
        CHECK(is_row(ended(), Failure::unavailable, Ending::retry_later));
    }
    SECTION("of what the gate does not let out") {
        bench.config.hostname = "mx.city.example\r\nBcc: x@evil.example";
        bench.flow->use(std::make_shared<const Config>(bench.config));
        CHECK(is_row(ended(), Failure::nonsense, Ending::give_up));
    }
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.kept().size() == 1);
}

TEST_CASE("AC-107 a release believes whom the relay believed when the mail came, and nobody else") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.authentication_results_from = {"mx.upstream.example"}; });
    const bool trusted = GENERATE(true, false);
    ReceivedMail mail = bench.received("Authentication-Results: mx.upstream.example; spf=pass\r\n" + lossy);
    mail.from_trusted_hop = trusted;
    CHECK(begins(bench.wait_for(bench.flow->take(std::move(mail))).line(), "250 "));
    // Whom the configuration believes by now says nothing about what came before.
    bench.config.authentication_results_from = {trusted ? "mx.other.example" : "mx.upstream.example"};
    bench.flow->use(std::make_shared<const Config>(bench.config));
    REQUIRE(bench.kept().size() == 1);
    const QuarantineItem item = bench.store->load(bench.kept()[0].id).value();
    const auto original = bench.store->load_original(item.id).value();
    const ReleaseOrder order = order_for(item);
    CHECK(bench.wait_for(bench.flow->release(order, item, original)).delivered);
    REQUIRE(bench.hop.mails.size() == 2);
    for (const std::string& sent : bench.hop.mails) {
        const bool said =
            sent.find("X-Mugaika-Authentication: by=mx.upstream.example; spf=pass\r\n") != std::string::npos;
        CHECK(said == trusted);
    }
}

// matrix: release/io, release/unavailable, release/expired
TEST_CASE("the clerk tries again what the disk or the next hop stopped, and gives up what is too late") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    ReleaseOrder order = order_for(item);
    auto outbox = Outbox::open(bench.folder / "outbox");
    REQUIRE(outbox.has_value());
    auto state = OwedOrder::State::waiting;
    std::string failure = "io";
    SECTION("the item cannot be read") {
        const std::string path = bench.folder / "quarantine/items/" + item.id + ".item";
        std::filesystem::remove(path);
        std::filesystem::create_directory(path);
    }
    SECTION("the next hop is not there") {
        bench.hop.close();
        failure = "unavailable";
    }
    SECTION("the order is past its date") {
        order.valid_until = order.ordered_at - 1s;
        state = OwedOrder::State::failed;
        failure = "expired";
    }
    REQUIRE(outbox->add(order).has_value());
    auto looking = Outbox::open(bench.folder / "outbox");
    ReleaseClerk clerk(*bench.flow, *bench.store, std::move(*outbox), *bench.events, bench.disk);
    boost::asio::co_spawn(bench.io, clerk.work(1h), [](std::exception_ptr) {});
    bench.run_until([&] { return looking->list().value().at(0).attempts == 1; });
    CHECK(looking->list().value()[0].state == state);
    CHECK(bench.count_events("quarantine.release_failed") == 1);
    CHECK(bench.count_events("\"stage\":\"release\",\"failure\":\"" + failure + "\"") == 1);
    CHECK(bench.hop.mails.size() == 1);
}

TEST_CASE("AC-240 an order that was delivered and that the disk does not let go of is not carried out again") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    ReleaseOrder order = order_for(item);
    ReleaseOrder second = order_for(item);
    order.ordered_at -= 1s;  // looked at first
    auto outbox = Outbox::open(bench.folder / "outbox");
    REQUIRE(outbox.has_value());
    auto commands = Outbox::open(bench.folder / "outbox");
    std::filesystem::create_directory(bench.folder / "outbox/lock");  // cannot be opened as a file: nothing is removed
    REQUIRE(outbox->add(order).has_value());
    ReleaseClerk clerk(*bench.flow, *bench.store, std::move(*outbox), *bench.events, bench.disk);
    boost::asio::co_spawn(bench.io, clerk.work(1ms), [](std::exception_ptr) {});
    bench.run_until([&] { return bench.count_events("quarantine.release_failed") == 1; });
    REQUIRE(commands->add(second).has_value());
    bench.run_until([&] { return bench.count_events("quarantine.release_failed") == 2; });
    CHECK(bench.count_events("quarantine.delivered") == 2);
    CHECK(bench.hop.mails.size() == 3);  // with the notice
    std::filesystem::remove(bench.folder / "outbox/lock");
    bench.run_until([&] { return commands->list().value().empty(); });
    CHECK(bench.hop.mails.size() == 3);
    // Each release stands beside the mail that it released.
    const auto releases = bench.store->releases(item.id).value();
    REQUIRE(releases.size() == 2);
    CHECK(releases[0].order_id == order.order_id);
    CHECK(releases[1].order_id == second.order_id);
    CHECK(bench.kept().at(0).release->person == "yamada");
}

// matrix: quarantine/io
TEST_CASE("a mail whose id another kept mail has already is not kept: 451, an alarm, and nothing goes on") {
    if (!worker_is_built()) return;
    Bench bench;
    const RawMail other = raw("Subject: other\r\n\r\n");
    QuarantineItem planted = item_for(other);
    planted.id = message_id_for(raw(lossy).sha256(), bench.received(lossy).envelope);
    REQUIRE(bench.store->add(planted, other).has_value());
    CHECK(begins(bench.answer_to(lossy), "451 4.3.0 "));
    CHECK(bench.count_events("quarantine.conflict") == 1);
    CHECK(bench.count_events("message.deferred") == 1);
    CHECK(bench.hop.mails.empty());
    CHECK(bench.store->load_original(planted.id)->sha256() == other.sha256());
}

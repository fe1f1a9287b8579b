// TLS with next hops over sockets, with certificates made for the test.
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <exception>
#include <fstream>
#include <optional>
#include <sstream>

#include "relay/outbound/outbound.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fake_next_hop.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::chrono_literals;

namespace {

TestCertificates& certificates() {
    static TestCertificates made;
    return made;
}

std::shared_ptr<const TlsServerContext> tls_with(const CertificateOrder& order) {
    return TlsServerContext::load({certificates().issue(order)}).value();
}

CertificateOrder order_for(const std::string& names) {
    CertificateOrder order;
    order.names = names;
    return order;
}

TlsPolicy policy(TlsMode mode, std::vector<std::string> names = {}) {
    return {mode, mode == TlsMode::verify ? certificates().ca_file() : "", std::move(names)};
}

struct Bench {
    explicit Bench(std::shared_ptr<const TlsServerContext> tls, const NextHopLimits& with = limits())
        : log(certificates().file_with("")) {
        hop.scripts.front().tls = std::move(tls);
        events = EventLog::open(log, "mx.example.jp").value();
        outbound.emplace(io, "mx.example.jp", with, *events);
    }

    static NextHopLimits limits() {
        NextHopLimits limits;
        limits.reply_timeout = 2s;
        limits.transaction_timeout = 5s;
        return limits;
    }

    smtp::Reply verify(const TlsPolicy& tls, const std::string& host = "127.0.0.1") {
        return verify_with(tls.mode == TlsMode::none ? nullptr : TlsClientContext::load(tls).value(), tls, host);
    }

    smtp::Reply verify_with(std::shared_ptr<const TlsClientContext> context, const TlsPolicy& tls,
                            const std::string& host = "127.0.0.1") {
        NextHops hops;
        hops.hosts.emplace_back(host, hop.port());
        hops.tls = tls;
        hops.tls_context = std::move(context);
        smtp::Envelope so_far;
        // A recipient asked for once is remembered; each question has its own.
        const MailAddress recipient = MailAddress::parse("b" + std::to_string(++asked) + "@example.jp").value();
        std::optional<smtp::Reply> answer;
        boost::asio::co_spawn(
            io, outbound->verify(hops, so_far, recipient),
            [&answer](std::exception_ptr, RecipientAnswer given) { answer = std::move(given.reply); });
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!answer && std::chrono::steady_clock::now() < give_up) io.run_one_for(100ms);
        REQUIRE(answer);
        return *answer;
    }

    bool logged(const std::string& words) const {
        std::stringstream text;
        text << std::ifstream(log).rdbuf();
        return text.str().find(words) != std::string::npos;
    }

    const std::string log;
    std::unique_ptr<EventLog> events;
    boost::asio::io_context io;
    FakeNextHop hop{io};
    std::optional<Outbound> outbound;
    int asked = 0;
};

const std::string insecure = smtp::reply_from(outcome<Stage::recipient, Failure::insecure>()).line();

}  // namespace

TEST_CASE("each mode but none uses the TLS that is offered, and the log says with what") {
    Bench bench(tls_with(order_for("IP:127.0.0.1")));
    for (const TlsMode mode : {TlsMode::opportunistic, TlsMode::required, TlsMode::verify}) {
        CHECK(bench.verify(policy(mode)).code == 250);
    }
    CHECK(bench.hop.secured == 3);
    CHECK(bench.logged("next_hop.secured"));
    CHECK(bench.logged("\"tls_version\":\"TLSv1.3\""));
    CHECK(bench.verify(policy(TlsMode::none)).code == 250);
    CHECK(bench.hop.secured == 3);
    CHECK(bench.hop.count("STARTTLS") == 3);
}

TEST_CASE("a secured connection is used again, and not for another way of securing") {
    Bench bench(tls_with(order_for("IP:127.0.0.1")));
    for (int mail = 0; mail < 3; ++mail) CHECK(bench.verify(policy(TlsMode::required)).code == 250);
    CHECK(bench.hop.connections == 1);
    CHECK(bench.verify(policy(TlsMode::verify)).code == 250);
    CHECK(bench.hop.connections == 2);
    CHECK(bench.verify(policy(TlsMode::verify, {"mx.example.jp"})).line() == insecure);
}

// matrix: recipient/insecure
TEST_CASE("AC-026 required and verify never go in the clear, opportunistic does and both are in the log") {
    SECTION("when STARTTLS is not offered") {
        Bench bench(nullptr);
        CHECK(bench.verify(policy(TlsMode::required)).line() == insecure);
        CHECK(bench.verify(policy(TlsMode::verify)).line() == insecure);
        CHECK(bench.hop.count("MAIL") == 0);
        CHECK(bench.logged("STARTTLS is not offered"));
        CHECK(bench.verify(policy(TlsMode::opportunistic)).code == 250);
    }
    SECTION("when the answer to STARTTLS is no") {
        Bench bench(tls_with({}));
        bench.hop.scripts.front().answers["STARTTLS"] = {"454 4.7.0 TLS not available\r\n"};
        CHECK(bench.verify(policy(TlsMode::required)).line() == insecure);
        CHECK(bench.hop.count("MAIL") == 0);
        CHECK(bench.verify(policy(TlsMode::opportunistic)).code == 250);
        CHECK(bench.logged("\"in_the_clear\":true"));
    }
    SECTION("when the handshake fails") {
        Bench bench(nullptr);
        FakeScript liar;
        liar.answers["EHLO"] = {"250-fake\r\n250 STARTTLS\r\n"};
        liar.answers["STARTTLS"] = {{"220 go ahead\r\n", FakeAnswer::Then::hang_up}};
        bench.hop.scripts = {liar};
        CHECK(bench.verify(policy(TlsMode::required)).line() == insecure);
        CHECK(bench.hop.count("MAIL") == 0);
        CHECK(bench.logged("\"in_the_clear\":false"));
        const int before = bench.hop.connections;
        CHECK(bench.verify(policy(TlsMode::opportunistic)).code == 250);
        CHECK(bench.hop.connections == before + 2);  // a new one, not the one on which the handshake failed
        CHECK(bench.logged("\"in_the_clear\":true"));
    }
}

TEST_CASE("AC-025 answers injected in the clear before the handshake are never heard as answers") {
    Bench bench(nullptr);
    FakeScript injecting;
    injecting.answers["EHLO"] = {"250-fake\r\n250 STARTTLS\r\n"};
    const std::string injected = "250 one\r\n250 two\r\n250 three\r\n";
    injecting.answers["STARTTLS"] = {"220 go ahead\r\n" + injected};
    injecting.piece_bytes = GENERATE(std::size_t{0}, std::size_t{14});  // with the 220, and in a piece of its own
    bench.hop.scripts = {injecting};
    const smtp::Reply answer = bench.verify(policy(TlsMode::required));
    CHECK(answer.code == 451);
    CHECK(bench.hop.count("MAIL") == 0);
}

TEST_CASE("verify wants a trusted chain and the right name, and says what is wrong") {
    struct Row {
        std::string what;
        CertificateOrder order;
        std::vector<std::string> names;
        std::string host;
        std::string wrong;  // "": good
    };
    CertificateOrder expired = order_for("IP:127.0.0.1");
    expired.until = std::chrono::hours(-1);
    CertificateOrder early = order_for("IP:127.0.0.1");
    early.from = std::chrono::hours(1);
    CertificateOrder self_signed = order_for("IP:127.0.0.1");
    self_signed.self_signed = true;
    const std::vector<Row> rows{
        {"the address of the next hop", order_for("IP:127.0.0.1"), {}, "127.0.0.1", ""},
        {"another address", order_for("IP:127.0.0.2"), {}, "127.0.0.1", "IP address mismatch"},
        {"an address as a name", order_for("DNS:127.0.0.1"), {}, "127.0.0.1", "IP address mismatch"},
        {"the name of the next hop", order_for("DNS:localhost"), {}, "localhost", ""},
        {"another name", order_for("DNS:other.example"), {}, "localhost", "hostname mismatch"},
        {"one of the names", order_for("DNS:b.example"), {"a.example", "b.example"}, "127.0.0.1", ""},
        {"none of the names", order_for("DNS:localhost"), {"a.example", "b.example"}, "localhost", "hostname mismatch"},
        {"a wildcard", order_for("DNS:*.lgwan.example"), {"mx.lgwan.example"}, "127.0.0.1", ""},
        {"a wildcard of two labels",
         order_for("DNS:*.example"),
         {"mx.lgwan.example"},
         "127.0.0.1",
         "hostname mismatch"},
        {"half a wildcard", order_for("DNS:m*.example.jp"), {"mx.example.jp"}, "127.0.0.1", "hostname mismatch"},
        {"an expired one", expired, {}, "127.0.0.1", "certificate has expired"},
        {"one of tomorrow", early, {}, "127.0.0.1", "certificate is not yet valid"},
        {"a self-signed one", self_signed, {}, "127.0.0.1", "self-signed certificate"},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        Bench bench(tls_with(row.order));
        const smtp::Reply answer = bench.verify(policy(TlsMode::verify, row.names), row.host);
        if (row.wrong.empty()) {
            CHECK(answer.code == 250);
        } else {
            CHECK(answer.line() == insecure);
            CHECK(bench.logged(row.wrong));
            CHECK(bench.hop.count("MAIL") == 0);
        }
        CHECK(bench.verify(policy(TlsMode::required), row.host).code == 250);  // nobody is asked who they are there
    }
}

TEST_CASE("verify without a CA file trusts what the machine trusts, which is not a CA of a test") {
    Bench bench(tls_with(order_for("IP:127.0.0.1")));
    CHECK(bench.verify({TlsMode::verify, "", {}}).line() == insecure);
    CHECK(bench.logged("unable to get local issuer certificate"));
}

TEST_CASE("a CA file is not looked at once it was loaded, and what was loaded anew is for new connections") {
    NextHopLimits limits = Bench::limits();
    limits.mails_per_connection_max = 1;
    Bench bench(tls_with(order_for("IP:127.0.0.1")), limits);
    const std::string ca = certificates().folder() + "/later-ca.pem";
    std::filesystem::copy_file(certificates().ca_file(), ca);
    const TlsPolicy wanted{TlsMode::verify, ca, {}};
    const auto loaded = TlsClientContext::load(wanted).value();
    std::filesystem::remove(ca);
    CHECK(bench.verify_with(loaded, wanted).code == 250);
    CHECK(bench.verify_with(loaded, wanted).code == 250);
    CHECK(bench.hop.secured == 2);
    TestCertificates other_authority;
    std::filesystem::copy_file(other_authority.ca_file(), ca);
    CHECK(bench.verify(wanted).line() == insecure);
    CHECK(bench.verify_with(loaded, wanted).code == 250);
}

TEST_CASE("a list that wants TLS is not spoken to when that was not loaded") {
    Bench bench(tls_with(order_for("IP:127.0.0.1")));
    for (const TlsMode mode : {TlsMode::opportunistic, TlsMode::required, TlsMode::verify}) {
        CHECK(bench.verify_with(nullptr, policy(mode)).line() == insecure);
    }
    CHECK(bench.hop.connections == 0);
}

TEST_CASE("a next hop that is silent within the handshake is left in time") {
    Bench bench(nullptr);
    FakeScript silent;
    silent.answers["EHLO"] = {"250-fake\r\n250 STARTTLS\r\n"};
    silent.answers["STARTTLS"] = {"220 go ahead\r\n"};
    bench.hop.scripts = {silent};
    CHECK(bench.verify(policy(TlsMode::required)).line() == insecure);
    CHECK(bench.logged("TLS handshake: timeout"));
}

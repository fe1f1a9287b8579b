// TLS with a next hop: when it is asked for, and what is not said without it.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "relay/smtp/client_session.hpp"
#include "tests/unit/relay/smtp/client_session_script.hpp"

using namespace mugaika;
using namespace mugaika::smtp;
using namespace mugaika::smtp::test;

namespace {

const std::string tls_ehlo = "250-next.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SIZE 10\r\n";
const Script asked_for_tls = {
    {"", "220 next.example\r\n"}, {"EHLO mx.example.jp\r\n", tls_ehlo}, {"STARTTLS\r\n", "220 2.0.0 go ahead\r\n"}};
const Script no_tls = {{"", "220 next.example\r\n"}, {"EHLO mx.example.jp\r\n", "250 next.example\r\n"}};

const TlsMode any_tls[] = {TlsMode::opportunistic, TlsMode::required, TlsMode::verify};
const TlsMode strict_tls[] = {TlsMode::required, TlsMode::verify};

struct Greeting : ClientSession {
    explicit Greeting(TlsMode mode) : ClientSession("mx.example.jp", NextHopLimits{}, mode) {}
};

}  // namespace

TEST_CASE("TLS is asked for before anything of a mail, and what was offered in the clear is asked for again") {
    for (const TlsMode mode : any_tls) {
        Greeting session(mode);
        play(session, asked_for_tls);
        CHECK(session.next() == Next::start_tls);
        session.secured();
        play(session, {{"EHLO mx.example.jp\r\n", "250-next.example\r\n250 STARTTLS\r\n"}});
        REQUIRE(session.next() == Next::idle);
        session.start_deliver(envelope({"b@example.jp"}), content);
        CHECK(take_output(session) == "MAIL FROM:<a@example.com>\r\n");  // neither SIZE nor PIPELINING any more
    }
}

TEST_CASE("a next hop without STARTTLS is used in the clear by none and opportunistic only") {
    for (const TlsMode mode : {TlsMode::none, TlsMode::opportunistic}) {
        Greeting session(mode);
        play(session, no_tls);
        CHECK(session.next() == Next::idle);
    }
    Greeting never(TlsMode::none);
    play(never, {{"", "220 next.example\r\n"}, {"EHLO mx.example.jp\r\n", tls_ehlo}});
    CHECK(never.next() == Next::idle);
}

TEST_CASE("AC-026 with required and verify nothing is said in the clear when STARTTLS is not offered or refused") {
    for (const TlsMode mode : strict_tls) {
        for (const Script& script : {no_tls,
                                     Script{{"", "220 next.example\r\n"},
                                            {"EHLO mx.example.jp\r\n", "502 what?\r\n"},
                                            {"HELO mx.example.jp\r\n", "250 ok\r\n"}},
                                     Script{{"", "220 next.example\r\n"},
                                            {"EHLO mx.example.jp\r\n", tls_ehlo},
                                            {"STARTTLS\r\n", "454 4.7.0 not now\r\n"}},
                                     Script{{"", "220 next.example\r\n"},
                                            {"EHLO mx.example.jp\r\n", tls_ehlo},
                                            {"STARTTLS\r\n", "250 ok\r\n"}}}) {
            Greeting session(mode);
            play(session, script);
            CHECK(session.next() == Next::close);
            CHECK(failure_of(session) == Failure::insecure);
            CHECK(session.result().reply.code == 451);
            CHECK(session.result().may_repeat);
        }
    }
}

TEST_CASE(
    "AC-025 an answer injected behind the 220 to STARTTLS ends the connection, in one piece or before the handshake") {
    for (const TlsMode mode : any_tls) {
        Greeting together(mode);
        play(together, {{"", "220 next.example\r\n"},
                        {"EHLO mx.example.jp\r\n", tls_ehlo},
                        {"STARTTLS\r\n", "220 go ahead\r\n250 injected\r\n"}});
        CHECK(together.next() == Next::close);
        CHECK(failure_of(together) == Failure::malformed);
        CHECK_FALSE(together.result().may_repeat);

        Greeting apart(mode);
        play(apart, asked_for_tls);
        apart.received("250 injected\r\n");
        CHECK(apart.next() == Next::close);
        CHECK(failure_of(apart) == Failure::malformed);

        Greeting half(mode);
        play(half, {{"", "220 next.example\r\n"},
                    {"EHLO mx.example.jp\r\n", tls_ehlo},
                    {"STARTTLS\r\n", "220 go ahead\r\n25"}});
        CHECK(half.next() == Next::close);
    }
}

// matrix: deliver/insecure
TEST_CASE("a handshake that fails is said as such, and another host may be asked") {
    Greeting session(TlsMode::verify);
    play(session, asked_for_tls);
    session.lost(Failure::insecure, "TLS handshake: certificate: self-signed certificate");
    CHECK(session.next() == Next::close);
    CHECK(session.result().outcome == &outcome<Stage::deliver, Failure::insecure>());
    CHECK(session.result().reply.line() == "451 4.7.5 Next hop not reachable with the TLS that is required\r\n");
    CHECK(session.result().why == "TLS handshake: certificate: self-signed certificate");
    CHECK(session.result().may_repeat);
}

// STARTTLS over sockets, with certificates made for the test.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/support/inbound_harness.hpp"

namespace mugaika::test {
namespace {

struct Logged {
    Logged() : log(shared_certificates().file_with("")) {}
    std::string text() const {
        std::stringstream text;
        text << std::ifstream(log).rdbuf();
        return text.str();
    }
    bool holds(const std::string& words) const { return text().find(words) != std::string::npos; }
    std::string log;
};

struct TlsServer : Logged, InboundHarness {
    explicit TlsServer(const SmtpLimits& limits = {}, std::shared_ptr<const TlsServerContext> tls = shared_tls())
        : InboundHarness(limits, ScriptedAnswers(Dialogue{}), log, std::filesystem::temp_directory_path().string(),
                         std::move(tls)) {}
};

// Reads a reply of one or more lines; its last line.
std::string reply(SocketPeer& peer) {
    for (;;) {
        const std::string line = peer.read_line().value_or("(nothing)");
        if (line.size() < 4 || line[3] != '-') return line;
    }
}

std::string say(SocketPeer& peer, const std::string& line) {
    peer.send(line + "\r\n");
    return reply(peer);
}

void ask_for_tls(SocketPeer& peer) {
    CHECK(reply(peer).substr(0, 3) == "220");
    CHECK(say(peer, "EHLO client.example").substr(0, 3) == "250");
    CHECK(say(peer, "STARTTLS") == "220 2.0.0 Ready to start TLS");
}

void begin_mail(SocketPeer& peer) {
    CHECK(say(peer, "EHLO client.example").substr(0, 3) == "250");
    CHECK(say(peer, "MAIL FROM:<a@sender.example>").substr(0, 3) == "250");
    CHECK(say(peer, "RCPT TO:<x@city.example>").substr(0, 3) == "250");
    CHECK(say(peer, "DATA").substr(0, 3) == "354");
}

}  // namespace

TEST_CASE("a mail taken through TLS is ESMTPS, and the log says with which version and cipher") {
    TlsServer server;
    {
        SocketPeer peer(server);
        ask_for_tls(peer);
        peer.secure();
        begin_mail(peer);
        CHECK(say(peer, "A: b\r\n\r\nbody\r\n.").substr(0, 3) == "250");
        CHECK(say(peer, "QUIT").substr(0, 3) == "221");
    }
    CHECK(server.run_until_no_sessions());
    REQUIRE(server.taker.last);
    CHECK(server.taker.last->protocol == "ESMTPS");
    REQUIRE(server.taker.last->tls);
    CHECK(server.taker.last->tls->version == "TLSv1.3");
    CHECK(server.taker.last->tls->cipher == "TLS_AES_256_GCM_SHA384");
    CHECK(server.holds("session.secured"));
    CHECK(server.holds("\"tls_version\":\"TLSv1.3\",\"tls_cipher\":\"TLS_AES_256_GCM_SHA384\""));
}

TEST_CASE("both versions of TLS carry mails larger than any buffer") {
    const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
    std::string body;
    for (int line = 0; line < 20000; ++line) body += "line " + std::to_string(line) + " of a mail\r\n";
    TlsServer server;
    SocketPeer peer(server);
    ask_for_tls(peer);
    REQUIRE(peer.shake_hands(version));
    for (int mail = 0; mail < 2; ++mail) {
        begin_mail(peer);
        CHECK(say(peer, "A: b\r\n\r\n" + body + ".").substr(0, 3) == "250");
    }
    REQUIRE(server.taker.mails.size() == 2);
    CHECK(server.taker.mails[0].bytes == "A: b\r\n\r\n" + body);
    CHECK(server.taker.mails[1] == server.taker.mails[0]);
}

TEST_CASE("AC-023 AC-024 bytes in the clear between the answer to STARTTLS and the handshake end the session") {
    TlsServer server;
    SocketPeer peer(server);
    ask_for_tls(peer);
    peer.send("EHLO injected.example\r\nMAIL FROM:<evil@example.com>\r\n");
    CHECK_FALSE(peer.shake_hands());
    CHECK(server.run_until_no_sessions());
    CHECK(server.holds("session.tls_failed"));
    CHECK_FALSE(server.holds("session.secured"));
    CHECK(server.holds("\"why\":\"TLS handshake failed\""));
}

// matrix: command/insecure
TEST_CASE("AC-027 a garbage record, before or after the handshake, ends its session and no other") {
    TlsServer server;
    SocketPeer honest(server);
    ask_for_tls(honest);
    honest.secure();
    SocketPeer before(server);
    ask_for_tls(before);
    before.send(std::string("\x16\x03\x01\x40\x00garbage", 12) + std::string(20000, 'x'));
    SocketPeer after(server);
    ask_for_tls(after);
    after.secure();
    after.send_in_the_clear(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    CHECK(server.run_until([&] { return server.inbound.sessions() == 1; }));
    CHECK(server.holds("session.tls_failed"));
    CHECK(say(honest, "EHLO client.example").substr(0, 3) == "250");
}

TEST_CASE("AC-027 a client that asks for a new handshake within TLS 1.2 gets none") {
    TlsServer server;
    SocketPeer peer(server);
    ask_for_tls(peer);
    REQUIRE(peer.shake_hands(TLS1_2_VERSION));
    CHECK(say(peer, "EHLO client.example").substr(0, 3) == "250");
    REQUIRE(SSL_renegotiate(peer.tls()) == 1);
    const bool again = server.run_until([&] {
        ERR_clear_error();
        const int answer = SSL_do_handshake(peer.tls());
        return answer != 1 && SSL_get_error(peer.tls(), answer) == SSL_ERROR_SSL;
    });
    CHECK(again);
    CHECK(SSL_num_renegotiations(peer.tls()) <= 1);
    CHECK(server.inbound.sessions() <= 1);
}

TEST_CASE("versions before TLS 1.2 and ciphers without forward secrecy are refused") {
    TlsServer server;
    SECTION("TLS 1.0") {
        SocketPeer peer(server);
        ask_for_tls(peer);
        CHECK_FALSE(peer.shake_hands(TLS1_VERSION));
    }
    SECTION("TLS 1.1") {
        SocketPeer peer(server);
        ask_for_tls(peer);
        CHECK_FALSE(peer.shake_hands(TLS1_1_VERSION));
    }
    SECTION("key transport and CBC") {
        for (const char* ciphers : {"AES128-GCM-SHA256:@SECLEVEL=0", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
                                    "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0", "aNULL:@SECLEVEL=0"}) {
            SocketPeer peer(server);
            ask_for_tls(peer);
            CHECK_FALSE(peer.shake_hands(TLS1_2_VERSION, ciphers));
        }
    }
    SECTION("while the same client with TLS 1.2 and a good cipher is served") {
        SocketPeer peer(server);
        ask_for_tls(peer);
        CHECK(peer.shake_hands(TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305"));
        return;
    }
    CHECK(server.run_until([&] { return server.holds("session.tls_failed"); }));
}

TEST_CASE("a client that does not go on with its handshake is left") {
    SmtpLimits limits;
    limits.tls_handshake_timeout = std::chrono::seconds(0);
    TlsServer server(limits);
    SocketPeer peer(server);
    ask_for_tls(peer);
    CHECK_FALSE(peer.read_line());
    CHECK(server.run_until_no_sessions());
    CHECK(server.holds("timeout of the TLS handshake"));
}

TEST_CASE("stop ends a session within its handshake, and one that is secured gets its 421 through TLS") {
    TlsServer server;
    SocketPeer halfway(server);
    ask_for_tls(halfway);
    SocketPeer secured(server);
    ask_for_tls(secured);
    secured.secure();
    CHECK(say(secured, "EHLO client.example").substr(0, 3) == "250");
    server.inbound.stop();
    CHECK(secured.read_line().value_or("(nothing)") == "421 4.3.2 Shutting down, try again later");
    CHECK_FALSE(secured.read_line());
    CHECK((SSL_get_shutdown(secured.tls()) & SSL_RECEIVED_SHUTDOWN) != 0);
    CHECK_FALSE(halfway.read_line());
    CHECK(server.run_until_no_sessions());
}

TEST_CASE("after a reload new sessions see the new certificate, those that stand go on, and nothing can be resumed") {
    TestCertificates& certificates = shared_certificates();
    const TlsKeyPair files = certificates.issue();
    const std::shared_ptr<TlsServerContext> tls = TlsServerContext::load({files}).value();
    TlsServer server({}, tls);
    SocketPeer old(server);
    ask_for_tls(old);
    old.secure();
    CHECK(say(old, "EHLO client.example").substr(0, 3) == "250");
    const X509Handle before(SSL_get1_peer_certificate(old.tls()));
    const SSL_SESSION* kept = SSL_get_session(old.tls());
    CHECK(SSL_SESSION_is_resumable(kept) == 0);

    certificates.issue_again(files);
    tls->take_over(TlsServerContext::load({files}).value());
    SocketPeer fresh(server);
    ask_for_tls(fresh);
    fresh.secure();
    const X509Handle after(SSL_get1_peer_certificate(fresh.tls()));
    CHECK(X509_cmp(before.get(), after.get()) != 0);
    CHECK(say(old, "NOOP").substr(0, 3) == "250");

    std::ofstream(files.key) << "not a key";
    CHECK_FALSE(TlsServerContext::load({files}).has_value());
    SocketPeer still(server);
    ask_for_tls(still);
    still.secure();
    const X509Handle same(SSL_get1_peer_certificate(still.tls()));
    CHECK(X509_cmp(same.get(), after.get()) == 0);
}

TEST_CASE("an RSA and an ECDSA certificate serve clients that know only one of them") {
    TestCertificates& certificates = shared_certificates();
    CertificateOrder rsa;
    rsa.kind = KeyKind::rsa;
    TlsServer server({}, TlsServerContext::load({certificates.issue(), certificates.issue(rsa)}).value());
    SocketPeer only_rsa(server);
    ask_for_tls(only_rsa);
    CHECK(only_rsa.shake_hands(TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256"));
    SocketPeer only_ecdsa(server);
    ask_for_tls(only_ecdsa);
    CHECK(only_ecdsa.shake_hands(TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256"));
}

TEST_CASE("a secured client that vanishes without a word is noticed") {
    TlsServer server;
    SocketPeer orderly(server);
    ask_for_tls(orderly);
    orderly.secure();
    SocketPeer rude(server);
    ask_for_tls(rude);
    rude.secure();
    begin_mail(rude);
    orderly.hang_up();
    rude.reset();
    CHECK(server.run_until_no_sessions());
    CHECK(server.taker.mails.empty());
}

}  // namespace mugaika::test

// Whom the relay serves and where it leads: listeners, domains, next hops, and TLS on both sides.
#include <catch2/catch.hpp>
#include <string>

#include "config_reading.hpp"
#include "tests/support/certificates.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

}  // namespace

TEST_CASE("a route opens fewer connections than Postfix takes from one client by default") {
    constexpr std::size_t smtpd_client_connection_count_limit = 50;
    CHECK(Route{}.connections_max < smtpd_client_connection_count_limit);
}

TEST_CASE("certificates stand alone or in lists, each with its key") {
    const auto pairs_in = [](const std::string& table) { return config_in(route_text + "[relay.tls]\n" + table).tls; };
    CHECK(pairs_in("certificate = \"/a\"\nkey = \"/b\"\n") == std::vector<TlsKeyPair>{{"/a", "/b"}});
    CHECK(pairs_in("certificate = [\"/a\", \"/c\"]\nkey = [\"/b\", \"/d\"]\n") ==
          std::vector<TlsKeyPair>{{"/a", "/b"}, {"/c", "/d"}});
    for (const char* bad :
         {"", "certificate = \"/a\"\n", "key = \"/a\"\n", "certificate = [\"/a\", \"/b\"]\nkey = \"/c\"\n",
          "certificate = \"a\"\nkey = \"/b\"\n", "certificate = [1]\nkey = \"/b\"\n",
          "certificate = \"/a\"\nkey = \"/b\"\ncypher = \"RC4\"\n"}) {
        CAPTURE(bad);
        CHECK(faults_in(route_text + "[relay.tls]\n" + bad).size() == 1);
    }
}

TEST_CASE("what a route says of TLS is used or refused, never ignored") {
    const auto faults_with = [](const std::string& keys) { return faults_in(route_text + keys); };
    for (const char* mode : {"none", "opportunistic", "required", "verify"}) {
        CHECK(faults_with("tls = \"" + std::string(mode) + "\"\n").empty());
    }
    CHECK(faults_with("tls = \"verify\"\ntls_ca = \"/ca.pem\"\ntls_names = [\"mx.example.jp\"]\n").empty());
    const auto without = faults_with("tls = \"required\"\ntls_ca = \"/ca.pem\"\ntls_names = [\"mx.example.jp\"]\n");
    REQUIRE(without.size() == 2);
    CHECK_THAT(without[0], Catch::StartsWith("m.toml:5:10: [[route]] tls_ca: is used only with tls = \"verify\""));
    CHECK(faults_with("tls = \"verify\"\ntls_ca = \"ca.pem\"\n").size() == 1);
    CHECK(faults_with("tls = \"verify\"\ntls_names = [\"10.0.0.5\"]\n").size() == 1);
    CHECK(faults_with("tls = \"verify\"\ntls_names = []\n").size() == 1);
}

TEST_CASE("files for TLS are looked into, and what is wrong is said at the place that names them") {
    test::TestCertificates made;
    const TlsKeyPair good = made.issue();
    const TlsKeyPair other = made.issue();
    test::CertificateOrder old;
    old.until = std::chrono::hours(-1);
    old.kind = test::KeyKind::rsa;
    const TlsKeyPair expired = made.issue(old);
    const auto reading_of = [&](const std::string& certificates, const std::string& keys, const std::string& ca) {
        return read_config_file(
            made.file_with("[relay]\nstate_dir = \"/tmp\"\nlog = \"-\"\n[relay.tls]\ncertificate = [" + certificates +
                           "]\nkey = [" + keys + "]\n" + route_text + "tls = \"verify\"\ntls_ca = \"" + ca + "\"\n"));
    };
    const auto quoted = [](const std::string& text) { return '"' + text + '"'; };

    const ConfigReading fine = reading_of(quoted(good.certificate) + ", " + quoted(expired.certificate),
                                          quoted(good.key) + ", " + quoted(expired.key), made.ca_file());
    CHECK(fine.faults.empty());
    REQUIRE(fine.config.routes.size() == 1);
    CHECK(fine.config.routes[0].tls_context != nullptr);
    REQUIRE(fine.warnings.size() == 1);
    CHECK(fine.warnings[0].line == 5);
    CHECK(fine.warnings[0].column == 18 + good.certificate.size() + 2);
    CHECK_THAT(fine.warnings[0].words, Catch::Contains("the certificate expired on"));

    const ConfigReading wrong = reading_of(quoted(good.certificate), quoted(other.key), "/missing/ca.pem");
    REQUIRE(wrong.faults.size() == 2);
    CHECK_THAT(wrong.faults[0].text(), Catch::Contains(":6:8: [relay.tls] key: " + other.key + ": does not fit"));
    CHECK_THAT(wrong.faults[1].text(),
               Catch::Contains(":11:10: [[route]] tls_ca: ") && Catch::Contains("/missing/ca.pem"));

    const ConfigReading empty = reading_of(quoted(good.certificate), quoted(good.key), made.file_with("# no PEM\n"));
    REQUIRE(empty.faults.size() == 1);
    CHECK_THAT(empty.faults[0].text(),
               Catch::Contains(":11:10: [[route]] tls_ca: ") && Catch::Contains("holds no certificate"));
    CHECK(empty.config.routes.at(0).tls_context == nullptr);

    const ConfigReading odd =
        read_config_file(made.file_with("route = [1, {domains = [\"a.jp\"], next_hop = [\"h:25\"], tls = \"verify\", "
                                        "tls_ca = \"/missing/ca.pem\"}]\n"));
    CHECK(odd.faults.size() >= 2);

    const ConfigReading missing = reading_of("\"/missing.pem\"", "\"/missing.key\"", made.ca_file());
    REQUIRE(missing.faults.size() == 2);
    CHECK(missing.faults[0].line == 5);
    CHECK(missing.faults[1].line == 6);

    const ConfigReading twice = reading_of(quoted(good.certificate) + ", " + quoted(other.certificate),
                                           quoted(good.key) + ", " + quoted(other.key), made.ca_file());
    REQUIRE(twice.faults.size() == 1);
    CHECK_THAT(twice.faults[0].words, Catch::Contains("a second certificate of this kind of key"));
}

TEST_CASE("domains are checked") {
    const auto with_domain = [](const std::string& domain) {
        return faults_in("[[route]]\ndomains = [\"" + domain + "\"]\nnext_hop = [\"h:25\"]\n").size();
    };
    for (const char* good : {"city.example.lg.jp", "localhost", "a-b.jp", "1.example.jp", "x.y.z"}) {
        CAPTURE(good);
        CHECK(with_domain(good) == 0);
    }
    const std::string long_label(64, 'a');
    for (const std::string& bad :
         {std::string(), std::string(".example.jp"), std::string("example.jp."), std::string("a..b"),
          std::string("-a.jp"), std::string("a-.jp"), std::string("a_b.jp"), std::string("市.example.jp"),
          std::string("[192.0.2.1]"), std::string("192.0.2.1"), std::string("user@example.jp"), long_label + ".jp",
          std::string("a b.jp"), std::string("a\\u0000.jp"), std::string(300, 'a')}) {
        CAPTURE(bad);
        CHECK(with_domain(bad) == 1);
    }
}

TEST_CASE("next hops and listen addresses are checked") {
    CHECK(host_port_from_text("10.0.0.5:25") == HostPort{"10.0.0.5", 25});
    CHECK(host_port_from_text("[::]:0") == HostPort{"::", 0});
    CHECK(host_port_from_text("Relay.Example.JP:65535") == HostPort{"relay.example.jp", 65535});
    CHECK(HostPort{"::1", 25}.text() == "[::1]:25");
    CHECK(HostPort{"10.0.0.5", 25}.text() == "10.0.0.5:25");
    for (const char* bad : {"",
                            ":",
                            ":25",
                            "10.0.0.5",
                            "10.0.0.5:",
                            "10.0.0.5:65536",
                            "10.0.0.5:-1",
                            "10.0.0.5:+25",
                            "10.0.0.5:25x",
                            "10.0.0.256:25",
                            "::1:25",
                            "[10.0.0.5]:25",
                            "[::1]",
                            "[::1]25",
                            "[::g]:25",
                            "[]:25",
                            "a b:25",
                            "host:name:25",
                            "[host]:25",
                            " 10.0.0.5:25"}) {
        CAPTURE(bad);
        CHECK_FALSE(host_port_from_text(bad));
    }
    CHECK(faults_in("[relay]\nlisten = [\"localhost:25\"]\n" + route_text).size() == 1);
    CHECK(faults_in("[relay]\nlisten = []\n" + route_text).size() == 1);
    CHECK(faults_in("[relay]\nlisten = [\"127.0.0.1:25\", \"127.0.0.1:25\"]\n" + route_text).size() == 1);
    CHECK(faults_in("[[route]]\ndomains = [\"a.jp\"]\nnext_hop = [\"10.0.0.5:0\", 25]\n").size() == 2);
}

TEST_CASE("who is believed about authentication is named by host names") {
    const Config config = config_in("[relay]\nauthentication_results_from = [\"MX.Upstream.example\"]\n" + route_text);
    CHECK(config.authentication_results_from == std::vector<std::string>{"mx.upstream.example"});
    CHECK(config_in(route_text).authentication_results_from.empty());
    CHECK(faults_in("[relay]\nauthentication_results_from = [\"mx upstream\", \"192.0.2.1\"]\n" + route_text).size() ==
          2);
}

TEST_CASE("a route may name our own address and how many connections it may have") {
    const std::string route = "[[route]]\ndomains = [\"a.jp\"]\nnext_hop = [\"10.0.0.5:25\"]\n";
    const Config config = config_in(route + "source_address = \"2001:db8::1\"\nconnections_max = 3\n");
    CHECK(config.routes.at(0).source_address == "2001:db8::1");
    CHECK(config.routes.at(0).connections_max == 3);
    const auto faults = faults_in(route + "source_address = \"eth0\"\nconnections_max = 0\n");
    REQUIRE(faults.size() == 2);
    CHECK_THAT(faults[0], Catch::Contains("connections_max") || Catch::Contains("source_address"));
    CHECK(faults_in("[relay.next_hop]\nreply_timeout = \"10m\"\n" + route).size() == 1);
}

TEST_CASE("a [[listener]] says whom it serves and whose word it takes") {
    const Config config = config_in(
        "[[listener]]\naddress = \"192.0.2.1:25\"\nallow = [\"192.0.2.0/24\"]\ndeny = [\"192.0.2.7\"]\n"
        "proxy_protocol_from = [\"192.0.2.8/30\"]\nxclient_from = [\"2001:db8::/32\"]\n" +
        route_text);
    REQUIRE(config.listeners.size() == 1);  // without `listen` the tables are all
    CHECK(config.listeners[0].address.text() == "192.0.2.1:25");
    const ClientAccess& access = config.listeners[0].access;
    CHECK(access.allows(ip("192.0.2.7")));
    CHECK(access.denies(ip("192.0.2.7")));
    CHECK_FALSE(access.denies(ip("192.0.2.6")));
    CHECK_FALSE(access.allows(ip("198.51.100.1")));
    CHECK(any_contains(access.proxy_protocol_from, ip("192.0.2.11")));
    CHECK(any_contains(access.xclient_from, ip("2001:db8:1::1")));
}

TEST_CASE("faults of a [[listener]] say where, what is wrong and what was expected") {
    CHECK(faults_in("[[listener]]\nallow = [\"192.0.2.0/24\", \"192.0.2.1/24\"]\n[[listener]]\naddress = \"mx:25\"\n"
                    "[[listener]]\naddress = \"0.0.0.0:25\"\ndenied = [\"::/0\"]\n[[listener]]\naddress = "
                    "\"0.0.0.0:25\"\n" +
                    route_text) ==
          std::vector<std::string>{
              "m.toml:1:1: [[listener]] address: is missing, expected \"0.0.0.0:25\" or \"[::]:25\"",
              "m.toml:2:26: [[listener]] allow: \"192.0.2.1/24\" is no network (the address goes on behind the "
              "prefix), expected \"192.0.2.0/24\", \"2001:db8::/32\" or one address",
              "m.toml:4:11: [[listener]] address: \"mx:25\" is no address to listen at, expected \"0.0.0.0:25\" or "
              "\"[::]:25\"",
              "m.toml:7:1: [[listener]]: the key \"denied\" is not known, did you mean \"deny\"?",
              "m.toml:9:11: [[listener]] address: \"0.0.0.0:25\" stands twice"});
}

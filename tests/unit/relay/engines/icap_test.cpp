#include "relay/engines/icap.hpp"

#include "tests/unit/relay/engines/scan_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;
using Then = FakeTurn::Then;

namespace {

std::string options(const std::string& more = "Preview: 4\r\n") {
    return "ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\n" + more + "Encapsulated: null-body=0\r\n\r\n";
}

const std::string unmodified = "ICAP/1.0 204 Unmodified\r\n\r\n", go_on = "ICAP/1.0 100 Continue\r\n\r\n",
                  last_chunk = "\r\n0\r\n\r\n", all_seen = "0; ieof\r\n\r\n";

std::string file_reply(const std::string& bytes, const std::string& more = "") {
    const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
    const std::string chunk = bytes.empty() ? "" : icap_chunk_head(bytes.size()) + bytes + "\r\n";
    return "ICAP/1.0 200 OK\r\n" + more + "Encapsulated: res-hdr=0, res-body=19\r\n\r\n" + head + chunk + "0\r\n\r\n";
}

// With the options asked and answered first, over one connection.
struct Service {
    boost::asio::io_context io;
    FakeEngine engine{io};
    Icap icap{io, engine.address(), {"icap.example", "/avscan", IcapMethod::respmod}, 1000};

    std::string scan(std::string_view bytes, std::chrono::milliseconds patience = std::chrono::minutes(2)) {
        return words_of(scanned(io, icap, bytes, patience));
    }
    std::size_t heard(std::string_view words) const {
        std::size_t count = 0;
        for (std::size_t at = 0; (at = engine.heard.find(words, at)) != std::string::npos; ++at) ++count;
        return count;
    }
};

}  // namespace

TEST_CASE("a file that fits the preview is sent at once, a larger one when the service wants the rest") {
    Service service;
    service.engine.scripts = {{{"OPTIONS", options()},
                               {all_seen, unmodified},
                               {"4\r\n1234\r\n0\r\n\r\n", go_on},
                               {"2\r\n56" + last_chunk, unmodified}}};
    CHECK(service.scan("1234") == "passes");
    CHECK(service.scan("123456") == "passes");
    CHECK(service.engine.connections == 1);
    CHECK(service.heard("OPTIONS") == 1);
    CHECK(service.heard("RESPMOD") == 2);
}

TEST_CASE("a service may have seen enough in the preview") {
    Service service;
    service.engine.scripts = {{{"OPTIONS", options()},
                               {"1234\r\n0\r\n\r\n", unmodified},
                               {"1234\r\n0\r\n\r\n", file_reply("no", "X-Virus-ID: Eicar\r\n")}}};
    CHECK(service.scan("123456") == "passes");
    CHECK(service.scan("123456") == "forbids Eicar");
    CHECK(service.heard("56") == 0);
}

TEST_CASE("without a preview the file is sent whole") {
    Service service;
    service.engine.scripts = {{{"OPTIONS", options("")},
                               {"6\r\n123456" + last_chunk, file_reply("1234")},
                               {"\r\n\r\n0\r\n\r\n", unmodified}}};
    CHECK(service.scan("123456") == "changed to 1234");
    CHECK(service.scan("") == "passes");
    CHECK(service.heard("Preview") == 0);
}

TEST_CASE("options are asked again when their time is over") {
    Service service;
    service.engine.scripts = {{{"OPTIONS", options("Options-TTL: 0\r\nPreview: 4\r\n")},
                               {all_seen, "ICAP/1.0 204 x\r\nConnection: close\r\n\r\n"}}};
    CHECK(service.scan("1") == "passes");
    CHECK(service.scan("2") == "passes");
    CHECK(service.heard("OPTIONS") == 2);
    CHECK(service.engine.connections == 2);
}

TEST_CASE("a kept connection that the service closed meanwhile costs no file") {
    Service service;
    service.engine.scripts = {{{"OPTIONS", options()}, {all_seen, unmodified}, {"RESPMOD", "", Then::hang_up}},
                              {{all_seen, unmodified}}};
    CHECK(service.scan("1") == "passes");
    CHECK(service.scan("2") == "passes");
    CHECK(service.engine.connections == 2);
}

TEST_CASE("a service that goes away in the middle of its answer is asked no second time") {
    Service service;
    service.engine.scripts = {
        {{"OPTIONS", options()}, {all_seen, unmodified}, {all_seen, "ICAP/1.0 2", Then::hang_up}}};
    CHECK(service.scan("1") == "passes");
    CHECK(service.scan("2") == "disconnected, ICAP: it ended without an answer");
    CHECK(service.engine.connections == 1);
}

TEST_CASE("a service that cannot, will not or does not answer lets nothing pass") {
    const auto after_options = [](const std::string& answer, Then then = Then::hang_up) {
        Service service;
        service.engine.scripts = {{{"OPTIONS", options()}, {all_seen, answer, then}}};
        return service.scan("1", std::chrono::milliseconds(then == Then::go_on ? 200 : 120000));
    };
    CHECK(after_options("ICAP/1.0 503 Overloaded\r\n\r\n") == "unavailable, ICAP: ICAP/1.0 503 Overloaded");
    CHECK(after_options("") == "disconnected, ICAP: it ended without an answer");
    CHECK(after_options("", Then::reset).starts_with("disconnected, "));
    CHECK(after_options("", Then::go_on) == "timeout, read: timeout");
    CHECK(after_options("HTTP/1.1 200 OK\r\n\r\n") == "protocol, ICAP: no status line");
    CHECK(after_options(go_on) == "protocol, ICAP: it wants more than the file");
    CHECK(after_options(unmodified + "x") == "protocol, ICAP: it says more than was asked");
    CHECK(after_options(file_reply(std::string(1001, 'x'))) == "limit, ICAP: a body that is too large");
    CHECK(after_options(file_reply("")) == "changed to ");
}

TEST_CASE("a service that does not know the method is unavailable, and said so") {
    Service service;
    service.engine.scripts = {{{"OPTIONS", "ICAP/1.0 200 OK\r\nMethods: REQMOD\r\n\r\n"}}};
    CHECK(service.scan("1") == "unavailable, ICAP: the service does not know respmod");
    service.engine.scripts = {{{"OPTIONS", "ICAP/1.0 404 Not Found\r\n\r\n"}}};
    CHECK(service.scan("1") == "unavailable, ICAP OPTIONS: ICAP/1.0 404 Not Found");
    CHECK(service.heard("RESPMOD") == 0);
}

TEST_CASE("a service that hangs up before it has read the file has not passed it") {
    const std::string large(64u << 20, 'x');
    for (const std::string& answer : {unmodified, file_reply("x")}) {
        Service service;
        service.engine.scripts = {{{"OPTIONS", options("")}, {"RESPMOD", answer, Then::hang_up}}};
        CHECK(service.scan(large).starts_with("disconnected, "));
    }
}

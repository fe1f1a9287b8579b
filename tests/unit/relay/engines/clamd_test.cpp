#include "relay/engines/clamd.hpp"

#include "tests/unit/relay/engines/scan_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;
using Then = FakeTurn::Then;

namespace {

const std::string ok("stream: OK\0", 11), found("stream: Eicar FOUND\0", 20);
const std::string file_end("\0\0\0\0", 4);

std::string asked(std::vector<FakeTurn> script, std::string_view bytes = "hello",
                  std::chrono::milliseconds patience = std::chrono::minutes(2)) {
    boost::asio::io_context io;
    FakeEngine engine(io);
    engine.scripts = {std::move(script)};
    Clamd clamd(io, engine.address());
    return words_of(scanned(io, clamd, bytes, patience));
}

}  // namespace

TEST_CASE("a file goes to clamd in pieces that say how long they are") {
    boost::asio::io_context io;
    FakeEngine engine(io);
    engine.scripts = {{{"hello" + file_end, ok, Then::hang_up}}};
    Clamd clamd(io, engine.address());
    CHECK(words_of(scanned(io, clamd, "hello")) == "passes");
    CHECK(engine.heard == std::string("zINSTREAM\0\0\0\0\5hello", 19) + file_end);
    engine.heard.clear();
    const std::string large((256u << 10) + 1, 'x');
    engine.scripts = {{{std::string("\0\0\0\1x\0\0\0\0", 9), found, Then::hang_up}}};
    CHECK(words_of(scanned(io, clamd, large)) == "forbids Eicar");
    CHECK(engine.heard.size() == std::string("zINSTREAM.").size() + 4 + (256u << 10) + 4 + 1 + 4);
    CHECK(engine.connections == 2);
}

TEST_CASE("an empty file is asked about too") {
    CHECK(asked({{std::string("zINSTREAM\0", 10) + file_end, ok, Then::hang_up}}, "") == "passes");
}

TEST_CASE("a clamd that goes away, is silent, or says too much lets nothing pass") {
    CHECK(asked({{"hello" + file_end, "", Then::hang_up}}) == "disconnected, clamd ended without an answer");
    CHECK(asked({{"hello" + file_end, "stream: OK", Then::hang_up}}) == "disconnected, clamd ended without an answer");
    CHECK(asked({{"hello" + file_end, std::string(5000, 'x')}}) == "protocol, an answer of clamd that is too long");
    CHECK(asked({{"hello" + file_end, ""}}, "hello", std::chrono::milliseconds(200)) == "timeout, read: timeout");
    CHECK(asked({{"hello" + file_end, std::string("stream: x ERROR\0", 16)}}) ==
          "unavailable, clamd said \"stream: x ERROR\"");
}

TEST_CASE("a clamd that is not there is unavailable") {
    boost::asio::io_context io;
    FakeEngine engine(io);
    const EngineAddress address = engine.address();
    engine.close();
    io.poll();
    Clamd clamd(io, address);
    CHECK(words_of(scanned(io, clamd, "hello")) == "unavailable, connect: Connection refused");
    Clamd nowhere(io, {"/no/such/clamd.ctl", {}, 0});
    CHECK(words_of(scanned(io, nowhere, "hello")) == "unavailable, connect: No such file or directory");
}

TEST_CASE("clamd says that a file is too large while it is being sent") {
    // It reads no further and hangs up, so that the sending fails: what it said before counts, an OK does not.
    const std::string large(64u << 20, 'x');
    const std::string limit("INSTREAM size limit exceeded. ERROR\0", 36);
    const std::string said = asked({{"zINSTREAM", limit, Then::hang_up}}, large);
    CHECK((said.starts_with("limit, clamd said") || said.starts_with("disconnected, ")));
    CHECK(asked({{"zINSTREAM", ok, Then::hang_up}}, large).starts_with("disconnected, "));
}

#include "relay/forward/log_forwarder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/chained_lines.hpp"
#include "tests/support/log_folder.hpp"

using namespace mugaika;
namespace fs = std::filesystem;

namespace {

struct Received {
    std::vector<std::string> messages;
    std::string fault;  // of the next deliveries
};

class FakeSink final : public LogSink {
public:
    explicit FakeSink(Received& received) : received_(received) {}
    Result<void> deliver(const std::vector<std::string>& messages, int) override {
        if (!received_.fault.empty()) return Error(Fault::unavailable, received_.fault);
        received_.messages.insert(received_.messages.end(), messages.begin(), messages.end());
        return {};
    }
    std::size_t batch_bytes() const noexcept override { return 600; }  // a few messages

private:
    Received& received_;
};

struct Forwarding {
    Forwarding() { begin(); }
    void begin() {
        forwarder.reset();
        auto opened = LogForwarder::open(output, folder.file("events.jsonl"), folder.file("siem.json"),
                                         std::make_unique<FakeSink>(received), say);
        forwarder = std::move(opened.value());
    }
    void append(const std::string& bytes) const { folder.write("events.jsonl", folder.bytes("events.jsonl") + bytes); }
    // All there is; false when that failed.
    bool run() {
        for (;;) {
            const auto sent = forwarder->forward(-1);
            if (!sent) return false;
            if (!*sent) return true;
        }
    }
    ForwardPosition kept() const { return ForwardPosition::read(folder.file("siem.json")).value(); }
    std::size_t with(const std::string& words) const {
        return static_cast<std::size_t>(
            std::count_if(received.messages.begin(), received.messages.end(),
                          [&](const std::string& one) { return one.find(words) != one.npos; }));
    }

    LogFolder folder;
    Received received;
    std::vector<std::string> said;
    LogForwarder::Say say = [this](const std::string& words) { said.push_back(words); };
    LogOutput output;
    std::unique_ptr<LogForwarder> forwarder;
    test::ChainedLines lines;
};

}  // namespace

TEST_CASE("each event arrives once and in order, also over restarts") {
    Forwarding log;
    for (int i = 0; i < 20; ++i) {
        log.append(log.lines.next(7));
        CHECK(log.run());
        if (i % 3 == 0) log.begin();
    }
    REQUIRE(log.received.messages.size() == 140);
    for (std::size_t i = 0; i < 140; ++i) {
        CHECK_THAT(log.received.messages[i], Catch::Contains(" seq=\"" + std::to_string(i + 1) + "\""));
    }
    CHECK(log.with("停止") == 140);
    CHECK(log.kept().sent == 140);
    CHECK(log.said.empty());
}

TEST_CASE("while an output is away nothing is passed over, why is said once, and its return too") {
    Forwarding log;
    log.append(log.lines.next(10));
    log.received.fault = "nobody there";
    CHECK_FALSE(log.run());
    CHECK_FALSE(log.run());
    CHECK(log.said == std::vector<std::string>{"nobody there"});
    CHECK(log.kept().fault == "nobody there");
    CHECK_FALSE(log.kept().fault_since.empty());
    CHECK(log.kept().offset == 0);
    log.begin();  // a restart does not say it again
    CHECK_FALSE(log.run());
    CHECK(log.said.size() == 1);
    log.received.fault.clear();
    log.append(log.lines.next(1));
    CHECK(log.run());
    CHECK(log.received.messages.size() == 11);
    CHECK(log.said.back() == "receives events again");
    CHECK(log.kept().fault.empty());
}

TEST_CASE("lines that were removed before they were sent are counted, said, and told to the output") {
    Forwarding log;
    log.append(log.lines.next(2));
    CHECK(log.run());
    log.lines.next(40);
    log.folder.write("events.jsonl", log.lines.next(2));
    CHECK(log.run());
    CHECK(log.kept().missing == 40);
    CHECK(log.with("log.not_forwarded") == 1);
    CHECK(log.with("writer=\"relay\" lines=\"40\" numbers=\"3-42\"") == 1);
    CHECK(log.with(" seq=\"43\"") == 1);
    CHECK_THAT(log.said.back(), Catch::Contains("40 lines of relay, 3-42"));
}

TEST_CASE("what is no event is passed over and said with its place, and never sent") {
    Forwarding log;
    log.append(log.lines.next());
    log.append("<13>1 forged - - - - -\n{\"event\":\"x\"}\n\n");
    log.append(log.lines.next());
    CHECK(log.run());
    CHECK(log.received.messages.size() == 2);
    CHECK(log.with("forged") == 0);
    CHECK(log.kept().passed_over == 2);
    REQUIRE(log.said.size() == 2);
    CHECK_THAT(log.said[0], Catch::Contains("events.jsonl, byte") && Catch::Contains("passed over"));
}

TEST_CASE("what a try found out is said once it was delivered, and many broken lines are said in few words") {
    Forwarding log;
    for (int i = 0; i < 100; ++i) log.append("rubbish\n");
    log.append(log.lines.next());
    log.received.fault = "nobody there";
    CHECK_FALSE(log.run());
    CHECK_FALSE(log.run());
    CHECK(log.said == std::vector<std::string>{"nobody there"});
    log.received.fault.clear();
    CHECK(log.run());
    CHECK(log.kept().passed_over == 100);
    CHECK(log.said.size() == 13);  // the fault, ten places, that there are more, the return
}

TEST_CASE("a log of nothing but rubbish does not hold the position up") {
    Forwarding log;
    log.append("rubbish\nrubbish\n");
    CHECK(log.run());
    CHECK(log.kept().passed_over == 2);
    log.begin();
    CHECK(log.run());
    CHECK(log.kept().passed_over == 2);
}

TEST_CASE("an output that starts now gets nothing older, and from then on everything") {
    Forwarding log;
    log.append(log.lines.next(5));
    log.output.start = LogStart::now;
    log.begin();
    CHECK(log.run());
    CHECK(log.received.messages.empty());
    log.append(log.lines.next(1));
    log.begin();
    CHECK(log.run());
    CHECK(log.received.messages.size() == 1);
    Forwarding empty;
    empty.output.start = LogStart::now;
    empty.begin();
    empty.append(empty.lines.next(1));
    empty.begin();
    CHECK(empty.run());
    CHECK(empty.received.messages.size() == 1);
}

TEST_CASE("a position that makes no sense is a fault that says what the file is") {
    const LogFolder folder;
    for (const char* text : {"", "{}", "[]", "{\"file\":1}"}) {
        folder.write("siem.json", text);
        const auto read = ForwardPosition::read(folder.file("siem.json"));
        REQUIRE_FALSE(read.has_value());
        CHECK_THAT(read.error().words(), Catch::Contains("is no position of an output"));
    }
    CHECK(ForwardPosition::read(folder.file("none.json")).value().offset == 0);
}

TEST_CASE("journald gets fields") {
    Forwarding log;
    log.output.to = LogTarget::journald;
    log.begin();
    log.append(log.lines.next());
    CHECK(log.run());
    CHECK(log.with("\nMESSAGE=relay.stopped why=停止") == 1);
}

// An Outbound, a scripted next hop and an io_context that runs until an answer is there.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relay/outbound/outbound.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/gate.hpp"
#include "tests/support/fake_next_hop.hpp"

namespace mugaika::test {

inline MailAddress address(const std::string& text) { return MailAddress::parse(text).value(); }

inline smtp::Envelope envelope(const std::vector<std::string>& recipients,
                               const std::string& sender = "a@example.com") {
    smtp::Envelope made;
    made.sender = address(sender);
    for (const std::string& recipient : recipients) made.recipients.push_back(address(recipient));
    return made;
}

// A mail that went through the composer and the gate, as every mail that outbound sees.
inline GatedMail mail_with_text(const std::string& text) {
    Extract extract;
    TextBlock block;
    block.path = "1";
    block.text = PlainText::from(text).value();
    PartRow row;
    row.facts.path = "1";
    row.facts.kind = PartKind::text;
    row.verdict = PartVerdict::text;
    extract.texts.push_back(block);
    extract.parts.push_back(row);
    ComposeFacts facts;
    facts.id = "0123456789abcdef";
    facts.hostname = "mx.example.jp";
    facts.protocol = "ESMTP";
    facts.client_address = "192.0.2.1";
    facts.received_at = std::chrono::system_clock::time_point(std::chrono::seconds(1780000000));
    Verdict verdict;
    verdict.verdict = MailVerdict::clean;
    Result<SanitizedMail> composed = Composer::compose(extract, verdict, facts, *Composer::body(extract, facts));
    if (!composed) FAIL(composed.error().words());
    Result<GatedMail> gated = Gate::inspect(std::move(*composed), GatePermit{});
    if (!gated) FAIL(gated.error().words());
    return std::move(*gated);
}

inline GatedMail plain_mail() { return mail_with_text("hello\n"); }

inline NextHopLimits test_limits() {
    NextHopLimits limits;
    limits.connect_timeout = std::chrono::seconds(2);
    limits.reply_timeout = std::chrono::seconds(2);
    limits.final_reply_timeout = std::chrono::seconds(2);
    limits.transaction_timeout = std::chrono::seconds(5);
    return limits;
}

// For tests in which the next hop is silent: as short as a loaded machine can bear.
inline NextHopLimits impatient_limits() {
    NextHopLimits limits = test_limits();
    limits.reply_timeout = std::chrono::milliseconds(150);
    limits.final_reply_timeout = std::chrono::milliseconds(150);
    return limits;
}

struct OutboundBench {
    explicit OutboundBench(NextHopLimits limits = test_limits(), const std::string& log = "/dev/null")
        : events(EventLog::open(log, "mx.example.jp").value()), outbound(io, "mx.example.jp", limits, *events) {}

    NextHops hops() const { return {{{"127.0.0.1", hop.port()}}}; }

    void run_until(const std::function<bool()>& done) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < give_up) io.run_one_for(std::chrono::milliseconds(100));
        REQUIRE(done());
    }

    template <class T>
    std::shared_ptr<std::optional<T>> start(boost::asio::awaitable<T> asked) {
        auto answer = std::make_shared<std::optional<T>>();
        boost::asio::co_spawn(io, std::move(asked),
                              [answer](std::exception_ptr, T given) { *answer = std::move(given); });
        return answer;
    }

    template <class T>
    T wait_for(boost::asio::awaitable<T> asked) {
        const auto answer = start(std::move(asked));
        run_until([&] { return answer->has_value(); });
        return **answer;
    }

    Delivery deliver(const GatedMail& mail, const std::vector<std::string>& recipients = {"b@example.jp"}) {
        const Delivery delivery = wait_for(outbound.deliver(hops(), envelope(recipients), mail));
        UNSCOPED_INFO(delivery.why);
        return delivery;
    }
    RecipientAnswer ask(const std::string& recipient = "b@example.jp", const std::string& sender = "a@example.com") {
        const RecipientAnswer answer = wait_for(outbound.verify(hops(), envelope({}, sender), address(recipient)));
        UNSCOPED_INFO(answer.why);
        return answer;
    }
    smtp::Reply verify(const std::string& recipient = "b@example.jp") { return ask(recipient).reply; }

    boost::asio::io_context io;
    FakeNextHop hop{io};
    std::unique_ptr<EventLog> events;
    Outbound outbound;
};

inline FakeScript script_with(std::map<std::string, std::vector<FakeAnswer>> answers) {
    FakeScript script;
    script.answers = std::move(answers);
    return script;
}

}  // namespace mugaika::test

// One question to a scanner, on an io_context of its own.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "relay/engines/scanner.hpp"
#include "tests/support/fake_engine.hpp"

namespace mugaika::test {

inline Result<ScanAnswer> scanned(boost::asio::io_context& io, Scanner& scanner, std::string_view bytes,
                                  std::chrono::milliseconds patience = std::chrono::minutes(2)) {
    std::optional<Result<ScanAnswer>> answer;
    const auto ask = [&]() -> boost::asio::awaitable<void> {
        const FileToScan file{bytes, "a.txt"};
        Result<ScanAnswer> given = co_await scanner.scan(file, Scanner::Clock::now() + patience);
        answer.emplace(std::move(given));
    };
    boost::asio::co_spawn(io, ask(), boost::asio::detached);
    io.restart();
    while (!answer) REQUIRE(io.run_one() == 1);
    return *std::move(answer);
}

inline std::string words_of(const Result<ScanAnswer>& answer) {
    if (!answer) return std::string(to_string(answer.error().fault())) + ", " + answer.error().words();
    if (const auto* forbids = std::get_if<ScanForbids>(&*answer)) return "forbids " + forbids->words;
    if (const auto* changed = std::get_if<ScanChanged>(&*answer)) return "changed to " + changed->untrusted_bytes;
    return "passes";
}

}  // namespace mugaika::test

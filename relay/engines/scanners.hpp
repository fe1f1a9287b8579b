// All scanners of the configuration, each asked about a file one after the other. A file passes when every one of them
// has looked at it and forbids nothing; one that cannot look at it now is as good as a no.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/async/waiting_line.hpp"
#include "relay/engines/scanner.hpp"
#include "relay/engines/scanner_settings.hpp"

namespace mugaika {

// What all of them say of a file.
struct ScanEnd {
    enum class What { passed, forbidden, changed, not_looked_at } what = What::not_looked_at;
    std::string words = {};            // who, and what it says
    std::string untrusted_bytes = {};  // changed: the file instead
};

class Scanners {
public:
    using Clock = std::chrono::steady_clock;

    // Told when a scanner can be asked no more, with the words of its first failure, and when it can again.
    struct News {
        std::function<void(const std::string& name, const std::string& why)> down;
        std::function<void(const std::string& name)> up;
    };
    struct Counts {
        std::string name;
        bool up = true;
        std::uint64_t passed = 0, forbidden = 0, changed = 0, failed = 0;
    };

    // `changed_bytes_max`: of a file that one gives instead.
    Scanners(boost::asio::io_context&, const std::vector<ScannerSettings>&, std::size_t changed_bytes_max, News);
    // For tests: these scanners, as patient as the settings of the same place say.
    Scanners(boost::asio::io_context&, std::vector<ScannerSettings>, std::vector<std::unique_ptr<Scanner>>, News);
    ~Scanners();

    bool empty() const noexcept { return rows_.empty(); }
    const std::vector<ScannerSettings>& settings() const noexcept { return settings_; }

    // The bytes must live until it is done. Nothing but a pass of all is a pass. Where one gives another file, the
    // ones behind it look at that.
    boost::asio::awaitable<ScanEnd> scan(const FileToScan&, Clock::time_point until);

    std::vector<Counts> counts() const;
    std::vector<std::string> down() const;  // one line each: who, since which failure

private:
    struct Row;
    boost::asio::awaitable<Result<ScanAnswer>> ask(Row&, const FileToScan&, Clock::time_point until);
    void note(Row&, const Result<ScanAnswer>&, bool is_hurried);

    const std::vector<ScannerSettings> settings_;
    std::vector<std::unique_ptr<Row>> rows_;
    News news_;
};

}  // namespace mugaika

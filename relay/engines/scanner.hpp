// A program outside this house that looks at files and may forbid them: clamd, or a service that speaks ICAP. It can
// only add refusals (FILES.md 2): that it finds nothing lets nothing cross that would not cross without it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "policy/result.hpp"

namespace mugaika {

struct ScanPassed {};

struct ScanForbids {
    std::string words;  // what it found, as it names it; cleaned for showing, at most scan_words_bytes_max
};

// It gives another file instead, which is as hostile as the first one was (FILES.md 2). ICAP only.
struct ScanChanged {
    std::string untrusted_bytes;
};

using ScanAnswer = std::variant<ScanPassed, ScanForbids, ScanChanged>;

inline constexpr std::size_t scan_words_bytes_max = 200;

struct FileToScan {
    std::string_view untrusted_bytes;  // must live until the answer is there
    std::string name;                  // cleaned; "" when it has none
};

class Scanner {
public:
    using Clock = std::chrono::steady_clock;

    virtual ~Scanner() = default;

    virtual const std::string& name() const noexcept = 0;  // in logs and metrics: "clamd /run/clamav/clamd.ctl"

    // An Error says that it could not look at the file, and why: nobody may take that for a pass. Fault::limit: the
    // file is larger than it takes.
    virtual boost::asio::awaitable<Result<ScanAnswer>> scan(const FileToScan&, Clock::time_point until) = 0;
};

}  // namespace mugaika

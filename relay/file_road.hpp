// The files of one mail on their way through codec and checker, past the scanners and some of them through an
// engine before, side by side (FILES.md 2).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "relay/engines/converters.hpp"
#include "relay/engines/scanners.hpp"
#include "relay/workers/file_pool.hpp"
#include "sanitizer/finish/part_paths.hpp"

namespace mugaika {

// Who works on files. All but the scanners, which are the road's own, outlive it.
struct FileTools {
    FilePool& pool;
    Converters& converters;
    std::shared_ptr<Scanners> scanners;  // null: nobody looks
    EventLog& log;
};

// For a mail that nobody waits for, and of which a part has arrived.
struct RoadRules {
    std::size_t side_by_side_max = std::numeric_limits<std::size_t>::max();
    bool ends_sharply = false;             // what is not ready `until` then is late, also what has had its turn
    const PartPaths* delivered = nullptr;  // null: nothing. These are not asked for, and leave the extract
    OfficeFormats owed;                    // of files that wait for LibreOffice
};

// Asks for each file that is worth it, and takes in what comes back; when it ends, each such row is rebuilt or says why
// not. No file takes the mail with it: whatever fails, an exception too, is the failure of that file. What has not had
// its turn `until` then is late.
boost::asio::awaitable<void> rebuild_files(FileTools, Extract&, const Profile&, const BudgetLimits&, const RawMail&,
                                           const MailTag&, std::chrono::steady_clock::time_point until, RoadRules = {});

}  // namespace mugaika

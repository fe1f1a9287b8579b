// A file of a mail before the scanners, and what comes of that.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "relay/engines/scanners.hpp"
#include "relay/log/event_log.hpp"
#include "relay/workers/file_pool.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Both empty: no scanner objects, and the file goes its way.
struct Scanned {
    std::optional<FileNotMade> stays;      // nothing is made of it: malware_found, engine_unavailable
    std::optional<UntrustedFile> instead;  // a scanner gives this, which is as hostile
};

// Is it shown? Files of the mail and of mails attached to it, and archives as a whole; what lies in one was shown with
// it. The extract has the rows of all.
bool is_shown_to_scanners(const FileErrand&, const Extract&) noexcept;

// Asks all scanners about the one file of the errand, as it came. What is no pass is an event of the part. Errand,
// mail, tag and scanners outlive the awaited call.
boost::asio::awaitable<Scanned> scan_file(Scanners&, FilePool&, const FileErrand&, const RawMail&, const MailTag&,
                                          EventLog&, std::chrono::steady_clock::time_point until);

}  // namespace mugaika

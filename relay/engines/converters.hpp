// Engines for the relay: a bounded number of conversions at once, each in a process of its own, and a line before them
// that nobody waits in for ever. What goes in is hostile, what comes out is hostile again. Nothing here can stop mail:
// every failure is the failure of one file.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "policy/result.hpp"
#include "relay/log/event_log.hpp"
#include "sanitizer/engine/engine_road.hpp"

namespace mugaika {

class Converters {
public:
    // A place without a program and a socket: nothing is converted. `commands`: of the configuration; null: none.
    Converters(boost::asio::io_context&, EnginePlace, EngineLimits, std::uint32_t at_once, EventLog&,
               std::shared_ptr<const FileCommands> commands = {});
    ~Converters();  // ends what is running, and waits for it

    // Looked at anew, once a second at most: LibreOffice may be installed meanwhile. What was there once and is gone is
    // asked for, so that it is said to be missing, and so are formats that are `owed`: such files stay until it is
    // back.
    Convertible convertible(OfficeFormats owed = {}) const;
    PagesDrawn pages_drawn() const;  // likewise looked at anew

    // One conversion. Its time ends with `until` where that is sooner; a turn that has not come by then is Fault::busy.
    // Each failure is an event of the part. File and tag outlive the awaited call.
    boost::asio::awaitable<Result<UntrustedFile>> convert(EngineJob, const UntrustedFile&, const MailTag&,
                                                          std::string part,
                                                          std::chrono::steady_clock::time_point until);
    const EngineLimits& limits() const noexcept;
    // False for some minutes after nobody could be asked, unless somebody could since.
    bool answered_lately() const noexcept;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // shared with running conversions
};

}  // namespace mugaika

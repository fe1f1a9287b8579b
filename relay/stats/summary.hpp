// What a question has counted in the closed files of a log, kept beside it (FOLDER/summaries), so that they need not be
// read again for the same question: the state of its counters, open mails included, behind the last of these files.
//
// A summary is never trusted more than the log. It counts only when each of the files is still the one that it was made
// of (log_identity.hpp), when its question, the clock and the version of the program are the same, and when it belongs
// to whom the log belongs to, to root or to whoever asks, and others cannot write it. It is bounded and read like
// hostile bytes. Whatever is odd, and whatever cannot be written, is no fault: then the log is read. Anybody may remove
// a summary at any time. Addresses stand in it as in the log: nobody but its owner can read it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relay/stats/log_files.hpp"
#include "relay/stats/log_identity.hpp"

namespace mugaika {

class Summary {
public:
    // `log`: the one that is written now. `question`: all that the state depends on but the files. `logs`: in the order
    // in which they are read; closed are those before `log`.
    Summary(const std::string& log, const std::string& question, const std::vector<LogFile>& logs);

    std::size_t closed() const noexcept { return files_.size(); }

    struct Found {
        std::size_t files;  // the first of the closed ones: what they hold is in the state
        std::string state;
    };
    std::optional<Found> find() const;

    // Of all closed files, provided that they are still what they were. False: it is not kept.
    bool keep(std::string_view state) const;

    static constexpr std::string_view folder = "summaries";
    static constexpr std::size_t bytes_max = 32u << 20;
    static constexpr std::size_t count_max = 64;  // of other questions too; the oldest go first

private:
    std::string log_folder_, name_, question_;
    std::vector<std::string> paths_;
    std::vector<LogIdentity> files_;
};

}  // namespace mugaika

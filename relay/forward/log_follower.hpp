// The lines of a log from a position on, over rotation, packing and truncation, while it is written. Bounded memory.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/forward/forward_position.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/log_files.hpp"
#include "relay/stats/log_lines.hpp"

namespace mugaika {

class LogFollower {
public:
    using Say = std::function<void(const std::string& words)>;

    // `say`: what an administrator should know; must outlive it.
    LogFollower(std::string log, const Say& say) : log_(std::move(log)), say_(say) {}

    // From here on; nothing of an earlier position counts any more.
    void go_to(const std::string& file, std::uint64_t offset, const std::string& time);
    // Behind everything that is there.
    Result<void> go_to_end();

    // False: nothing more for now. A line that is just being written is none yet. Files that are damaged are said and
    // left out. Fails when the folder cannot be read.
    Result<bool> next();
    const std::string& line() const noexcept { return lines_->line(); }
    bool too_long() const noexcept { return lines_->too_long(); }
    std::string place() const;  // of the line: "FILE, byte N"

    // Behind the line.
    const std::string& file() const noexcept { return file_; }
    std::uint64_t offset() const noexcept { return offset_; }
    const std::string& time() const noexcept { return time_; }  // of the last line that has one, as it stands there

private:
    struct File {
        std::string path;
        ino_t inode = 0;
        std::string identity;
        std::optional<Moment> first;
        std::uint64_t size = 0;
        std::int64_t written = 0;  // nanoseconds
        bool is_packed = false;
        bool is_log = false;  // stands at the log's own path
    };
    struct Seen {
        ino_t inode;
        off_t size;
        friend bool operator==(const Seen&, const Seen&) = default;
    };

    Result<std::vector<File>> files();
    Result<std::vector<LogFile>> listed() const;
    std::optional<std::vector<File>> look_at_all(const std::vector<LogFile>&);
    std::optional<File> look_at(const std::string& path, const struct ::stat&);
    Result<bool> open();
    bool open_file(const File&);
    const File* here(const std::vector<File>&) const;
    const File* after(const std::vector<File>&) const;
    bool is_over(const std::vector<File>&) const;
    Result<bool> leave();
    std::optional<Seen> seen() const;
    void keep_time();
    void close();

    std::string log_;
    const Say& say_;
    std::string file_;
    std::uint64_t offset_ = 0;
    std::string time_;

    File open_file_;
    std::ifstream in_;
    std::unique_ptr<LogLines> lines_;  // null: no file is open
    std::uint64_t base_ = 0;           // where lines_ began
    std::uint64_t line_begin_ = 0;
    bool is_last_look_ = false;      // nobody writes into the file any more, and it is read to its end once more
    std::optional<Seen> opened_as_;  // the log, before we read
    std::optional<Seen> quiet_;      // the log as it was when nothing more stood there
    std::vector<File> known_;
    std::map<std::string, std::string> damaged_;  // path and the words that were said
};

}  // namespace mugaika

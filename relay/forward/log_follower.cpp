#include "relay/forward/log_follower.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <tuple>
#include <utility>

#include "policy/shown_text.hpp"
#include "relay/log/chain.hpp"
#include "relay/log/log_writer.hpp"
#include "relay/log/written_log.hpp"
#include "relay/stats/log_files.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/unpacker.hpp"

namespace mugaika {
namespace {

// Whoever rotates a log moves it first and tells the relay then: for a moment it goes on writing there.
constexpr std::chrono::minutes still_written{1};
constexpr int lines_looked_at = 1000;  // for one of the relay's
constexpr int looks_max = 100;         // at a folder in which files come and go

bool may_be_written_still(const std::string& path) {
    std::error_code fault;
    const auto written = std::filesystem::last_write_time(path, fault);
    return fault || written > std::filesystem::file_time_type::clock::now() - still_written;
}

// The relay writes into one file at a time: once it writes here it is done with those before.
bool has_line_of_relay(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    LogLines lines(in, path);
    for (int i = 0; i < lines_looked_at; ++i) {
        const auto more = lines.next();
        if (!more || !*more || !lines.ended()) return false;
        const auto link = chain_link(lines.line());
        if (link && link->writer == to_string(LogWriter::relay)) return true;
    }
    return false;
}

std::int64_t written_at(const struct stat& facts) {
    return facts.st_mtim.tv_sec * std::int64_t{1'000'000'000} + facts.st_mtim.tv_nsec;
}

// Nothing when another file stands there meanwhile, or none.
std::optional<struct stat> facts_of(const LogFile& file) {
    struct stat facts {};
    if (::stat(file.path.c_str(), &facts) != 0 || facts.st_ino != file.inode) return std::nullopt;
    return facts;
}

}  // namespace

void LogFollower::go_to(const std::string& file, std::uint64_t offset, const std::string& time) {
    close();
    file_ = file;
    offset_ = offset;
    time_ = time;
    quiet_.reset();
}

Result<void> LogFollower::go_to_end() {
    const auto all = files();
    if (!all) return all.error();
    if (all->empty()) return {};
    go_to(all->back().identity, 0, "");
    for (;;) {
        const auto more = next();
        if (!more) return more.error();
        if (!*more) return {};
    }
}

void LogFollower::close() {
    lines_.reset();
    in_.close();
    in_.clear();
    is_last_look_ = false;
}

std::string LogFollower::place() const { return shown_text(open_file_.path) + ", byte " + std::to_string(line_begin_); }

Result<bool> LogFollower::next() {
    for (;;) {
        const auto is_open = lines_ ? Result<bool>(true) : open();
        if (!is_open || !*is_open) return is_open;
        line_begin_ = offset_;
        const auto more = lines_->next();
        if (!more) {  // what stands behind it in this file nobody can read
            std::string& said = damaged_[open_file_.path];
            if (said != more.error().words()) {
                say_(more.error().words() + "; what stands behind byte " + std::to_string(offset_) + " is left out");
            }
            said = more.error().words();
            offset_ = std::uint64_t{1} << 62;
            const auto left = leave();
            if (!left || !*left) return left;
            continue;
        }
        if (*more && (lines_->ended() || is_last_look_)) {
            offset_ = base_ + lines_->bytes();
            keep_time();
            return true;
        }
        const auto left = leave();
        if (!left || !*left) return left;
    }
}

// As the line has it, also when it is broken behind that.
void LogFollower::keep_time() {
    constexpr std::string_view before = "{\"time\":\"";
    const std::string_view begin = std::string_view(line()).substr(0, before.size() + 40);
    const std::size_t end = begin.find('"', before.size());
    if (begin.starts_with(before) && end != begin.npos) time_ = begin.substr(before.size(), end - before.size());
}

// At the end of what stands in the file. True: there is another one, or this one is to be read to its end once more.
Result<bool> LogFollower::leave() {
    const bool is_read = is_last_look_ || open_file_.is_packed || damaged_.contains(open_file_.path);
    close();
    const auto all = files();
    if (!all) return all.error();
    const File* same = here(*all);
    if (!is_over(*all)) {
        if (same != nullptr && same->is_log) quiet_ = opened_as_;
        return false;
    }
    if (!is_read) {  // what was written between our last look and its end
        if (same != nullptr && open_file(*same)) return is_last_look_ = true;
        return false;  // packed at this moment: looked for again
    }
    const File* following = after(*all);
    if (following == nullptr || !open_file(*following)) return false;
    file_ = following->identity;
    offset_ = base_ = 0;
    return true;
}

// Nobody writes into the file at our position any more, and something follows it.
bool LogFollower::is_over(const std::vector<File>& all) const {
    const File* following = after(all);
    if (following == nullptr) return false;
    const File* same = here(all);
    if (same == nullptr || same->is_packed) return true;
    return !same->is_log && (has_line_of_relay(following->path) || !may_be_written_still(same->path));
}

const LogFollower::File* LogFollower::here(const std::vector<File>& all) const {
    const File* found = nullptr;
    for (const File& file : all) {
        const bool is_there = damaged_.contains(file.path) || file.is_packed || file.size >= offset_;
        if (file.identity == file_ && is_there) found = &file;
    }
    return found;
}

const LogFollower::File* LogFollower::after(const std::vector<File>& all) const {
    const File* same = here(all);
    if (same != nullptr) return same == &all.back() ? nullptr : same + 1;
    // It is gone: what begins later than what was read last.
    const auto read_until = moment_from_rfc3339(time_);
    for (const File& file : all) {
        if (file.identity == file_ && !file.is_log) continue;
        if (!read_until || file.is_log || (file.first && *file.first >= *read_until)) return &file;
    }
    return nullptr;
}

Result<bool> LogFollower::open() {
    if (quiet_ && quiet_ == seen()) return false;
    quiet_.reset();
    const auto all = files();
    if (!all) return all.error();
    const File* file = here(*all);
    if (file == nullptr) {
        file = file_.empty() && !all->empty() ? &all->front() : after(*all);
        if (file == nullptr) return false;
        if (!file_.empty()) say_("the file that was read last is gone; goes on with " + shown_text(file->path));
        file_ = file->identity;
        offset_ = 0;
    }
    return open_file(*file);
}

// False when it is another one meanwhile.
bool LogFollower::open_file(const File& file) {
    close();
    opened_as_ = seen();
    open_file_ = file;
    in_.open(file.path, std::ios::binary);
    struct stat facts {};
    if (!in_ || ::stat(file.path.c_str(), &facts) != 0 || facts.st_ino != file.inode) return close(), false;
    base_ = file.identity == file_ ? offset_ : 0;
    if (!file.is_packed) {
        in_.seekg(static_cast<std::streamoff>(base_));
        lines_ = std::make_unique<LogLines>(in_, file.path, LogPacking::plain);
        return true;
    }
    lines_ = std::make_unique<LogLines>(in_, file.path);
    is_last_look_ = true;
    const std::uint64_t wanted = std::exchange(base_, 0);
    while (lines_->bytes() < wanted) {
        const auto more = lines_->next();
        if (!more || !*more) break;  // said by whoever reads on
    }
    return true;
}

std::optional<LogFollower::Seen> LogFollower::seen() const {
    struct stat facts {};
    if (::stat(log_.c_str(), &facts) != 0) return std::nullopt;
    return Seen{facts.st_ino, facts.st_size};
}

// In the order of time; what has no whole line yet is none. The log itself is the last one, whatever clocks say.
Result<std::vector<LogFollower::File>> LogFollower::files() {
    for (int looks = 0; looks < looks_max; ++looks) {
        const auto there = listed();
        if (!there) return there.error();
        auto all = look_at_all(*there);
        if (!all) continue;
        known_ = *all;
        const auto order = [](const File& file) {
            return std::tuple(file.is_log, file.first.value_or(Moment::min()), std::string_view(file.path));
        };
        std::sort(all->begin(), all->end(), [&](const File& a, const File& b) { return order(a) < order(b); });
        return *std::move(all);
    }
    return Error(Fault::busy, "the files of the log change all the time");
}

// Files are looked at by their names: nothing when a name meant another file before it was over.
std::optional<std::vector<LogFollower::File>> LogFollower::look_at_all(const std::vector<LogFile>& there) {
    std::vector<File> all;
    for (const LogFile& file : there) {
        const auto facts = facts_of(file);
        if (!facts) return std::nullopt;
        auto found = look_at(file.path, *facts);
        if (!facts_of(file)) return std::nullopt;
        if (found) all.push_back(std::move(*found));
    }
    return all;
}

// A file that is renamed while a folder is read may be seen under neither name: two looks must agree.
Result<std::vector<LogFile>> LogFollower::listed() const {
    const auto is_same = [](const LogFile& a, const LogFile& b) { return a.path == b.path && a.inode == b.inode; };
    auto before = log_and_rotated(log_);
    for (int looks = 0; before && looks < looks_max; ++looks) {
        auto now = log_and_rotated(log_);
        if (!now) return now;
        if (std::equal(before->begin(), before->end(), now->begin(), now->end(), is_same)) return now;
        before = std::move(now);
    }
    return before ? Error(Fault::busy, "the files of the log change all the time") : before;
}

std::optional<LogFollower::File> LogFollower::look_at(const std::string& path, const struct stat& facts) {
    const bool is_log = path == log_;
    const std::int64_t written = written_at(facts);
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    const auto known = std::find_if(known_.begin(), known_.end(), [&](const File& file) {
        return file.path == path && file.inode == facts.st_ino && file.size == size && file.written == written;
    });
    if (known != known_.end() && !is_log) return *known;
    const auto refuse = [&](const Error& error) {
        std::error_code ignored;
        if (std::filesystem::exists(path, ignored) && damaged_[path] != error.words()) say_(error.words());
        damaged_[path] = error.words();
        return std::nullopt;
    };
    std::ifstream in(path, std::ios::binary);
    LogLines lines(in, path);
    const auto more = lines.next();
    if (!more) return refuse(more.error());
    if (!*more || !lines.ended()) return std::nullopt;
    File file{path, facts.st_ino, chain_hash(lines.line()),          std::nullopt,
              size, written,      packing_of_name(path).has_value(), is_log};
    std::ifstream again(path, std::ios::binary);
    const auto first = first_event_time(again, path);
    if (!first) return refuse(first.error());
    file.first = *first;
    return file;
}

}  // namespace mugaika

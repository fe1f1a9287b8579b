#include "relay/log/chain_search.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "relay/log/lines_backward.hpp"
#include "relay/log/rotated_name.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;

// Two rotations behind one another, before log.resumed is written, are more than enough.
constexpr std::size_t rotated_files_max = 3;
// So many lines without a number are of a version that had none.
constexpr std::size_t unnumbered_lines_max = 1000;

std::vector<std::string> newest_first(const std::string& log) {
    const fs::path path(log);
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::vector<std::pair<fs::file_time_type, std::string>> rotated;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name == path.filename() || !is_name_of_log(name, log)) continue;
        const auto written = entry->last_write_time(error);
        if (!error) rotated.emplace_back(written, entry->path().string());
    }
    std::sort(rotated.rbegin(), rotated.rend());
    std::vector<std::string> files{log};
    for (const auto& [time, file] : rotated) {
        if (files.size() <= rotated_files_max) files.push_back(file);
    }
    return files;
}

class ChainSearch {
public:
    // "": all writers.
    ChainSearch(std::string_view host, std::string_view writer) : host_(host), writer_(writer) {}

    Result<void> look_into(const std::string& path) {
        const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file.is_open() && errno == ENOENT) return {};
        struct stat facts {};
        if (!file.is_open() || ::fstat(file.get(), &facts) != 0) {
            return error_from_errno("opening the event log " + path + " to read its last lines", errno);
        }
        LinesBackward lines(file.get(), static_cast<std::uint64_t>(facts.st_size));
        while (!is_done_) {
            const auto more = lines.next();
            if (!more) return more.error();
            if (!*more) break;
            take(lines.line());
        }
        return {};
    }
    bool is_done() const noexcept { return is_done_; }
    ChainEnds take_ends() && { return std::move(ends_); }

private:
    void take(std::string_view line) {
        const auto link = chain_link(line);
        unnumbered_ = link ? 0 : unnumbered_ + 1;
        is_done_ = unnumbered_ > unnumbered_lines_max;
        if (!link || link->host != host_) return;
        if (!ends_.contains(link->writer)) ends_.emplace(link->writer, ChainEnd{link->number, chain_hash(line)});
        if (auto listed = listed_chains(line)) {
            ends_.merge(*listed);
            is_done_ = true;
        }
        is_done_ = is_done_ || link->writer == writer_;
    }

    std::string_view host_, writer_;
    ChainEnds ends_;
    std::size_t unnumbered_ = 0;
    bool is_done_ = false;
};

Result<ChainEnds> search(const std::string& log, std::string_view host, std::string_view writer) {
    ChainSearch search(host, writer);
    for (const std::string& file : newest_first(log)) {
        if (search.is_done()) break;
        const auto looked = search.look_into(file);
        if (!looked) return looked.error();
    }
    return std::move(search).take_ends();
}

}  // namespace

Result<ChainEnds> find_chains(const std::string& log, std::string_view host) { return search(log, host, ""); }

Result<ChainEnd> find_chain(const std::string& log, std::string_view host, std::string_view writer) {
    auto ends = search(log, host, writer);
    if (!ends) return ends.error();
    const auto found = ends->find(writer);
    return found == ends->end() ? ChainEnd{} : found->second;
}

}  // namespace mugaika

#include "relay/stats/log_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>

#include "policy/shown_text.hpp"
#include "relay/log/rotated_name.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/unpacker.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;

std::string_view without_packing(std::string_view name) {
    const auto packing = packing_of_name(name);
    return packing ? name.substr(0, name.size() - suffix(*packing).size()) : name;
}

std::uint64_t inode_of(const std::string& path) {
    struct stat facts {};
    return ::stat(path.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

}  // namespace

Result<std::vector<LogFile>> log_and_rotated(const std::string& log) {
    const fs::path path(log);
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::error_code error;
    std::map<std::string, std::string, std::less<>> chosen;  // by name without packing; sorted, the shortest name wins
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const std::string_view plain = without_packing(name);
        const bool packed_log = plain == path.filename().string() && plain.size() < name.size();
        if (packed_log || !is_name_of_log(plain, log)) continue;
        std::string& file = chosen[std::string(plain)];
        if (file.empty() || name.size() < file.size()) file = name;
    }
    if (error) return Error(Fault::unavailable, "the folder of the log " + shown_text(log) + " cannot be read");
    std::vector<LogFile> files;
    for (const auto& [plain, name] : chosen) {
        LogFile file;
        file.path = path.has_parent_path() ? (folder / name).string() : name;
        file.inode = inode_of(file.path);
        files.push_back(std::move(file));
    }
    return files;
}

Result<void> sort_by_time(std::vector<LogFile>& files) {
    for (LogFile& file : files) {
        std::ifstream in(file.path, std::ios::binary);
        if (!in) return Error(Fault::unavailable, "the log " + shown_text(file.path) + " cannot be opened");
        const auto first = first_event_time(in, file.path);
        if (!first) return first.error();
        file.first = *first;
    }
    // What has no event at all may stand anywhere.
    std::sort(files.begin(), files.end(), [](const LogFile& a, const LogFile& b) {
        return std::pair(a.first.value_or(Moment::min()), std::string_view(a.path)) <
               std::pair(b.first.value_or(Moment::min()), std::string_view(b.path));
    });
    return {};
}

void drop_older(std::vector<LogFile>& files, Moment moment) {
    std::size_t older = 0;
    while (older + 1 < files.size() && files[older + 1].first && *files[older + 1].first <= moment) ++older;
    files.erase(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(older));
}

bool is_still(const LogFile& file) { return file.inode == 0 || inode_of(file.path) == file.inode; }

}  // namespace mugaika

#include "relay/quarantine/unlock_notes.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/item_text.hpp"

namespace mugaika {
namespace {

constexpr std::string_view suffix = ".unlocked";
constexpr std::size_t record_bytes_max = 16u << 20;

// Until the descriptor is closed; waits.
Result<FileDescriptor> lock(const std::string& folder) {
    const std::string path = folder + "/lock";
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660));
    if (!file.is_open()) return error_from_errno("opening " + path, errno);
    while (::flock(file.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return error_from_errno("locking " + path, errno);
    }
    return file;
}

}  // namespace

std::string UnlockNotes::path_of(std::string_view item_id) const {
    return folder_ + "/" + std::string(item_id) + std::string(suffix);
}

Result<UnlockRecord> UnlockNotes::of(std::string_view item_id) const {
    const auto text = read_small_file(path_of(item_id), record_bytes_max);
    if (text) return unlock_record_from_text(*text);
    if (text.error().fault() == Fault::not_found) return UnlockRecord();
    return text.error();
}

Result<void> UnlockNotes::change(std::string_view item_id,
                                 const std::function<Result<void>(UnlockRecord&)>& change) const {
    auto made = make_directory(folder_, 0770);  // a store of an earlier version has none
    if (!made) return made;
    const auto locked = lock(folder_);
    if (!locked) return locked.error();
    auto record = of(item_id);
    if (!record) return record.error();
    auto changed = change(*record);
    if (!changed) return changed;
    return write_file_durably(path_of(item_id), unlock_record_to_text(*record), 0660);
}

Result<void> UnlockNotes::remove(std::string_view item_id) const {
    std::error_code ignored;
    if (!std::filesystem::exists(path_of(item_id), ignored)) return {};
    auto removed = remove_file_durably(folder_, std::string(item_id) + std::string(suffix));
    if (removed || removed.error().fault() == Fault::not_found) return {};
    return removed;
}

std::vector<std::string> UnlockNotes::item_ids() const {
    std::vector<std::string> ids;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(suffix)) continue;
        const std::string id = name.substr(0, name.size() - suffix.size());
        if (is_message_id(id)) ids.push_back(id);
    }
    return ids;
}

}  // namespace mugaika

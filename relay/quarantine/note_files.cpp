#include "relay/quarantine/note_files.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "relay/quarantine/item.hpp"

namespace mugaika {

std::vector<std::string> ids_left_over(const std::string& folder, std::string_view suffix,
                                       const std::function<bool(std::string_view item_id)>& is_there) {
    std::vector<std::string> gone;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(suffix)) continue;
        const std::string id = name.substr(0, name.size() - suffix.size());
        if (is_message_id(id) && !is_there(id)) gone.push_back(id);
    }
    return gone;
}

Result<FileDescriptor> lock_notes(const std::string& folder) {
    const std::string path = folder + "/lock";
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660));
    if (!file.is_open()) return error_from_errno("opening " + path, errno);
    while (::flock(file.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return error_from_errno("locking " + path, errno);
    }
    return file;
}

}  // namespace mugaika

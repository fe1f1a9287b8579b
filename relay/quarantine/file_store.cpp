#include "relay/quarantine/file_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item_file.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;

Error not_an_id() {
    return {Fault::bad_input, "not an id: expected 26 letters and digits, or 16 of an earlier version"};
}

}  // namespace

FileQuarantine::FileQuarantine(std::string folder, std::string key_file, Access access)
    : folder_(std::move(folder)),
      key_file_(std::move(key_file)),
      access_(access),
      notes_(folder_ + "/released"),
      unlock_notes_(folder_ + "/unlocked"),
      rerun_notes_(folder_ + "/rerun") {}

FileQuarantine::~FileQuarantine() {
    {
        const std::lock_guard<std::mutex> hold(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (committer_.joinable()) committer_.join();
}

Result<std::unique_ptr<FileQuarantine>> FileQuarantine::open(const std::string& folder, const std::string& key_file,
                                                             Access access) {
    std::unique_ptr<FileQuarantine> store(new FileQuarantine(folder, key_file, access));
    auto ready = store->take_keys();
    if (ready) ready = store->prepare();
    if (ready && access == Access::relay) ready = store->check_keys();
    if (!ready) return ready.error();
    store->committer_ = std::thread([&made = *store] { made.commit_loop(); });
    return store;
}

std::string FileQuarantine::path_of(std::string_view id) const { return items() + "/" + item_file_name(id); }
bool FileQuarantine::has(std::string_view id) const { return ::access(path_of(id).c_str(), F_OK) == 0; }

// A new key beside items that were encrypted with another would hide the loss, so it is made for an empty store only.
Result<void> FileQuarantine::take_keys() {
    auto read = KeyFile::read(key_file_);
    if (!read && read.error().fault() == Fault::not_found) {
        const std::size_t kept = ids_on_disk().size();
        if (kept > 0) {
            return Error(Fault::configuration, key_file_ + ": the quarantine key is missing, and " +
                                                   std::to_string(kept) +
                                                   " kept mails cannot be read without it; expected the file from its "
                                                   "backup (README, Keys)");
        }
        if (access_ == Access::relay) {
            read = KeyFile::create(key_file_);
            if (read) made_key_id_ = read->newest().id;
        }
    }
    if (!read) return read.error();
    keys_ = std::move(*read);
    return {};
}

Result<void> FileQuarantine::prepare() {
    for (const std::string& needed : {folder_, items(), folder_ + "/tmp", folder_ + "/released", folder_ + "/unlocked",
                                      folder_ + "/rerun", promises(), folder_ + "/aside"}) {
        auto made = make_directory(needed, 0770);
        if (!made) return made;
    }
    // What was being written when we or a command died was never answered with 250.
    if (access_ == Access::relay) {
        for (const char* written : {"/tmp", "/released", "/unlocked", "/rerun", "/promised"})
            remove_left_overs(folder_ + written);
    }
    auto opened = QuarantineIndex::open(folder_);
    if (!opened) return opened.error();
    index_ = std::make_unique<QuarantineIndex>(std::move(*opened));
    const auto filled = index_->is_filled();
    if (!filled) return filled.error();
    if (access_ == Access::reader && *filled) return {};
    auto reconciled = reconcile();
    if (!reconciled) return reconciled;
    if (access_ == Access::relay) reconciled = QuarantineIndex::remove_other_versions(folder_);
    if (reconciled && !*filled) reconciled = index_->set_filled();
    return reconciled;
}

Result<void> FileQuarantine::check_keys() const {
    const std::lock_guard<std::mutex> hold(index_mutex_);
    const auto used = index_->key_ids();
    if (!used) return used.error();
    std::string missing;
    for (const std::string& key_id : *used) {
        if (keys_.find(key_id) != nullptr) continue;
        const auto ids = index_->ids_of_key(key_id);
        if (!ids) return ids.error();
        const auto there = std::count_if(ids->begin(), ids->end(), [this](const std::string& id) { return has(id); });
        if (there == 0) continue;  // moved away by hand since the relay last started
        missing += (missing.empty() ? "" : ", ") + std::to_string(there) + " with key " + key_id;
    }
    if (missing.empty()) return {};
    return Error(Fault::configuration, key_file_ + ": lacks the keys of kept mails (" + missing +
                                           "); expected their lines from the backup, below the newest (README, Keys)");
}

Result<QuarantineItem> FileQuarantine::load(std::string_view id) const {
    if (!is_message_id(id)) return not_an_id();
    auto reading = read(id);
    if (!reading) return reading.error();
    return std::move(reading->item);
}

Result<RawMail> FileQuarantine::load_original(std::string_view id) const {
    if (!is_message_id(id)) return not_an_id();
    RawMailWriter writer({folder_ + "/tmp", 256u << 10});
    auto reading =
        read_item_file(path_of(id), keys_, [&writer](std::string_view chunk) { return writer.append(chunk); });
    if (!reading) return reading.error();
    return std::move(writer).finish();
}

Result<void> FileQuarantine::remove(std::string_view id) {
    if (!is_message_id(id)) return not_an_id();
    auto removed = remove_file_durably(items(), item_file_name(id));
    if (!removed && removed.error().fault() == Fault::not_found) {
        return Error(Fault::not_found, "there is no kept mail " + std::string(id));
    }
    if (!removed) return removed;
    removed = notes_.remove(id);
    if (removed) removed = unlock_notes_.remove(id);
    if (removed) removed = rerun_notes_.remove(id);
    if (removed) removed = forget_promise(id);
    if (!removed) return removed;
    const std::lock_guard<std::mutex> hold(index_mutex_);
    return index_->remove(id);
}

Result<void> FileQuarantine::note_release(const ReleaseOrder& order,
                                          std::chrono::system_clock::time_point delivered_at) {
    if (!has(order.item_id)) return {};
    auto noted = notes_.add(order, delivered_at);
    if (!noted) return noted;
    const std::lock_guard<std::mutex> hold(index_mutex_);
    return index_->set_release(order.item_id, Row::Release{delivered_at, order.person});
}

Result<std::vector<ReleaseNote>> FileQuarantine::releases(std::string_view id) const {
    if (!is_message_id(id)) return not_an_id();
    return notes_.of(id);
}

Result<std::uint32_t> FileQuarantine::count_password_try(std::string_view id) { return unlock_notes_.count_try(id); }

Result<void> FileQuarantine::take_back_password_try(std::string_view id) { return unlock_notes_.take_back_try(id); }

Result<void> FileQuarantine::note_unlock(std::string_view id, const UnlockNote& note) {
    return unlock_notes_.add(id, note);
}

Result<UnlockRecord> FileQuarantine::unlocks(std::string_view id) const { return unlock_notes_.of(id); }

Result<void> FileQuarantine::note_rerun(std::string_view id, const RerunNote& note) {
    return rerun_notes_.add(id, note);
}

Result<std::vector<RerunNote>> FileQuarantine::reruns(std::string_view id) const { return rerun_notes_.of(id); }

Result<QuarantineStore::Status> FileQuarantine::status() const {
    Status status;
    std::error_code wrong;
    for (const std::string& id : ids_on_disk()) {
        const auto size = fs::file_size(path_of(id), wrong);
        if (wrong) continue;  // deleted in this moment
        ++status.items;
        status.bytes += size;
    }
    for (const auto& entry : fs::directory_iterator(folder_ + "/aside", wrong)) {
        status.moved_aside += entry.is_regular_file() ? 1 : 0;
    }
    return status;
}

}  // namespace mugaika

// Who may take an item back when several relays use one store: promised/ID.promised, an empty file, says that one which
// found the item answers for its mail. Promises and takings back exclude each other by a lock, which a process that is
// killed lets go.
#include <unistd.h>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/file_store.hpp"
#include "relay/quarantine/note_files.hpp"

namespace mugaika {
namespace {

constexpr std::string_view suffix = ".promised";

}  // namespace

std::string FileQuarantine::promise_of(std::string_view id) const {
    return promises() + "/" + std::string(id) + std::string(suffix);
}

bool FileQuarantine::is_promised(std::string_view id) const { return ::access(promise_of(id).c_str(), F_OK) == 0; }

// Whoever takes back has the lock or comes after us: what is there when the note is written stays.
Result<void> FileQuarantine::promise(const QuarantineItem& item, const RawMail& raw) {
    const auto locked = lock_notes(promises());
    if (!locked) return locked.error();
    const auto added = add(item, raw);
    if (!added) return added.error();
    if (is_promised(item.id)) return sync_directory(promises());  // perhaps by one that died before it was durable
    return write_file_durably(promise_of(item.id), "", 0640);
}

Result<bool> FileQuarantine::take_back(std::string_view id) {
    if (!is_message_id(id)) return Error(Fault::bad_input, "not an id of a kept mail");
    const auto locked = lock_notes(promises());
    if (!locked) return locked.error();
    if (is_promised(id)) return false;
    const auto removed = remove(id);
    if (!removed) return removed.error();
    return true;
}

Result<void> FileQuarantine::forget_promise(std::string_view id) const {
    if (!is_promised(id)) return {};
    auto removed = remove_file_durably(promises(), std::string(id) + std::string(suffix));
    if (removed || removed.error().fault() == Fault::not_found) return {};
    return removed;
}

// Of mails that were deleted by one who died before he had removed this as well.
Result<void> FileQuarantine::forget_promises_left_over() const {
    const auto is_there = [this](std::string_view id) { return has(id); };
    for (const std::string& id : ids_left_over(promises(), suffix, is_there)) {
        auto removed = forget_promise(id);
        if (!removed) return removed;
    }
    return {};
}

}  // namespace mugaika

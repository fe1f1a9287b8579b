#include "relay/quarantine/unlock_notes.hpp"

#include <filesystem>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/item_text.hpp"
#include "relay/quarantine/note_files.hpp"

namespace mugaika {
namespace {

constexpr std::string_view suffix = ".unlocked";
constexpr std::size_t record_bytes_max = 16u << 20;

}  // namespace

std::string UnlockNotes::path_of(std::string_view item_id) const {
    return folder_ + "/" + std::string(item_id) + std::string(suffix);
}

Result<UnlockRecord> UnlockNotes::of(std::string_view item_id) const {
    if (!is_message_id(item_id)) return Error(Fault::bad_input, "not an id of a kept mail");
    const auto text = read_small_file(path_of(item_id), record_bytes_max);
    if (text) return unlock_record_from_text(*text);
    if (text.error().fault() == Fault::not_found) return UnlockRecord();
    return text.error();
}

Result<void> UnlockNotes::change(std::string_view item_id,
                                 const std::function<Result<void>(UnlockRecord&)>& change) const {
    if (!is_message_id(item_id)) return Error(Fault::bad_input, "not an id of a kept mail");
    auto made = make_directory(folder_, 0770);  // a store of an earlier version has none
    if (!made) return made;
    const auto locked = lock_notes(folder_);
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

Result<std::uint32_t> UnlockNotes::count_try(std::string_view item_id) const {
    std::uint32_t left = 0;
    const auto counted = change(item_id, [&left](UnlockRecord& record) -> Result<void> {
        if (record.wrong_tries >= password_tries_max) {
            return Error(Fault::limit, std::to_string(record.wrong_tries) + " wrong passwords were tried");
        }
        left = password_tries_max - ++record.wrong_tries;
        return {};
    });
    if (!counted) return counted.error();
    return left;
}

Result<void> UnlockNotes::take_back_try(std::string_view item_id) const {
    return change(item_id, [](UnlockRecord& record) -> Result<void> {
        if (record.wrong_tries > 0) --record.wrong_tries;
        return {};
    });
}

Result<void> UnlockNotes::add(std::string_view item_id, const UnlockNote& note) const {
    return change(item_id, [&note](UnlockRecord& record) -> Result<void> {
        record.opened.push_back(note);
        return {};
    });
}

// Of mails that were deleted in the moment of a change.
Result<void> UnlockNotes::keep_only(const std::function<bool(std::string_view item_id)>& is_there) const {
    for (const std::string& id : ids_left_over(folder_, suffix, is_there)) {
        auto removed = remove(id);
        if (!removed) return removed;
    }
    return {};
}

}  // namespace mugaika

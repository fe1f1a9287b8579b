#include "relay/quarantine/rerun_notes.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/item_text.hpp"
#include "relay/quarantine/note_files.hpp"

namespace mugaika {
namespace {

constexpr std::string_view suffix = ".rerun";
constexpr std::size_t notes_bytes_max = 16u << 20;

Result<std::vector<RerunNote>> notes_from(std::string_view text) {
    std::vector<RerunNote> notes;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        auto note = rerun_note_from_text(text.substr(0, end));
        if (!note) return note.error();
        notes.push_back(std::move(*note));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return notes;
}

}  // namespace

std::string_view to_string(RerunResult result) noexcept {
    constexpr std::array<std::string_view, 3> names{"brought", "nothing_new", "given_up"};
    return names.at(static_cast<std::size_t>(result));
}

Ledger found_so_far(const Ledger& stored, const std::vector<RerunNote>& runs) {
    Ledger found = stored;
    for (const RerunNote& run : runs) {
        for (const RerunNote::Stay& stay : run.stays) {
            if (stay.why != Reason::malware_found) continue;
            for (PartRow& row : found.parts) {
                if (row.facts.path == stay.path) row.reason = stay.why;
            }
        }
    }
    return found;
}

std::string RerunNotes::path_of(std::string_view item_id) const {
    return folder_ + "/" + std::string(item_id) + std::string(suffix);
}

Result<void> RerunNotes::add(std::string_view item_id, const RerunNote& note) const {
    if (!is_message_id(item_id)) return Error(Fault::bad_input, "not an id of a kept mail");
    auto text = read_small_file(path_of(item_id), notes_bytes_max);
    if (!text && text.error().fault() != Fault::not_found) return text.error();
    const std::string all = (text ? std::move(*text) : std::string()) + rerun_note_to_text(note);
    return write_file_durably(path_of(item_id), all, 0600);
}

Result<std::vector<RerunNote>> RerunNotes::of(std::string_view item_id) const {
    if (!is_message_id(item_id)) return Error(Fault::bad_input, "not an id of a kept mail");
    const auto text = read_small_file(path_of(item_id), notes_bytes_max);
    if (text) return notes_from(*text);
    if (text.error().fault() == Fault::not_found) return std::vector<RerunNote>();
    return text.error();
}

Result<void> RerunNotes::remove(std::string_view item_id) const {
    std::error_code ignored;
    if (!std::filesystem::exists(path_of(item_id), ignored)) return {};
    auto removed = remove_file_durably(folder_, std::string(item_id) + std::string(suffix));
    if (removed || removed.error().fault() == Fault::not_found) return {};
    return removed;
}

// Of mails that were deleted in the moment of a note.
Result<void> RerunNotes::keep_only(const std::function<bool(std::string_view item_id)>& is_there) const {
    for (const std::string& id : ids_left_over(folder_, suffix, is_there)) {
        auto removed = remove(id);
        if (!removed) return removed;
    }
    return {};
}

}  // namespace mugaika

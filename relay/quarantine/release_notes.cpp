#include "relay/quarantine/release_notes.hpp"

#include <algorithm>
#include <filesystem>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/item_text.hpp"

namespace mugaika {
namespace {

using Clock = std::chrono::system_clock;

constexpr std::string_view suffix = ".released";
constexpr std::size_t notes_bytes_max = 16u << 20;

std::vector<ReleaseNote> notes_from(std::string_view text) {
    std::vector<ReleaseNote> notes;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        auto note = release_note_from_text(line);
        if (note) notes.push_back(std::move(*note));
    }
    return notes;
}

}  // namespace

std::string ReleaseNotes::path_of(std::string_view item_id) const {
    return folder_ + "/" + std::string(item_id) + std::string(suffix);
}

Result<void> ReleaseNotes::add(const ReleaseOrder& delivered, Clock::time_point at) const {
    const std::string path = path_of(delivered.item_id);
    auto text = read_small_file(path, notes_bytes_max);
    if (!text && text.error().fault() != Fault::not_found) return text.error();
    std::string all = text ? std::move(*text) : std::string();
    const std::vector<ReleaseNote> notes = notes_from(all);
    const bool is_known = std::any_of(notes.begin(), notes.end(),
                                      [&](const ReleaseNote& note) { return note.order_id == delivered.order_id; });
    if (is_known) return {};
    std::vector<std::string> recipients;
    for (const MailAddress& recipient : delivered.recipients) recipients.push_back(recipient.text());
    all += release_note_to_text({delivered.order_id, delivered.person, delivered.reason, delivered.parts,
                                 std::move(recipients), at, delivered.kind == OrderKind::image_pdf});
    return write_file_durably(path, all, 0600);
}

Result<std::vector<ReleaseNote>> ReleaseNotes::of(std::string_view item_id) const {
    const auto text = read_small_file(path_of(item_id), notes_bytes_max);
    if (text) return notes_from(*text);
    if (text.error().fault() == Fault::not_found) return std::vector<ReleaseNote>();
    return text.error();
}

Result<void> ReleaseNotes::remove(std::string_view item_id) const {
    auto removed = remove_file_durably(folder_, std::string(item_id) + std::string(suffix));
    if (removed || removed.error().fault() == Fault::not_found) return {};
    return removed;
}

std::vector<std::string> ReleaseNotes::item_ids() const {
    std::vector<std::string> ids;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(suffix)) continue;
        const std::string id = name.substr(0, name.size() - suffix.size());
        if (is_message_id(id)) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace mugaika

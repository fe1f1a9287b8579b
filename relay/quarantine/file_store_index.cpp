// The items on the disk and their rows in the index.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "relay/quarantine/file_store.hpp"
#include "relay/quarantine/index_row.hpp"
#include "relay/quarantine/item_file.hpp"
#include "relay/quarantine/item_text.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t rows_at_once = 250;

}  // namespace

std::vector<std::string> FileQuarantine::ids_on_disk() const {
    std::vector<std::string> ids;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(items(), ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(item_file_suffix)) continue;
        const std::string id = name.substr(0, name.size() - item_file_suffix.size());
        if (is_message_id(id)) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

// A crash between rename and index commit leaves an item without a row, one between unlink and delete a row without
// an item. The items are the truth. Beside a relay that runs an item may come between the two lists, none may go
// unseen.
Result<void> FileQuarantine::reconcile() {
    auto indexed = index_->ids();
    if (!indexed) return indexed.error();
    const std::vector<std::string> there = ids_on_disk();
    std::vector<std::string> missing;
    std::set_difference(there.begin(), there.end(), indexed->begin(), indexed->end(), std::back_inserter(missing));
    std::vector<std::string> gone;
    std::set_difference(indexed->begin(), indexed->end(), there.begin(), there.end(), std::back_inserter(gone));
    for (const std::string& id : gone) {
        auto removed = index_->remove(id);
        if (!removed) return removed;
    }
    const auto put = put_into_index(missing);
    if (!put) return put.error();
    return reconcile_releases();
}

// The same for the notes: a crash between note and row, or between item and note.
Result<void> FileQuarantine::reconcile_releases() {
    auto indexed = index_->released_ids();
    if (!indexed) return indexed.error();
    const std::vector<std::string> noted = notes_.item_ids();
    std::vector<std::string> different;
    std::set_symmetric_difference(noted.begin(), noted.end(), indexed->begin(), indexed->end(),
                                  std::back_inserter(different));
    for (const std::string& id : different) {
        auto settled = has(id) ? index_->set_release(id, last_release(id)) : notes_.remove(id);
        if (!settled) return settled;
    }
    const auto is_there = [this](std::string_view id) { return has(id); };
    auto cleaned = unlock_notes_.keep_only(is_there);
    if (cleaned) cleaned = rerun_notes_.keep_only(is_there);
    return cleaned ? forget_promises_left_over() : cleaned;
}

std::optional<QuarantineStore::Row::Release> FileQuarantine::last_release(std::string_view id) const {
    const auto all = notes_.of(id);
    if (!all || all->empty()) return std::nullopt;  // a note that cannot be read holds up no mail
    return Row::Release{all->back().delivered_at, all->back().person};
}

// Returns how many were put in. What is damaged is moved aside; a missing key or a failing disk is no reason to move
// evidence. In batches, since all rows together may be many.
Result<std::size_t> FileQuarantine::put_into_index(const std::vector<std::string>& ids) {
    std::size_t done = 0;
    std::vector<Row> rows;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto reading = read(ids[i]);
        if (reading) {
            rows.push_back(row_of(reading->item, reading->key_id));
            rows.back().release = last_release(ids[i]);
        } else if (reading.error().fault() == Fault::protocol) {
            move_aside(ids[i], reading.error());
        } else if (reading.error().fault() != Fault::not_found) {  // deleted in this moment
            return reading.error();
        }
        if (rows.empty() || (rows.size() < rows_at_once && i + 1 < ids.size())) continue;
        auto put = index_->put(rows);
        if (put) put = index_->catch_up();
        if (!put) return put.error();
        done += rows.size();
        rows.clear();
    }
    return done;
}

void FileQuarantine::move_aside(std::string_view id, const Error& why) const {
    std::cerr << "mugaika: " << why.words() << "; moved to aside/\n";
    const std::string name = item_file_name(id);
    rename((items() + "/" + name).c_str(), (folder_ + "/aside/" + name).c_str());
}

Result<FileQuarantine::Reading> FileQuarantine::read(std::string_view id) const {
    auto reading = read_item_file(path_of(id), keys_, nullptr);
    if (!reading) return reading.error();
    auto item = item_from_text(reading->meta);
    const std::string name = "kept mail " + std::string(id);
    if (!item) return Error(item.error().fault(), name + ": " + item.error().words());
    if (item->id != id) return Error(Fault::protocol, name + " has another id inside");
    return Reading{std::move(*item), std::move(reading->key_id)};
}

Result<std::vector<QuarantineStore::Row>> FileQuarantine::list(const Query& query) const {
    const std::lock_guard<std::mutex> hold(index_mutex_);
    return index_->find(query);
}

Result<std::size_t> FileQuarantine::rebuild_index() {
    const std::lock_guard<std::mutex> hold(index_mutex_);
    auto reconciled = reconcile();  // what has no item loses its row
    if (!reconciled) return reconciled.error();
    return put_into_index(ids_on_disk());
}

Result<QuarantineStore::Totals> FileQuarantine::totals() const {
    const std::lock_guard<std::mutex> hold(index_mutex_);
    return index_->totals();
}

}  // namespace mugaika

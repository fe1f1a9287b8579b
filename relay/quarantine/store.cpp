#include "relay/quarantine/store.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/index.hpp"
#include "relay/quarantine/index_row.hpp"
#include "relay/quarantine/item_file.hpp"
#include "relay/quarantine/item_text.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view suffix = ".item";
constexpr std::size_t rows_at_once = 250;
constexpr std::size_t commit_items_max = 64;  // mails that share one directory sync and one index commit

struct Pending {
    QuarantineItem item;
    const RawMail* raw = nullptr;
    std::function<void(Result<QuarantineStore::Added>)> done;
};

std::vector<std::string> sorted_recipients(const smtp::Envelope& envelope) {
    std::vector<std::string> recipients;
    for (const MailAddress& recipient : envelope.recipients) recipients.push_back(recipient.text());
    std::sort(recipients.begin(), recipients.end());
    return recipients;
}

// Whether both items keep the same mail for the same people: what their common id promises.
bool is_same_mail(const QuarantineItem& one, const QuarantineItem& other) {
    return one.original_sha256 == other.original_sha256 && one.original_bytes == other.original_bytes &&
           one.envelope.sender_text() == other.envelope.sender_text() &&
           sorted_recipients(one.envelope) == sorted_recipients(other.envelope);
}

Error another_mail(const std::string& id) {
    return {Fault::protocol, "kept mail " + id + " is another mail with the same id; this one is not kept"};
}

Error not_an_id() {
    return {Fault::bad_input, "not an id: expected 26 letters and digits, or 16 of an earlier version"};
}

}  // namespace

struct QuarantineStore::Impl {
    Impl(std::string f, Access a)
        : folder(std::move(f)),
          access(a),
          notes(folder + "/released"),
          unlock_notes(folder + "/unlocked"),
          rerun_notes(folder + "/rerun") {}

    const std::string folder;
    const Access access;
    const ReleaseNotes notes;
    const UnlockNotes unlock_notes;
    const RerunNotes rerun_notes;
    std::string key_file;
    KeyFile keys;
    std::string made_key_id;
    mutable std::mutex index_mutex;
    std::unique_ptr<QuarantineIndex> index;

    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Pending> queue;
    bool stopping = false;
    std::thread committer;

    std::string items() const { return folder + "/items"; }
    std::string path_of(std::string_view id) const { return items() + "/" + std::string(id) + std::string(suffix); }
    bool has(std::string_view id) const { return ::access(path_of(id).c_str(), F_OK) == 0; }

    Result<void> take_keys();
    Result<void> prepare();
    Result<void> check_keys() const;
    Result<void> reconcile();
    Result<void> reconcile_releases();
    std::vector<std::string> ids_on_disk() const;
    struct Reading {
        QuarantineItem item;
        std::string key_id;
    };
    Result<Reading> read(std::string_view id) const;
    void move_aside(std::string_view id, const Error& why) const;
    Result<std::size_t> put_into_index(const std::vector<std::string>& ids);
    std::optional<Row::Release> last_release(std::string_view id) const;

    void commit_loop();
    void commit(std::deque<Pending> batch);
    void catch_up();
    enum class Before { no, same };
    Result<Before> is_there(const QuarantineItem&) const;
    Result<std::string> write_temporary(const Pending&) const;
    Result<void> publish(const std::vector<std::pair<Pending*, std::string>>& written);
};

// A new key beside items that were encrypted with another would hide the loss, so it is made for an empty store only.
Result<void> QuarantineStore::Impl::take_keys() {
    auto read = KeyFile::read(key_file);
    if (!read && read.error().fault() == Fault::not_found) {
        const std::size_t kept = ids_on_disk().size();
        if (kept > 0) {
            return Error(Fault::configuration, key_file + ": the quarantine key is missing, and " +
                                                   std::to_string(kept) +
                                                   " kept mails cannot be read without it; expected the file from its "
                                                   "backup (README, Keys)");
        }
        if (access == Access::relay) {
            read = KeyFile::create(key_file);
            if (read) made_key_id = read->newest().id;
        }
    }
    if (!read) return read.error();
    keys = std::move(*read);
    return {};
}

Result<void> QuarantineStore::Impl::prepare() {
    for (const std::string& needed : {folder, items(), folder + "/tmp", folder + "/released", folder + "/unlocked",
                                      folder + "/rerun", folder + "/aside"}) {
        auto made = make_directory(needed, 0770);
        if (!made) return made;
    }
    // What was being written when we or a command died was never answered with 250.
    if (access == Access::relay) {
        for (const char* written : {"/tmp", "/released", "/unlocked", "/rerun"}) remove_left_overs(folder + written);
    }
    auto opened = QuarantineIndex::open(folder);
    if (!opened) return opened.error();
    index = std::make_unique<QuarantineIndex>(std::move(*opened));
    const auto filled = index->is_filled();
    if (!filled) return filled.error();
    if (access == Access::reader && *filled) return {};
    auto reconciled = reconcile();
    if (!reconciled) return reconciled;
    if (access == Access::relay) reconciled = QuarantineIndex::remove_other_versions(folder);
    if (reconciled && !*filled) reconciled = index->set_filled();
    return reconciled;
}

Result<void> QuarantineStore::Impl::check_keys() const {
    const std::lock_guard<std::mutex> hold(index_mutex);
    const auto used = index->key_ids();
    if (!used) return used.error();
    std::string missing;
    for (const std::string& key_id : *used) {
        if (keys.find(key_id) != nullptr) continue;
        const auto ids = index->ids_of_key(key_id);
        if (!ids) return ids.error();
        const auto there = std::count_if(ids->begin(), ids->end(), [this](const std::string& id) { return has(id); });
        if (there == 0) continue;  // moved away by hand since the relay last started
        missing += (missing.empty() ? "" : ", ") + std::to_string(there) + " with key " + key_id;
    }
    if (missing.empty()) return {};
    return Error(Fault::configuration, key_file + ": lacks the keys of kept mails (" + missing +
                                           "); expected their lines from the backup, below the newest (README, Keys)");
}

std::vector<std::string> QuarantineStore::Impl::ids_on_disk() const {
    std::vector<std::string> ids;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(items(), ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(suffix)) continue;
        const std::string id = name.substr(0, name.size() - suffix.size());
        if (is_message_id(id)) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

// A crash between rename and index commit leaves an item without a row, one between unlink and delete a row without
// an item. The items are the truth. Beside a relay that runs an item may come between the two lists, none may go
// unseen.
Result<void> QuarantineStore::Impl::reconcile() {
    auto indexed = index->ids();
    if (!indexed) return indexed.error();
    const std::vector<std::string> there = ids_on_disk();
    std::vector<std::string> missing;
    std::set_difference(there.begin(), there.end(), indexed->begin(), indexed->end(), std::back_inserter(missing));
    std::vector<std::string> gone;
    std::set_difference(indexed->begin(), indexed->end(), there.begin(), there.end(), std::back_inserter(gone));
    for (const std::string& id : gone) {
        auto removed = index->remove(id);
        if (!removed) return removed;
    }
    const auto put = put_into_index(missing);
    if (!put) return put.error();
    return reconcile_releases();
}

// The same for the notes: a crash between note and row, or between item and note.
Result<void> QuarantineStore::Impl::reconcile_releases() {
    auto indexed = index->released_ids();
    if (!indexed) return indexed.error();
    const std::vector<std::string> noted = notes.item_ids();
    std::vector<std::string> different;
    std::set_symmetric_difference(noted.begin(), noted.end(), indexed->begin(), indexed->end(),
                                  std::back_inserter(different));
    for (const std::string& id : different) {
        auto settled = has(id) ? index->set_release(id, last_release(id)) : notes.remove(id);
        if (!settled) return settled;
    }
    const auto is_there = [this](std::string_view id) { return has(id); };
    const auto cleaned = unlock_notes.keep_only(is_there);
    return cleaned ? rerun_notes.keep_only(is_there) : cleaned;
}

std::optional<QuarantineStore::Row::Release> QuarantineStore::Impl::last_release(std::string_view id) const {
    const auto all = notes.of(id);
    if (!all || all->empty()) return std::nullopt;  // a note that cannot be read holds up no mail
    return Row::Release{all->back().delivered_at, all->back().person};
}

// Returns how many were put in. What is damaged is moved aside; a missing key or a failing disk is no reason to move
// evidence. In batches, since all rows together may be many.
Result<std::size_t> QuarantineStore::Impl::put_into_index(const std::vector<std::string>& ids) {
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
        auto put = index->put(rows);
        if (put) put = index->catch_up();
        if (!put) return put.error();
        done += rows.size();
        rows.clear();
    }
    return done;
}

void QuarantineStore::Impl::move_aside(std::string_view id, const Error& why) const {
    std::cerr << "mugaika: " << why.words() << "; moved to aside/\n";
    const std::string name = std::string(id) + std::string(suffix);
    rename((items() + "/" + name).c_str(), (folder + "/aside/" + name).c_str());
}

Result<QuarantineStore::Impl::Reading> QuarantineStore::Impl::read(std::string_view id) const {
    auto reading = read_item_file(path_of(id), keys, nullptr);
    if (!reading) return reading.error();
    auto item = item_from_text(reading->meta);
    const std::string name = "kept mail " + std::string(id);
    if (!item) return Error(item.error().fault(), name + ": " + item.error().words());
    if (item->id != id) return Error(Fault::protocol, name + " has another id inside");
    return Reading{std::move(*item), std::move(reading->key_id)};
}

void QuarantineStore::Impl::commit_loop() {
    std::unique_lock<std::mutex> hold(mutex);
    while (true) {
        wake.wait(hold, [this] { return stopping || !queue.empty(); });
        if (queue.empty()) return;
        std::deque<Pending> batch;
        while (!queue.empty() && batch.size() < commit_items_max) {
            batch.push_back(std::move(queue.front()));
            queue.pop_front();
        }
        hold.unlock();
        commit(std::move(batch));
        hold.lock();
    }
}

Result<std::string> QuarantineStore::Impl::write_temporary(const Pending& pending) const {
    auto original = pending.raw->untrusted_bytes();
    if (!original) return original.error();
    const std::string path = folder + "/tmp/" + pending.item.id + "." + std::to_string(getpid()) + ".tmp";
    auto file = create_temporary(path, 0640);
    if (!file) return file.error();
    auto written = write_item_file(file->get(), keys.newest(), item_to_text(pending.item), original->view());
    if (written && fdatasync(file->get()) != 0) written = error_from_errno("syncing " + path, errno);
    if (written) return path;
    unlink(path.c_str());
    return written.error();
}

// Rename all, sync the directory once, commit the index once. When a later step fails the names are taken back, so that
// nothing unanswered stays visible.
Result<void> QuarantineStore::Impl::publish(const std::vector<std::pair<Pending*, std::string>>& written) {
    std::vector<Row> rows;
    Result<void> result;
    for (const auto& [pending, path] : written) {
        if (rename(path.c_str(), path_of(pending->item.id).c_str()) != 0) {
            result = error_from_errno("renaming " + path, errno);
            break;
        }
        rows.push_back(row_of(pending->item, keys.newest().id));
    }
    if (result) result = sync_directory(items());
    if (result) {
        const std::lock_guard<std::mutex> hold(index_mutex);
        result = index->put(rows);
    }
    if (result) return result;
    for (const auto& [pending, path] : written) {
        unlink(path.c_str());
        unlink(path_of(pending->item.id).c_str());
    }
    return result;
}

// An id says what is kept only as long as nobody makes two mails of one id: what is there is looked at before a mail
// counts as kept.
Result<QuarantineStore::Impl::Before> QuarantineStore::Impl::is_there(const QuarantineItem& item) const {
    if (!has(item.id)) return Before::no;
    const auto reading = read(item.id);
    if (!reading && reading.error().fault() == Fault::protocol) {
        move_aside(item.id, reading.error());
        return Before::no;
    }
    if (!reading) return reading.error();
    if (!is_same_mail(reading->item, item)) return another_mail(item.id);
    return Before::same;
}

void QuarantineStore::Impl::commit(std::deque<Pending> batch) {
    std::vector<std::pair<Pending*, std::string>> written;
    std::vector<Pending*> twins;  // the same mail twice in one batch: shares the first one's fate
    for (Pending& pending : batch) {
        const auto twin = std::find_if(written.begin(), written.end(),
                                       [&](const auto& one) { return one.first->item.id == pending.item.id; });
        if (twin != written.end()) {
            if (is_same_mail(twin->first->item, pending.item)) {
                twins.push_back(&pending);
            } else {
                pending.done(another_mail(pending.item.id));
            }
        } else if (const auto before = is_there(pending.item); !before) {
            pending.done(before.error());
        } else if (*before == Before::same) {
            pending.done(Added::before);
        } else if (auto path = write_temporary(pending); path) {
            written.emplace_back(&pending, *path);
        } else {
            pending.done(path.error());
        }
    }
    if (written.empty()) return;
    const Result<void> result = publish(written);
    const Result<Added> answer = result ? Result<Added>(Added::now) : Result<Added>(result.error());
    for (const auto& [pending, path] : written) pending->done(answer);
    for (Pending* pending : twins) pending->done(answer);
    catch_up();
}

// When nobody waits for it. What fails here is tried again after the next mail, and by the next search, which says so.
void QuarantineStore::Impl::catch_up() {
    const std::lock_guard<std::mutex> hold(index_mutex);
    if (index->should_catch_up()) (void)index->catch_up();
}

QuarantineStore::QuarantineStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

QuarantineStore::~QuarantineStore() {
    {
        const std::lock_guard<std::mutex> hold(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->wake.notify_one();
    if (impl_->committer.joinable()) impl_->committer.join();
}

Result<std::unique_ptr<QuarantineStore>> QuarantineStore::open(const std::string& folder, const std::string& key_file,
                                                               Access access) {
    std::unique_ptr<QuarantineStore> store(new QuarantineStore(std::make_unique<Impl>(folder, access)));
    Impl& impl = *store->impl_;
    impl.key_file = key_file;
    auto ready = impl.take_keys();
    if (ready) ready = impl.prepare();
    if (ready && access == Access::relay) ready = impl.check_keys();
    if (!ready) return ready.error();
    impl.committer = std::thread([&impl] { impl.commit_loop(); });
    return store;
}

void QuarantineStore::add_async(QuarantineItem item, const RawMail& raw, std::function<void(Result<Added>)> done) {
    {
        const std::lock_guard<std::mutex> hold(impl_->mutex);
        impl_->queue.push_back({std::move(item), &raw, std::move(done)});
    }
    impl_->wake.notify_one();
}

Result<QuarantineStore::Added> QuarantineStore::add(const QuarantineItem& item, const RawMail& raw) {
    std::promise<Result<Added>> promise;
    auto result = promise.get_future();
    add_async(item, raw, [&promise](Result<Added> r) { promise.set_value(std::move(r)); });
    return result.get();
}

Result<std::vector<QuarantineStore::Row>> QuarantineStore::list(const Query& query) const {
    const std::lock_guard<std::mutex> hold(impl_->index_mutex);
    return impl_->index->find(query);
}

Result<QuarantineItem> QuarantineStore::load(std::string_view id) const {
    if (!is_message_id(id)) return not_an_id();
    auto reading = impl_->read(id);
    if (!reading) return reading.error();
    return std::move(reading->item);
}

Result<RawMail> QuarantineStore::load_original(std::string_view id) const {
    if (!is_message_id(id)) return not_an_id();
    RawMailWriter writer({impl_->folder + "/tmp", 256u << 10});
    auto reading = read_item_file(impl_->path_of(id), impl_->keys,
                                  [&writer](std::string_view chunk) { return writer.append(chunk); });
    if (!reading) return reading.error();
    return std::move(writer).finish();
}

Result<void> QuarantineStore::remove(std::string_view id) {
    if (!is_message_id(id)) return not_an_id();
    auto removed = remove_file_durably(impl_->items(), std::string(id) + std::string(suffix));
    if (!removed && removed.error().fault() == Fault::not_found) {
        return Error(Fault::not_found, "there is no kept mail " + std::string(id));
    }
    if (!removed) return removed;
    removed = impl_->notes.remove(id);
    if (removed) removed = impl_->unlock_notes.remove(id);
    if (removed) removed = impl_->rerun_notes.remove(id);
    if (!removed) return removed;
    const std::lock_guard<std::mutex> hold(impl_->index_mutex);
    return impl_->index->remove(id);
}

Result<std::size_t> QuarantineStore::rebuild_index() {
    const std::lock_guard<std::mutex> hold(impl_->index_mutex);
    auto reconciled = impl_->reconcile();  // what has no item loses its row
    if (!reconciled) return reconciled.error();
    return impl_->put_into_index(impl_->ids_on_disk());
}

Result<void> QuarantineStore::note_release(const ReleaseOrder& order,
                                           std::chrono::system_clock::time_point delivered_at) {
    if (!impl_->has(order.item_id)) return {};
    auto noted = impl_->notes.add(order, delivered_at);
    if (!noted) return noted;
    const std::lock_guard<std::mutex> hold(impl_->index_mutex);
    return impl_->index->set_release(order.item_id, Row::Release{delivered_at, order.person});
}

Result<std::vector<ReleaseNote>> QuarantineStore::releases(std::string_view id) const {
    if (!is_message_id(id)) return not_an_id();
    return impl_->notes.of(id);
}

Result<std::uint32_t> QuarantineStore::count_password_try(std::string_view id) {
    return impl_->unlock_notes.count_try(id);
}

Result<void> QuarantineStore::take_back_password_try(std::string_view id) {
    return impl_->unlock_notes.take_back_try(id);
}

Result<void> QuarantineStore::note_unlock(std::string_view id, const UnlockNote& note) {
    return impl_->unlock_notes.add(id, note);
}

const RerunNotes& QuarantineStore::reruns() const noexcept { return impl_->rerun_notes; }
Result<UnlockRecord> QuarantineStore::unlocks(std::string_view id) const { return impl_->unlock_notes.of(id); }
Result<void> QuarantineStore::check_keys() const { return impl_->check_keys(); }
const std::string& QuarantineStore::made_key_id() const noexcept { return impl_->made_key_id; }

Result<QuarantineStore::Totals> QuarantineStore::totals() const {
    const std::lock_guard<std::mutex> hold(impl_->index_mutex);
    return impl_->index->totals();
}

Result<QuarantineStore::Status> QuarantineStore::status() const {
    Status status;
    std::error_code wrong;
    for (const std::string& id : impl_->ids_on_disk()) {
        const auto size = fs::file_size(impl_->path_of(id), wrong);
        if (wrong) continue;  // deleted in this moment
        ++status.items;
        status.bytes += size;
    }
    for (const auto& entry : fs::directory_iterator(impl_->folder + "/aside", wrong)) {
        status.moved_aside += entry.is_regular_file() ? 1 : 0;
    }
    return status;
}

}  // namespace mugaika

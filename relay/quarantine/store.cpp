#include "relay/quarantine/store.hpp"

#include <fcntl.h>
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
#include "relay/quarantine/item_file.hpp"
#include "relay/quarantine/item_text.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view suffix = ".item";
constexpr std::size_t commit_items_max = 64;  // mails that share one directory sync and one index commit

struct Pending {
    QuarantineItem item;
    const RawMail* raw = nullptr;
    std::function<void(Result<QuarantineStore::Added>)> done;
};

QuarantineStore::Row row_of(const QuarantineItem& item) {
    QuarantineStore::Row row;
    row.id = item.id;
    row.route = item.route;
    row.sender = item.envelope.sender_text();
    for (const MailAddress& recipient : item.envelope.recipients) row.recipients.push_back(recipient.text());
    row.subject = item.subject.str();
    row.from_text = item.from_text.str();
    row.verdict = std::string(to_string(item.ledger.verdict));
    row.reason = std::string(to_string(item.ledger.reason));
    row.bytes = item.original_bytes;
    for (const PartRow& part : item.ledger.parts) {
        if (part.verdict == PartVerdict::quarantined) ++row.parts_kept;
    }
    row.received_at = item.received_at;
    return row;
}

}  // namespace

struct QuarantineStore::Impl {
    std::string folder;
    Access access = Access::reader;
    KeyFile keys;
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

    Result<void> prepare();
    Result<void> reconcile();
    std::vector<std::string> ids_on_disk() const;
    Result<QuarantineItem> read(std::string_view id) const;
    void move_aside(std::string_view id, const Error& why) const;
    Result<std::vector<Row>> rows_for(const std::vector<std::string>& ids) const;

    void commit_loop();
    void commit(std::deque<Pending> batch);
    Result<std::string> write_temporary(const Pending&) const;
    Result<void> publish(const std::vector<std::pair<Pending*, std::string>>& written);
};

Result<void> QuarantineStore::Impl::prepare() {
    for (const std::string& needed : {folder, items(), folder + "/tmp", folder + "/aside"}) {
        auto made = make_directory(needed, 0770);
        if (!made) return made;
    }
    // What was being written when we or a command died was never answered with 250.
    if (access == Access::relay) remove_left_overs(folder + "/tmp");
    auto opened = QuarantineIndex::open(folder + "/index.sqlite");
    if (!opened) return opened.error();
    index = std::make_unique<QuarantineIndex>(std::move(*opened));
    return access == Access::relay ? reconcile() : Result<void>();
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
// an item. The items are the truth.
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
    auto rows = rows_for(missing);
    if (!rows) return rows.error();
    return rows->empty() ? Result<void>() : index->put(*rows);
}

Result<std::vector<QuarantineStore::Row>> QuarantineStore::Impl::rows_for(const std::vector<std::string>& ids) const {
    std::vector<Row> rows;
    for (const std::string& id : ids) {
        auto item = read(id);
        if (item)
            rows.push_back(row_of(*item));
        else if (item.error().fault() == Fault::protocol)
            move_aside(id, item.error());
        else
            return item.error();  // a missing key or a failing disk is no reason to move evidence
    }
    return rows;
}

void QuarantineStore::Impl::move_aside(std::string_view id, const Error& why) const {
    std::cerr << "mugaika: quarantine item " << id << ": " << why.words() << "; moved to aside/\n";
    const std::string name = std::string(id) + std::string(suffix);
    rename((items() + "/" + name).c_str(), (folder + "/aside/" + name).c_str());
}

Result<QuarantineItem> QuarantineStore::Impl::read(std::string_view id) const {
    auto reading = read_item_file(path_of(id), keys, nullptr);
    if (!reading) return reading.error();
    auto item = item_from_text(reading->meta);
    if (item && item->id != id) return Error(Fault::protocol, "its name is not its id");
    return item;
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
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
    if (!file.is_open()) return error_from_errno("creating " + path, errno);
    auto written = write_item_file(file.get(), keys.newest(), item_to_text(pending.item), original->view());
    if (written && fdatasync(file.get()) != 0) written = error_from_errno("syncing " + path, errno);
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
        rows.push_back(row_of(pending->item));
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

void QuarantineStore::Impl::commit(std::deque<Pending> batch) {
    std::vector<std::pair<Pending*, std::string>> written;
    std::vector<Pending*> twins;  // the same mail twice in one batch: shares the first one's fate
    for (Pending& pending : batch) {
        const bool twin = std::any_of(written.begin(), written.end(),
                                      [&](const auto& one) { return one.first->item.id == pending.item.id; });
        if (twin) {
            twins.push_back(&pending);
        } else if (has(pending.item.id)) {
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
}

QuarantineStore::QuarantineStore() : impl_(std::make_unique<Impl>()) {}

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
    std::unique_ptr<QuarantineStore> store(new QuarantineStore());
    Impl& impl = *store->impl_;
    impl.folder = folder;
    impl.access = access;
    auto keys = access == Access::relay ? KeyFile::read_or_create(key_file) : KeyFile::read(key_file);
    if (!keys) return keys.error();
    impl.keys = std::move(*keys);
    auto prepared = impl.prepare();
    if (!prepared) return prepared.error();
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
    if (!is_message_id(id)) return Error(Fault::bad_input, "not an id: expected 16 letters and digits");
    return impl_->read(id);
}

Result<RawMail> QuarantineStore::load_original(std::string_view id) const {
    if (!is_message_id(id)) return Error(Fault::bad_input, "not an id: expected 16 letters and digits");
    RawMailWriter writer({impl_->folder + "/tmp", 256u << 10});
    auto reading = read_item_file(impl_->path_of(id), impl_->keys,
                                  [&writer](std::string_view chunk) { return writer.append(chunk); });
    if (!reading) return reading.error();
    return std::move(writer).finish();
}

Result<void> QuarantineStore::remove(std::string_view id) {
    if (!is_message_id(id)) return Error(Fault::bad_input, "not an id: expected 16 letters and digits");
    auto removed = remove_file_durably(impl_->items(), std::string(id) + std::string(suffix));
    if (!removed) return removed;
    const std::lock_guard<std::mutex> hold(impl_->index_mutex);
    return impl_->index->remove(id);
}

Result<std::size_t> QuarantineStore::rebuild_index() {
    const std::lock_guard<std::mutex> hold(impl_->index_mutex);
    auto rows = impl_->rows_for(impl_->ids_on_disk());
    if (!rows) return rows.error();
    auto put = impl_->index->put(*rows);
    if (!put) return put.error();
    return rows->size();
}

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

// How an item becomes durable: five steps, of which mails that wait at the same time share the last two.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/file_store.hpp"
#include "relay/quarantine/index_row.hpp"
#include "relay/quarantine/item_file.hpp"
#include "relay/quarantine/item_text.hpp"

namespace mugaika {
namespace {

constexpr std::size_t commit_items_max = 64;  // mails that share one directory sync and one index commit

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

}  // namespace

void FileQuarantine::add_async(QuarantineItem item, const RawMail& raw, std::function<void(Result<Added>)> done) {
    {
        const std::lock_guard<std::mutex> hold(mutex_);
        queue_.push_back({std::move(item), &raw, std::move(done)});
    }
    wake_.notify_one();
}

void FileQuarantine::commit_loop() {
    std::unique_lock<std::mutex> hold(mutex_);
    while (true) {
        wake_.wait(hold, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        std::deque<Pending> batch;
        while (!queue_.empty() && batch.size() < commit_items_max) {
            batch.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
        hold.unlock();
        commit(std::move(batch));
        hold.lock();
    }
}

Result<std::string> FileQuarantine::write_temporary(const Pending& pending) const {
    auto original = pending.raw->untrusted_bytes();
    if (!original) return original.error();
    const std::string path = folder_ + "/tmp/" + pending.item.id + "." + std::to_string(getpid()) + ".tmp";
    auto file = create_temporary(path, 0640);
    if (!file) return file.error();
    auto written = write_item_file(file->get(), keys_.newest(), item_to_text(pending.item), original->view());
    if (written && fdatasync(file->get()) != 0) written = error_from_errno("syncing " + path, errno);
    if (written) return path;
    unlink(path.c_str());
    return written.error();
}

// Rename all, sync the directory once, commit the index once. When a later step fails the names are taken back, so that
// nothing unanswered stays visible.
Result<void> FileQuarantine::publish(const std::vector<std::pair<Pending*, std::string>>& written) {
    std::vector<Row> rows;
    Result<void> result;
    for (const auto& [pending, path] : written) {
        if (rename(path.c_str(), path_of(pending->item.id).c_str()) != 0) {
            result = error_from_errno("renaming " + path, errno);
            break;
        }
        rows.push_back(row_of(pending->item, keys_.newest().id));
    }
    if (result) result = sync_directory(items());
    if (result) {
        const std::lock_guard<std::mutex> hold(index_mutex_);
        result = index_->put(rows);
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
Result<FileQuarantine::Before> FileQuarantine::is_there(const QuarantineItem& item) const {
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

void FileQuarantine::commit(std::deque<Pending> batch) {
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
void FileQuarantine::catch_up() {
    const std::lock_guard<std::mutex> hold(index_mutex_);
    if (index_->should_catch_up()) (void)index_->catch_up();
}

}  // namespace mugaika

// The embedded store: a file for each item, encrypted, and an SQLite index of them. README.md beside this file says
// which files exist in which state and what a crash leaves. For relay/quarantine and its tests; everybody else asks
// QuarantineStore::open for a store.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "relay/quarantine/index.hpp"
#include "relay/quarantine/key_file.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika {

class FileQuarantine final : public QuarantineStore {
public:
    static Result<std::unique_ptr<FileQuarantine>> open(const std::string& folder, const std::string& key_file, Access);
    ~FileQuarantine() override;

    const std::string& made_key_id() const noexcept override { return made_key_id_; }
    void add_async(QuarantineItem, const RawMail& raw, std::function<void(Result<Added>)> done) override;
    Result<void> promise(const QuarantineItem&, const RawMail&) override;
    Result<bool> take_back(std::string_view id) override;
    Result<std::vector<Row>> list(const Query&) const override;
    Result<QuarantineItem> load(std::string_view id) const override;
    Result<RawMail> load_original(std::string_view id) const override;
    Result<void> remove(std::string_view id) override;
    Result<std::size_t> rebuild_index() override;
    Result<void> note_release(const ReleaseOrder&, std::chrono::system_clock::time_point delivered_at) override;
    Result<std::vector<ReleaseNote>> releases(std::string_view id) const override;
    Result<std::uint32_t> count_password_try(std::string_view id) override;
    Result<void> take_back_password_try(std::string_view id) override;
    Result<void> note_unlock(std::string_view id, const UnlockNote&) override;
    Result<UnlockRecord> unlocks(std::string_view id) const override;
    Result<void> note_rerun(std::string_view id, const RerunNote&) override;
    Result<std::vector<RerunNote>> reruns(std::string_view id) const override;
    Result<void> check_keys() const override;
    Result<Totals> totals() const override;
    Result<Status> status() const override;

private:
    struct Pending {
        QuarantineItem item;
        const RawMail* raw = nullptr;
        std::function<void(Result<Added>)> done;
    };
    struct Reading {
        QuarantineItem item;
        std::string key_id;
    };
    enum class Before { no, same };

    FileQuarantine(std::string folder, std::string key_file, Access);

    std::string items() const { return folder_ + "/items"; }
    std::string path_of(std::string_view id) const;
    std::string promises() const { return folder_ + "/promised"; }
    std::string promise_of(std::string_view id) const;
    bool has(std::string_view id) const;

    Result<void> take_keys();
    Result<void> prepare();

    // file_store_index.cpp
    Result<void> reconcile();
    Result<void> reconcile_releases();
    std::vector<std::string> ids_on_disk() const;
    Result<Reading> read(std::string_view id) const;
    void move_aside(std::string_view id, const Error& why) const;
    Result<std::size_t> put_into_index(const std::vector<std::string>& ids);
    std::optional<Row::Release> last_release(std::string_view id) const;

    // file_store_adding.cpp
    void commit_loop();
    void commit(std::deque<Pending> batch);
    void catch_up();
    Result<Before> is_there(const QuarantineItem&) const;
    Result<std::string> write_temporary(const Pending&) const;
    Result<void> publish(const std::vector<std::pair<Pending*, std::string>>& written);

    // file_store_promises.cpp
    bool is_promised(std::string_view id) const;
    Result<void> forget_promise(std::string_view id) const;  // existing or not
    Result<void> forget_promises_left_over() const;

    const std::string folder_;
    const std::string key_file_;
    const Access access_;
    const ReleaseNotes notes_;
    const UnlockNotes unlock_notes_;
    const RerunNotes rerun_notes_;
    KeyFile keys_;
    std::string made_key_id_;
    mutable std::mutex index_mutex_;
    std::unique_ptr<QuarantineIndex> index_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Pending> queue_;
    bool stopping_ = false;
    std::thread committer_;
};

}  // namespace mugaika

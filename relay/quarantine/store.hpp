// The quarantine: originals, encrypted, durable before anything is answered. README.md beside this file says which
// files exist in which state and what a crash leaves.
//
// Thread-safe. add() blocks until the item is durable (file, directory and index synced); several callers share one
// commit. Call it from a pool thread, never from the network thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/quarantine/item.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika {

class QuarantineStore {
public:
    enum class Access {
        relay,
        reader
    };  // relay: sole owner (relay/host/state_lock.hpp), cleans up after a crash; reader: CLI beside it

    // `key_file`: one AES-256 key per line, "id hex"; the first is used for new items, all for reading. Made with a
    // fresh key (0600) when missing and access is relay.
    static Result<std::unique_ptr<QuarantineStore>> open(const std::string& folder, const std::string& key_file,
                                                         Access);
    ~QuarantineStore();

    // Idempotent by item.id: an item that is there already is left as it is. Fails with disk_full or io; then nothing
    // of it is visible.
    enum class Added { now, before };
    Result<Added> add(const QuarantineItem&, const RawMail&);
    // The same without blocking: `done` runs on the store's own thread once durable or failed. `raw` must live until
    // then.
    void add_async(QuarantineItem, const RawMail& raw, std::function<void(Result<Added>)> done);

    struct Row {  // of the index
        std::string id, route, sender, subject, from_text, verdict, reason;
        std::vector<std::string> recipients;
        std::uint64_t bytes = 0;
        std::uint32_t parts_kept = 0;
        std::chrono::system_clock::time_point received_at;
    };
    struct Query {
        std::optional<std::chrono::system_clock::time_point> since, until;
        std::string text;  // in sender, recipient, subject, id; "" = all
        std::string route, reason;
        std::size_t limit = 0;  // 0 = all
    };
    Result<std::vector<Row>> list(const Query&) const;         // newest first
    Result<QuarantineItem> load(std::string_view id) const;    // from the item itself, authenticated
    Result<RawMail> load_original(std::string_view id) const;  // decrypted; a memfd or unlinked file
    Result<void> remove(std::string_view id);                  // file, directory and index synced
    Result<std::size_t> rebuild_index();                       // from the items; returns their number
    struct Totals {
        std::uint64_t items = 0, bytes = 0;  // of the originals, as they were received
    };
    // From the index, what other processes add and remove included: 15 ms for 200,000 items, during which nothing is
    // committed. For every few seconds, not for every mail.
    Result<Totals> totals() const;
    struct Status {
        std::uint64_t items = 0, bytes = 0, moved_aside = 0;
    };
    Result<Status> status() const;

private:
    QuarantineStore();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika

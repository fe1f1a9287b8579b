// The quarantine: originals, encrypted, durable before anything is answered. What a store promises; which files the
// embedded one (file_store) has in which state, and what a crash leaves, is in README.md beside this file. Each kind of
// store passes the same suite (tests/unit/relay/quarantine/store_suite_test.cpp).
//
// Thread-safe. add() blocks until the item is durable; several callers share one commit. Call it from a pool thread,
// never from the network thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/release_order.hpp"
#include "policy/result.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/release_notes.hpp"
#include "relay/quarantine/rerun_notes.hpp"
#include "relay/quarantine/unlock_notes.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika {

class QuarantineStore {
public:
    enum class Access {
        relay,
        reader
    };  // relay: sole owner (relay/host/state_lock.hpp), cleans up after a crash; reader: CLI beside it

    // The embedded store. `key_file`: one AES-256 key per line, "id hex"; the first is used for new items, all for
    // reading. A relay's store without any item gets a fresh one (0600) when it is missing. Fault::configuration when
    // items are there and the key file is not, and for a relay also when it lacks the key of one of them;
    // Fault::not_found when nothing is there yet.
    static Result<std::unique_ptr<QuarantineStore>> open(const std::string& folder, const std::string& key_file,
                                                         Access);
    virtual ~QuarantineStore();
    QuarantineStore(const QuarantineStore&) = delete;
    QuarantineStore& operator=(const QuarantineStore&) = delete;

    // The id of the key that open() made, "" when it was there: somebody should back it up now.
    virtual const std::string& made_key_id() const noexcept = 0;

    // Idempotent by item.id: an item that is there already is left as it is, if it is of the same bytes and envelope;
    // of others it is Fault::protocol, since nothing of this mail is kept then. One that is damaged is moved aside and
    // written anew. Fails with disk_full or io otherwise; then nothing of it is visible.
    enum class Added { now, before };
    Result<Added> add(const QuarantineItem&, const RawMail&);
    // The same without blocking: `done` runs on the store's own thread once durable or failed. `raw` must live until
    // then.
    virtual void add_async(QuarantineItem, const RawMail& raw, std::function<void(Result<Added>)> done) = 0;

    // For several relays on one store, where one may find what another has added. Before a relay answers for a mail
    // that it found (Added::before) it promises that the original stays: noted durably, and the item is added again if
    // the one that added it has taken it back meanwhile. Who added it itself has nothing to promise. Blocks; fails as
    // add().
    virtual Result<void> promise(const QuarantineItem&, const RawMail&) = 0;
    // For who added an item and could not deliver its mail: removes it, as remove(), unless somebody has promised it.
    // True when it is gone. An item that stays goes with its age.
    virtual Result<bool> take_back(std::string_view id) = 0;

    struct Row {  // of the index
        std::string id, route, sender, subject, from_text, verdict, reason;
        std::string message_id;  // the original's, without brackets; "" when it has none that is valid, or is of 0.1.0
        std::vector<std::string> recipients;
        std::vector<std::string> reasons;     // of the mail, its findings and its parts; each once
        std::vector<std::string> file_names;  // of the parts that have one
        std::uint64_t bytes = 0;
        std::uint32_t parts_kept = 0;
        std::chrono::system_clock::time_point received_at;
        std::string key_id;
        struct Release {
            std::chrono::system_clock::time_point at;
            std::string person;
        };
        std::optional<Release> release;  // the last one that was delivered
        std::int64_t place = 0;          // in the list: the later it was received, the higher
    };
    // What is said of several members must be so of each. A piece of a text is found whatever its width, case and
    // composition (policy/folded_text); every character of it counts, there are no wild cards. "" asks for nothing.
    struct Query {
        std::optional<std::chrono::system_clock::time_point> since, until;
        std::string text;        // a piece of sender, author, a recipient, subject, Message-ID; or how the id begins
        std::string sender;      // of the envelope's or the author; likewise a piece of
        std::string recipient;   // one of them
        std::string subject;     // it
        std::string message_id;  // it, with or without its brackets
        std::string file_name;   // one of them
        std::string person;      // who had it released, when that was delivered last
        std::string route;
        std::string reason;  // of the mail or any of its parts, whole
        std::optional<bool> released;
        std::optional<std::vector<std::string>> among, not_among;  // ids
        std::optional<std::int64_t> after;  // only what stands behind this place of the list: the next page
        std::size_t limit = 0;              // 0 = all

        static constexpr std::size_t characters_max = 1000;  // of a piece; Fault::bad_input for more
    };
    virtual Result<std::vector<Row>> list(const Query&) const = 0;         // newest first
    virtual Result<QuarantineItem> load(std::string_view id) const = 0;    // from the item itself, authenticated
    virtual Result<RawMail> load_original(std::string_view id) const = 0;  // decrypted; a memfd or unlinked file
    virtual Result<void> remove(std::string_view id) = 0;                  // with its notes; durable when it returns
    // From the items and notes, also beside a relay that runs; returns the number of items. Fault::configuration when
    // the key of one is missing.
    virtual Result<std::size_t> rebuild_index() = 0;

    // The order was carried out: noted beside the item and in the index, durable. Nothing to do for an item that was
    // deleted meanwhile.
    virtual Result<void> note_release(const ReleaseOrder&, std::chrono::system_clock::time_point delivered_at) = 0;
    virtual Result<std::vector<ReleaseNote>> releases(std::string_view id) const = 0;  // oldest first

    // Before a password is tried for this mail: counted at once, so that nobody tries more often by trying side by
    // side. Returns how many tries are left after this one; Fault::limit when there was none. The count is durable.
    virtual Result<std::uint32_t> count_password_try(std::string_view id) = 0;
    // It was no wrong one, or nothing could be tried.
    virtual Result<void> take_back_password_try(std::string_view id) = 0;
    virtual Result<void> note_unlock(std::string_view id, const UnlockNote&) = 0;
    virtual Result<UnlockRecord> unlocks(std::string_view id) const = 0;
    // What became of a mail that was judged again; durable when it returns.
    virtual Result<void> note_rerun(std::string_view id, const RerunNote&) = 0;
    // Empty when there was none. One that cannot be read is Fault::protocol: what it says was brought would be sent
    // again.
    virtual Result<std::vector<RerunNote>> reruns(std::string_view id) const = 0;

    // Fault::configuration with the number of items whose key the key file does not have, and its id.
    virtual Result<void> check_keys() const = 0;

    struct Totals {
        std::uint64_t items = 0, bytes = 0;  // of the originals, as they were received
    };
    // From the index, what other processes add and remove included: 15 ms for 200,000 items, during which nothing is
    // committed. For every few seconds, not for every mail.
    virtual Result<Totals> totals() const = 0;
    struct Status {
        std::uint64_t items = 0, bytes = 0, moved_aside = 0;
    };
    virtual Result<Status> status() const = 0;

protected:
    QuarantineStore() = default;
};

}  // namespace mugaika

// The SQLite index of the quarantine: what lists need, nothing that cannot be made again from the items and the notes
// beside them. WAL, FULL sync. One connection each; not thread-safe; other processes may use the same file at the same
// time. Only its owner can read it (0600).
//
// The table's name carries the version of its columns. An index of another version gets our table beside its own: a
// relay of that version that still runs goes on writing to its own, and the relay's start removes what is not ours.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/quarantine/store.hpp"

struct sqlite3;

namespace mugaika {

class QuarantineIndex {
public:
    static Result<QuarantineIndex> open(const std::string& path);

    // False: new, or of another version. Whoever opens it then puts all items in and says that it is filled.
    Result<bool> is_filled() const;
    Result<void> set_filled();
    Result<void> drop_other_versions();  // for a relay that starts: no other is running

    Result<void> put(const std::vector<QuarantineStore::Row>&);  // one transaction, durable when it returns
    // Of an item that is there; nothing when it is not.
    Result<void> set_release(std::string_view id, const std::optional<QuarantineStore::Row::Release>&);
    Result<void> remove(std::string_view id);
    Result<std::vector<QuarantineStore::Row>> find(const QuarantineStore::Query&) const;
    Result<std::vector<std::string>> ids() const;           // sorted
    Result<std::vector<std::string>> released_ids() const;  // sorted
    Result<std::vector<std::string>> key_ids() const;
    Result<std::vector<std::string>> ids_of_key(std::string_view key_id) const;  // sorted
    Result<QuarantineStore::Totals> totals() const;

private:
    using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
    explicit QuarantineIndex(Database database) : database_(std::move(database)) {}
    Error failure(std::string_view what) const;
    Result<void> run(const char* sql) const;
    Result<std::vector<std::string>> texts_of(const char* sql, std::string_view parameter = {}) const;

    Database database_;
};

}  // namespace mugaika

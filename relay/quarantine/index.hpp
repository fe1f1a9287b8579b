// The SQLite index of the quarantine: what lists need, nothing that cannot be made again from the items and the notes
// beside them. WAL, FULL sync. One connection each; not thread-safe; other processes may use the same file at the same
// time. Only its owner can read it (0600).
//
// The file's name carries the version of its tables. An index of another version stays beside ours: a relay of that
// version that still runs goes on writing to its own, and the relay's start removes what is not ours. A file of its
// own, since earlier versions drop each table that they do not know, and those of a full-text table cannot be dropped
// one by one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/quarantine/store.hpp"

struct sqlite3;

namespace mugaika {

class IndexStatement;

class QuarantineIndex {
public:
    static Result<QuarantineIndex> open(const std::string& folder);
    static Result<void> remove_other_versions(const std::string& folder);  // for a relay that starts: no other runs

    // False: new, or of another version. Whoever opens it then puts all items in and says that it is filled.
    Result<bool> is_filled() const;
    Result<void> set_filled();

    // One transaction, durable when it returns. The rows' places are chosen here.
    Result<void> put(const std::vector<QuarantineStore::Row>&);
    // Of an item that is there; nothing when it is not.
    Result<void> set_release(std::string_view id, const std::optional<QuarantineStore::Row::Release>&);
    Result<void> remove(std::string_view id);
    Result<std::vector<QuarantineStore::Row>> find(const QuarantineStore::Query&);
    // What was put in is listed at once; its words are written by the first search for words, or here.
    Result<void> catch_up();
    bool should_catch_up() const noexcept { return put_since_caught_up_ >= 100; }  // 10 ms of work
    Result<std::vector<std::string>> ids() const;                                  // sorted
    Result<std::vector<std::string>> released_ids() const;                         // sorted
    Result<std::vector<std::string>> key_ids() const;
    Result<std::vector<std::string>> ids_of_key(std::string_view key_id) const;  // sorted
    Result<QuarantineStore::Totals> totals() const;

private:
    using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
    explicit QuarantineIndex(Database database) : database_(std::move(database)) {}
    Error failure(std::string_view what) const;
    Result<void> run(const char* sql) const;
    Result<void> in_one_transaction(const std::function<Result<void>()>& change);
    Result<void> put_one(QuarantineStore::Row);
    Result<void> change_at(const char* sql, std::int64_t place);
    Result<void> forget_words();
    Result<void> drop(const QuarantineStore::Row&);
    Result<void> write_missing_words();
    Result<void> write_words(const std::string& sql, const QuarantineStore::Row&);
    Result<std::optional<QuarantineStore::Row>> row_of(std::string_view id) const;
    Result<std::vector<QuarantineStore::Row>> rows_of(const std::string& sql,
                                                      const std::function<void(IndexStatement&)>& bind = {}) const;
    Result<std::int64_t> free_place(std::int64_t wanted) const;
    Result<std::vector<std::string>> texts_of(const char* sql, std::string_view parameter = {}) const;

    Database database_;
    std::size_t put_since_caught_up_ = 0;
};

}  // namespace mugaika

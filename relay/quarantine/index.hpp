// The SQLite index of the quarantine: what lists need, nothing that cannot be made again from the items. WAL, FULL
// sync. One connection each; not thread-safe; other processes may use the same file at the same time.
#pragma once

#include <memory>
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

    Result<void> put(const std::vector<QuarantineStore::Row>&);  // one transaction, durable when it returns
    Result<void> remove(std::string_view id);
    Result<std::vector<QuarantineStore::Row>> find(const QuarantineStore::Query&) const;
    Result<std::vector<std::string>> ids() const;  // sorted
    Result<QuarantineStore::Totals> totals() const;

private:
    using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
    explicit QuarantineIndex(Database database) : database_(std::move(database)) {}
    Error failure(std::string_view what) const;
    Result<void> run(const char* sql) const;

    Database database_;
};

}  // namespace mugaika

// One statement of SQLite, prepared; finalized at its end. Bind numbers count from 1 as in SQLite, columns from 0.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika {

class IndexStatement {
public:
    IndexStatement(sqlite3* database, const std::string& sql) {
        sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &statement_, nullptr);
    }
    ~IndexStatement() { sqlite3_finalize(statement_); }
    IndexStatement(const IndexStatement&) = delete;
    IndexStatement& operator=(const IndexStatement&) = delete;

    bool good() const noexcept { return statement_ != nullptr; }
    void bind(int number, std::string_view text) {
        sqlite3_bind_text(statement_, number, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
    void bind(int number, std::int64_t value) { sqlite3_bind_int64(statement_, number, value); }
    void bind_null(int number) { sqlite3_bind_null(statement_, number); }
    bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    int step() { return sqlite3_step(statement_); }
    void reset() { sqlite3_reset(statement_); }
    // Since it was prepared; see sqlite3_stmt_status.
    int counted(int what) const { return sqlite3_stmt_status(statement_, what, 0); }
    std::string text(int column) const {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return bytes == nullptr ? std::string() : std::string(bytes);
    }
    std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }

private:
    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace mugaika

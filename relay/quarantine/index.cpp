#include "relay/quarantine/index.hpp"

#include <sqlite3.h>

namespace mugaika {
namespace {

constexpr const char* schema =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY, route TEXT NOT NULL, sender TEXT NOT NULL,"
    " recipients TEXT NOT NULL, subject TEXT NOT NULL, from_text TEXT NOT NULL, verdict TEXT NOT NULL,"
    " reason TEXT NOT NULL, bytes INTEGER NOT NULL, parts_kept INTEGER NOT NULL, received_at INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    // With the bytes, so that totals() reads this small index and not the whole table. The older form is of 0.1.0.
    "DROP INDEX IF EXISTS item_by_time;"
    "CREATE INDEX IF NOT EXISTS item_by_time_with_bytes ON item (received_at, bytes);"
    "PRAGMA user_version=1;";

// A prepared statement; bind numbers count from 1 as in SQLite.
class Statement {
public:
    Statement(sqlite3* database, const std::string& sql) {
        sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &statement_, nullptr);
    }
    ~Statement() { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    bool good() const noexcept { return statement_ != nullptr; }
    void bind(int number, std::string_view text) {
        sqlite3_bind_text(statement_, number, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
    void bind(int number, std::int64_t value) { sqlite3_bind_int64(statement_, number, value); }
    int step() { return sqlite3_step(statement_); }
    void reset() { sqlite3_reset(statement_); }
    std::string text(int column) const {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return bytes == nullptr ? std::string() : std::string(bytes);
    }
    std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }

private:
    sqlite3_stmt* statement_ = nullptr;
};

std::int64_t milliseconds_of(std::chrono::system_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// Addresses hold no line ends, so lines are list enough.
std::string join(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& entry : list) text += entry + "\n";
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> list;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        list.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return list;
}

std::string escaped_for_like(std::string_view text) {
    std::string pattern = "%";
    for (char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
        pattern.push_back(c);
    }
    return pattern + "%";
}

void bind_row(Statement& statement, const QuarantineStore::Row& row) {
    statement.bind(1, row.id);
    statement.bind(2, row.route);
    statement.bind(3, row.sender);
    statement.bind(4, join(row.recipients));
    statement.bind(5, row.subject);
    statement.bind(6, row.from_text);
    statement.bind(7, row.verdict);
    statement.bind(8, row.reason);
    statement.bind(9, static_cast<std::int64_t>(row.bytes));
    statement.bind(10, static_cast<std::int64_t>(row.parts_kept));
    statement.bind(11, milliseconds_of(row.received_at));
}

QuarantineStore::Row read_row(const Statement& statement) {
    QuarantineStore::Row row;
    row.id = statement.text(0);
    row.route = statement.text(1);
    row.sender = statement.text(2);
    row.recipients = split(statement.text(3));
    row.subject = statement.text(4);
    row.from_text = statement.text(5);
    row.verdict = statement.text(6);
    row.reason = statement.text(7);
    row.bytes = static_cast<std::uint64_t>(statement.number(8));
    row.parts_kept = static_cast<std::uint32_t>(statement.number(9));
    row.received_at = std::chrono::system_clock::time_point(std::chrono::milliseconds(statement.number(10)));
    return row;
}

}  // namespace

Error QuarantineIndex::failure(std::string_view what) const {
    const int code = sqlite3_errcode(database_.get());
    return {code == SQLITE_FULL ? Fault::disk_full : Fault::io,
            "quarantine index: " + std::string(what) + ": " + sqlite3_errmsg(database_.get())};
}

Result<void> QuarantineIndex::run(const char* sql) const {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure(sql);
    return {};
}

Result<QuarantineIndex> QuarantineIndex::open(const std::string& path) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    QuarantineIndex index(Database(raw, &sqlite3_close));
    if (code != SQLITE_OK) return Error(Fault::io, "quarantine index " + path + ": " + sqlite3_errstr(code));
    sqlite3_busy_timeout(raw, 10000);
    auto made = index.run(schema);
    if (!made) return made.error();
    return index;
}

Result<void> QuarantineIndex::put(const std::vector<QuarantineStore::Row>& rows) {
    auto begun = run("BEGIN IMMEDIATE");
    if (!begun) return begun;
    Statement insert(database_.get(), "INSERT OR REPLACE INTO item VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    for (const QuarantineStore::Row& row : rows) {
        if (!insert.good()) break;
        bind_row(insert, row);
        const int code = insert.step();
        insert.reset();
        if (code == SQLITE_DONE) continue;
        const Error error = failure("adding " + row.id);
        sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        return error;
    }
    auto committed = run("COMMIT");
    if (!committed) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return committed;
}

Result<void> QuarantineIndex::remove(std::string_view id) {
    Statement statement(database_.get(), "DELETE FROM item WHERE id = ?");
    if (!statement.good()) return failure("delete");
    statement.bind(1, id);
    if (statement.step() != SQLITE_DONE) return failure("delete");
    return {};
}

Result<std::vector<QuarantineStore::Row>> QuarantineIndex::find(const QuarantineStore::Query& query) const {
    Statement statement(database_.get(),
                        "SELECT id, route, sender, recipients, subject, from_text, verdict, reason, bytes, parts_kept,"
                        " received_at FROM item WHERE received_at >= ?1 AND received_at < ?2"
                        " AND (?3 = '' OR route = ?3) AND (?4 = '' OR reason = ?4)"
                        " AND (id LIKE ?5 ESCAPE '\\' OR sender LIKE ?5 ESCAPE '\\' OR recipients LIKE ?5 ESCAPE '\\'"
                        " OR subject LIKE ?5 ESCAPE '\\' OR from_text LIKE ?5 ESCAPE '\\')"
                        " ORDER BY received_at DESC, id LIMIT ?6");
    if (!statement.good()) return failure("list");
    statement.bind(1, query.since ? milliseconds_of(*query.since) : INT64_MIN);
    statement.bind(2, query.until ? milliseconds_of(*query.until) : INT64_MAX);
    statement.bind(3, query.route);
    statement.bind(4, query.reason);
    statement.bind(5, escaped_for_like(query.text));
    statement.bind(6, query.limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(query.limit));
    std::vector<QuarantineStore::Row> rows;
    int code = statement.step();
    for (; code == SQLITE_ROW; code = statement.step()) rows.push_back(read_row(statement));
    if (code != SQLITE_DONE) return failure("list");
    return rows;
}

Result<std::vector<std::string>> QuarantineIndex::ids() const {
    Statement statement(database_.get(), "SELECT id FROM item ORDER BY id");
    if (!statement.good()) return failure("list");
    std::vector<std::string> ids;
    int code = statement.step();
    for (; code == SQLITE_ROW; code = statement.step()) ids.push_back(statement.text(0));
    if (code != SQLITE_DONE) return failure("list");
    return ids;
}

Result<QuarantineStore::Totals> QuarantineIndex::totals() const {
    Statement statement(database_.get(), "SELECT count(*), coalesce(sum(bytes), 0) FROM item");
    if (!statement.good() || statement.step() != SQLITE_ROW) return failure("count");
    return QuarantineStore::Totals{static_cast<std::uint64_t>(statement.number(0)),
                                   static_cast<std::uint64_t>(statement.number(1))};
}

}  // namespace mugaika

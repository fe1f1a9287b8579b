#include "relay/quarantine/index.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {
namespace {

constexpr int version = 2;
constexpr const char* schema =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS item_v2 (id TEXT PRIMARY KEY, route TEXT NOT NULL, sender TEXT NOT NULL,"
    " recipients TEXT NOT NULL, subject TEXT NOT NULL, from_text TEXT NOT NULL, verdict TEXT NOT NULL,"
    " reason TEXT NOT NULL, reasons TEXT NOT NULL, file_names TEXT NOT NULL, bytes INTEGER NOT NULL,"
    " parts_kept INTEGER NOT NULL, received_at INTEGER NOT NULL, key_id TEXT NOT NULL,"
    " released_at INTEGER, released_by TEXT) WITHOUT ROWID;"
    // With the bytes, so that totals() reads this small index and not the whole table.
    "CREATE INDEX IF NOT EXISTS item_v2_by_time_with_bytes ON item_v2 (received_at, bytes);";
constexpr const char* select_rows =
    "SELECT id, route, sender, recipients, subject, from_text, verdict, reason, reasons, file_names, bytes,"
    " parts_kept, received_at, key_id, released_at, released_by FROM item_v2"
    " WHERE received_at >= ?1 AND received_at < ?2 AND (?3 = '' OR route = ?3)"
    " AND (?4 = '' OR reasons LIKE ?4 ESCAPE '\\') AND (?5 = '' OR file_names LIKE ?5 ESCAPE '\\')"
    " AND (?6 = '' OR id LIKE ?6 ESCAPE '\\' OR sender LIKE ?6 ESCAPE '\\' OR recipients LIKE ?6 ESCAPE '\\'"
    " OR subject LIKE ?6 ESCAPE '\\' OR from_text LIKE ?6 ESCAPE '\\')"
    " AND (?7 IS NULL OR (released_at IS NOT NULL) = ?7)"
    " AND (?8 IS NULL OR id IN (SELECT value FROM json_each(?8)))"
    " AND (?9 IS NULL OR id NOT IN (SELECT value FROM json_each(?9)))"
    " ORDER BY received_at DESC, id LIMIT ?10";

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
    void bind_null(int number) { sqlite3_bind_null(statement_, number); }
    bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
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

std::chrono::system_clock::time_point time_of(std::int64_t milliseconds) {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

// Each entry on a line of its own, which begins and ends with one: addresses, reasons and file names hold no line ends.
std::string join(const std::vector<std::string>& list) {
    std::string text = "\n";
    for (const std::string& entry : list) text += entry + "\n";
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> list;
    text.remove_prefix(std::min<std::size_t>(text.size(), 1));
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

// Ids hold letters and digits only.
std::string json_list(const std::vector<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids) text += (text.empty() ? "\"" : ",\"") + id + "\"";
    return "[" + text + "]";
}

void bind_release(Statement& statement, int at, int by, const std::optional<QuarantineStore::Row::Release>& release) {
    if (release) {
        statement.bind(at, milliseconds_of(release->at));
        statement.bind(by, release->person);
    } else {
        statement.bind_null(at);
        statement.bind_null(by);
    }
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
    statement.bind(9, join(row.reasons));
    statement.bind(10, join(row.file_names));
    statement.bind(11, static_cast<std::int64_t>(row.bytes));
    statement.bind(12, static_cast<std::int64_t>(row.parts_kept));
    statement.bind(13, milliseconds_of(row.received_at));
    statement.bind(14, row.key_id);
    bind_release(statement, 15, 16, row.release);
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
    row.reasons = split(statement.text(8));
    row.file_names = split(statement.text(9));
    row.bytes = static_cast<std::uint64_t>(statement.number(10));
    row.parts_kept = static_cast<std::uint32_t>(statement.number(11));
    row.received_at = time_of(statement.number(12));
    row.key_id = statement.text(13);
    if (!statement.is_null(14)) row.release = {time_of(statement.number(14)), statement.text(15)};
    return row;
}

void bind_query(Statement& statement, const QuarantineStore::Query& query) {
    const auto pattern = [](const std::string& text) { return text.empty() ? text : escaped_for_like(text); };
    statement.bind(1, query.since ? milliseconds_of(*query.since) : INT64_MIN);
    statement.bind(2, query.until ? milliseconds_of(*query.until) : INT64_MAX);
    statement.bind(3, query.route);
    statement.bind(4, query.reason.empty() ? "" : escaped_for_like("\n" + query.reason + "\n"));
    statement.bind(5, pattern(query.file_name));
    statement.bind(6, pattern(query.text));
    if (query.released) statement.bind(7, std::int64_t{*query.released ? 1 : 0});
    if (query.among) statement.bind(8, json_list(*query.among));
    if (query.not_among) statement.bind(9, json_list(*query.not_among));
    statement.bind(10, query.limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(query.limit));
}

// SQLite gives the files beside it the mode of the index; one of 0.1.0 was for everybody to read.
Result<void> make_private(const std::string& path) {
    // Only a file of our own making is opened: closing another descriptor of it would drop the locks that SQLite holds.
    const FileDescriptor made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!made.is_open() && errno != EEXIST) return error_from_errno("quarantine index " + path, errno);
    for (const char* end : {"", "-wal", "-shm"}) {
        const std::string name = path + end;
        struct stat facts {};
        if (::lstat(name.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode) || (facts.st_mode & 0077) == 0) continue;
        if (::chmod(name.c_str(), S_IRUSR | S_IWUSR) != 0)
            return error_from_errno("closing " + name + " to others", errno);
    }
    return {};
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
    const auto closed = make_private(path);
    if (!closed) return closed.error();
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, nullptr);
    QuarantineIndex index(Database(raw, &sqlite3_close));
    if (code != SQLITE_OK) return Error(Fault::io, "quarantine index " + path + ": " + sqlite3_errstr(code));
    sqlite3_busy_timeout(raw, 10000);
    auto made = index.run(schema);
    if (!made) return made.error();
    return index;
}

Result<bool> QuarantineIndex::is_filled() const {
    Statement statement(database_.get(), "PRAGMA user_version");
    if (!statement.good() || statement.step() != SQLITE_ROW) return failure("version");
    return statement.number(0) == version;
}

Result<void> QuarantineIndex::set_filled() { return run("PRAGMA user_version=2"); }

Result<void> QuarantineIndex::drop_other_versions() {
    const auto tables = texts_of("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'item_v2'");
    if (!tables) return tables.error();
    for (const std::string& table : *tables) {
        auto dropped = run(("DROP TABLE \"" + table + "\"").c_str());
        if (!dropped) return dropped;
    }
    return {};
}

Result<void> QuarantineIndex::put(const std::vector<QuarantineStore::Row>& rows) {
    auto begun = run("BEGIN IMMEDIATE");
    if (!begun) return begun;
    Statement insert(database_.get(), "INSERT OR REPLACE INTO item_v2 VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
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
    auto committed = insert.good() ? run("COMMIT") : Result<void>(failure("adding"));
    if (!committed) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return committed;
}

Result<void> QuarantineIndex::set_release(std::string_view id,
                                          const std::optional<QuarantineStore::Row::Release>& release) {
    Statement statement(database_.get(), "UPDATE item_v2 SET released_at = ?, released_by = ? WHERE id = ?");
    if (!statement.good()) return failure("release");
    bind_release(statement, 1, 2, release);
    statement.bind(3, id);
    if (statement.step() != SQLITE_DONE) return failure("release");
    return {};
}

Result<void> QuarantineIndex::remove(std::string_view id) {
    Statement statement(database_.get(), "DELETE FROM item_v2 WHERE id = ?");
    if (!statement.good()) return failure("delete");
    statement.bind(1, id);
    if (statement.step() != SQLITE_DONE) return failure("delete");
    return {};
}

Result<std::vector<QuarantineStore::Row>> QuarantineIndex::find(const QuarantineStore::Query& query) const {
    Statement statement(database_.get(), select_rows);
    if (!statement.good()) return failure("list");
    bind_query(statement, query);
    std::vector<QuarantineStore::Row> rows;
    int code = statement.step();
    for (; code == SQLITE_ROW; code = statement.step()) rows.push_back(read_row(statement));
    if (code != SQLITE_DONE) return failure("list");
    return rows;
}

Result<std::vector<std::string>> QuarantineIndex::texts_of(const char* sql, std::string_view parameter) const {
    Statement statement(database_.get(), sql);
    if (!statement.good()) return failure("list");
    if (parameter.data() != nullptr) statement.bind(1, parameter);
    std::vector<std::string> texts;
    int code = statement.step();
    for (; code == SQLITE_ROW; code = statement.step()) texts.push_back(statement.text(0));
    if (code != SQLITE_DONE) return failure("list");
    return texts;
}

Result<std::vector<std::string>> QuarantineIndex::ids() const { return texts_of("SELECT id FROM item_v2 ORDER BY id"); }

Result<std::vector<std::string>> QuarantineIndex::released_ids() const {
    return texts_of("SELECT id FROM item_v2 WHERE released_at IS NOT NULL ORDER BY id");
}

Result<std::vector<std::string>> QuarantineIndex::key_ids() const {
    return texts_of("SELECT DISTINCT key_id FROM item_v2 ORDER BY key_id");
}

Result<std::vector<std::string>> QuarantineIndex::ids_of_key(std::string_view key_id) const {
    return texts_of("SELECT id FROM item_v2 WHERE key_id = ? ORDER BY id", key_id);
}

Result<QuarantineStore::Totals> QuarantineIndex::totals() const {
    Statement statement(database_.get(), "SELECT count(*), coalesce(sum(bytes), 0) FROM item_v2");
    if (!statement.good() || statement.step() != SQLITE_ROW) return failure("count");
    return QuarantineStore::Totals{static_cast<std::uint64_t>(statement.number(0)),
                                   static_cast<std::uint64_t>(statement.number(1))};
}

}  // namespace mugaika

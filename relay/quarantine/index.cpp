#include "relay/quarantine/index.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "relay/quarantine/index_search.hpp"
#include "relay/quarantine/index_words.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {
namespace {

constexpr std::string_view file_name = "index.sqlite.v3";
constexpr std::string_view names_of_all_versions = "index.sqlite";
constexpr int version = 3;

std::string word_column_list() {
    std::string list;
    for (const char* column : word_columns) list += (list.empty() ? "" : ", ") + std::string(column);
    return list;
}

// `place` is the row's place in the list (place_of); the full-text table has the same rows by it. Its text stands
// nowhere but in the row, from which words_of makes it again. Rows that were just put in have none yet: catch_up().
const std::string schema =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS item (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, route TEXT NOT NULL,"
    " sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, from_text TEXT NOT NULL,"
    " message_id TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, reasons TEXT NOT NULL,"
    " file_names TEXT NOT NULL, bytes INTEGER NOT NULL, parts_kept INTEGER NOT NULL, received_at INTEGER NOT NULL,"
    " key_id TEXT NOT NULL, released_at INTEGER, released_by TEXT);"
    "CREATE TABLE IF NOT EXISTS without_words (place INTEGER PRIMARY KEY);"
    // So that totals() reads this small index and not the whole table.
    "CREATE INDEX IF NOT EXISTS item_by_bytes ON item (bytes);"
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (" +
    word_column_list() + ", content='', columnsize=0, tokenize='ascii');";

const std::string select_without_words =
    "SELECT " + std::string(index_columns) + " FROM without_words CROSS JOIN item ON item.place = without_words.place";

std::string marks_for_each_column() {
    std::string marks;
    for (std::size_t i = 0; i < word_columns.size(); ++i) marks += ", ?";
    return marks;
}

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

void bind_release(IndexStatement& statement, int at, int by,
                  const std::optional<QuarantineStore::Row::Release>& release) {
    if (release) {
        statement.bind(at, milliseconds_of(release->at));
        statement.bind(by, release->person);
    } else {
        statement.bind_null(at);
        statement.bind_null(by);
    }
}

void bind_row(IndexStatement& statement, const QuarantineStore::Row& row) {
    statement.bind(1, row.place);
    statement.bind(2, row.id);
    statement.bind(3, row.route);
    statement.bind(4, row.sender);
    statement.bind(5, join(row.recipients));
    statement.bind(6, row.subject);
    statement.bind(7, row.from_text);
    statement.bind(8, row.message_id);
    statement.bind(9, row.verdict);
    statement.bind(10, row.reason);
    statement.bind(11, join(row.reasons));
    statement.bind(12, join(row.file_names));
    statement.bind(13, static_cast<std::int64_t>(row.bytes));
    statement.bind(14, static_cast<std::int64_t>(row.parts_kept));
    statement.bind(15, milliseconds_of(row.received_at));
    statement.bind(16, row.key_id);
    bind_release(statement, 17, 18, row.release);
}

// The columns as index_search selects them.
QuarantineStore::Row read_row(const IndexStatement& statement) {
    QuarantineStore::Row row;
    row.place = statement.number(0);
    row.id = statement.text(1);
    row.route = statement.text(2);
    row.sender = statement.text(3);
    row.recipients = split(statement.text(4));
    row.subject = statement.text(5);
    row.from_text = statement.text(6);
    row.message_id = statement.text(7);
    row.verdict = statement.text(8);
    row.reason = statement.text(9);
    row.reasons = split(statement.text(10));
    row.file_names = split(statement.text(11));
    row.bytes = static_cast<std::uint64_t>(statement.number(12));
    row.parts_kept = static_cast<std::uint32_t>(statement.number(13));
    row.received_at = time_of(statement.number(14));
    row.key_id = statement.text(15);
    if (!statement.is_null(16)) row.release = {time_of(statement.number(16)), statement.text(17)};
    return row;
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

Result<QuarantineIndex> QuarantineIndex::open(const std::string& folder) {
    const std::string path = folder + "/" + std::string(file_name);
    const auto closed = make_private(path);
    if (!closed) return closed.error();
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, nullptr);
    QuarantineIndex index(Database(raw, &sqlite3_close));
    if (code != SQLITE_OK) return Error(Fault::io, "quarantine index " + path + ": " + sqlite3_errstr(code));
    sqlite3_busy_timeout(raw, 10000);
    auto made = index.run(schema.c_str());
    if (!made) return made.error();
    return index;
}

Result<bool> QuarantineIndex::is_filled() const {
    IndexStatement statement(database_.get(), "PRAGMA user_version");
    if (!statement.good() || statement.step() != SQLITE_ROW) return failure("version");
    return statement.number(0) == version;
}

Result<void> QuarantineIndex::set_filled() { return run(("PRAGMA user_version=" + std::to_string(version)).c_str()); }

Result<void> QuarantineIndex::remove_other_versions(const std::string& folder) {
    std::vector<std::filesystem::path> others;
    std::error_code wrong;
    for (const auto& entry : std::filesystem::directory_iterator(folder, wrong)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(names_of_all_versions) && !name.starts_with(file_name)) others.push_back(entry.path());
    }
    for (const auto& path : others) {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return error_from_errno("removing " + path.string(), errno);
    }
    return {};
}

// Rolled back when a step fails.
Result<void> QuarantineIndex::in_one_transaction(const std::function<Result<void>()>& change) {
    auto done = run("BEGIN IMMEDIATE");
    if (!done) return done;
    done = change();
    if (done) done = run("COMMIT");
    if (!done) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return done;
}

Result<void> QuarantineIndex::change_at(const char* sql, std::int64_t place) {
    IndexStatement statement(database_.get(), sql);
    if (!statement.good()) return failure(sql);
    statement.bind(1, place);
    if (statement.step() != SQLITE_DONE) return failure(sql);
    return {};
}

// Where words do not fit their rows (a damaged disk, a row changed by hand) all are made anew, as of rows that were
// just put in: nobody keeps or loses a mail for a list of words.
Result<void> QuarantineIndex::forget_words() {
    return run(
        "INSERT INTO words (words) VALUES ('delete-all'); DELETE FROM without_words;"
        "INSERT INTO without_words SELECT place FROM item;");
}

// With the words that it has, of which FTS5 keeps no copy; it must not be told of words that it does not have.
Result<void> QuarantineIndex::drop(const QuarantineStore::Row& row) {
    auto done = change_at("DELETE FROM without_words WHERE place = ?", row.place);
    const bool has_words = sqlite3_changes(database_.get()) == 0;
    if (done && has_words) {
        done = write_words("INSERT INTO words (words, rowid, " + word_column_list() + ") VALUES ('delete', ?" +
                               marks_for_each_column() + ")",
                           row);
        if (!done && (sqlite3_errcode(database_.get()) & 0xff) == SQLITE_CORRUPT) {
            done = forget_words();
            if (done) done = change_at("DELETE FROM without_words WHERE place = ?", row.place);
        }
    }
    return done ? change_at("DELETE FROM item WHERE place = ?", row.place) : done;
}

Result<void> QuarantineIndex::write_words(const std::string& sql, const QuarantineStore::Row& row) {
    IndexStatement statement(database_.get(), sql);
    if (!statement.good()) return failure("words");
    statement.bind(1, row.place);
    const WordTexts words = words_of(row);
    for (std::size_t i = 0; i < words.size(); ++i) statement.bind(static_cast<int>(i) + 2, words[i]);
    if (statement.step() != SQLITE_DONE) return failure("words of " + row.id);
    return {};
}

Result<std::optional<QuarantineStore::Row>> QuarantineIndex::row_of(std::string_view id) const {
    auto rows = rows_of("SELECT " + std::string(index_columns) + " FROM item WHERE id = ?",
                        [&](IndexStatement& statement) { statement.bind(1, id); });
    if (!rows) return rows.error();
    return rows->empty() ? std::optional<QuarantineStore::Row>() : std::optional(std::move(rows->front()));
}

// The next one below that is free.
Result<std::int64_t> QuarantineIndex::free_place(std::int64_t wanted) const {
    IndexStatement statement(database_.get(), "SELECT 1 FROM item WHERE place = ?");
    if (!statement.good()) return failure("look up");
    for (;; --wanted) {
        statement.bind(1, wanted);
        const int code = statement.step();
        statement.reset();
        if (code == SQLITE_DONE) return wanted;
        if (code != SQLITE_ROW) return failure("look up");
    }
}

Result<void> QuarantineIndex::put_one(QuarantineStore::Row row) {
    const auto before = row_of(row.id);
    if (!before) return before.error();
    if (*before) {
        auto dropped = drop(**before);
        if (!dropped) return dropped;
    }
    const auto place = free_place(place_of(row.received_at, row.id));
    if (!place) return place.error();
    row.place = *place;
    IndexStatement insert(database_.get(), "INSERT INTO item VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!insert.good()) return failure("adding");
    bind_row(insert, row);
    if (insert.step() != SQLITE_DONE) return failure("adding " + row.id);
    return change_at("INSERT INTO without_words VALUES (?)", row.place);
}

Result<void> QuarantineIndex::put(const std::vector<QuarantineStore::Row>& rows) {
    return in_one_transaction([&]() -> Result<void> {
        for (const QuarantineStore::Row& row : rows) {
            auto done = put_one(row);
            if (!done) return done;
        }
        put_since_caught_up_ += rows.size();
        return {};
    });
}

// Many at once, since a transaction for one row's words costs what four rows' cost.
Result<void> QuarantineIndex::catch_up() {
    const auto left = rows_of(select_without_words + " LIMIT 1");
    if (!left) return left.error();
    if (!left->empty()) {
        auto done = in_one_transaction([this] { return write_missing_words(); });
        if (!done) return done;
    }
    put_since_caught_up_ = 0;
    return {};
}

// Read anew: another process may have been quicker.
Result<void> QuarantineIndex::write_missing_words() {
    const auto rows = rows_of(select_without_words);
    if (!rows) return rows.error();
    const std::string sql =
        "INSERT INTO words (rowid, " + word_column_list() + ") VALUES (?" + marks_for_each_column() + ")";
    for (const QuarantineStore::Row& row : *rows) {
        auto done = write_words(sql, row);
        if (!done) return done;
    }
    return run("DELETE FROM without_words");
}

Result<void> QuarantineIndex::set_release(std::string_view id,
                                          const std::optional<QuarantineStore::Row::Release>& release) {
    return in_one_transaction([&]() -> Result<void> {
        auto row = row_of(id);
        if (!row) return row.error();
        if (!*row) return {};
        (*row)->release = release;
        return put_one(std::move(**row));
    });
}

Result<void> QuarantineIndex::remove(std::string_view id) {
    return in_one_transaction([&]() -> Result<void> {
        const auto row = row_of(id);
        if (!row) return row.error();
        return *row ? drop(**row) : Result<void>();
    });
}

Result<std::vector<QuarantineStore::Row>> QuarantineIndex::find(const QuarantineStore::Query& query) {
    const auto search = IndexSearch::for_query(query);
    if (!search) return search.error();
    if (search->has_words()) {
        auto caught_up = catch_up();
        if (!caught_up) return caught_up.error();
    }
    return rows_of(search->sql(), [&](IndexStatement& statement) { search->bind(statement); });
}

Result<std::vector<QuarantineStore::Row>> QuarantineIndex::rows_of(
    const std::string& sql, const std::function<void(IndexStatement&)>& bind) const {
    IndexStatement statement(database_.get(), sql);
    if (!statement.good()) return failure("list");
    if (bind) bind(statement);
    std::vector<QuarantineStore::Row> rows;
    int code = statement.step();
    for (; code == SQLITE_ROW; code = statement.step()) rows.push_back(read_row(statement));
    if (code != SQLITE_DONE) return failure("list");
    return rows;
}

Result<std::vector<std::string>> QuarantineIndex::texts_of(const char* sql, std::string_view parameter) const {
    IndexStatement statement(database_.get(), sql);
    if (!statement.good()) return failure("list");
    if (parameter.data() != nullptr) statement.bind(1, parameter);
    std::vector<std::string> texts;
    int code = statement.step();
    for (; code == SQLITE_ROW; code = statement.step()) texts.push_back(statement.text(0));
    if (code != SQLITE_DONE) return failure("list");
    return texts;
}

Result<std::vector<std::string>> QuarantineIndex::ids() const { return texts_of("SELECT id FROM item ORDER BY id"); }

Result<std::vector<std::string>> QuarantineIndex::released_ids() const {
    return texts_of("SELECT id FROM item WHERE released_at IS NOT NULL ORDER BY id");
}

Result<std::vector<std::string>> QuarantineIndex::key_ids() const {
    return texts_of("SELECT DISTINCT key_id FROM item ORDER BY key_id");
}

Result<std::vector<std::string>> QuarantineIndex::ids_of_key(std::string_view key_id) const {
    return texts_of("SELECT id FROM item WHERE key_id = ? ORDER BY id", key_id);
}

Result<QuarantineStore::Totals> QuarantineIndex::totals() const {
    IndexStatement statement(database_.get(), "SELECT count(*), coalesce(sum(bytes), 0) FROM item");
    if (!statement.good() || statement.step() != SQLITE_ROW) return failure("count");
    return QuarantineStore::Totals{static_cast<std::uint64_t>(statement.number(0)),
                                   static_cast<std::uint64_t>(statement.number(1))};
}

}  // namespace mugaika

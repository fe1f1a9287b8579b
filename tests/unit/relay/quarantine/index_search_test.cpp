// What is found in the index, by which road, and page by page.
#include "relay/quarantine/index_search.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "quarantine_fixture.hpp"
#include "relay/quarantine/index.hpp"

using namespace mugaika;
using namespace mugaika::test;
using Row = QuarantineStore::Row;
using Query = QuarantineStore::Query;
using Ids = std::vector<std::string>;

namespace {

std::chrono::system_clock::time_point at_second(std::int64_t second) {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1763600000 + second));
}

// The number stands at the end, so that no search by how an id begins meets it.
std::string id_of(std::size_t number) {
    std::string digits = std::to_string(number);
    return std::string(26 - digits.size(), 'z') + digits;
}

Row row_of(std::size_t number) {
    Row row;
    row.id = id_of(number);
    row.route = "city.example.lg.jp";
    row.sender = "sender@example.com";
    row.from_text = "髙﨑 太郎 <taro@example.com>";
    row.recipients = {"shimin@city.example.lg.jp", "zaisei@city.example.lg.jp"};
    row.subject = "見積書の送付";
    row.message_id = "20261201.77@mail.example.com";
    row.reasons = {"not_rebuilt", "encrypted"};
    row.file_names = {"見積書.pdf", "データ.xlsx"};
    row.received_at = at_second(static_cast<std::int64_t>(number));
    return row;
}

class Index {
public:
    Index() : index_(*QuarantineIndex::open(folder_.path())) {}

    void put(const std::vector<Row>& rows) { REQUIRE(index_.put(rows).has_value()); }
    void catch_up() { REQUIRE(index_.catch_up().has_value()); }
    Ids ids(const Query& query) {
        Ids ids;
        for (const Row& row : rows(query)) ids.push_back(row.id);
        return ids;
    }
    std::vector<Row> rows(const Query& query) {
        auto rows = index_.find(query);
        CAPTURE(rows.has_value() ? "" : rows.error().words());
        REQUIRE(rows.has_value());
        return std::move(*rows);
    }
    std::size_t found(const std::function<void(Query&)>& change) {
        Query query;
        change(query);
        return rows(query).size();
    }
    std::size_t by_text(const std::string& word) {
        return found([&](Query& q) { q.text = word; });
    }
    std::size_t by_subject(const std::string& word) {
        return found([&](Query& q) { q.subject = word; });
    }
    QuarantineIndex& operator*() { return index_; }
    const std::string& folder() const { return folder_.path(); }
    std::string path() const { return folder_ / "index.sqlite.v3"; }

private:
    Folder folder_;
    QuarantineIndex index_;
};

// One reading of the index beside ours: its plan, and the steps of SQLite's machine that it took.
struct Work {
    std::string plan;
    int steps = 0, sorted = 0, whole_tables = 0;
    std::size_t rows = 0;
};

Work work_for(const std::string& path, const Query& query) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    const auto search = IndexSearch::for_query(query);
    REQUIRE(search.has_value());
    Work work;
    {
        IndexStatement plan(database, "EXPLAIN QUERY PLAN " + search->sql());
        while (plan.step() == SQLITE_ROW) work.plan += plan.text(3) + "\n";
        IndexStatement statement(database, search->sql());
        REQUIRE(statement.good());
        search->bind(statement);
        while (statement.step() == SQLITE_ROW) ++work.rows;
        work.steps = statement.counted(SQLITE_STMTSTATUS_VM_STEP);
        work.sorted = statement.counted(SQLITE_STMTSTATUS_SORT);
        work.whole_tables = statement.counted(SQLITE_STMTSTATUS_FULLSCAN_STEP);
    }
    sqlite3_close(database);
    return work;
}

std::vector<Row> many_rows(std::size_t first, std::size_t count) {
    std::vector<Row> rows;
    for (std::size_t i = first; i < first + count; ++i) rows.push_back(row_of(i));
    return rows;
}

}  // namespace

TEST_CASE("kept mails are found by a piece of each member, words of two characters and of one included") {
    Index index;
    Row other = row_of(2);
    other.sender = other.from_text = "";
    other.recipients = {"jinji@town.example.lg.jp"};
    other.subject = "会議";
    other.message_id = "";
    other.file_names = {};
    other.reasons = {"macro"};
    other.route = "town.example.lg.jp";
    other.release = Row::Release{at_second(9), "山田 花子"};
    index.put({row_of(1), other});
    struct Sought {
        std::string Query::*member;
        const char* piece;
        std::size_t first, second;  // of 1 and 2, which is found
    };
    const auto sought = GENERATE(values<Sought>({{&Query::subject, "見積", 1, 0},
                                                 {&Query::subject, "積書", 1, 0},
                                                 {&Query::subject, "送付", 1, 0},
                                                 {&Query::subject, "見積書の送付", 1, 0},
                                                 {&Query::subject, "見", 1, 0},
                                                 {&Query::subject, "付", 1, 0},
                                                 {&Query::subject, "会議", 0, 1},
                                                 {&Query::subject, "見書", 0, 0},
                                                 {&Query::subject, "見の送付", 0, 0},
                                                 {&Query::subject, "sender", 0, 0},
                                                 {&Query::sender, "SENDER@", 1, 0},
                                                 {&Query::sender, "髙﨑", 1, 0},
                                                 {&Query::sender, "shimin", 0, 0},
                                                 {&Query::recipient, "zaisei@city", 1, 0},
                                                 {&Query::recipient, ".lg.jp", 1, 1},
                                                 {&Query::recipient, "jpzai", 0, 0},  // from one to the next
                                                 {&Query::file_name, "見積書.PDF", 1, 0},
                                                 {&Query::file_name, "ﾃﾞｰﾀ.XLSX", 1, 0},
                                                 {&Query::file_name, "pdfデ", 0, 0},
                                                 {&Query::message_id, "<20261201.77@mail.example.com>", 1, 0},
                                                 {&Query::message_id, "1.77@", 1, 0},
                                                 {&Query::person, "山田", 0, 1},
                                                 {&Query::person, "山田　花", 0, 1},
                                                 {&Query::person, "鈴木", 0, 0},
                                                 {&Query::reason, "encrypted", 1, 0},
                                                 {&Query::reason, "macro", 0, 1},
                                                 {&Query::reason, "encrypt", 0, 0},
                                                 {&Query::route, "town.example.lg.jp", 0, 1},
                                                 {&Query::route, "example.lg.jp", 0, 0},
                                                 {&Query::text, "見積", 1, 0},
                                                 {&Query::text, "taro@", 1, 0},
                                                 {&Query::text, "mail.example", 1, 0},
                                                 {&Query::text, "jinji", 0, 1},
                                                 {&Query::text, "xlsx", 0, 0},
                                                 {&Query::text, "zzzz", 1, 1}}));  // how the ids begin
    CAPTURE(sought.piece);
    Query query;
    query.*sought.member = sought.piece;
    Ids wanted;
    if (sought.second == 1) wanted.push_back(id_of(2));
    if (sought.first == 1) wanted.push_back(id_of(1));
    CHECK(index.ids(query) == wanted);
}

TEST_CASE("conditions of a search must all be met, in whatever number") {
    Index index;
    Row released = row_of(2);
    released.release = Row::Release{at_second(9), "山田"};
    index.put({row_of(1), released});
    Query query;
    query.subject = "見積";
    query.sender = "taro";
    query.recipient = "zaisei";
    query.file_name = "データ";
    query.message_id = "77@";
    query.reason = "encrypted";
    query.route = "city.example.lg.jp";
    CHECK(index.ids(query) == Ids{id_of(2), id_of(1)});
    query.released = true;
    CHECK(index.ids(query) == Ids{id_of(2)});
    query.person = "佐藤";
    CHECK(index.ids(query).empty());
    query.person = "";
    query.released = false;
    query.among = Ids{id_of(1), id_of(2)};
    CHECK(index.ids(query) == Ids{id_of(1)});
    query.not_among = Ids{id_of(1)};
    CHECK(index.ids(query).empty());
}

TEST_CASE("hostile words of a search are data: quotes, operators, wild cards, NUL, broken UTF-8, what is very long") {
    Index index;
    Row hostile = row_of(1);
    hostile.subject = "\"a\" OR b* (NEAR) {subject}: 100%_\\ ^x - + 'q'";
    index.put({hostile, row_of(2)});
    for (const char* word : {"\"", "\"a\"", "a\" OR", " OR ", "b*", "*", "(NEAR)", "{subject}:", "%", "_", "0%_\\",
                             "^x", "-", "'q'", ": 1", "\" OR B"}) {
        CAPTURE(word);
        CHECK(index.by_subject(word) == 1);
    }
    for (const char* word :
         {"\" OR \"", "a OR b", "NEAR(", "a%", "_a", "b?", "\") OR marks:(\"", "見積書\" OR \"見積書", "\n", "\xff",
          "\xed\xa0\x80", "\xc0\xaf", "見\xe7", "\ue022", "\ue00a", "\ue080", "\U000e0041", "\ufe0f"}) {
        CAPTURE(word);
        CHECK(index.by_subject(word) == 0);
        CHECK(index.by_text(word) == 0);
    }
    CHECK(index.by_subject(std::string("\0", 1)) == 0);
    CHECK(index.by_subject(std::string("見\0積", 7)) == 0);
    CHECK(index.by_subject(std::string(QuarantineStore::Query::characters_max, 'a')) == 0);
    Query query;
    query.text = std::string(QuarantineStore::Query::characters_max + 1, 'a');
    CHECK((*index).find(query).error().fault() == Fault::bad_input);
    query = {};
    query.reason = "not_rebuilt\" OR marks:\"d0";
    CHECK(index.ids(query).empty());
    query = {};
    query.among = Ids{"x') OR 1=1 --"};
    CHECK(index.ids(query).empty());
}

TEST_CASE("pages follow each other without a gap or a double, also when mails come and go between them") {
    Index index;
    index.put(many_rows(0, 25));
    const bool by_word = GENERATE(false, true);
    Query query;
    query.limit = 10;
    if (by_word) query.subject = "見積";
    std::vector<Row> page = index.rows(query);
    Ids seen;
    for (const Row& row : page) seen.push_back(row.id);
    index.put({row_of(99)});                               // newer than what was seen
    REQUIRE((*index).remove(page.back().id).has_value());  // where the next page begins
    REQUIRE((*index).remove(id_of(12)).has_value());       // on it
    for (int pages = 1; pages < 9 && page.size() == query.limit; ++pages) {
        query.after = page.back().place;
        page = index.rows(query);
        for (const Row& row : page) seen.push_back(row.id);
    }
    Ids wanted;
    for (std::size_t i = 25; i-- > 0;) {
        if (i != 12) wanted.push_back(id_of(i));
    }
    CHECK(seen == wanted);
}

TEST_CASE("mails of one moment stand in one order, and each has a place of its own though their ids begin alike") {
    Index index;
    std::vector<Row> rows = many_rows(0, 5);
    for (Row& row : rows) row.received_at = at_second(7);
    index.put(rows);
    Query query;
    query.limit = 1;
    std::set<std::string> seen;
    for (int pages = 0; pages < 6; ++pages) {
        const std::vector<Row> page = index.rows(query);
        if (page.empty()) break;
        query.after = page[0].place;
        seen.insert(page[0].id);
    }
    CHECK(seen.size() == 5);
    CHECK(place_of(at_second(7), "0000000000") > place_of(at_second(7), "0001000000"));
    CHECK(place_of(at_second(8), "zzzz") > place_of(at_second(7), "0000"));
    const auto dawn = std::chrono::system_clock::time_point(std::chrono::milliseconds(-5));
    CHECK(place_of(dawn, "0000") >= 0);
    CHECK(place_of(std::chrono::system_clock::time_point::max(), "0000") > place_of(at_second(0), "0000"));
}

TEST_CASE("what was put in again, released or removed is found by what it is now and by nothing else") {
    Index index;
    Row row = row_of(1);
    index.put({row, row_of(2)});
    row.subject = "工事完了報告";
    index.put({row});
    CHECK(index.by_subject("見積") == 1);
    CHECK(index.by_subject("工事") == 1);
    CHECK((*index).totals()->items == 2);
    REQUIRE((*index).set_release(row.id, Row::Release{at_second(9), "山田"}).has_value());
    REQUIRE((*index).set_release(row.id, Row::Release{at_second(10), "佐藤"}).has_value());
    CHECK(index.found([](Query& q) { q.person = "山田"; }) == 0);
    CHECK(index.found([](Query& q) { q.person = "佐藤"; }) == 1);
    CHECK(index.found([](Query& q) { q.released = false; }) == 1);
    REQUIRE((*index).set_release(id_of(77), Row::Release{at_second(9), "佐藤"}).has_value());  // is not there
    REQUIRE((*index).remove(row.id).has_value());
    REQUIRE((*index).remove(row.id).has_value());
    CHECK(index.by_subject("工事") == 0);
    CHECK(index.found([](Query& q) { q.person = "佐藤"; }) == 0);
    CHECK(index.found([](Query&) {}) == 1);
}

TEST_CASE(
    "the words of what was just put in are written by the first search, or behind a hundred rows, by whoever it is") {
    Index index;
    const auto without_words = [&] {
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open(index.path().c_str(), &database) == SQLITE_OK);
        std::int64_t count = 0;
        {
            IndexStatement statement(database, "SELECT count(*) FROM without_words");
            REQUIRE(statement.step() == SQLITE_ROW);
            count = statement.number(0);
        }
        sqlite3_close(database);
        return count;
    };
    index.put(many_rows(0, 3));
    CHECK(index.found([](Query&) {}) == 3);
    CHECK(without_words() == 3);  // a list needs no words
    Row changed = row_of(1);
    changed.subject = "工事";
    index.put({changed});
    REQUIRE((*index).remove(id_of(2)).has_value());
    CHECK(without_words() == 2);
    QuarantineIndex other = *QuarantineIndex::open(index.folder());  // another process, or the next after a crash
    Query query;
    query.subject = "見積";
    CHECK(other.find(query)->size() == 1);
    CHECK(without_words() == 0);
    CHECK(index.by_subject("工事") == 1);
    CHECK_FALSE((*index).should_catch_up());
    index.put(many_rows(100, 100));
    CHECK((*index).should_catch_up());
    index.catch_up();
    CHECK_FALSE((*index).should_catch_up());
    CHECK(without_words() == 0);
    CHECK(index.by_subject("見積") == 101);
}

TEST_CASE("no search reads the table whole or sorts it, and a page costs the same in a list of four times as many") {
    Index index;
    index.put(many_rows(1000, 500));
    index.catch_up();
    struct Asked {
        const char* name;
        std::function<void(Query&)> change;
    };
    const std::vector<Asked> all{
        {"first page", [](Query&) {}},
        {"next page", [](Query& q) { q.after = place_of(at_second(1100), ""); }},
        {"times", [](Query& q) { q.since = at_second(1000), q.until = at_second(1200); }},
        {"common word", [](Query& q) { q.text = "見積"; }},
        {"miss", [](Query& q) { q.text = "猫又"; }},
        {"common pairs, miss", [](Query& q) { q.text = "le.example.co"; }},
        {"one letter", [](Query& q) { q.subject = "見"; }},
        {"reason", [](Query& q) { q.reason = "encrypted"; }},
        {"not released", [](Query& q) { q.released = false; }},
        {"rare word", [](Query& q) { q.subject = "鵺"; }},
        {"many conditions", [](Query& q) { q.subject = "見積", q.sender = "taro", q.released = false, q.route = "x"; }},
        {"not some", [](Query& q) { q.not_among = Ids{id_of(1499)}; }}};
    std::vector<Query> queries;
    std::vector<Work> before;
    for (const Asked& asked : all) {
        Query query;
        query.limit = 20;
        asked.change(query);
        queries.push_back(query);
        before.push_back(work_for(index.path(), query));
    }
    index.put(many_rows(2000, 1500));
    Row rare = row_of(0);
    rare.subject = "鵺";
    index.put({rare});
    index.catch_up();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Work now = work_for(index.path(), queries[i]);
        CAPTURE(all[i].name, now.plan, now.steps, before[i].steps);
        CHECK_THAT(now.plan, !Catch::Contains("SCAN item") && !Catch::Contains("TEMP B-TREE"));
        CHECK(now.sorted == 0);
        CHECK(now.whole_tables <= 1);  // of the ids that are asked for, never of the mails
        CHECK(now.rows <= 20);
        CHECK(now.steps <= 60 * static_cast<int>(now.rows) + 100);
    }
    CHECK(work_for(index.path(), queries[9]).rows == 1);
}

TEST_CASE("mails that are asked for by their ids are looked up, not searched for") {
    Index index;
    index.put(many_rows(0, 1000));
    index.catch_up();
    Query query;
    query.among = Ids{id_of(3), id_of(500), id_of(999), "0123456789abcdefghjkmnpqrs"};
    query.subject = GENERATE("", "見積");
    const Work work = work_for(index.path(), query);
    CAPTURE(work.plan, work.steps);
    CHECK(work.rows == 3);
    CHECK(work.steps < 500);
    CHECK_THAT(work.plan, !Catch::Contains("SCAN item"));
    CHECK(index.ids(query) == Ids{id_of(999), id_of(500), id_of(3)});
}

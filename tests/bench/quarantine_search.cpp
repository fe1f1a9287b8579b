// The search of the quarantine over many kept mails: how long each kind of search and each page takes, first and once
// more, and what putting the rows in costs.
//
//   cmake --build build --target bench_quarantine_search && build/bin/bench_quarantine_search [ROWS]
//
// Rows are made from a fixed seed: subjects, names and file names of Japanese offices, so that there are words that
// stand in each mail, in some, in one, and pieces whose pairs stand in many mails but never side by side.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "relay/quarantine/index.hpp"

using namespace mugaika;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using Row = QuarantineStore::Row;
using Query = QuarantineStore::Query;

constexpr std::array subjects{
    "見積書の送付について", "令和8年度予算要求資料", "会議資料の共有", "【重要】請求書のご確認",
    "工事完了報告",         "住民説明会のご案内",    "入札公告の件",   "Re: セミナー打合せ議事録"};
constexpr std::array files{"見積書.pdf", "請求書_最終.xlsx", "議事録.docx", "工事写真.zip", "report-final.xlsm"};
constexpr std::array firms{"tanaka-kensetsu", "example", "yamada-shoji", "toshi-sekkei", "mail.chiiki-it"};
constexpr std::array reasons{"not_rebuilt", "encrypted", "macro", "engine_unavailable", "unknown_kind"};
constexpr std::array kanji{"田", "山", "川", "中", "村", "本", "木", "松", "高", "原", "口", "島", "林", "森", "石"};

template <std::size_t size>
std::string one_of(const std::array<const char*, size>& texts, std::mt19937& random) {
    return texts[random() % size];
}

std::string id_of(std::size_t number, std::mt19937& random) {
    constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string id;
    for (int i = 0; i < 20; ++i) id.push_back(digits[random() % digits.size()]);
    for (int i = 0; i < 6; ++i, number /= 32) id.push_back(digits[number % 32]);
    return id;
}

Row row_of(std::size_t number, std::mt19937& random) {
    Row row;
    row.id = id_of(number, random);
    row.route = number % 3 == 0 ? "town.example.lg.jp" : "city.example.lg.jp";
    const std::string name = one_of(kanji, random) + one_of(kanji, random);
    row.sender = "user" + std::to_string(random() % 5000) + "@" + one_of(firms, random) + ".example.co.jp";
    row.from_text = name + " " + one_of(kanji, random) + " <" + row.sender + ">";
    for (std::size_t i = 0; i <= random() % 3; ++i) {
        row.recipients.push_back("staff" + std::to_string(random() % 800) + "@" + row.route);
    }
    row.subject = one_of(subjects, random) + "（第" + std::to_string(number % 1000) + "号）";
    if (number == 4321) row.subject += "鵺退治";
    row.message_id = std::to_string(random()) + "." + std::to_string(number) + "@" + one_of(firms, random);
    row.verdict = "sanitized";
    row.reason = one_of(reasons, random);
    row.reasons = {row.reason, "not_rebuilt"};
    row.file_names = {one_of(files, random)};
    row.bytes = 4096 + random() % 300000;
    row.parts_kept = 1;
    row.received_at = std::chrono::system_clock::time_point(std::chrono::seconds(1760000000 + 37 * number));
    row.key_id = "0badcafe";
    if (number % 50 == 0) row.release = {row.received_at + std::chrono::hours(1), number % 100 == 0 ? "山田" : "佐藤"};
    return row;
}

double milliseconds_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void need(bool good, const std::string& what) {
    if (good) return;
    std::cerr << "bench_quarantine_search: " << what << "\n";
    std::exit(1);
}

void fill(QuarantineIndex& index, std::size_t rows) {
    std::mt19937 random(7);
    std::vector<Row> batch;
    const double cpu = cpu_seconds();
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < rows; ++i) {
        batch.push_back(row_of(i, random));
        if (batch.size() < 250 && i + 1 < rows) continue;
        need(index.put(batch).has_value() && index.catch_up().has_value(), "putting rows in");
        batch.clear();
    }
    std::cout << "put in " << rows << " rows, 250 at once: " << milliseconds_since(begin) / 1000 << " s, CPU "
              << 1e6 * (cpu_seconds() - cpu) / static_cast<double>(rows) << " us a row\n";
}

// As single mails come: each waits for its own sync.
void put_one_by_one(const std::string& folder, std::size_t rows) {
    constexpr std::size_t count = 100;
    auto index = QuarantineIndex::open(folder);
    need(index.has_value(), "opening");
    std::mt19937 random(8);
    const double cpu = cpu_seconds();
    for (std::size_t i = rows; i < rows + count; ++i)
        need(index->put({row_of(i, random)}).has_value(), "putting a row in");
    std::cout << "then one by one: CPU " << 1e6 * (cpu_seconds() - cpu) / count << " us a row\n";
    const double words = cpu_seconds();
    const auto begin = Clock::now();
    need(index->catch_up().has_value(), "writing words");
    std::cout << "their words at once: " << milliseconds_since(begin) << " ms, CPU "
              << 1e6 * (cpu_seconds() - words) / count << " us a row\n";
}

void say(const std::string& folder, const std::string& name, const Query& query) {
    auto index = QuarantineIndex::open(folder);  // as a command opens it: nothing in SQLite's memory
    need(index.has_value(), "opening");
    auto begin = Clock::now();
    const auto rows = index->find(query);
    const double first = milliseconds_since(begin);
    need(rows.has_value(), rows.has_value() ? "" : rows.error().words());
    begin = Clock::now();
    need(index->find(query).has_value(), "searching again");
    std::cout << "| " << name << " | " << rows->size() << " | " << first << " | " << milliseconds_since(begin)
              << " |\n";
}

Query with(const std::function<void(Query&)>& change) {
    Query query;
    query.limit = 50;
    change(query);
    return query;
}

void search(const std::string& folder, std::size_t rows) {
    const auto page_at = [&](std::size_t number) {
        const auto time = std::chrono::system_clock::time_point(std::chrono::seconds(1760000000 + 37 * number));
        return with([&](Query& q) { q.until = time; });
    };
    std::cout << "| search, 50 rows at most | found | ms, first | ms, again |\n|---|---|---|---|\n";
    say(folder, "first page", with([](Query&) {}));
    say(folder, "page in the middle", page_at(rows / 2));
    say(folder, "last page", page_at(50));
    const auto text = [&](const std::string& name, const std::string& word) {
        say(folder, "text " + name + " " + word, with([&](Query& q) { q.text = word; }));
    };
    text("in each", ".example.lg.jp");
    text("in some, two characters", "見積");
    text("in one", "鵺退治");
    text("miss, pairs unknown", "猫又");
    text("miss, each pair common", "積書の確認");
    text("miss, each pair in each mail", "co.example");
    text("miss, one digit off", "@city.example.lg.jp.example");
    text("hit of one letter", "見");
    text("miss of one letter", "鬱");
    text("half-width", "ｾﾐﾅｰ");
    text("id, miss", "0123456789abcdefghjkmnpqrs");
    say(folder, "sender, one of 5,000", with([](Query& q) { q.sender = "user4321@"; }));
    say(folder, "recipient, in many", with([](Query& q) { q.recipient = "staff12"; }));
    say(folder, "subject, one number", with([](Query& q) { q.subject = "第321号"; }));
    say(folder, "file name, in a fifth", with([](Query& q) { q.file_name = "見積書.PDF"; }));
    say(folder, "file name, miss", with([](Query& q) { q.file_name = "report-final.pdf"; }));
    say(folder, "Message-ID, one", with([](Query& q) { q.message_id = ".4321@"; }));
    say(folder, "reason of any part, in each", with([](Query& q) { q.reason = "not_rebuilt"; }));
    say(folder, "reason, none", with([](Query& q) { q.reason = "malware_found"; }));
    say(folder, "released by", with([](Query& q) { q.person = "山田"; }));
    say(folder, "released by nobody", with([](Query& q) { q.person = "鈴木"; }));
    say(folder, "not released", with([](Query& q) { q.released = false; }));
    say(folder, "all at once, few", with([](Query& q) {
            q.sender = "yamada-shoji";
            q.recipient = "@city";
            q.subject = "請求";
            q.file_name = "xlsx";
            q.reason = "encrypted";
            q.released = true;
        }));
    say(folder, "all at once, none", with([](Query& q) {
            q.text = "見積";
            q.subject = "議事録";
            q.file_name = "請求書";
            q.route = "town.example.lg.jp";
        }));
    say(folder, "subject and time, early", with([&](Query& q) {
            q.subject = "見積";
            q.until = std::chrono::system_clock::time_point(std::chrono::seconds(1760000000 + 3700));
        }));
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t rows = argc > 1 ? std::stoul(argv[1]) : 100000;
    std::string folder = (fs::temp_directory_path() / "mugaika-bench-XXXXXX").string();
    need(mkdtemp(folder.data()) != nullptr, "making a folder");
    {
        auto index = QuarantineIndex::open(folder);
        need(index.has_value(), "opening");
        fill(*index, rows);
    }
    put_one_by_one(folder, rows);
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(folder)) bytes += entry.file_size();
    std::cout << "index: " << bytes / 1000000 << " MB\n";
    search(folder, rows);
    fs::remove_all(folder);
    return 0;
}

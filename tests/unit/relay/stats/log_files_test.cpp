#include "relay/stats/log_files.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/packed_text.hpp"

using namespace mugaika;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "mugaika-logs-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path_); }
    std::string file(const std::string& name) const { return path_ + "/" + name; }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(file(name), std::ios::binary) << bytes;
    }

private:
    std::string path_;
};

std::string event_of(int day) {
    return R"({"time":"2026-11-)" + std::string(day < 10 ? "0" : "") + std::to_string(day) +
           R"(T09:00:00.000+09:00","event":"relay.started"})" + "\n";
}

std::vector<std::string> names(const std::vector<LogFile>& files) {
    std::vector<std::string> all;
    for (const LogFile& file : files) all.push_back(fs::path(file.path).filename().string());
    return all;
}

std::vector<std::string> sorted(std::vector<std::string> list) {
    std::sort(list.begin(), list.end());
    return list;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("rotated files are known by what logrotate calls them, and nothing else is") {
    const Folder folder;
    const Names ours{"events.jsonl",
                     "events.jsonl.1",
                     "events.jsonl.2.gz",
                     "events.jsonl.10.xz",
                     "events.jsonl-20261128.gz",
                     "events.jsonl-2026112805.zst",
                     "events.jsonl-2026-11-2",
                     "events.jsonl_20261101",
                     "events-20261127.jsonl",
                     "events-20261126.jsonl.gz",
                     "events.3.jsonl.gz",
                     "events.jsonl.20261125-1764201600.gz"};
    const Names others{"events.jsonl.gz",    "events.jsonl.bak",      "events.jsonl.1.swp", "events.jsonl.1~",
                       "events.jsonl2",      "events2.jsonl",         "events-old.jsonl",   "other.jsonl.1",
                       "my-events.jsonl.1",  "events.jsonl-",         "events.jsonl.",      ".events.jsonl.1",
                       "events.jsonl.1.tar", "events.jsonl.1.gz.part"};
    for (const Names* list : {&ours, &others}) {
        for (const std::string& name : *list) folder.write(name, "");
    }
    const auto found = log_and_rotated(folder.file("events.jsonl"));
    REQUIRE(found.has_value());
    CHECK(sorted(names(*found)) == sorted(ours));
}

TEST_CASE("a log without a suffix and one in the folder of now have rotated files too") {
    const Folder folder;
    for (const char* name : {"maillog", "maillog.1", "maillog-20261128.gz", "maillog.old"}) folder.write(name, "");
    const auto found = log_and_rotated(folder.file("maillog"));
    REQUIRE(found.has_value());
    CHECK(sorted(names(*found)) == Names{"maillog", "maillog-20261128.gz", "maillog.1"});
    const fs::path before = fs::current_path();
    fs::current_path(folder.file(""));
    const auto here = log_and_rotated("maillog");
    fs::current_path(before);
    REQUIRE(here.has_value());
    CHECK(here->size() == 3);
    CHECK(here->front().path == "maillog");
}

TEST_CASE("a file that stands there packed and unpacked is read once, unpacked") {
    const Folder folder;
    for (const char* name :
         {"e.jsonl", "e.jsonl.1", "e.jsonl.1.gz", "e.jsonl.2.gz", "e.jsonl-20261128.xz", "e.jsonl-20261128"}) {
        folder.write(name, "");
    }
    const auto found = log_and_rotated(folder.file("e.jsonl"));
    REQUIRE(found.has_value());
    CHECK(sorted(names(*found)) == Names{"e.jsonl", "e.jsonl-20261128", "e.jsonl.1", "e.jsonl.2.gz"});
}

TEST_CASE("without the log there is none, and a missing folder is a fault") {
    const Folder folder;
    const auto none = log_and_rotated(folder.file("events.jsonl"));
    REQUIRE(none.has_value());
    CHECK(none->empty());
    const auto no_folder = log_and_rotated(folder.file("missing/events.jsonl"));
    REQUIRE_FALSE(no_folder.has_value());
    CHECK_THAT(no_folder.error().words(), Catch::Contains("missing/events.jsonl"));
}

TEST_CASE("logs stand in the order of their first events, whatever their names and packings are") {
    const Folder folder;
    folder.write("e.jsonl", event_of(20));
    folder.write("e.jsonl.1", event_of(19));
    folder.write("e.jsonl.2.gz", gzipped("{broken\n" + event_of(18)));
    folder.write("e.jsonl.10.xz", xzed(event_of(8)));
    folder.write("e.jsonl-20261105", event_of(4));
    folder.write("e.jsonl-20261106.zst", zstded(event_of(5)));
    folder.write("e.jsonl.3", "");
    auto files = log_and_rotated(folder.file("e.jsonl"));
    REQUIRE(files.has_value());
    REQUIRE(sort_by_time(*files).has_value());
    CHECK(names(*files) == Names{"e.jsonl.3", "e.jsonl-20261105", "e.jsonl-20261106.zst", "e.jsonl.10.xz",
                                 "e.jsonl.2.gz", "e.jsonl.1", "e.jsonl"});

    auto late = *files;
    drop_older(late, *moment_from_rfc3339("2026-11-18T12:00:00+09:00"));
    CHECK(names(late) == Names{"e.jsonl.2.gz", "e.jsonl.1", "e.jsonl"});
    late = *files;
    drop_older(late, *moment_from_rfc3339("2026-12-24T12:00:00+09:00"));
    CHECK(names(late) == Names{"e.jsonl"});
    late = *files;
    drop_older(late, *moment_from_rfc3339("2026-11-01T12:00:00+09:00"));
    CHECK(names(late) == names(*files));
}

TEST_CASE("a log that cannot be opened or is damaged is named before anything is counted") {
    const Folder folder;
    std::vector<LogFile> missing{{folder.file("none"), 0, std::nullopt}};
    const auto opened = sort_by_time(missing);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().words() == "the log " + folder.file("none") + " cannot be opened");
    folder.write("e.jsonl.2.gz", gzipped(event_of(1)).substr(0, 20));
    std::vector<LogFile> damaged{{folder.file("e.jsonl.2.gz"), 0, std::nullopt}};
    const auto read = sort_by_time(damaged);
    REQUIRE_FALSE(read.has_value());
    CHECK_THAT(read.error().words(), Catch::Contains("e.jsonl.2.gz"));
}

TEST_CASE("a rotation between listing and reading is noticed") {
    const Folder folder;
    folder.write("e.jsonl", event_of(20));
    folder.write("e.jsonl.1", event_of(19));
    const auto files = log_and_rotated(folder.file("e.jsonl"));
    REQUIRE(files.has_value());
    for (const LogFile& file : *files) CHECK(is_still(file));
    fs::rename(folder.file("e.jsonl.1"), folder.file("e.jsonl.2"));
    fs::rename(folder.file("e.jsonl"), folder.file("e.jsonl.1"));
    for (const LogFile& file : *files) CHECK_FALSE(is_still(file));
    CHECK(is_still({folder.file("e.jsonl.1"), 0, std::nullopt}));
}

// The corpora of real and hostile files. They are not part of the project: where they are absent, a test says so and
// skips. A folder that is absent or empty beside others is a fault: its test would pass without testing.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "test_places.hpp"
#include "tests/support/skipped.hpp"

namespace mugaika::test {

struct CorpusFile {
    std::string name;
    std::string bytes;
};

inline bool has_corpora() { return std::filesystem::is_directory(MUGAIKA_CORPORA); }

// All files of one folder, by name. Empty, said aloud, when there are no corpora.
inline std::vector<CorpusFile> read_corpus(const std::string& folder) {
    const std::filesystem::path path = std::filesystem::path(MUGAIKA_CORPORA) / folder;
    if (!has_corpora()) {
        say_skipped("corpus " + folder + ": " MUGAIKA_CORPORA " is not there");
        return {};
    }
    INFO(path.string());
    REQUIRE(std::filesystem::is_directory(path));
    std::vector<CorpusFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        files.push_back({entry.path().filename().string(), std::move(bytes)});
    }
    REQUIRE_FALSE(files.empty());
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return files;
}

}  // namespace mugaika::test

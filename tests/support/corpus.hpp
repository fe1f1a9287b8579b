// The corpora of real and hostile files. They are not part of the project: where they are absent, a test says so and
// skips.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "test_places.hpp"

namespace mugaika::test {

struct CorpusFile {
    std::string name;
    std::string bytes;
};

// All files of one folder, by name. Empty, with a warning, when the folder is not there.
inline std::vector<CorpusFile> read_corpus(const std::string& folder) {
    const std::filesystem::path path = std::filesystem::path(MUGAIKA_CORPORA) / folder;
    if (!std::filesystem::is_directory(path)) {
        WARN("corpus " << folder << " is not here, skipped");
        return {};
    }
    std::vector<CorpusFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        files.push_back({entry.path().filename().string(), std::move(bytes)});
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return files;
}

}  // namespace mugaika::test

#include "sanitizer/codec/pictures/rebuild_picture.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "rebuilt.hpp"
#include "test_places.hpp"
#include "tests/support/made_pictures.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Counts {
    int tried = 0, made = 0;
};

// Every picture of a folder, made or held; what is made is accepted by the checker.
Counts rebuild_all(const char* folder, const std::vector<std::string>& extensions) {
    Counts counts;
    const fs::path place = fs::path(MUGAIKA_CORPORA) / folder;
    if (!fs::exists(place)) WARN("missing: " << place);
    for (const auto& entry : fs::exists(place) ? fs::directory_iterator(place) : fs::directory_iterator()) {
        const std::string extension = entry.path().extension();
        if (std::find(extensions.begin(), extensions.end(), extension) == extensions.end()) continue;
        INFO(entry.path().filename());
        ++counts.tried;
        const FileOutcome outcome = rebuilt_within(bytes_of(entry.path()), {});
        const auto* file = std::get_if<FileMade>(&outcome);
        if (!file) continue;
        ++counts.made;
        CHECK(checker::check_picture(file->untrusted_bytes).has_value());
    }
    return counts;
}

}  // namespace

TEST_CASE("AC-225 AC-215 the first bytes decide what a picture is, and what is none is held") {
    codec::load_picture_tables();
    CHECK(rebuilt(jpeg_of({})).kind == SafeKind::jpeg);
    CHECK(rebuilt(png_of({})).kind == SafeKind::png);
    const std::vector<std::string> others = {
        "",
        "\xff",
        "\xff\xd8",
        "MZ\x90\0 a program"s,
        "%PDF-1.7",
        "PK\3\4",
        "<svg xmlns='http://www.w3.org/2000/svg'>",
        "push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://example.com/)'\n",
        "label:@/etc/passwd",
        "ephemeral:/tmp/x",
        "\0\0\1\0\1\0"s,
        "\xd7\xcd\xc6\x9a",
        "RIFF\0\0\0\0WAVEfmt "s,
        "GIF88a",
        "\x89PNG\r\n\x1a\r"};
    for (const std::string& other : others) {
        INFO(other);
        CHECK(refused(other).why == Reason::not_representable);
    }
}

TEST_CASE("AC-140 of the harmless pictures of the corpus at least 98 in 100 are rebuilt") {
    const Counts counts =
        rebuild_all("file_image_benign", {".png", ".jpg", ".apng", ".gif", ".bmp", ".tif", ".tiff", ".webp"});
    CHECK(counts.made * 100 >= counts.tried * 98);
}

TEST_CASE("AC-210 AC-211 AC-212 AC-213 no hostile picture of the corpus does more than be rebuilt or held") {
    rebuild_all("file_image_hostile", {".png", ".jpg", ".gif", ".bmp", ".tif", ".bin"});
}

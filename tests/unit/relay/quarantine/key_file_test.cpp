#include "relay/quarantine/key_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "quarantine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string sixty_four(64, 'a');

std::string write_key_file(const Folder& folder, const std::string& text, mode_t mode = 0600) {
    const std::string path = folder / "key";
    std::ofstream(path) << text;
    REQUIRE(chmod(path.c_str(), mode) == 0);
    return path;
}

std::string text_of(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("two keys that were made differ, are not zero, and are for their owner only, whatever the umask") {
    const Folder folder;
    const mode_t before = umask(0);
    const auto one = KeyFile::create(folder / "one");
    const auto two = KeyFile::create(folder / "two");
    umask(before);
    REQUIRE((one && two));
    CHECK(one->newest().bytes != two->newest().bytes);
    CHECK(one->newest().id != two->newest().id);
    CHECK(one->newest().bytes != decltype(one->newest().bytes){});
    for (const char* name : {"one", "two"}) {
        struct stat facts {};
        REQUIRE(stat((folder / name).c_str(), &facts) == 0);
        CHECK((facts.st_mode & 07777) == 0600);
    }
    CHECK(text_of(folder / "one").size() == 8 + 1 + 64 + 1);
    CHECK(KeyFile::read(folder / "one")->newest().bytes == one->newest().bytes);
}

TEST_CASE("a broken key file is named by line, with what was expected and what is wrong") {
    const Folder folder;
    const std::string expected = "expected 8 lower case hexadecimal digits, a blank and 64 hexadecimal digits; ";
    struct Row {
        std::string text, words;
    };
    const std::vector<Row> rows{
        {"", "holds no key"},
        {"# only words\n\n", "holds no key"},
        {"0badcafe " + sixty_four + "aa\n", "key:1:1: " + expected + "the key has 66 characters"},
        {"0badcafe " + sixty_four.substr(2) + "\n", "key:1:1: " + expected + "the key has 62 characters"},
        {"0badcafe\n", "key:1:1: " + expected + "the key has 0 characters"},
        {"# a\n0badcafe " + std::string(63, 'a') + "g\n", "key:2:1: " + expected + "the key holds something else"},
        {"0badcaf " + sixty_four + "\n", "key:1:1: " + expected + "the id is not so"},
        {"0BADCAFE " + sixty_four + "\n", "key:1:1: " + expected + "the id is not so"},
        {"0badcafg " + sixty_four + "\n", "key:1:1: " + expected + "the id is not so"},
        {sixty_four + "\n", "key:1:1: " + expected + "the id is not so"},
        {std::string(100, '\0'), "key:1:1: " + expected + "the id is not so"},
        {"0badcafe " + sixty_four + "\n0badcafe " + std::string(64, 'b') + "\n",
         "key:2:1: the key id 0badcafe stands twice"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto read = KeyFile::read(write_key_file(folder, row.text));
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().fault() == Fault::configuration);
        CHECK_THAT(read.error().words(), Catch::Contains(folder.path()) && Catch::Contains(row.words));
    }
    const auto good = KeyFile::read(
        write_key_file(folder, "# new\r\n  0badcafe   " + sixty_four + " \r\n\n11111111 " + std::string(64, 'F')));
    REQUIRE(good.has_value());
    CHECK(good->newest().id == "0badcafe");
    CHECK(good->find("11111111")->bytes[31] == 0xff);
    CHECK(good->find("22222222") == nullptr);
}

TEST_CASE("a key file that others can read or its group can write is refused with the mode that was expected") {
    const Folder folder;
    const std::string text = "0badcafe " + sixty_four + "\n";
    for (const mode_t mode : {0644u, 0604u, 0602u, 0601u, 0620u, 0660u, 0666u, 0777u}) {
        CAPTURE(mode);
        const auto read = KeyFile::read(write_key_file(folder, text, mode));
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().fault() == Fault::configuration);
        CHECK_THAT(read.error().words(), Catch::Contains("expected 0600"));
    }
    CHECK_THAT(KeyFile::read(write_key_file(folder, text, 0644)).error().words(), Catch::Contains("its mode is 0644"));
    for (const mode_t mode : {0600u, 0400u, 0640u, 0440u}) {
        CAPTURE(mode);
        CHECK(KeyFile::read(write_key_file(folder, text, mode)).has_value());
    }
    std::filesystem::create_directory(folder / "folder");
    CHECK(KeyFile::read(folder / "folder").error().fault() == Fault::configuration);
    CHECK(KeyFile::read(folder / "none").error().fault() == Fault::not_found);
}

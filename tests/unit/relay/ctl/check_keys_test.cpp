#include <sys/stat.h>

#include "kept_mails.hpp"

using namespace mugaika;
using ctl::Exit;

TEST_CASE("check makes nothing where no relay has started yet, and finds no fault there") {
    const CtlFixture fixture;
    CHECK(fixture.run({"check"}).exit == Exit::done);
    CHECK_FALSE(std::filesystem::exists(fixture.path("state/quarantine.key")));
    std::filesystem::create_directory(fixture.path("state"));
    CHECK(fixture.run({"check"}).exit == Exit::done);
    CHECK(std::filesystem::is_empty(fixture.path("state")));
}

TEST_CASE("check says when the store has mails without key, with the file and what to do") {
    const Kept kept;
    const std::string key = kept.path("state/quarantine.key");
    CHECK(kept.run({"check"}).exit == Exit::done);
    std::filesystem::rename(key, kept.path("backup"));
    const Ran missing = kept.run({"check"});
    CHECK(missing.exit == Exit::configuration);
    CHECK_THAT(missing.err, Catch::StartsWith(key + ": the quarantine key is missing, and 2 kept mails") &&
                                Catch::Contains("backup"));
    CHECK(missing.out.empty());
    CHECK_FALSE(std::filesystem::exists(key));
    for (const char* command : {"list", "status"}) CHECK(kept.run({"quarantine", command}).exit == Exit::configuration);

    std::ofstream(key) << "0badcafe " << std::string(64, '7') << "\n";
    REQUIRE(chmod(key.c_str(), 0600) == 0);
    const Ran other = kept.run({"check"});
    CHECK(other.exit == Exit::configuration);
    CHECK_THAT(other.err, Catch::StartsWith(key + ": lacks the keys of kept mails (2 with key "));
    CHECK(json_lines(kept.run({"quarantine", "list", "--json"}).out).size() == 2);
}

TEST_CASE("a broken or open key file is a fault of check, before the first start too") {
    const CtlFixture fixture;
    std::filesystem::create_directory(fixture.path("state"));
    const std::string key = fixture.path("state/quarantine.key");
    const auto words = [&](const std::string& text, mode_t mode) {
        std::ofstream(key) << text;
        REQUIRE(chmod(key.c_str(), mode) == 0);
        const Ran ran = fixture.run({"check"});
        CHECK(ran.exit == Exit::configuration);
        CHECK(ran.out.empty());
        return ran.err;
    };
    CHECK_THAT(words("0badcafe 77\n", 0600), Catch::StartsWith(key + ":1:1: expected 8 lower case hexadecimal digits"));
    CHECK_THAT(words("0badcafe " + std::string(64, 'x') + "\n", 0600), Catch::StartsWith(key + ":1:1: expected"));
    CHECK_THAT(words("0badcafe " + std::string(64, '7') + "\n", 0644),
               Catch::StartsWith(key + ": its mode is 0644") && Catch::Contains("expected 0600"));
    REQUIRE(chmod(key.c_str(), 0600) == 0);
    CHECK(fixture.run({"check"}).exit == Exit::done);
}

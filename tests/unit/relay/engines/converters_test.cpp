#include "relay/engines/converters.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

using namespace mugaika;

namespace {

// Where nothing is installed: neither the program nor a unit.
OfficeFormats asked_for(bool has_office, OfficeFormats owed) {
    const auto log = EventLog::open("/dev/null", "test.example").value();
    boost::asio::io_context io;
    const Converters converters(io, EnginePlace{"", "", has_office}, {}, 1, *log);
    return converters.convertible(owed).formats;
}

}  // namespace

TEST_CASE("formats of files that wait are asked for although nobody is seen who converts them, unless that is off") {
    const auto owed = OfficeFormats().set(static_cast<std::size_t>(OfficeFormat::xls));
    CHECK(asked_for(true, {}).none());
    CHECK(asked_for(true, owed) == owed);
    CHECK(asked_for(false, owed).none());
}

TEST_CASE("each file that is given to a converter is an event, and that it is not there is said once") {
    std::string folder = (std::filesystem::temp_directory_path() / "mugaika-converters-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    const std::string path = folder + "/events.jsonl";
    const auto log = EventLog::open(path, "test.example").value();
    boost::asio::io_context io;
    Converters converters(io, EnginePlace{folder + "/no-engine", "", true}, {}, 1, *log);
    const UntrustedFile file = UntrustedFile::from_bytes("a letter").value();
    const MailTag tag{"0123456789abcdef", "s", "r"};
    const auto ask_twice = [&]() -> boost::asio::awaitable<void> {
        for (int i = 0; i < 2; ++i) {
            const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
            const EngineJob job;
            const Result<UntrustedFile> made = co_await converters.convert(job, file, tag, "1.2", until);
            CHECK_FALSE(made.has_value());
        }
    };
    boost::asio::co_spawn(io, ask_twice, boost::asio::detached);
    io.run();
    std::ifstream in(path);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    std::filesystem::remove_all(folder);
    const auto times = [&text](const std::string& piece) {
        std::size_t count = 0;
        for (std::size_t at = 0; (at = text.find(piece, at)) != std::string::npos; ++at) ++count;
        return count;
    };
    CHECK(times("\"event\":\"converter.down\"") == 1);
    CHECK(times("\"event\":\"converter.up\"") == 0);
    CHECK(times("\"event\":\"file.failed\"") == 2);
    CHECK(times("\"part\":\"1.2\",\"engine\":\"libreoffice\",\"end\":\"unavailable\"") == 2);
    CHECK(times("\"engine\":\"libreoffice\",\"why\":") == 1);
}

#include "relay/engines/converters.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>

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

#include "sanitizer/compose/base64_writer.hpp"

#include <catch2/catch.hpp>

#include "mail_reading.hpp"

using namespace mugaika;

TEST_CASE("base64 gives the examples of RFC 4648") {
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foob") == "Zm9vYg==");
    CHECK(base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("base64 lines have 76 characters but the last, and none is written for no bytes") {
    std::string out;
    append_base64_lines(out, "");
    CHECK(out.empty());
    for (std::size_t bytes : {1u, 56u, 57u, 58u, 114u, 1000u}) {
        const std::string input(bytes, '\x80');
        out.clear();
        append_base64_lines(out, input);
        CHECK(test::decode_base64(out) == input);
        CHECK(test::count(out, "\r\n") == (bytes + 56) / 57);
        CHECK(out.find("\r\n") <= 76);
    }
}

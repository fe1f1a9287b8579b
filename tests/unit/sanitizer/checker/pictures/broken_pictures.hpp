// What tests do to pictures that the checker accepts.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/checker/pictures/check_picture.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"

namespace mugaika::test {

inline std::string rebuilt_bytes(std::string_view untrusted) {
    FilePurse purse{FileLimits{}};
    const FileOutcome outcome = codec::rebuild_picture(untrusted, purse);
    REQUIRE(std::holds_alternative<FileMade>(outcome));
    const std::string& bytes = std::get<FileMade>(outcome).untrusted_bytes;
    REQUIRE(checker::check_picture(bytes).has_value());
    return bytes;
}

// Refused, with words that say where and what was expected.
inline void check_refused(const std::string& untrusted) {
    const auto checked = checker::check_picture(untrusted);
    REQUIRE(checked.has_error());
    const Error error = checked.error();
    CHECK(error.fault() == Fault::protocol);
    const std::string& words = error.words();
    CHECK(words.find(": at offset ") != std::string::npos);
    CHECK(words.find(": expected ") != std::string::npos);
    CHECK(words.size() < 200);
}

struct Broken {
    const char* what;
    std::string bytes;
};

inline void check_all_refused(const std::vector<Broken>& all) {
    for (const Broken& broken : all) {
        INFO(broken.what);
        check_refused(broken.bytes);
    }
}

inline std::string with_replaced(std::string bytes, std::string_view what, std::string_view by) {
    const std::size_t at = bytes.find(what);
    REQUIRE(at != std::string::npos);
    return bytes.replace(at, what.size(), by);
}

// At none of these places a byte can be put in or taken out.
inline void check_no_byte_more_or_less(const std::string& good, std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
        INFO(at << " of " << good.size());
        for (const char more : {'\0', 'x', '\xff'}) {
            CHECK_FALSE(checker::check_picture(std::string(good).insert(at, 1, more)).has_value());
        }
        if (at < good.size()) CHECK_FALSE(checker::check_picture(std::string(good).erase(at, 1)).has_value());
    }
}

// No part at the front or the end is a picture.
inline void check_no_part(const std::string& good) {
    for (std::size_t at = 0; at < good.size(); ++at) {
        INFO(at << " of " << good.size());
        CHECK_FALSE(checker::check_picture(std::string_view(good).substr(0, at)).has_value());
        CHECK_FALSE(checker::check_picture(std::string_view(good).substr(at + 1)).has_value());
    }
}

}  // namespace mugaika::test

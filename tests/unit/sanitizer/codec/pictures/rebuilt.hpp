// What tests ask of every rebuilt picture.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "sanitizer/checker/pictures/check_picture.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"

namespace mugaika::test {

inline FileOutcome rebuilt_within(std::string_view untrusted, const FileLimits& limits) {
    FilePurse purse(limits);
    return codec::rebuild_picture(untrusted, purse);
}

inline std::uint32_t count_of(const FileMade& file, Reason reason) {
    for (const Loss& loss : file.losses) {
        if (loss.what == reason) return loss.count;
    }
    return 0;
}

// Made, accepted by the checker, the same a second time, and rebuilding it changes and loses nothing more.
inline FileMade rebuilt(std::string_view untrusted) {
    const FileOutcome outcome = rebuilt_within(untrusted, {});
    const auto* refusal = std::get_if<FileNotMade>(&outcome);
    INFO((refusal ? refusal->words : ""));
    REQUIRE(!refusal);
    const auto& file = std::get<FileMade>(outcome);
    const auto checked = checker::check_picture(file.untrusted_bytes);
    INFO((checked ? "" : checked.error().words()));
    REQUIRE(checked.has_value());
    CHECK(*checked == 1);
    CHECK(file.pages == 1);
    const FileOutcome second = rebuilt_within(untrusted, {});
    CHECK((std::get<FileMade>(second).untrusted_bytes == file.untrusted_bytes));
    const FileOutcome again = rebuilt_within(file.untrusted_bytes, {});
    REQUIRE(std::holds_alternative<FileMade>(again));
    CHECK((std::get<FileMade>(again).untrusted_bytes == file.untrusted_bytes));
    CHECK(std::get<FileMade>(again).losses.empty());
    return file;
}

inline FileNotMade refused(std::string_view untrusted, const FileLimits& limits = {}) {
    const FileOutcome outcome = rebuilt_within(untrusted, limits);
    REQUIRE(std::holds_alternative<FileNotMade>(outcome));
    const auto& refusal = std::get<FileNotMade>(outcome);
    CHECK_FALSE(refusal.words.empty());
    return refusal;
}

// The same with another byte at this place: another bit, or all of them.
inline std::string broken_at(std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ (at % 3 == 0 ? 0xff : 1 << at % 8));
    return bytes;
}

// Whatever is made of it is a picture for the checker too. False when nothing is made.
inline bool is_made_rightly(std::string_view untrusted) {
    FileLimits limits;
    limits.pixels_max = 1'000'000;
    const FileOutcome outcome = rebuilt_within(untrusted, limits);
    const auto* file = std::get_if<FileMade>(&outcome);
    if (file) CHECK(checker::check_picture(file->untrusted_bytes).has_value());
    return file != nullptr;
}

}  // namespace mugaika::test

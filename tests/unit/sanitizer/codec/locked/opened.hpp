// What a password makes of a file, as a test wants it.
#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "sanitizer/codec/locked/open_locked.hpp"
#include "test_places.hpp"

namespace mugaika::test {

inline PartFacts locked_zip() {
    PartFacts facts;
    facts.kind = PartKind::encrypted;
    facts.detected_type = "application/zip";
    return facts;
}

inline PartFacts locked_as(std::string type) {
    PartFacts facts = locked_zip();
    facts.detected_type = std::move(type);
    return facts;
}

inline std::variant<std::string, FileNotMade> try_password(std::string_view file, std::string_view password,
                                                           const PartFacts& facts = locked_zip(),
                                                           const FileLimits& limits = {}) {
    FilePurse purse(limits);
    return codec::open_locked(facts, file, password, purse);
}

inline std::string opened_or_nothing(std::string_view file, std::string_view password,
                                     const PartFacts& facts = locked_zip()) {
    auto made = try_password(file, password, facts);
    const auto* bytes = std::get_if<std::string>(&made);
    return bytes == nullptr ? std::string() : *bytes;
}

inline bool opens(std::string_view file, std::string_view password, const PartFacts& facts = locked_zip()) {
    return !opened_or_nothing(file, password, facts).empty();
}

inline std::string opened(std::string_view file, std::string_view password, const PartFacts& facts = locked_zip()) {
    auto made = try_password(file, password, facts);
    if (const auto* why = std::get_if<FileNotMade>(&made)) FAIL(to_string(why->why) << ": " << why->words);
    return std::get<std::string>(std::move(made));
}

// Reason::none when it opens.
inline Reason why_not_opened(std::string_view file, std::string_view password, const FileLimits& limits = {},
                             const PartFacts& facts = locked_zip()) {
    const auto made = try_password(file, password, facts, limits);
    const auto* why = std::get_if<FileNotMade>(&made);
    return why == nullptr ? Reason::none : why->why;
}

// A file of tests/unit/sanitizer/codec, made by make_locked_samples.
inline std::string sample(const std::string& name) {
    std::ifstream in(std::string(MUGAIKA_SOURCE) + "/tests/unit/sanitizer/codec/" + name, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace mugaika::test

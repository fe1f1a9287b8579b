// What every rebuilt package must be, whatever the test is about: accepted by the checker, the same when made again.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/checker/ooxml/check_ooxml.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"
#include "tests/support/made_package.hpp"

namespace mugaika::test {

inline FileMade rebuilt(const std::string& package) {
    FilePurse purse{FileLimits{}};
    FileOutcome outcome = codec::rebuild_ooxml(package, purse);
    if (const auto* not_made = std::get_if<FileNotMade>(&outcome)) {
        INFO(to_string(not_made->why) << ": " << not_made->words);
        REQUIRE(std::holds_alternative<FileMade>(outcome));
    }
    FileMade made = std::get<FileMade>(std::move(outcome));
    const auto pages = checker::check_ooxml(made.untrusted_bytes);
    INFO((pages ? std::string() : pages.error().words()) << "\n" << all_text(made.untrusted_bytes));
    REQUIRE(pages.has_value());
    CHECK(*pages == made.pages);
    FilePurse again_purse{FileLimits{}};
    const FileOutcome again = codec::rebuild_ooxml(made.untrusted_bytes, again_purse);
    REQUIRE(std::holds_alternative<FileMade>(again));
    CHECK(all_text(std::get<FileMade>(again).untrusted_bytes) == all_text(made.untrusted_bytes));
    CHECK(std::get<FileMade>(again).untrusted_bytes == made.untrusted_bytes);
    return made;
}

inline FileNotMade not_rebuilt(const std::string& package, FileLimits limits = {}) {
    FilePurse purse{limits};
    const FileOutcome outcome = codec::rebuild_ooxml(package, purse);
    REQUIRE(std::holds_alternative<FileNotMade>(outcome));
    return std::get<FileNotMade>(outcome);
}

inline std::uint32_t lost(const FileMade& made, Reason what) {
    for (const Loss& loss : made.losses) {
        if (loss.what == what) return loss.count;
    }
    return 0;
}

// One way to write an active feature into a document, and what must be left of it.
struct Variant {
    std::string what;  // with its number in ATTACKS.md
    Package package;
    std::vector<std::string> gone;
    std::vector<std::string> kept = {};
    std::vector<Reason> losses = {};
};

inline void check_variants(const std::vector<Variant>& variants, std::vector<MadePart> (*parts)(const Package&)) {
    for (const Variant& variant : variants) {
        DYNAMIC_SECTION(variant.what) {
            const std::string package = made_zip(parts(variant.package));
            for (const std::string& word : variant.gone) {
                INFO(word << " is looked for in vain if it is not there at first");
                REQUIRE(all_text(package).find(word) != std::string::npos);
            }
            const FileMade made = rebuilt(package);
            const std::string text = all_text(made.untrusted_bytes);
            INFO(text);
            for (const std::string& word : variant.gone) CHECK(text.find(word) == std::string::npos);
            for (const std::string& word : variant.kept) {
                INFO(word);
                CHECK(text.find(word) != std::string::npos);
            }
            for (const Reason loss : variant.losses) {
                INFO(to_string(loss));
                CHECK(lost(made, loss) > 0);
            }
        }
    }
}

}  // namespace mugaika::test

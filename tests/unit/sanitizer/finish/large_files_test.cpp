#include "sanitizer/finish/large_files.hpp"

#include <catch2/catch.hpp>

#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// A picture of so many bytes, of a file of `sent` bytes.
void add(Extract& extract, const std::string& path, std::size_t bytes, std::uint64_t sent) {
    std::string png = sample_of(SafeKind::png);
    png.insert(20, std::string(bytes - png.size(), '.'));
    PartRow row;
    row.facts.path = path;
    row.facts.bytes = sent;
    extract.parts.push_back(row);
    extract.rebuilt.push_back(made_rebuilt_file(path, "n.png", SafeKind::png, png));
}

constexpr std::uint64_t written(std::uint64_t bytes) { return bytes / 57 * 78; }

}  // namespace

TEST_CASE(
    "a file of a mail that is too large fits alone, or says how small it would have to be, by what the mail was") {
    Extract extract;
    add(extract, "2", 57000, 57000);
    add(extract, "3", 114000, 57000);
    constexpr std::uint64_t words = 2000;  // of header and text
    const std::uint64_t whole = words + written(57000) + written(114000);
    const std::uint64_t size_max = words + written(57000) + 4096;  // one of them, and what a notice may say of it
    const LargeFiles large(extract, whole, size_max);
    CHECK(large.fits_alone("2"));
    CHECK_FALSE(large.fits_alone("3"));
    CHECK(large.bytes_that_fit("3") == 57000 / 2);  // rebuilding made it twice as large
    CHECK_FALSE(LargeFiles(extract, whole, size_max - 1).fits_alone("2"));
    CHECK_FALSE(large.fits_alone("4"));
    CHECK(large.bytes_that_fit("4") == 0);
}

TEST_CASE("where no file fits, or nothing is known of the next hop, nothing is said of any") {
    Extract extract;
    add(extract, "2", 57000, 57000);
    for (const std::uint64_t size_max : {std::uint64_t{1}, std::uint64_t{6000}}) {
        const LargeFiles large(extract, 2000 + written(57000), size_max);
        CHECK_FALSE(large.fits_alone("2"));
        CHECK(large.bytes_that_fit("2") == 0);
    }
    CHECK_FALSE(LargeFiles().fits_alone("2"));
}

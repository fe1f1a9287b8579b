#include "sanitizer/codec/ooxml/zip_writer.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"

using namespace mugaika;
using namespace mugaika::codec::ooxml;

namespace {

std::string xml_of(std::size_t size) {
    std::string xml;
    for (std::size_t n = 0; xml.size() < size; ++n) xml += "<c r=\"A" + std::to_string(n) + "\"/>";
    xml.resize(size);
    return xml;
}

std::string written(const std::string& xml, std::uint64_t expected, std::size_t piece, FilePurse& purse) {
    ZipWriter zip(purse, 1000);
    zip.begin("first.xml");
    zip.write("<a/>");
    zip.end();
    zip.begin("large.xml", expected);
    for (std::size_t at = 0; at < xml.size(); at += piece) zip.write(std::string_view(xml).substr(at, piece));
    zip.end();
    zip.begin("last.xml");
    zip.write("<z/>");
    zip.end();
    return std::move(zip).finish();
}

}  // namespace

// 4 MB: up to there a member is deflated at once, above in pieces.
TEST_CASE("members of all sizes are written whole, and the same however they come") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, (std::size_t{4} << 20) - 1,
                                   std::size_t{4} << 20, (std::size_t{4} << 20) + 300'000}) {
        CAPTURE(size);
        const std::string xml = xml_of(size);
        FilePurse purse{FileLimits{}};
        const std::string file = written(xml, size, 1000, purse);
        CHECK((written(xml, 0, 1000, purse) == file));
        const ZipReader read(file, purse);
        REQUIRE(read.members().size() == 3);
        CHECK(unpack_whole(*read.find("first.xml"), purse) == "<a/>");
        CHECK((unpack_whole(*read.find("large.xml"), purse) == xml));
        CHECK(unpack_whole(*read.find("last.xml"), purse) == "<z/>");
    }
}

TEST_CASE("each byte of a package is paid") {
    const std::string xml = xml_of(100'000);
    FilePurse purse{FileLimits{}};
    const std::string file = written(xml, 0, 1000, purse);
    const std::uint64_t paid = FileLimits{}.out_bytes_max - purse.out_left();
    CHECK(paid == file.size());
    FileLimits limits;
    limits.out_bytes_max = paid - 1;
    FilePurse poor(limits);
    try {
        written(xml, 0, 1000, poor);
        FAIL("written without being paid");
    } catch (const Refused& refused) {
        CHECK(refused.why == Reason::files_too_large);
    }
}

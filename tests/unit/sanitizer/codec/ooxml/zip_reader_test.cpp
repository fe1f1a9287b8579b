// The ZIP file that a package is: what two readers could read differently is not read at all.
#include "sanitizer/codec/ooxml/zip_reader.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "sanitizer/codec/ooxml/refused.hpp"
#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::vector<MadePart> two{{"a.xml", "<a/>"}, {"b.xml", "<b>text</b>"}};

Reason reason_of(const std::string& zip) {
    FilePurse purse{FileLimits{}};
    try {
        const codec::ooxml::ZipReader reader(zip, purse);
        for (const codec::ooxml::ZipMember& member : reader.members()) codec::ooxml::unpack_whole(member, purse);
    } catch (const codec::ooxml::Refused& refused) {
        return refused.why;
    }
    return Reason::none;
}

std::string changed(std::string zip, const std::function<void(std::string&)>& change) {
    change(zip);
    return zip;
}

std::size_t central(const std::string& zip) { return zip.find("PK\x01\x02"); }
std::size_t end_record(const std::string& zip) { return zip.rfind("PK\x05\x06"); }

}  // namespace

TEST_CASE("AC-142 local and central header say the same, or the package is damaged") {
    const std::string zip = made_zip(two);
    REQUIRE(reason_of(zip) == Reason::none);
    struct Row {
        std::size_t local, central, size;
        const char* what;
    };
    for (const Row& row : {Row{6, 8, 2, "flags"}, Row{8, 10, 2, "method"}, Row{14, 16, 4, "CRC"},
                           Row{18, 20, 4, "packed size"}, Row{22, 24, 4, "size"}, Row{30, 46, 5, "name"}}) {
        INFO(row.what);
        for (std::size_t i = 0; i < row.size; ++i) {
            CHECK(reason_of(changed(zip, [&](std::string& bytes) { bytes[row.local + i] ^= 0x40; })) != Reason::none);
            CHECK(reason_of(changed(zip, [&](std::string& bytes) { bytes[central(zip) + row.central + i] ^= 0x40; })) !=
                  Reason::none);
        }
    }
}

TEST_CASE("AC-143 AC-144 nothing stands before, between or behind the members") {
    const std::string zip = made_zip(two);
    const auto damaged = [](const std::string& bytes) { return reason_of(bytes) == Reason::document_damaged; };
    CHECK(damaged("MZ" + zip));
    CHECK(damaged(zip + "x"));
    CHECK(damaged(zip + zip));
    CHECK(damaged(zip.substr(0, zip.size() - 1)));
    CHECK(damaged(""));
    CHECK(damaged(changed(zip, [](std::string& bytes) { bytes.insert(central(bytes), "gap"); })));
    CHECK(damaged(changed(zip, [](std::string& bytes) { bytes.insert(end_record(bytes), "gap"); })));
    // a second member whose local header is not in the directory
    CHECK(damaged(changed(zip, [](std::string& bytes) {
        const std::size_t at = end_record(bytes);
        bytes[at + 8] = 1;
        bytes[at + 10] = 1;
    })));
}

TEST_CASE("AC-145 AC-198 a name is there once, in any case, and leads to no other place") {
    const auto reason = [](const std::string& name) {
        return reason_of(made_zip({{"a.xml", "<a/>"}, {name, "<b/>"}}));
    };
    CHECK(reason("b.xml") == Reason::none);
    for (const std::string name : {"a.xml", "A.XML", "../b.xml", "x/../../b.xml", "/b.xml", "x\\b.xml", "C:b.xml",
                                   "x//b.xml", "./b.xml", "x/.", "", "b\n.xml"}) {
        INFO(name);
        CHECK(reason(name) == Reason::document_damaged);
    }
}

TEST_CASE("AC-146 members that overlap are noticed before anything is unpacked") {
    const std::string zip = made_zip(two);
    CHECK(reason_of(changed(zip, [](std::string& bytes) {
              const std::size_t second = bytes.find("PK\x01\x02", central(bytes) + 1);
              for (std::size_t i = 0; i < 4; ++i) bytes[second + 42 + i] = 0;
          })) == Reason::document_damaged);
}

TEST_CASE("AC-147 AC-148 a bomb is paid for byte by byte") {
    FileLimits limits;
    limits.inner_bytes_max = 1 << 20;
    std::vector<MadePart> parts = docx_parts({});
    parts[2].bytes.insert(parts[2].bytes.find("<w:body>"), std::string(2 << 20, ' '));
    CHECK(not_rebuilt(made_zip(parts), limits).why == Reason::inner_too_large);
    limits = FileLimits{};
    limits.out_bytes_max = 1000;
    CHECK(not_rebuilt(made_zip(docx_parts({})), limits).why == Reason::files_too_large);
    limits = FileLimits{};
    limits.members_max = 3;
    CHECK(not_rebuilt(made_zip(docx_parts({})), limits).why == Reason::too_many_members);
}

TEST_CASE("AC-148 a size that is smaller than what comes out ends the reading") {
    const std::string zip = made_zip({{"a.xml", std::string(100'000, 'x')}});
    CHECK(reason_of(changed(zip, [](std::string& bytes) {
              for (const std::size_t at : {std::size_t{22}, central(bytes) + 24})
                  bytes[at] = 1, bytes[at + 1] = bytes[at + 2] = 0;
          })) == Reason::document_damaged);
}

TEST_CASE("AC-152 AC-154 encrypted members and methods that nobody knows are not read") {
    const std::string zip = made_zip(two);
    const auto both = [&](std::size_t local, std::size_t in_central, char value) {
        return reason_of(
            changed(zip, [&](std::string& bytes) { bytes[local] = bytes[central(bytes) + in_central] = value; }));
    };
    CHECK(both(6, 8, 1) == Reason::encrypted);
    CHECK(both(6, 8, 0x40) == Reason::encrypted);
    for (const int method : {1, 6, 9, 12, 14, 93, 95, 98})
        CHECK(both(8, 10, static_cast<char>(method)) == Reason::not_representable);
}

TEST_CASE("AC-149 ZIP64 numbers whose record is not there are not read") {
    CHECK(reason_of(changed(made_zip(two), [](std::string& bytes) {
              const std::size_t at = end_record(bytes);
              bytes.replace(at + 16, 4, "\xff\xff\xff\xff");
          })) == Reason::not_representable);
}

TEST_CASE("AC-210 any truncation and any single broken byte ends well") {
    const std::string zip = made_zip(docx_parts({}));
    for (std::size_t size = 0; size < zip.size(); size += 7)
        CHECK(not_rebuilt(zip.substr(0, size)).why != Reason::none);
    for (std::size_t at = 0; at < zip.size(); ++at) {
        FilePurse purse{FileLimits{}};
        const FileOutcome outcome =
            codec::rebuild_ooxml(changed(zip, [at](std::string& bytes) { bytes[at] ^= 0x15; }), purse);
        if (const auto* made = std::get_if<FileMade>(&outcome)) {
            INFO(at);
            CHECK(checker::check_ooxml(made->untrusted_bytes).has_value());
        }
    }
}

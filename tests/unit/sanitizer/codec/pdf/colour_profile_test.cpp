#include "sanitizer/codec/pdf/colour_profile.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "small_pdf.hpp"
#include "small_profile.hpp"

using namespace mugaika;
using namespace mugaika::test;
using codec::pdf::reduced_profile;

namespace {

bool has(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

SmallPdf with_profile(const std::string& profile, int components) {
    SmallPdf pdf;
    pdf.put(
        3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /ColorSpace << /C [ /ICCBased 6 0 R ] >> >> >>");
    pdf.put(4, pdf_stream("/C cs"));
    pdf.put(6, pdf_stream(profile, "/N " + std::to_string(components)));
    return pdf;
}

}  // namespace

TEST_CASE("a colour profile keeps the numbers that make colours and nothing of its maker") {
    struct Row {
        std::string profile;
        int components;
        std::vector<std::string> kept;
    };
    SmallProfile lab = cmyk_profile(true);
    lab.space = "RGB ";
    lab.put("A2B0", icc_table(3, true, '\7')).put("A2B1", icc_table(3, true, '\x8'));
    const std::vector<Row> rows = {
        {rgb_profile().write(), 3, {"rXYZ", "bTRC", std::string(12, '\2')}},
        {rgb_profile().put("chad", "sf32" + std::string(40, '\5')).write(), 3, {std::string(36, '\5')}},
        {grey_profile().write(), 1, {"kTRC", "para"}},
        {cmyk_profile(false).write(), 4, {"A2B0", "A2B1", "mft1"}},
        {cmyk_profile(true).write(), 4, {"A2B0", "mft2"}},
        {lab.write(), 3, {std::string(64, '\7'), std::string(64, '\x8')}},
    };
    for (const Row& row : rows) {
        INFO(row.kept.front());
        const FileMade made = rebuilt(with_profile(row.profile, row.components).write());
        const std::string text = unpacked(made.untrusted_bytes);
        CHECK(has(text, "/ICCBased"));
        CHECK(count_of(made, Reason::metadata_removed) == 1);
        CHECK(count_of(made, Reason::colour_profile_dropped) == 0);
        for (const std::string& word : row.kept) CHECK(has(text, word));
        for (const char* gone : {"secret", "gap!", "word", "cmm!", "made", "ssss", "dddd", "rrrr", "B2A0", "dmnd"}) {
            INFO(gone);
            CHECK(!has(text, gone));
        }
        CHECK(reduced_profile(*reduced_profile(row.profile, row.components), row.components) ==
              reduced_profile(row.profile, row.components));
    }
}

TEST_CASE("tables that are the same leave once") {
    const std::string once = *reduced_profile(cmyk_profile(true).write(), 4);
    const std::string twice = *reduced_profile(cmyk_profile(true).put("A2B1", icc_table(4, true, '\1')).write(), 4);
    CHECK(twice.size() - once.size() == icc_table(4, true).size());
}

TEST_CASE("a profile that cannot be reduced gives way to the colours of the device") {
    const auto changed = [](auto change) {
        SmallProfile profile = rgb_profile();
        change(profile);
        return profile.write();
    };
    const std::string good = rgb_profile().write();
    const std::vector<std::pair<std::string, int>> rows = {
        {"", 3},
        {good.substr(0, 100), 3},
        {good.substr(0, good.size() - 12), 3},  // its last curve is cut
        {good, 1},
        {good, 4},
        {good, 2},
        {changed([](SmallProfile& p) { p.version = 5; }), 3},
        {changed([](SmallProfile& p) { p.profile_class = "link"; }), 3},
        {changed([](SmallProfile& p) { p.space = "HSV "; }), 3},
        {changed([](SmallProfile& p) { p.connection = "RGB "; }), 3},
        {changed([](SmallProfile& p) { p.put("bTRC", "curvword\x7F\xFF\xFF\xFF"); }), 3},
        {changed([](SmallProfile& p) { p.put("bTRC", std::string("curv\0\0\0\0\0\0\1\0", 12)); }), 3},  // 512 bytes
        {changed([](SmallProfile& p) { p.put("bTRC", icc_xyz('\1')); }), 3},
        {changed([](SmallProfile& p) { p.tags.pop_back(); }), 3},
        {changed([](SmallProfile& p) { p.put("A2B0", icc_table(4, false)); }), 3},
        {cmyk_profile(false).put("A2B0", "mAB " + std::string(600, 'x')).write(), 4},
        {cmyk_profile(false).put("A2B0", icc_table(4, false).replace(10, 1, "\xFF")).write(), 4},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        INFO("row " << i);
        CHECK(!reduced_profile(rows[i].first, rows[i].second));
        const FileMade made = rebuilt(with_profile(rows[i].first, rows[i].second).write());
        CHECK(count_of(made, Reason::colour_profile_dropped) == 1);
        CHECK(!has(unpacked(made.untrusted_bytes), "ICCBased"));
    }
}

// What LibreOffice drops without a word is counted before it is asked.
#include "sanitizer/codec/office/before_conversion.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "sanitizer/codec/zip/little_endian.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/support/made_locked_package.hpp"

using namespace mugaika;
using namespace mugaika::codec;
using namespace mugaika::test;
using codec::zip::put16;
using codec::zip::put32;

namespace {

using Counts = std::map<std::string, std::uint32_t>;

std::variant<std::vector<Loss>, FileNotMade> lost(OfficeFormat format, const std::string& bytes) {
    FilePurse purse{FileLimits()};
    return lost_by_conversion(format, bytes, purse);
}

Counts counts(OfficeFormat format, const std::string& bytes) {
    const auto told = lost(format, bytes);
    if (const auto* why = std::get_if<FileNotMade>(&told)) FAIL(why->words);
    Counts counts;
    for (const Loss& loss : std::get<std::vector<Loss>>(told)) counts[std::string(to_string(loss.what))] = loss.count;
    return counts;
}

std::string why_not(OfficeFormat format, const std::string& bytes) {
    const auto told = lost(format, bytes);
    const auto* why = std::get_if<FileNotMade>(&told);
    return why == nullptr ? "none" : std::string(to_string(why->why));
}

std::string record(std::uint32_t type, const std::string& bytes) {
    std::string out;
    put16(out, type);
    put16(out, static_cast<std::uint32_t>(bytes.size()));
    return out + bytes;
}

// [MS-XLS] 2.5.293 of one-byte or of two-byte characters, with furigana or an empty ExtRst.
std::string cell_text(const std::string& characters, bool wide, const std::string& furigana, bool has_extension) {
    std::string out;
    put16(out, static_cast<std::uint32_t>(characters.size() / (wide ? 2 : 1)));
    out += static_cast<char>((wide ? 1 : 0) | (has_extension ? 4 : 0));
    std::string extension;
    if (has_extension) {
        put16(extension, 1);
        put16(extension, static_cast<std::uint32_t>(10 + furigana.size()));
        put32(extension, 0x00350001);
        put16(extension, furigana.empty() ? 0 : 1);
        put16(extension, static_cast<std::uint32_t>(furigana.size() / 2));
        put16(extension, static_cast<std::uint32_t>(furigana.size() / 2));
        extension += furigana;
        put32(out, static_cast<std::uint32_t>(extension.size()));
    }
    return out + characters + extension;
}

std::string table_of(const std::vector<std::string>& texts) {
    std::string out(8, '\0');
    for (const std::string& text : texts) out += text;
    return out;
}

std::string workbook(const std::string& records) { return made_compound({{"Workbook", records}}); }

}  // namespace

TEST_CASE("AC-185 AC-186 modules, objects and macro sheets of Word, Excel and PowerPoint are counted") {
    const std::string word = made_compound({{"WordDocument", std::string(5000, '\0')},
                                            {"Macros/VBA/dir", "d"},
                                            {"Macros/VBA/_VBA_PROJECT", "p"},
                                            {"Macros/VBA/__SRP_0", "s"},
                                            {"Macros/VBA/ThisDocument", "m"},
                                            {"Macros/VBA/Module1", "m"},
                                            {"ObjectPool/_1/\x01Ole", "o"},
                                            {"ObjectPool/_1/CONTENTS", "o"},
                                            {"ObjectPool/_2/\x01Ole", "o"}});
    CHECK(counts(OfficeFormat::doc, word) == Counts{{"macro_removed", 2}, {"embedded_object_removed", 2}});
    const std::string sheets =
        record(0x85, std::string("\0\0\0\0\0\1\1\0X", 9)) + record(0x85, std::string("\0\0\0\0\0\0\1\0Y", 9));
    const std::string excel = made_compound({{"Workbook", sheets},
                                             {"_VBA_PROJECT_CUR/VBA/Sheet1", "m"},
                                             {"MBD0001/\x01Ole", "o"},
                                             {"MBD0002/Package", "o"}});
    CHECK(counts(OfficeFormat::xls, excel) == Counts{{"macro_removed", 2}, {"embedded_object_removed", 2}});
    std::string slides;
    put16(slides, 0xf), put16(slides, 0x03e8), put32(slides, 24);  // a container, then what is in it
    put16(slides, 0x2), put16(slides, 0x0400), put32(slides, 12), put32(slides, 7), put32(slides, 1), put32(slides, 2);
    put16(slides, 0x2), put16(slides, 0x0400), put32(slides, 12), put32(slides, 0), put32(slides, 0), put32(slides, 2);
    put16(slides, 0xf), put16(slides, 0x0fcc), put32(slides, 0);
    put16(slides, 0xf), put16(slides, 0x0fcc), put32(slides, 0);
    CHECK(counts(OfficeFormat::ppt, made_compound({{"PowerPoint Document", slides}})) ==
          Counts{{"macro_removed", 1}, {"embedded_object_removed", 2}});
    CHECK(counts(OfficeFormat::doc, made_compound({{"WordDocument", std::string(5000, '\0')}})).empty());
}

TEST_CASE("texts with furigana are counted, through every way a table can be cut") {
    const std::string kana("\xe4\x30\xde\x30", 4);
    const std::string name("\x71\x5c\x30\x75", 4);
    const std::string table = table_of({cell_text(name, true, kana, true), cell_text("plain", false, "", false),
                                        cell_text(name, true, "", true), cell_text(name, true, kana, true)});
    CHECK(counts(OfficeFormat::xls, workbook(record(0xfc, table))) == Counts{{"furigana_removed", 2}});
    // Cut between what stands before the characters and what stands behind them; no text is cut in its characters.
    for (const std::size_t at : {std::size_t{8}, std::size_t{15}, std::size_t{25}, std::size_t{33}}) {
        CAPTURE(at);
        const std::string cut = record(0xfc, table.substr(0, at)) + record(0x3c, table.substr(at));
        CHECK(counts(OfficeFormat::xls, workbook(cut)) == Counts{{"furigana_removed", 2}});
    }
    // In its characters: the part behind says anew that they have two bytes.
    const std::string within = record(0xfc, table.substr(0, 17)) + record(0x3c, "\x01" + table.substr(17));
    CHECK(counts(OfficeFormat::xls, workbook(within)) == Counts{{"furigana_removed", 2}});
}

TEST_CASE("a table that is cut short or lies about its sizes ends the count, and nothing else") {
    const std::string text = cell_text("abc", false, std::string("\xe4\x30", 2), true);
    for (std::size_t size = 0; size < text.size(); ++size) {
        CHECK(why_not(OfficeFormat::xls, workbook(record(0xfc, table_of({text.substr(0, size)})))) == "none");
    }
    std::string huge = "\x01";
    huge += std::string("\0\x0c\xff\xff\xff\xff\xff\xff", 8);
    CHECK(why_not(OfficeFormat::xls, workbook(record(0xfc, table_of({huge})))) == "none");
}

TEST_CASE("AC-199 what is locked is said to be, and is not given to a converter") {
    std::string document(5000, '\0');
    document[11] = 1;
    CHECK(why_not(OfficeFormat::doc, made_compound({{"WordDocument", document}})) == "encrypted");
    CHECK(why_not(OfficeFormat::xls, workbook(record(0x809, "\x00\x06") + record(0x2f, "key"))) == "encrypted");
    std::string slides;
    put16(slides, 0xf), put16(slides, 0x2f14), put32(slides, 0);
    CHECK(why_not(OfficeFormat::ppt, made_compound({{"PowerPoint Document", slides}})) == "encrypted");
    std::string user(12, '\0');
    put32(user, 0xf3d1c4df);
    CHECK(why_not(OfficeFormat::ppt, made_compound({{"PowerPoint Document", ""}, {"Current User", user}})) ==
          "encrypted");
    const std::string manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    CHECK(why_not(OfficeFormat::odt, zip_of({{"META-INF/manifest.xml", manifest}})) == "encrypted");
    CHECK(why_not(OfficeFormat::doc, "no compound file") == "document_damaged");
    CHECK(why_not(OfficeFormat::ods, "no archive") == "document_damaged");
}

TEST_CASE("AC-203 AC-204 Basic and objects of OpenDocument and objects of RTF are counted") {
    const std::string sheet = zip_of({{"content.xml", "<x/>"},
                                      {"Basic/Standard/script-lb.xml", "<x/>"},
                                      {"Basic/Standard/Module1.xml", "<x/>"},
                                      {"Scripts/python/a.py", "x"},
                                      {"Object 1/content.xml", "<x/>"},
                                      {"Object 1/styles.xml", "<x/>"},
                                      {"META-INF/manifest.xml", "<x/>"}});
    CHECK(counts(OfficeFormat::ods, sheet) == Counts{{"macro_removed", 2}, {"embedded_object_removed", 1}});
    const std::string entry = "<manifest:file-entry manifest:full-path=\"Object ";
    const std::string manifest = entry + "1/\" manifest:media-type=\"application/vnd.oasis.opendocument.chart\"/>" +
                                 entry + "2/\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>" +
                                 entry + "3\" manifest:media-type=\"application/vnd.sun.star.oleobject\"/>";
    const std::string charts = zip_of({{"content.xml", "<x/>"},
                                       {"Object 1/content.xml", "<x/>"},
                                       {"Object 2/content.xml", "<x/>"},
                                       {"Object 3", "x"},
                                       {"META-INF/manifest.xml", manifest}});
    CHECK(counts(OfficeFormat::odp, charts) == Counts{{"embedded_object_removed", 2}});
    const std::string rich = "{\\rtf1{\\object{\\*\\objdata 01}}{\\object{\\*\\objdata\n02}} \\objdatax}";
    CHECK(counts(OfficeFormat::rtf, rich) == Counts{{"embedded_object_removed", 2}});
}

// Pivot tables: those over cells of the same workbook stay, others go and leave the values of their cells.
#include <catch2/catch.hpp>

#include "tests/support/corpus.hpp"
#include "tests/unit/sanitizer/codec/ooxml/made_pivot.hpp"
#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

struct Row {
    const char* what;
    MadePivot pivot;
    Reason loss = Reason::unknown_content_removed;
};

template <class Change>
MadePivot changed(Change change) {
    MadePivot pivot;
    change(pivot);
    return pivot;
}

std::string sheet_source(const std::string& attributes) {
    return "<cacheSource type=\"worksheet\"><worksheetSource " + attributes + "/></cacheSource>";
}

bool has_pivot(const std::string& made) {
    for (const MadePart& part : zip_parts(made)) {
        if (part.name.find("pivot") != std::string::npos || part.bytes.find("pivot") != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a pivot table over cells of its own workbook stays, with its cache and its records") {
    const FileMade made = rebuilt(MadePivot().zip());
    const auto part = [&](const std::string& name) { return part_of(made.untrusted_bytes, name); };
    CHECK(part("xl/workbook.xml").find("<pivotCaches><pivotCache cacheId=\"17\" r:id=\"rId2\"/></pivotCaches>") !=
          std::string::npos);
    const std::string cache = part("xl/pivotCache/pivotCacheDefinition1.xml");
    CHECK(cache.find("<worksheetSource ref=\"A1:B3\" sheet=\"表1\"/>") != std::string::npos);
    CHECK(cache.find("<s v=\"総務\"/>") != std::string::npos);
    CHECK(cache.find(" r:id=\"rId1\"") != std::string::npos);
    CHECK(part("xl/pivotCache/pivotCacheRecords1.xml").find("<r><x v=\"0\"/><n v=\"120\"/></r>") != std::string::npos);
    const std::string table = part("xl/pivotTables/pivotTable1.xml");
    CHECK(table.find("name=\"集計\" cacheId=\"17\"") != std::string::npos);
    CHECK(table.find("<dataField name=\"合計 / 額\" fld=\"1\"/>") != std::string::npos);
    CHECK(
        part("xl/pivotTables/_rels/pivotTable1.xml.rels").find("Target=\"../pivotCache/pivotCacheDefinition1.xml\"") !=
        std::string::npos);
    CHECK(part("xl/worksheets/sheet1.xml").find("<v>4711</v>") != std::string::npos);
    CHECK(all_text(made.untrusted_bytes).find("secret") == std::string::npos);
    CHECK(made.losses.empty());
}

TEST_CASE("a pivot table stays over a name or a table, without records, and with a field that is computed") {
    for (const MadePivot& pivot :
         {changed([](auto& p) { p.source = sheet_source("name=\"売上_2026\""); }),
          changed([](auto& p) { p.source = sheet_source("ref=\"$A$1:$B$3\" sheet=\"表 1\""); }),
          changed([](auto& p) { p.cache_attributes = " refreshOnLoad=\"1\"", p.has_records = false; }),
          changed([](auto& p) { p.cache_attributes = " saveData=\"0\"", p.cache_relationships = ""; }),
          changed([](auto& p) { p.field = " databaseField=\"0\" formula=\"額*0.1\""; }),
          changed([](auto& p) { p.table_attributes = " cacheId=\"99\""; })}) {
        const FileMade made = rebuilt(pivot.zip());
        INFO(all_text(made.untrusted_bytes));
        CHECK(part_of(made.untrusted_bytes, "xl/pivotTables/pivotTable1.xml").find("cacheId=\"17\"") !=
              std::string::npos);
    }
}

TEST_CASE("that a cache has the figures of a sheet that is not there is said") {
    const auto hidden = [](const std::string& sheet) {
        const FileMade made =
            rebuilt(changed([&](auto& p) { p.source = sheet_source("ref=\"A1:B3\" sheet=\"" + sheet + "\""); }).zip());
        CHECK(has_pivot(made.untrusted_bytes));
        return lost(made, Reason::hidden_content_kept);
    };
    CHECK(hidden("表1") == 0);
    CHECK(hidden("給与") == 1);
}

TEST_CASE("AC-194 a pivot table whose figures come from elsewhere goes, and that is said") {
    const Reason outside = Reason::external_reference_removed;
    const std::vector<Row> rows = {
        {"another workbook",
         changed([](auto& p) { p.source = sheet_source("ref=\"A1:B3\" sheet=\"S\" r:id=\"rId2\""); }), outside},
        {"another workbook by its number", changed([](auto& p) { p.source = sheet_source("sheet=\"[1]S\""); }),
         outside},
        {"another workbook by its path",
         changed([](auto& p) { p.source = sheet_source("name=\"'\\\\host\\share\\[a.xlsx]S'!R1C1\""); }), outside},
        {"DDE", changed([](auto& p) { p.source = sheet_source("name=\"cmd|'/c calc'!A0\""); }), outside},
        {"a connection", changed([](auto& p) { p.source = "<cacheSource type=\"external\" connectionId=\"1\"/>"; }),
         outside},
        {"a formula that looks outside", changed([](auto& p) { p.field = " databaseField=\"0\" formula=\"[1]S!A1\""; }),
         outside},
        {"several ranges", changed([](auto& p) {
             p.source =
                 "<cacheSource type=\"consolidation\"><consolidation><rangeSets><rangeSet ref=\"A1:B2\" "
                 "sheet=\"表1\" r:id=\"rId3\"/></rangeSets></consolidation></cacheSource>";
         })},
        {"a source of another type", changed([](auto& p) {
             p.source = "<cacheSource type=\"scenario\"><worksheetSource ref=\"A1:B3\" sheet=\"表1\"/></cacheSource>";
         })},
        {"a cube", changed([](auto& p) {
             p.source += "<cacheHierarchies><cacheHierarchy uniqueName=\"[Measures]\"/></cacheHierarchies>";
         })},
        {"a formula that runs", changed([](auto& p) { p.field = " formula=\"CALL(&quot;a&quot;)\""; })},
        {"no source", changed([](auto& p) { p.source = "<cacheSource type=\"worksheet\"/>"; })},
        {"two sources", changed([](auto& p) { p.source += p.source; })},
        {"no sheet", changed([](auto& p) { p.source = sheet_source("ref=\"A1:B3\""); })},
        {"no range", changed([](auto& p) { p.source = sheet_source("ref=\"A1;B3\" sheet=\"表1\""); })},
        {"no records", changed([](auto& p) { p.has_records = false; })},
        {"records that are named otherwise", changed([](auto& p) { p.cache_attributes = " r:id=\"rId2\""; })},
        {"a cache that the workbook does not name", changed([](auto& p) { p.caches = ""; })},
        {"a cache without a number",
         changed([](auto& p) { p.caches = "<pivotCaches><pivotCache cacheId=\"x\" r:id=\"p1\"/></pivotCaches>"; })},
        {"a table without a cache", changed([](auto& p) { p.table_relationships = ""; })},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        const FileMade made = rebuilt(row.pivot.zip());
        INFO(all_text(made.untrusted_bytes));
        CHECK(part_of(made.untrusted_bytes, "xl/pivotTables/pivotTable1.xml").empty());
        CHECK(lost(made, row.loss) > 0);
        CHECK(lost(made, Reason::unknown_content_removed) > 0);  // the table
        CHECK(part_of(made.untrusted_bytes, "xl/worksheets/sheet1.xml").find("<v>4711</v>") != std::string::npos);
        const std::string words = all_text(made.untrusted_bytes);
        for (const std::string gone : {"[1]", "host", "calc", "connectionId", "consolidation", "Measures", "CALL"}) {
            CHECK(words.find(gone) == std::string::npos);
        }
    }
    CHECK_FALSE(has_pivot(rebuilt(rows.front().pivot.zip()).untrusted_bytes));
}

TEST_CASE("the corpus' workbook with a pivot table keeps it") {
    for (const CorpusFile& file : read_corpus("file_office_hostile")) {
        if (file.name.find("64450") == std::string::npos) continue;
        const FileMade made = rebuilt(file.bytes);
        CHECK(has_pivot(made.untrusted_bytes));
        CHECK(lost(made, Reason::unknown_content_removed) == 0);
    }
}

// A workbook with a pivot table over two columns of its own sheet, to be changed by tests.
#pragma once

#include <string>

#include "tests/support/made_package.hpp"

namespace mugaika::test {

struct MadePivot {
    std::string caches = "<pivotCaches><pivotCache cacheId=\"17\" r:id=\"p1\"/></pivotCaches>";  // of the workbook
    std::string source = "<cacheSource type=\"worksheet\"><worksheetSource ref=\"A1:B3\" sheet=\"表1\"/></cacheSource>";
    std::string field;  // further attributes of the field that is summed
    std::string cache_attributes = " r:id=\"rId1\"";
    std::string cache_relationships = relationship("rId1", "pivotCacheRecords", "pivotCacheRecords1.xml");
    std::string table_attributes = " cacheId=\"17\"";
    std::string table_relationships =
        relationship("rId1", "pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml");
    bool has_records = true;

    std::string zip() const {
        const std::string open =
            " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
            "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
        const std::string rels =
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
        const std::string type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
        const std::string cache = "xl/pivotCache/pivotCacheDefinition1.xml";
        const std::string records = "xl/pivotCache/pivotCacheRecords1.xml";
        const std::string table = "xl/pivotTables/pivotTable1.xml";
        Package package;
        package.body =
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>4711</v></c></row></sheetData>"
            "<extLst><ext uri=\"{962EF5D1-5CA2-4c93-8EF4-DBF5C05439D2}\"/></extLst>";
        package.relationships = relationship("rId1", "pivotTable", "../pivotTables/pivotTable1.xml");
        package.main_extra = caches;
        package.main_relationships = relationship("p1", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml");
        package.types = override_type(cache, type + "pivotCacheDefinition+xml") +
                        override_type(records, type + "pivotCacheRecords+xml") +
                        override_type(table, type + "pivotTable+xml");
        package.parts = {
            {cache,
             "<pivotCacheDefinition" + open + cache_attributes +
                 " refreshedBy=\"secretAuthor\" refreshedDate=\"46000.5\" createdVersion=\"6\" recordCount=\"2\">" +
                 source +
                 "<cacheFields count=\"2\"><cacheField name=\"課\" numFmtId=\"0\"><sharedItems count=\"2\"><s "
                 "v=\"総務\"/><s v=\"財政\"/></sharedItems></cacheField><cacheField name=\"額\" numFmtId=\"0\"" +
                 field + "><sharedItems containsNumber=\"1\"/></cacheField></cacheFields></pivotCacheDefinition>"},
            {"xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels", rels + cache_relationships + "</Relationships>"},
            {table, "<pivotTableDefinition" + open + " name=\"集計\"" + table_attributes +
                        " dataCaption=\"値\" tag=\"secretTag\"><location ref=\"D1:E4\" firstHeaderRow=\"1\" "
                        "firstDataRow=\"1\" firstDataCol=\"1\"/><pivotFields count=\"2\"><pivotField axis=\"axisRow\" "
                        "showAll=\"0\"><items count=\"3\"><item x=\"0\"/><item x=\"1\"/><item "
                        "t=\"default\"/></items></pivotField><pivotField dataField=\"1\" "
                        "showAll=\"0\"/></pivotFields><rowFields count=\"1\"><field x=\"0\"/></rowFields><dataFields "
                        "count=\"1\"><dataField name=\"合計 / 額\" fld=\"1\"/></dataFields><pivotTableStyleInfo "
                        "name=\"PivotStyleLight16\" showRowHeaders=\"1\"/></pivotTableDefinition>"},
            {"xl/pivotTables/_rels/pivotTable1.xml.rels", rels + table_relationships + "</Relationships>"}};
        if (has_records) {
            package.parts.push_back({records, "<pivotCacheRecords" + open +
                                                  " count=\"2\"><r><x v=\"0\"/><n v=\"120\"/></r><r><x v=\"1\"/><n "
                                                  "v=\"80\"/></r></pivotCacheRecords>"});
        }
        return made_zip(xlsx_parts(package));
    }
};

}  // namespace mugaika::test

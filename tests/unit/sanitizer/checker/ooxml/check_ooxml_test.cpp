// The checker against a codec that was taken over: each active feature put back into a good package, each gap filled.
#include "sanitizer/checker/ooxml/check_ooxml.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/unit/sanitizer/codec/ooxml/made_pivot.hpp"
#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

using Parts = std::vector<MadePart>;

std::string refusal(const std::string& zip) {
    const auto pages = checker::check_ooxml(zip);
    return pages ? std::string() : pages.error().words();
}

const std::string& good_docx() {
    static const std::string made = [] {
        Package package;
        package.body =
            "<w:p><w:hyperlink r:id=\"rId1\"><w:r><w:t>site</w:t></w:r></w:hyperlink><w:r><w:fldChar "
            "w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar "
            "w:fldCharType=\"end\"/></w:r><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" "
            "name=\"n\"/><a:graphic><a:graphicData "
            "uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:blipFill><a:blip "
            "r:embed=\"rId2\"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></"
            "w:p>";
        package.relationships = relationship("rId1", "hyperlink", "https://example.jp/", true) +
                                relationship("rId2", "image", "media/a.png") +
                                relationship("rId3", "settings", "settings.xml");
        package.types = override_type("word/settings.xml",
                                      "application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml");
        package.parts = {
            {"word/media/a.png", made_png()},
            {"word/settings.xml",
             "<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:zoom "
             "w:percent=\"90\"/></w:settings>"}};
        return rebuilt(made_zip(docx_parts(package))).untrusted_bytes;
    }();
    return made;
}

const std::string& good_xlsx() {
    static const std::string made = [] {
        Package package;
        package.body =
            "<sheetData><row r=\"1\"><c r=\"A1\"><f>SUM(1)</f><v>1</v></c></row></sheetData><legacyDrawing "
            "r:id=\"rId1\"/>";
        package.relationships =
            relationship("rId1", "vmlDrawing", "../drawings/v.vml") + relationship("rId2", "comments", "../c.xml");
        package.types =
            "<Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>" +
            override_type("xl/c.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml");
        package.main_extra = "<definedNames><definedName name=\"n\">1</definedName></definedNames>";
        package.parts = {
            {"xl/drawings/v.vml", ""},
            {"xl/c.xml",
             "<comments "
             "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><authors/><commentList><comment "
             "ref=\"B2\"><text><t>r</t></text></comment></commentList></comments>"}};
        return rebuilt(made_zip(xlsx_parts(package))).untrusted_bytes;
    }();
    return made;
}

const std::string& good_pptx() {
    static const std::string made = [] {
        Package package;
        package.body =
            "<p:sp><p:nvSpPr><p:cNvPr id=\"2\" "
            "name=\"n\"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>t</a:t></a:r></a:p></p:txBody></p:sp>";
        return rebuilt(made_zip(pptx_parts(package))).untrusted_bytes;
    }();
    return made;
}

// One replacement in one part of a good package.
struct Break {
    std::string what;
    std::string part;
    std::string from;
    std::string to;
};

void check_breaks(const std::string& good, const std::vector<Break>& breaks) {
    REQUIRE(refusal(good).empty());
    for (const Break& row : breaks) {
        INFO(row.what);
        Parts parts = zip_parts(good);
        const auto part =
            std::find_if(parts.begin(), parts.end(), [&](const MadePart& one) { return one.name == row.part; });
        REQUIRE(part != parts.end());
        const std::size_t at = part->bytes.find(row.from);
        REQUIRE(at != std::string::npos);
        part->bytes.replace(at, row.from.size(), row.to);
        CHECK_FALSE(refusal(made_zip(parts)).empty());
    }
}

std::string with(const std::string& good, const std::function<void(Parts&)>& change) {
    Parts parts = zip_parts(good);
    change(parts);
    return made_zip(parts);
}

}  // namespace

TEST_CASE("what the codec makes is accepted, packed again by another writer too") {
    for (const std::string* good : {&good_docx(), &good_xlsx(), &good_pptx()}) {
        CHECK(refusal(*good).empty());
        CHECK(refusal(made_zip(zip_parts(*good))).empty());
    }
}

TEST_CASE("each active feature put back into a letter is refused") {
    const std::string document = "word/document.xml";
    const std::string links = "word/_rels/document.xml.rels";
    check_breaks(
        good_docx(),
        {{"altChunk", document, "<w:p>", "<w:altChunk r:id=\"rId1\"/><w:p>"},
         {"rsid", document, "<w:p>", "<w:p><w:rsid w:val=\"00AA11BC\"/>"},
         {"control", document, "<w:p>", "<w:p><w:r><w:control r:id=\"rId1\"/></w:r>"},
         {"object", document, "<w:p>", "<w:p><w:r><w:object/></w:r>"},
         {"OLE object", document, "<w:p>", "<w:p><w:r><w:pict><o:OLEObject r:id=\"rId1\"/></w:pict></w:r>"},
         {"DDE", document, "PAGE", "DDEAUTO cmd"},
         {"the name of the file", document, "PAGE", "FILENAME \\p"},
         {"the name of the user", document, "PAGE", " username "},
         {"INCLUDETEXT", document, "PAGE", "INCLUDETEXT x"},
         {"DDE in an escaped form", document, "PAGE", "&#13;ddeauto cmd"},
         {"DDE in two runs", document, "<w:instrText>PAGE", "<w:instrText>DD</w:instrText><w:instrText>E x"},
         {"a field without end", document, "w:fldCharType=\"end\"", "w:fldCharType=\"begin\""},
         {"an end without beginning", document, "w:fldCharType=\"begin\"", "w:fldCharType=\"end\""},
         {"a link to a file in a field", document, "PAGE", "HYPERLINK file:///c:/x"},
         {"a link to a share in a field", document, "PAGE", "HYPERLINK \\\\host\\x"},
         {"a link behind a switch", document, "PAGE", "HYPERLINK \\l m file:///x"},
         {"a simple field", document, "<w:p>", "<w:p><w:fldSimple w:instr=\"LINK x\"/>"},
         {"a picture from elsewhere", document, "r:embed=\"rId2\"", "r:link=\"rId2\""},
         {"a reference to nothing", document, "r:embed=\"rId2\"", "r:embed=\"rId9\""},
         {"one more reference, to nothing", document, "<w:p>", "<w:p><w:hyperlink r:id=\"rId9\"/>"},
         {"a reference to another kind", document, "r:embed=\"rId2\"", "r:embed=\"rId1\""},
         {"a reference where none may stand", document, "<w:p>", "<w:p r:id=\"rId1\">"},
         {"an unknown element", document, "<w:p>", "<w:evil/><w:p>"},
         {"an element of a name space that is not declared", document, "<w:p>", "<p:sp/><w:p>"},
         {"an unknown attribute", document, "<w:p>", "<w:p w:evil=\"1\">"},
         {"a name space within", document, "<w:p>", "<w:p xmlns:x=\"urn:x\">"},
         {"another name space under our prefix", document, "wordprocessingml/2006/main", "wordprocessingml/2007/main"},
         {"text where none may stand", document, "<w:p>", "<w:p>hidden"},
         {"blanks where none may stand", document, "<w:p>", "<w:p> "},
         {"a comment", document, "<w:p>", "<!--x--><w:p>"},
         {"an instruction", document, "<w:p>", "<?x?><w:p>"},
         {"a section", document, "site", "<![CDATA[x]]>"},
         {"a document type", document, "<w:document", "<!DOCTYPE x><w:document"},
         {"an entity", document, "site", "&x;"},
         {"a numbered character", document, "site", "&#65;"},
         {"a quotation mark as entity in text", document, "site", "&quot;"},
         {"a control character", document, "site", "\x01"},
         {"bytes that are not UTF-8", document, "site", "\xff"},
         {"an overlong form", document, "site", "\xc0\xbc"},
         {"single quotes", document, "w:fldCharType=\"end\"", "w:fldCharType='end'"},
         {"two blanks", document, "<w:hyperlink r:id", "<w:hyperlink  r:id"},
         {"an attribute twice", document, "<w:hyperlink r:id=\"rId1\"", "<w:hyperlink r:id=\"rId1\" r:id=\"rId1\""},
         {"an empty element that is not closed at once", document, "<w:sectPr/>", "<w:sectPr></w:sectPr>"},
         {"an end of another element", document, "</w:body>", "</w:p>"},
         {"bytes behind the root", document, "</w:document>", "</w:document> "},
         {"another root", document, "<w:document", "<w:styles"},
         {"an extension that is not on the list", document, "<w:p>",
          "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:ext uri=\"x\"/></a:graphic></wp:inline></w:drawing></w:r>"},
         {"a graphic that is not on the list", document, "2006/picture\"", "2006/ole\""},
         {"a choice that needs what is not declared", document, "<w:p>",
          "<mc:AlternateContent><mc:Choice Requires=\"am3d\"/></mc:AlternateContent><w:p>"},
         {"a choice outside", document, "<w:p>", "<mc:Choice Requires=\"wps\"/><w:p>"},
         {"another attribute of branches", document, "<w:p>", "<w:p mc:ProcessContent=\"w\">"},
         {"an attached template", "word/settings.xml", "<w:zoom", "<w:attachedTemplate r:id=\"rId1\"/><w:zoom"},
         {"a style that loads", document, "<w:p>", "<w:p><w:r><w:pict><v:rect style=\"x:URL(y)\"/></w:pict></w:r>"},
         {"a link to a file", links, "https://example.jp/", "file:///x"},
         {"a link with a script", links, "https://example.jp/", "javascript:x"},
         {"a link with a backslash", links, "https://example.jp/", "https:\\\\example.jp"},
         {"a template from elsewhere", links, "relationships/hyperlink", "relationships/attachedTemplate"},
         {"a picture from elsewhere, by its relationship", links, "Target=\"media/image1.png\"",
          "Target=\"http://h/x\" TargetMode=\"External\""},
         {"an unknown type", links, "relationships/image", "relationships/oleObject"},
         {"a type of other origin", links, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
          "urn:image"},
         {"a target that is not there", links, "media/image1.png", "media/image2.png"},
         {"a target outside", links, "media/image1.png", "../../x.png"},
         {"a relationship twice", links, "Id=\"rId2\"", "Id=\"rId1\""},
         {"another mode", links, "TargetMode=\"External\"", "TargetMode=\"Internal\""},
         {"an attribute more", links, "TargetMode=\"External\"", "TargetMode=\"External\" x=\"y\""},
         {"a hidden picture", document, "<a:blip r:embed=\"rId2\"/>", "<a:blip/>"},
         {"a macro's content type", "[Content_Types].xml", "wordprocessingml.document.main+xml",
          "wordprocessingml.template.main+xml"},
         {"a content type more", "[Content_Types].xml", "</Types>",
          "<Default Extension=\"bin\" ContentType=\"x/y\"/></Types>"},
         {"a root relationship more", "_rels/.rels", "</Relationships>",
          "<Relationship Id=\"rId2\" Type=\"x\" Target=\"y\"/></Relationships>"},
         {"another document", "_rels/.rels", "word/document.xml", "word/settings.xml"},
         {"a picture that is none", "word/media/image1.png", "IDAT", "IDAx"}});
}

TEST_CASE("each active feature put back into a workbook is refused") {
    const std::string sheet = "xl/worksheets/sheet1.xml";
    const std::string book = "xl/workbook.xml";
    const std::string boxes = "xl/drawings/vmlDrawing1.vml";
    check_breaks(good_xlsx(),
                 {{"DDE", sheet, "SUM(1)", "cmd|'/c calc'!A0"},
                  {"another workbook", sheet, "SUM(1)", "[1]S!A1"},
                  {"another workbook by path", sheet, "SUM(1)", "'C:\\[b.xlsx]S'!A1"},
                  {"an escaped address", sheet, "SUM(1)", "HYPERLINK(&quot;x&quot;)"},
                  {"a call", sheet, "SUM(1)", "CALL(1)"},
                  {"a call in capitals behind a blank", sheet, "SUM(1)", "1+ Exec (1)"},
                  {"a web service", sheet, "SUM(1)", "_xlfn.WEBSERVICE(1)"},
                  {"a function of a sheet", sheet, "SUM(1)", "S!SUM(1)"},
                  {"a link to a file", sheet, "SUM(1)", "HYPERLINK(\"file:///x\")"},
                  {"a quotation without end", sheet, "SUM(1)", "\"x"},
                  {"a bracket without end", sheet, "SUM(1)", "T[x"},
                  {"OLE objects", sheet, "<legacyDrawing", "<oleObjects/><legacyDrawing"},
                  {"controls", sheet, "<legacyDrawing", "<controls/><legacyDrawing"},
                  {"a page set-up with settings", sheet, "<legacyDrawing", "<pageSetup r:id=\"rId1\"/><legacyDrawing"},
                  {"an external book", book, "<definedNames>", "<externalReferences/><definedNames>"},
                  {"a name that runs", book, "name=\"n\"", "name=\"_xlnm.Auto_Open\""},
                  {"a name that runs, older", book, "name=\"n\"", "name=\"auto_open\""},
                  {"a name that looks outside", book, ">1</definedName>", ">[1]S!A1</definedName>"},
                  {"a name that is a macro", book, "name=\"n\"", "name=\"n\" xlm=\"1\""},
                  {"a sheet of another kind", book, "r:id=\"rId1\"", "r:id=\"rId2\""},
                  {"a box with a macro", boxes, "<x:AutoFill>", "<x:FmlaMacro>evil</x:FmlaMacro><x:AutoFill>"},
                  {"a box with a link", boxes, "fillcolor", "href=\"file:///x\" fillcolor"},
                  {"a box with words for a number", boxes, "<x:Row>1", "<x:Row>x"},
                  {"something behind the boxes", boxes, "</xml>", "</xml>x"}});
}

TEST_CASE("each active feature put back into a presentation is refused") {
    const std::string slide = "ppt/slides/slide1.xml";
    check_breaks(good_pptx(), {{"an OLE object", slide, "<p:sp>", "<p:oleObj/><p:sp>"},
                               {"a program on click", slide, "name=\"n\"/>",
                                "name=\"n\"><a:hlinkClick r:id=\"\" action=\"ppaction://program\"/></p:cNvPr>"},
                               {"a macro on click", slide, "name=\"n\"/>",
                                "name=\"n\"><a:hlinkClick r:id=\"\" action=\"ppaction://macro?name=x\"/></p:cNvPr>"},
                               {"a command", slide, "<p:sp>", "<p:cmd/><p:sp>"},
                               {"a sound", slide, "<p:sp>", "<a:snd/><p:sp>"},
                               {"a video", slide, "<p:sp>", "<a:videoFile r:link=\"rId1\"/><p:sp>"},
                               {"tags", "ppt/presentation.xml", "<p:sldIdLst>", "<p:custDataLst/><p:sldIdLst>"}});
}

TEST_CASE("parts that are not on the list, or hang on nothing, are refused") {
    for (const std::string name :
         {"word/vbaProject.bin", "docProps/core.xml", "customXml/item1.xml", "word/embeddings/o.bin",
          "word/header0.xml", "word/header01.xml", "word/Document.xml", "word/../x.xml", "word\\x.xml",
          "xl/workbook.xml", "word/media/image2.emf", "word/_rels/styles.xml.rels", "x", ""}) {
        INFO(name);
        CHECK_FALSE(refusal(with(good_docx(), [&](Parts& parts) {
                        parts.insert(parts.begin() + 1, {name, "<x/>"});
                    })).empty());
    }
    const std::string picture = part_of(good_docx(), "word/media/image1.png");
    CHECK(refusal(with(good_docx(), [&](Parts& parts) {
              parts.insert(parts.begin() + 1, {"word/media/image2.png", picture});
          })) == "package: a part that no relationship leads to");
    CHECK_FALSE(refusal(with(good_docx(), [](Parts& parts) { parts.insert(parts.begin() + 1, parts[1]); })).empty());
    CHECK_FALSE(refusal(with(good_docx(), [](Parts& parts) { std::swap(parts[0], parts[1]); })).empty());
    CHECK_FALSE(refusal(with(good_docx(), [](Parts& parts) { parts.pop_back(); })).empty());
    for (std::size_t i = 0; i < zip_parts(good_docx()).size(); ++i) {
        INFO(i);
        CHECK_FALSE(refusal(with(good_docx(), [i](Parts& parts) {
                        parts.erase(parts.begin() + static_cast<long>(i));
                    })).empty());
    }
    CHECK_FALSE(refusal("").empty());
    CHECK_FALSE(refusal(made_zip({})).empty());
}

TEST_CASE("a workbook's program is said in our words, in its place, or not at all") {
    Package package;
    package.body = "<sheetData/>";
    package.root = relationship("rId7", "extended-properties", "docProps/app.xml");
    package.parts = {{"docProps/app.xml", "<Properties><Application>Microsoft Excel</Application></Properties>"}};
    const std::string good = rebuilt(made_zip(xlsx_parts(package))).untrusted_bytes;
    const std::string app = "docProps/app.xml", root = "_rels/.rels";
    check_breaks(good,
                 {{"another program", app, "Microsoft Excel", "Microsoft Excel 7"},
                  {"an author", app, "</Properties>", "<Company>c</Company></Properties>"},
                  {"another name", root, "docProps/app.xml", "docProps/app2.xml"},
                  {"another number", root, "rId2", "rId3"},
                  {"another type", root, "extended-properties", "core-properties"},
                  {"no relationship", root,
                   "<Relationship Id=\"rId2\" "
                   "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" "
                   "Target=\"docProps/app.xml\"/>",
                   ""},
                  {"no content type", "[Content_Types].xml", "<Override PartName=\"/docProps/app.xml\"",
                   "<Override PartName=\"/docProps/b.xml\""}});
    CHECK_FALSE(refusal(with(good, [](Parts& parts) { std::swap(parts[1], parts[2]); })).empty());
    CHECK_FALSE(refusal(with(good, [](Parts& parts) { parts.erase(parts.begin() + 1); })).empty());
    CHECK_FALSE(refusal(with(good, [](Parts& parts) { parts.insert(parts.begin() + 2, parts[1]); })).empty());
    for (const std::string* other : {&good_docx(), &good_pptx()}) {
        CHECK_FALSE(refusal(with(*other, [&](Parts& parts) {
                        parts[0].bytes = part_of(good, root);
                        parts.insert(parts.begin() + 1, {app, part_of(good, app)});
                    })).empty());
    }
}

TEST_CASE("AC-194 a pivot table whose figures come from elsewhere is refused") {
    const std::string good = rebuilt(MadePivot().zip()).untrusted_bytes;
    const std::string cache = "xl/pivotCache/pivotCacheDefinition1.xml", table = "xl/pivotTables/pivotTable1.xml";
    const std::string rels = "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels";
    check_breaks(good,
                 {{"a connection", cache, "type=\"worksheet\"", "type=\"external\""},
                  {"several ranges", cache, "type=\"worksheet\"", "type=\"consolidation\""},
                  {"the number of a connection", cache, "type=\"worksheet\"", "type=\"worksheet\" connectionId=\"1\""},
                  {"a reference beside the range", cache, "<worksheetSource ", "<worksheetSource r:id=\"rId1\" "},
                  {"another workbook by its number", cache, "sheet=\"", "sheet=\"[1]"},
                  {"another workbook by its path", cache, "sheet=\"", "sheet=\"\\\\host\\"},
                  {"DDE", cache, "ref=\"A1:B3\"", "name=\"cmd|x!A0\""},
                  {"a range that is none", cache, "A1:B3", "A1;B3"},
                  {"a range elsewhere", cache, "A1:B3", "[1]S!A1"},
                  {"a formula that looks outside", cache, "name=\"額\"", "name=\"額\" formula=\"[1]S!A1\""},
                  {"a formula that runs", cache, "name=\"額\"", "name=\"額\" formula=\"CALL(1)\""},
                  {"ranges", cache, "<cacheFields", "<consolidation/><cacheFields"},
                  {"a cube", cache, "<cacheFields", "<cacheHierarchies/><cacheFields"},
                  {"an author", cache, " createdVersion", " refreshedBy=\"a\" createdVersion"},
                  {"a moment", cache, " createdVersion", " refreshedDate=\"1\" createdVersion"},
                  {"a tag", table, " dataCaption", " tag=\"a\" dataCaption"},
                  {"records that nobody mentions", cache, " r:id=\"rId1\"", ""},
                  {"a table as records", rels, "pivotCacheRecords1.xml", "../pivotTables/pivotTable1.xml"},
                  {"the cache of a sheet", "xl/worksheets/_rels/sheet1.xml.rels", "../pivotTables/pivotTable1.xml",
                   "../pivotCache/pivotCacheDefinition1.xml"},
                  {"a path", rels, "<Relationship Id=\"rId1\"",
                   "<Relationship Id=\"rId1\" "
                   "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath\" "
                   "Target=\"https://example.jp/\" TargetMode=\"External\"/><Relationship Id=\"rId2\""}});
}

TEST_CASE("every bit of the ZIP structure counts, and every byte of its members") {
    const std::string good = made_zip(zip_parts(good_docx()));
    std::size_t accepted = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] ^= 0x01;
        if (refusal(bad).empty()) ++accepted;
    }
    CHECK(accepted == 0);
    if (refusal(good + "x").empty()) ++accepted;
    for (std::size_t at = 0; at <= good.size(); at += 3) {
        std::string bad = good;
        bad.insert(at, "x");
        if (refusal(bad).empty()) ++accepted;
        if (refusal(good.substr(0, at)).empty() && at < good.size()) ++accepted;
    }
    CHECK(accepted == 0);
}

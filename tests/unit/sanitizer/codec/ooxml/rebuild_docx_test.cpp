// Word documents: what acts goes, what shows stays.
#include <catch2/catch.hpp>

#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::string_view word_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

std::string run(const std::string& content) { return "<w:r>" + content + "</w:r>"; }
std::string text(const std::string& words) { return run("<w:t>" + words + "</w:t>"); }
std::string paragraph(const std::string& runs) { return "<w:p>" + runs + "</w:p>"; }
std::string mark(const std::string& type) { return run("<w:fldChar w:fldCharType=\"" + type + "\"/>"); }
std::string instruction(const std::string& words) { return run("<w:instrText>" + words + "</w:instrText>"); }
std::string field(const std::string& instructions, const std::string& result) {
    return paragraph(mark("begin") + instructions + mark("separate") + text(result) + mark("end"));
}
std::string simple_field(const std::string& words, const std::string& result) {
    return paragraph("<w:fldSimple w:instr=\"" + words + "\">" + text(result) + "</w:fldSimple>");
}
std::string drawing(const std::string& graphic) {
    return paragraph(run("<w:drawing><wp:inline><wp:extent cx=\"1\" cy=\"1\"/><wp:docPr id=\"1\" name=\"n\"/>" +
                         graphic + "</wp:inline></w:drawing>"));
}
std::string picture(const std::string& blip) {
    return drawing(
        "<a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>"
        "<pic:nvPicPr><pic:cNvPr id=\"1\" name=\"n\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>" +
        blip + "</pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic>");
}
Package of_body(std::string body) {
    Package package;
    package.body = std::move(body);
    return package;
}
Package of_settings(const std::string& content, const std::string& relationships = {}) {
    Package package;
    package.relationships = relationship("rId9", "settings", "settings.xml");
    package.types = override_type("word/settings.xml", std::string(word_type) + "settings+xml");
    package.parts = {{"word/settings.xml",
                      "<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
                      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">" +
                          content + "</w:settings>"},
                     {"word/_rels/settings.xml.rels",
                      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" +
                          relationships + "</Relationships>"}};
    return package;
}

std::vector<Variant> field_variants() {
    const Reason outside = Reason::external_reference_removed;
    return {
        {"AC-187 DDEAUTO in one run",
         of_body(field(instruction(" DDEAUTO c:\\\\windows\\\\cmd.exe \"/k calc\" "), "shown")),
         {"DDEAUTO", "fldChar"},
         {"shown"},
         {Reason::action_removed}},
        {"AC-187 DDE split over runs",
         of_body(field(instruction(" D") + instruction("DE") + instruction(" cmd x"), "shown")),
         {"cmd x", "fldChar"},
         {"shown"},
         {Reason::action_removed}},
        {"AC-187 DDE in lower case behind blanks",
         of_body(field(instruction("\n\t  ddeauto x y"), "shown")),
         {"ddeauto"},
         {"shown"},
         {Reason::action_removed}},
        {"AC-187 QUOTE makes the keyword",
         of_body(field(paragraph("").substr(0, 0) + mark("begin") + instruction(" QUOTE 68 68 69 ") + mark("separate") +
                           text("DDE") + mark("end") + instruction(" cmd.exe "),
                       "shown")),
         {"QUOTE", "cmd.exe"},
         {"shown"}},
        {"AC-187 QUOTE makes the keyword, and a harmless one follows",
         of_body(field(mark("begin") + instruction(" QUOTE 68 68 69 ") + mark("separate") + text("DDE") + mark("end") +
                           instruction(" PAGE evil "),
                       "shown")),
         {"QUOTE", "PAGE"},
         {"shown"}},
        {"AC-187 DDE as a simple field",
         of_body(simple_field("DDE cmd x", "shown")),
         {"DDE cmd", "fldSimple"},
         {"shown"},
         {Reason::action_removed}},
        {"AC-187 a field that never ends", of_body(paragraph(mark("begin") + instruction("DDE cmd x"))), {"DDE cmd"}},
        {"AC-187 DDE within an allowed field",
         of_body(field(instruction(" IF 1 = 1 ") + mark("begin") + instruction("DDEAUTO cmd") + mark("separate") +
                           text("inner") + mark("end"),
                       "shown")),
         {"DDEAUTO"},
         {"shown", " IF 1 = 1 "}},
        {"AC-187 DDE deleted but tracked",
         of_body(paragraph("<w:del w:id=\"1\" w:author=\"a\">" + mark("begin") +
                           run("<w:delInstrText>DDE cmd</w:delInstrText>") + mark("separate") +
                           run("<w:delText>shown</w:delText>") + mark("end") + "</w:del>")),
         {"DDE cmd"},
         {"shown"}},
        {"AC-190 INCLUDEPICTURE",
         of_body(field(instruction(" INCLUDEPICTURE \"\\\\\\\\host\\\\x.png\" "), "shown")),
         {"INCLUDEPICTURE"},
         {"shown"},
         {outside}},
        {"AC-190 INCLUDETEXT as a simple field",
         of_body(simple_field("INCLUDETEXT \\\\host\\x", "shown")),
         {"INCLUDETEXT"},
         {"shown"},
         {outside}},
        {"AC-190 IMPORT", of_body(field(instruction("IMPORT http://h/x"), "shown")), {"IMPORT"}, {"shown"}, {outside}},
        {"AC-190 LINK",
         of_body(field(instruction("LINK Excel.Sheet.8 \"c:\\\\x.xls\" a"), "shown")),
         {"Excel.Sheet"},
         {"shown"},
         {outside}},
        {"AC-190 DATABASE", of_body(field(instruction("DATABASE \\d x"), "shown")), {"DATABASE"}, {"shown"}, {outside}},
        {"AC-193 MACROBUTTON",
         of_body(field(instruction("MACROBUTTON Evil press"), "shown")),
         {"MACROBUTTON"},
         {"shown"},
         {Reason::macro_removed}},
        {"AC-195 HYPERLINK to a file",
         of_body(field(instruction("HYPERLINK \"file:///c:/x.exe\""), "shown")),
         {"file:"},
         {"shown"},
         {outside}},
        {"AC-195 HYPERLINK to a share",
         of_body(field(instruction("HYPERLINK \"\\\\\\\\host\\\\x\""), "shown")),
         {"HYPERLINK"},
         {"shown"},
         {outside}},
        {"AC-195 HYPERLINK to a share without quotes",
         of_body(field(instruction("HYPERLINK \\\\host\\x"), "shown")),
         {"HYPERLINK"},
         {"shown"},
         {outside}},
        {"AC-195 HYPERLINK to a file behind a switch",
         of_body(field(instruction("HYPERLINK \\o \"tip\" \\l \"m\" \"file:///c:/x\""), "shown")),
         {"HYPERLINK"},
         {"shown"},
         {outside}},
        {"AC-195 HYPERLINK with a script",
         of_body(field(instruction("HYPERLINK javascript:alert(1)"), "shown")),
         {"javascript"},
         {"shown"},
         {outside}},
        {"AC-195 HYPERLINK computed by an inner field",
         of_body(field(instruction("HYPERLINK ") + mark("begin") + instruction("REF x") + mark("separate") +
                           text("inner") + mark("end"),
                       "shown")),
         {"HYPERLINK"},
         {"shown"}},
    };
}

}  // namespace

TEST_CASE("AC-187 AC-190 AC-193 AC-195 fields that act go, what they showed stays") {
    check_variants(field_variants(), docx_parts);
}

TEST_CASE("fields of what the file and its user are called become what they showed, without a word of it") {
    for (const std::string words :
         {" AUTHOR ", "FILENAME \\p \\* MERGEFORMAT", "lastsavedby", "USERNAME \"x\"", " TITLE",
          "SAVEDATE \\@ \"yyyy\"", "DOCPROPERTY Company", "TEMPLATE", "SHAPE \\* MERGEFORMAT"}) {
        INFO(words);
        for (const std::string& body :
             {field(instruction(words), "報告書.docx"),
              simple_field("PAGE", "") + field(instruction(" IF ") + mark("begin") + instruction(words) +
                                                   mark("separate") + text("a") + mark("end") + instruction(" = b "),
                                               "報告書.docx")}) {
            const FileMade made = rebuilt(made_zip(docx_parts(of_body(body))));
            const std::string xml = part_of(made.untrusted_bytes, "word/document.xml");
            CHECK(xml.find("報告書.docx") != std::string::npos);
            CHECK(xml.find(words.substr(1, 5)) == std::string::npos);
            CHECK(made.losses.empty());
        }
    }
}

TEST_CASE("AC-196 content controls stay what they are, without what they are bound to") {
    const auto control = [](const std::string& properties) {
        return "<w:sdt><w:sdtPr><w:alias w:val=\"希望日\"/><w:tag w:val=\"inner\"/><w:id w:val=\"7\"/><w:placeholder>"
               "<w:docPart w:val=\"glossary\"/></w:placeholder><w:dataBinding w:xpath=\"/secretPath\"/>" +
               properties + "</w:sdtPr><w:sdtContent>" + paragraph(text("☐")) + "</w:sdtContent></w:sdt>";
    };
    for (const std::string kept :
         {"<w14:checkbox><w14:checked w14:val=\"0\"/><w14:checkedState w14:val=\"2611\" w14:font=\"MS Gothic\"/>"
          "</w14:checkbox>",
          "<w:dropDownList><w:listItem w:displayText=\"有\" w:value=\"1\"/></w:dropDownList>",
          "<w:comboBox><w:listItem w:value=\"無\"/></w:comboBox>",
          "<w:date w:fullDate=\"2026-04-01T00:00:00Z\"><w:dateFormat w:val=\"ggge年M月d日\"/><w:calendar "
          "w:val=\"japan\"/></w:date>",
          "<w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/><w:docPartUnique/></w:docPartObj>",
          "<w:showingPlcHdr/><w:text w:multiLine=\"1\"/>"}) {
        INFO(kept);
        const FileMade made = rebuilt(made_zip(docx_parts(of_body(control(kept)))));
        const std::string xml = part_of(made.untrusted_bytes, "word/document.xml");
        CHECK(xml.find("<w:sdtPr><w:alias w:val=\"希望日\"/><w:id w:val=\"7\"/>" + kept + "</w:sdtPr>") != xml.npos);
        for (const char* gone : {"inner", "glossary", "dataBinding", "secretPath"}) CHECK(xml.find(gone) == xml.npos);
    }
}

TEST_CASE("fields that compute from the document stay fields") {
    for (const std::string words :
         {" PAGE ", "NUMPAGES \\* MERGEFORMAT", "TOC \\o &quot;1-3&quot; \\h", " REF _Ref1 \\h", "= SUM(ABOVE)",
          "SEQ 図", "HYPERLINK \"https://example.jp/a\"", "HYPERLINK \\l \"mark\"",
          "HYPERLINK \"https://example.jp/a\" \\o \"tip\" \\t \"_blank\"", "FORMTEXT"}) {
        INFO(words);
        const FileMade made = rebuilt(made_zip(docx_parts(of_body(field(instruction(words), "9")))));
        const std::string xml = part_of(made.untrusted_bytes, "word/document.xml");
        CHECK(xml.find("<w:instrText>") != std::string::npos);
        CHECK(xml.find("w:fldCharType=\"end\"") != std::string::npos);
    }
    CHECK(part_of(rebuilt(made_zip(docx_parts(of_body(simple_field(" PAGE ", "9"))))).untrusted_bytes,
                  "word/document.xml")
              .find("w:instr=\" PAGE \"") != std::string::npos);
}

TEST_CASE(
    "AC-184 AC-188 AC-189 AC-191 AC-192 AC-193 AC-195 AC-196 what a Word document brings along or fetches does not "
    "cross") {
    const Reason outside = Reason::external_reference_removed;
    Package vba = of_body(paragraph(text("shown")));
    vba.relationships =
        relationship("rId1", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin");
    vba.parts = {{"word/vbaProject.bin", "VBAVBA"}};
    vba.types = override_type("word/vbaProject.bin", "application/vnd.ms-office.vbaProject");
    vba.main_type = "application/vnd.ms-word.document.macroEnabled.main+xml";
    Package chunk = of_body("<w:altChunk r:id=\"rId1\"/>" + paragraph(text("shown")));
    chunk.relationships = relationship("rId1", "aFChunk", "x.html");
    chunk.parts = {{"word/x.html", "<script>evil</script>"}};
    chunk.types = "<Default Extension=\"html\" ContentType=\"text/html\"/>";
    Package ole = of_body(paragraph(
        run("<w:object><v:shape id=\"s\" style=\"width:1pt\"><v:imagedata r:id=\"rId2\"/></v:shape><o:OLEObject "
            "Type=\"Embed\" ProgID=\"Package\" r:id=\"rId1\"/></w:object>")));
    ole.relationships =
        relationship("rId1", "oleObject", "embeddings/o.bin") + relationship("rId2", "image", "media/a.png");
    ole.parts = {{"word/embeddings/o.bin", "OLEOLE"}, {"word/media/a.png", made_png()}};
    ole.types = "<Default Extension=\"bin\" ContentType=\"application/vnd.openxmlformats-officedocument.oleObject\"/>";
    Package control =
        of_body(paragraph(run("<w:object><w:control r:id=\"rId1\" w:name=\"C\"/></w:object>") + text("shown")));
    control.relationships = relationship("rId1", "control", "activeX/activeX1.xml");
    control.parts = {
        {"word/activeX/activeX1.xml", "<ax:ocx xmlns:ax=\"http://schemas.microsoft.com/office/2006/activeX\"/>"}};
    Package outer = of_body(picture("<a:blip r:link=\"rId1\"/>") + paragraph(text("shown")));
    outer.relationships = relationship("rId1", "image", "http://tracker.example/p.png", true);
    Package outer_vml = of_body(
        paragraph(run("<w:pict><v:shape id=\"a\" href=\"file:///x\"><v:imagedata r:id=\"rId1\" "
                      "src=\"http://tracker.example/q.png\" o:href=\"http://tracker.example/h\"/></v:shape></w:pict>") +
                  text("shown")));
    outer_vml.relationships = relationship("rId1", "image", "http://tracker.example/p.png", true);
    Package sub = of_body("<w:subDoc r:id=\"rId1\"/>" + paragraph(text("shown")));
    sub.relationships = relationship("rId1", "subDocument", "file:///x.docx", true);
    Package frame = of_body(paragraph(text("shown")));
    frame.relationships = relationship("rId1", "frame", "mhtml:http://h/x!x-usc:http://h/x", true) +
                          relationship("rId2", "oleObject", "http://h/e.html!", true);
    Package link = of_body(paragraph("<w:hyperlink r:id=\"rId1\">" + text("shown") + "</w:hyperlink>"));
    link.relationships = relationship("rId1", "hyperlink", "ms-msdt:/id PCWDiagnostic", true);
    Package font = of_body(paragraph(text("shown")));
    font.relationships = relationship("rId1", "fontTable", "fontTable.xml");
    font.types = override_type("word/fontTable.xml", std::string(word_type) + "fontTable+xml");
    font.parts = {{"word/fontTable.xml",
                   "<w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
                   "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:font "
                   "w:name=\"游明朝\"><w:embedRegular r:id=\"rId1\"/></w:font></w:fonts>"}};
    Package style = of_body(paragraph(text("shown")));
    style.relationships = relationship("rId1", "styles", "styles.xml");
    style.types = override_type("word/styles.xml", std::string(word_type) + "styles+xml");
    style.parts = {
        {"word/styles.xml",
         "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:style "
         "w:type=\"paragraph\" w:styleId=\"a\"><w:name w:val=\"標準\"/><w:rsid w:val=\"00AA11BC\"/></w:style>"
         "</w:styles>"}};
    Package custom = of_body(
        paragraph("<w:smartTag w:uri=\"u\" w:element=\"secretTag\">" + text("shown") + "</w:smartTag>") +
        "<w:sdt><w:sdtPr><w:dataBinding w:xpath=\"/secretPath\" w:storeItemID=\"{1}\"/></w:sdtPr><w:sdtContent>" +
        paragraph(text("bound")) + "</w:sdtContent></w:sdt>");
    custom.relationships = relationship("rId1", "customXml", "../customXml/item1.xml");
    custom.parts = {{"customXml/item1.xml", "<secretItem/>"}};
    Package taskpane = of_body(paragraph(text("shown")));
    taskpane.root =
        relationship("rId7", "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes",
                     "word/webextensions/taskpanes.xml") +
        relationship("rId8", "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
                     "customUI/customUI14.xml") +
        relationship("rId9", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                     "docProps/core.xml");
    taskpane.parts = {{"word/webextensions/taskpanes.xml", "<taskpaneEvil/>"},
                      {"customUI/customUI14.xml", "<customUI onLoad=\"Evil\"/>"},
                      {"docProps/core.xml", "<secretAuthor/>"}};
    check_variants(
        {{"AC-184 VBA in a docm",
          vba,
          {"vbaProject", "macroEnabled"},
          {"shown", "wordprocessingml.document.main+xml"},
          {Reason::macro_removed}},
         {"AC-196 altChunk", chunk, {"altChunk", "<script>"}, {"shown"}, {Reason::embedded_file_removed}},
         {"AC-191 OLE keeps its picture alone",
          ole,
          {"OLEObject", "OLEOLE", "ProgID", "w:object"},
          {"<w:pict>", "v:imagedata", "word/media/image1.png"},
          {Reason::embedded_object_removed}},
         {"AC-193 ActiveX", control, {"w:control", "activeX"}, {"shown"}, {Reason::embedded_object_removed}},
         {"AC-189 a linked picture", outer, {"tracker.example"}, {"shown"}, {outside}},
         {"AC-189 a linked picture in VML", outer_vml, {"tracker.example", "file:"}, {"shown"}, {outside}},
         {"AC-189 a master document", sub, {"subDoc", "file:"}, {"shown"}, {outside}},
         {"AC-189 frames and objects outside", frame, {"mhtml:", "http://h/"}, {"shown"}, {outside}},
         {"AC-195 a link to a program", link, {"ms-msdt"}, {"shown", "<w:hyperlink>"}, {outside}},
         {"AC-188 a template from elsewhere",
          of_settings("<w:attachedTemplate r:id=\"rId1\"/><w:zoom w:percent=\"90\"/>",
                      relationship("rId1", "attachedTemplate", "http://h/evil.dotm", true)),
          {"attachedTemplate", "http://h/"},
          {"w:percent=\"90\""},
          {outside}},
         {"AC-188 mail merge",
          of_settings("<w:mailMerge><w:connectString w:val=\"secretSource\"/></w:mailMerge><w:docVars><w:docVar "
                      "w:name=\"v\" w:val=\"secretVar\"/></w:docVars><w:rsids><w:rsid w:val=\"00AA11BB\"/></w:rsids>"),
          {"mailMerge", "secretSource", "secretVar", "00AA11BB"}},
         {"the session in which a style was edited", style, {"w:rsid", "00AA11BC"}, {"標準"}},
         {"embedded fonts", font, {"embedRegular"}, {"游明朝"}},
         {"custom XML and smart tags",
          custom,
          {"secretTag", "secretPath", "secretItem"},
          {"shown", "bound"},
          {Reason::metadata_removed}},
         {"AC-193 add-ins and the author's name",
          taskpane,
          {"taskpaneEvil", "customUI", "secretAuthor"},
          {"shown"},
          {Reason::action_removed, Reason::metadata_removed}}},
        docx_parts);
}

TEST_CASE("what a Word document shows stays") {
    Package package = of_body(
        paragraph("<w:pPr><w:pStyle w:val=\"見出し\"/><w:textDirection w:val=\"tbRl\"/></w:pPr>" +
                  run("<w:ruby><w:rubyPr><w:rubyAlign w:val=\"center\"/></w:rubyPr><w:rt>" + text("むがいか") +
                      "</w:rt><w:rubyBase>" + text("無害化") + "</w:rubyBase></w:ruby>")) +
        paragraph("<w:ins w:id=\"1\" w:author=\"a\">" + text("added") + "</w:ins><w:del w:id=\"2\" w:author=\"a\">" +
                  run("<w:delText xml:space=\"preserve\"> taken</w:delText>") + "</w:del>") +
        paragraph(run("<w:rPr><w:vanish/></w:rPr><w:t>unseen &amp; &lt;kept&gt;</w:t>") +
                  run("<w:footnoteReference w:id=\"1\"/>")) +
        "<w:tbl><w:tblPr/><w:tr w:rsidR=\"00112233\"><w:tc>" + paragraph(text("cell")) + "</w:tc></w:tr></w:tbl>" +
        paragraph("<w:hyperlink r:id=\"rId3\">" + text("site") + "</w:hyperlink>") +
        picture("<a:blip r:embed=\"rId4\"/>"));
    package.relationships = relationship("rId3", "hyperlink", "https://example.jp/?a=1&amp;b=2", true) +
                            relationship("rId4", "image", "/word/media/x%20y.png") +
                            relationship("rId5", "footnotes", "footnotes.xml") +
                            relationship("rId6", "comments", "comments.xml");
    package.types = override_type("word/footnotes.xml", std::string(word_type) + "footnotes+xml") +
                    override_type("word/comments.xml", std::string(word_type) + "comments+xml");
    const std::string root = " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">";
    package.parts = {{"word/media/x y.png", made_png()},
                     {"word/footnotes.xml", "<w:footnotes" + root + "<w:footnote w:id=\"1\">" +
                                                paragraph(text("note")) + "</w:footnote></w:footnotes>"},
                     {"word/comments.xml", "<w:comments" + root + "<w:comment w:id=\"1\" w:author=\"a\">" +
                                               paragraph(text("remark")) + "</w:comment></w:comments>"}};
    const FileMade made = rebuilt(made_zip(docx_parts(package)));
    const std::string all = all_text(made.untrusted_bytes);
    for (const std::string word : {"見出し", "tbRl", "むがいか", "無害化", "added",
                                   "<w:delText xml:space=\"preserve\"> taken</w:delText>", "unseen &amp; &lt;kept&gt;",
                                   "cell", "note", "remark", "https://example.jp/?a=1&amp;b=2", "media/image1.png"}) {
        INFO(word);
        CHECK(all.find(word) != std::string::npos);
    }
    CHECK(all.find("rsid") == std::string::npos);
    CHECK(made.kind == SafeKind::docx);
    CHECK(lost(made, Reason::tracked_changes_kept) == 2);
    CHECK(lost(made, Reason::comments_kept) == 1);
    CHECK(lost(made, Reason::hidden_content_kept) == 1);
    CHECK(part_of(made.untrusted_bytes, "word/media/image1.png").find("somebody") == std::string::npos);  // AC-214
}

TEST_CASE("AC-208 a metafile goes with the element that shows it, no reference dangles") {
    Package package = of_body(picture("<a:blip r:embed=\"rId1\"/>") + paragraph(text("shown")));
    package.relationships = relationship("rId1", "image", "media/a.emf");
    package.types = "<Default Extension=\"emf\" ContentType=\"image/x-emf\"/>";
    package.parts = {{"word/media/a.emf", std::string("\1\0\0\0EMF", 7)}};
    const FileMade made = rebuilt(made_zip(docx_parts(package)));
    CHECK(all_text(made.untrusted_bytes).find("a:blip") == std::string::npos);
    CHECK(made.losses.size() == 1);
}

// The field is known to be dropped only at its end, and the part is too large to be kept in between.
TEST_CASE("a part is judged by its end when it is read twice, too") {
    const std::string long_text(9 << 20, 'a');
    const std::string fields = field(instruction(" DDEAUTO c:\\\\windows\\\\cmd.exe "), "shown");
    for (const std::string& filling : {std::string(), paragraph(text(long_text)) + paragraph(text(long_text))}) {
        const std::string made =
            part_of(rebuilt(made_zip(docx_parts(of_body(filling + fields)))).untrusted_bytes, "word/document.xml");
        CHECK(made.find("DDEAUTO") == std::string::npos);
        CHECK(made.find("<w:t>shown</w:t>") != std::string::npos);
        CHECK(made.size() > filling.size());
    }
}

// Their places in the reader's cache are fewer than they are.
TEST_CASE("an element keeps each of its attributes, however many names of a document look alike") {
    std::string attributes;
    for (int i = 0; i < 400; ++i) attributes += " w:none" + std::to_string(i) + "=\"v\"";
    const std::string body = "<w:p" + attributes +
                             " w:rsidR=\"1\" w14:paraId=\"2\"><w:pPr><w:ind w:left=\"11\" w:right=\"12\" "
                             "w:firstLine=\"13\"/></w:pPr>" +
                             text("shown") + "</w:p>";
    const std::string made = part_of(rebuilt(made_zip(docx_parts(of_body(body)))).untrusted_bytes, "word/document.xml");
    CHECK(made.find("<w:ind w:left=\"11\" w:right=\"12\" w:firstLine=\"13\"/>") != std::string::npos);
    CHECK(made.find("w:none") == std::string::npos);
}

TEST_CASE("of alternative contents the branches stay that need nothing unknown") {
    const auto alternate = [](const std::string& needs, const std::string& choice) {
        return paragraph(
            run("<mc:AlternateContent><mc:Choice Requires=\"" + needs + "\">" + choice +
                "</mc:Choice><mc:Fallback><w:pict><v:rect id=\"old\"/></w:pict></mc:Fallback></mc:AlternateContent>"));
    };
    const std::string shape =
        "<w:drawing><wp:inline><wp:docPr id=\"1\" name=\"n\"/><a:graphic><a:graphicData "
        "uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:txbx><w:txbxContent>" +
        paragraph(text("boxed")) +
        "</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>";
    const auto xml = [](const std::string& body) {
        return part_of(rebuilt(made_zip(docx_parts(of_body(body)))).untrusted_bytes, "word/document.xml");
    };
    SECTION("both are known") {
        const std::string made = xml(alternate("wps", shape));
        CHECK(made.find("<mc:Choice Requires=\"wps\">") != std::string::npos);
        CHECK(made.find("boxed") != std::string::npos);
        CHECK(made.find("<mc:Fallback>") != std::string::npos);
    }
    SECTION("the choice is of a kind that is not rebuilt: the other branch stands for itself") {
        const std::string made = xml(alternate("am3d", shape));
        CHECK(made.find("AlternateContent") == std::string::npos);
        CHECK(made.find("boxed") == std::string::npos);
        CHECK(made.find("<w:r><w:pict><v:rect id=\"old\"/></w:pict></w:r>") != std::string::npos);
    }
    SECTION("an active choice is left out, the other branch is judged too") {
        const std::string made = xml(alternate("wps", "<w:object><w:control r:id=\"rId1\"/></w:object>"));
        CHECK(made.find("w:control") == std::string::npos);
    }
}

// The words of documents as text files: order, tables, numbers, notes; what is hidden or deleted is not told.
#include "sanitizer/codec/words/words_of_package.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/checker/text/check_text.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/made_package.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// With LF and without the mark in front, as people read it.
std::string plain(std::string text) {
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    std::erase(text, '\r');
    return text;
}

FileMade made_of(const std::string& package, const FileLimits& limits = {}) {
    FilePurse purse(limits);
    FileOutcome outcome = codec::words_of_package(package, purse);
    if (const auto* why = std::get_if<FileNotMade>(&outcome)) FAIL(to_string(why->why) << ": " << why->words);
    FileMade made = std::get<FileMade>(std::move(outcome));
    CHECK(made.kind == SafeKind::text);
    CHECK(checker::check_text(SafeKind::text, made.untrusted_bytes).has_value());
    return made;
}

std::string said(const std::string& package) { return plain(made_of(package).untrusted_bytes); }

Reason why_not(const std::string& bytes, const FileLimits& limits = {}) {
    FilePurse purse(limits);
    FileOutcome outcome = codec::words_of_package(bytes, purse);
    return std::holds_alternative<FileNotMade>(outcome) ? std::get<FileNotMade>(outcome).why : Reason::none;
}

std::uint32_t lost(const FileMade& made, Reason what) {
    for (const Loss& loss : made.losses) {
        if (loss.what == what) return loss.count;
    }
    return 0;
}

std::string p(const std::string& runs, const std::string& settings = "") {
    return "<w:p>" + (settings.empty() ? "" : "<w:pPr>" + settings + "</w:pPr>") + runs + "</w:p>";
}
std::string r(const std::string& text, const std::string& settings = "") {
    return "<w:r>" + (settings.empty() ? "" : "<w:rPr>" + settings + "</w:rPr>") + "<w:t>" + text + "</w:t></w:r>";
}
std::string tc(const std::string& content, const std::string& settings = "") {
    return "<w:tc><w:tcPr>" + settings + "</w:tcPr>" + content + "</w:tc>";
}

std::string docx(const std::string& body) { return made_zip(docx_parts({body})); }

const std::string word = " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">";
const std::string sheet_space = " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
const std::string drawing =
    " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""
    " xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\""
    " xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">";

std::string a(const std::string& text) { return "<a:p><a:r><a:t>" + text + "</a:t></a:r></a:p>"; }

}  // namespace

TEST_CASE("paragraphs of a document become lines, runs of one paragraph stand together") {
    CHECK(said(docx(
              p(r("会議の") + r("開催")) + p(r("一行目") + "<w:r><w:br/></w:r>" + r("二行目")) + p("") + p("") +
              p(r("左") + "<w:r><w:tab/></w:r>" + r("右"), "<w:tabs><w:tab w:val=\"left\" w:pos=\"1\"/></w:tabs>"))) ==
          "会議の開催\n一行目\n二行目\n\n左\t右\n");
    CHECK(lost(made_of(docx(p(r("文")))), Reason::layout_dropped) == 1);
}

TEST_CASE("a table stands with tabs between its cells, each in one line, joined cells keep the columns") {
    const std::string inner = "<w:tbl><w:tr>" + tc(p(r("内"))) + tc(p(r("側"))) + "</w:tr></w:tbl>";
    CHECK(said(docx("<w:tbl><w:tr>" + tc(p(r("項目"))) + tc(p(r("金額")) + p(r("（円）"))) + tc(p("")) +
                    "</w:tr><w:tr>" + tc(p(r("合計")), "<w:gridSpan w:val=\"2\"/>") + tc(p(r("120"))) +
                    "</w:tr><w:tr>" + tc(inner) + tc(p(r("外"))) + "</w:tr></w:tbl>")) ==
          "項目\t金額 （円）\n合計\t\t120\n内 側\t外\n");
}

TEST_CASE("furigana stand once, behind their words") {
    const std::string ruby =
        "<w:r><w:ruby><w:rt>" + r("おうら") + "</w:rt><w:rubyBase>" + r("邑楽") + "</w:rubyBase></w:ruby></w:r>";
    CHECK(said(docx(p(r("群馬県") + ruby + r("町")))) == "群馬県邑楽(おうら)町\n");
}

TEST_CASE("what was deleted, moved away or is hidden is not told, what was put in is; hidden text is counted") {
    const FileMade made = made_of(docx(p(r("残る") + "<w:del><w:r><w:delText>消した</w:delText></w:r></w:del><w:ins>" +
                                         r("足した") + "</w:ins><w:moveFrom>" + r("移した") + "</w:moveFrom>" +
                                         r("隠した", "<w:vanish/>") + r("見せた", "<w:vanish w:val=\"0\"/>"))));
    CHECK(plain(made.untrusted_bytes) == "残る足した見せた\n");
    CHECK(lost(made, Reason::invisible_removed) == 1);
}

TEST_CASE("a text box is told once, behind its paragraph, and no field's instruction is") {
    const std::string box = "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><wps:txbx><w:txbxContent>" +
                            p(r("枠の中")) +
                            "</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><v:textbox><w:txbxContent>" +
                            p(r("枠の中")) + "</w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r>";
    const std::string field =
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>DATE \\@</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" +
        r("令和8年");
    CHECK(said(docx(p(r("前") + box + r("後")) + p(field))) == "前後\n枠の中\n令和8年\n");
}

TEST_CASE("headings, numbers of lists, notes, comments, headers and footers are told") {
    Package package;
    package.body = p(r("目的"), "<w:pStyle w:val=\"a1\"/>") +
                   p(r("名簿") + "<w:r><w:footnoteReference w:id=\"7\"/></w:r>",
                     "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/></w:numPr>") +
                   p(r("細目"), "<w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"3\"/></w:numPr>") +
                   p(r("地図") + "<w:r><w:commentReference w:id=\"1\"/></w:r>",
                     "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/></w:numPr>") +
                   p(r("印"), "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"4\"/></w:numPr>");
    package.parts = {
        {"word/styles.xml",
         "<w:styles" + word +
             "<w:style w:styleId=\"b\"><w:name w:val=\"heading 1\"/></w:style>"
             "<w:style w:styleId=\"a1\"><w:name w:val=\"見出し\"/><w:basedOn w:val=\"b\"/></w:style></w:styles>"},
        {"word/numbering.xml",
         "<w:numbering" + word +
             "<w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"2\"/><w:numFmt "
             "w:val=\"decimalFullWidth\"/>"
             "<w:lvlText w:val=\"第%1条\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"aiueoFullWidth\"/>"
             "<w:lvlText w:val=\"(%2)\"/></w:lvl></w:abstractNum>"
             "<w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/><w:lvlText "
             "w:val=\"x\"/></w:lvl>"
             "</w:abstractNum><w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/></w:num>"
             "<w:num w:numId=\"4\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>"},
        {"word/footnotes.xml", "<w:footnotes" + word + "<w:footnote w:type=\"separator\" w:id=\"0\">" + p(r("線")) +
                                   "</w:footnote><w:footnote w:id=\"7\">" + p(r("当時の")) + p(r("名称")) +
                                   "</w:footnote></w:footnotes>"},
        {"word/comments.xml",
         "<w:comments" + word + "<w:comment w:id=\"1\">" + p(r("要確認")) + "</w:comment></w:comments>"},
        {"word/header1.xml", "<w:hdr" + word + p(r("取扱注意")) + "</w:hdr>"},
        {"word/header2.xml", "<w:hdr" + word + p(r("取扱注意")) + "</w:hdr>"},
        {"word/footer1.xml", "<w:ftr" + word + p(r("総務課")) + "</w:ftr>"}};
    for (const auto& [id, kind, name] : std::vector<std::array<std::string, 3>>{{"r1", "styles", "styles.xml"},
                                                                                {"r2", "numbering", "numbering.xml"},
                                                                                {"r3", "footnotes", "footnotes.xml"},
                                                                                {"r4", "comments", "comments.xml"},
                                                                                {"r5", "header", "header1.xml"},
                                                                                {"r6", "header", "header2.xml"},
                                                                                {"r7", "footer", "footer1.xml"}}) {
        package.relationships += relationship(id, kind, name);
    }
    CHECK(said(made_zip(docx_parts(package))) ==
          "■ 目的\n\n第２条 名簿［注1］\n(ア) 細目\n第３条 地図［コメント1］\n・印\n\n［注1］ 当時の 名称\n\n"
          "［コメント1］ 要確認\n\n［ヘッダー］ 取扱注意\n［フッター］ 総務課\n");
}

TEST_CASE("a sheet stands row by row, numbers as they are shown, furigana not at all") {
    Package package;
    package.body =
        "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" "
        "t=\"inlineStr\"><is><t>直接</t></is></c></row>"
        "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>46356</v></c><c r=\"B2\" s=\"2\"><v>1234567.5</v></c><c r=\"C2\" "
        "s=\"3\"><v>0.125</v></c>"
        "<c r=\"D2\" s=\"4\"><v>-1200</v></c><c r=\"E2\"><f>1/3</f><v>0.33333333333333331</v></c></row>"
        "<row r=\"5\"><c r=\"B5\" t=\"b\"><v>1</v></c><c r=\"C5\" t=\"e\"><v>#N/A</v></c><c r=\"D5\" "
        "t=\"str\"><f>A1</f><v>結果\n二</v></c>"
        "</row></sheetData>";
    package.sheets = "<sheet name=\"控え\" sheetId=\"2\" state=\"hidden\" r:id=\"s2\"/>";
    package.parts = {
        {"xl/sharedStrings.xml",
         "<sst" + sheet_space +
             "<si><r><t>邑楽</t></r><r><t>町</t></r><rPh sb=\"0\" eb=\"2\"><t>オウラ</t></rPh></si></sst>"},
        {"xl/styles.xml",
         "<styleSheet" + sheet_space +
             "<numFmts><numFmt numFmtId=\"170\" formatCode=\"#,##0&quot;円&quot;;&quot;▲ "
             "&quot;#,##0&quot;円&quot;\"/></numFmts>"
             "<cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
             "<xf numFmtId=\"4\"/><xf numFmtId=\"10\"/><xf numFmtId=\"170\"/></cellXfs></styleSheet>"},
        {"xl/worksheets/sheet2.xml",
         "<worksheet" + sheet_space +
             "<sheetData><row><c t=\"inlineStr\"><is><t>内緒</t></is></c></row></sheetData></worksheet>"}};
    package.types = override_type("xl/worksheets/sheet2.xml",
                                  "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml");
    package.main_relationships = relationship("s2", "worksheet", "worksheets/sheet2.xml") +
                                 relationship("s3", "sharedStrings", "sharedStrings.xml") +
                                 relationship("s4", "styles", "styles.xml");
    CHECK(said(made_zip(xlsx_parts(package))) ==
          "■ シート「表1」\n\n邑楽町\t\t直接\n2026/11/30\t1,234,567.50\t12.50%\t▲ 1,200円\t0.333333333333333\n\n"
          "\tTRUE\t#N/A\t結果 二\n\n■ シート「控え」（非表示）\n\n内緒\n");
}

TEST_CASE("a formula that nobody has computed is told itself") {
    CHECK(said(made_zip(xlsx_parts({"<sheetData><row r=\"1\"><c r=\"A1\"><f>SUM(B1:B2)</f></c><c r=\"B1\"><f>1+1</f>"
                                    "<v>2</v></c></row></sheetData>"}))) == "■ シート「表1」\n\n=SUM(B1:B2)\t2\n");
}

TEST_CASE("slides stand in their order with their numbers, shapes, tables, charts and notes") {
    Package package;
    package.body = "<p:sp><p:txBody>" + a("表題") +
                   "<a:p><a:r><a:t>一</a:t></a:r><a:br/><a:r><a:t>二</a:t></a:r></a:p>" +
                   "<a:p><a:fld type=\"slidenum\"><a:t>1</a:t></a:fld></a:p></p:txBody></p:sp><a:tbl><a:tr><a:tc>" +
                   a("年") + "</a:tc><a:tc>" + a("人") + a("数") + "</a:tc></a:tr></a:tbl>";
    package.relationships = relationship("r1", "chart", "../charts/chart1.xml") +
                            relationship("r2", "notesSlide", "../notesSlides/notesSlide1.xml");
    package.main_relationships = relationship("s2", "slide", "slides/slide2.xml");
    package.main_extra = "<p:sldIdLst><p:sldId id=\"257\" r:id=\"s2\"/><p:sldId id=\"258\" r:id=\"s2\"/></p:sldIdLst>";
    package.parts = {
        {"ppt/charts/chart1.xml", "<c:chartSpace" + drawing +
                                      "<c:ser><c:cat><c:strCache><c:pt idx=\"0\"><c:v>春</c:v></c:pt><c:pt idx=\"1\">"
                                      "<c:v>秋</c:v></c:pt></c:strCache></c:cat></c:ser></c:chartSpace>"},
        {"ppt/notesSlides/notesSlide1.xml", "<p:notes" + drawing + a("話すこと") + "</p:notes>"},
        {"ppt/slides/slide2.xml", "<p:sld show=\"0\"" + drawing + a("予備") + "</p:sld>"}};
    CHECK(said(made_zip(pptx_parts(package))) ==
          "■ スライド 1\n\n表題\n一\n二\n年\t人 数\n春\t秋\n\n［ノート］\n話すこと\n\n■ スライド "
          "2（非表示）\n\n予備\n");
}

TEST_CASE("a document that says nothing, is none or says more than it may is no text") {
    CHECK(why_not(docx(p(""))) == Reason::no_visible_text);
    CHECK(why_not(docx(p(r("隠した", "<w:vanish/>")))) == Reason::no_visible_text);
    CHECK(why_not(made_zip(pptx_parts({"<p:sp/>"}))) == Reason::no_visible_text);
    CHECK(why_not(made_zip(xlsx_parts({"<sheetData><row><c s=\"1\"/></row></sheetData>"}))) == Reason::no_visible_text);
    CHECK(why_not("no package") == Reason::document_damaged);
    CHECK(why_not(docx("<w:p><w:r>")) == Reason::document_damaged);
    FileLimits small;
    small.out_bytes_max = 100;
    CHECK(why_not(docx(p(r(std::string(200, 'x')))), small) == Reason::files_too_large);
    // A cell far to the right costs what it takes to get there, and the text is bounded as a whole.
    std::string rows;
    for (int i = 1; i <= 200; ++i) rows += "<row><c r=\"XFD" + std::to_string(i) + "\" t=\"str\"><v>x</v></c></row>";
    small.out_bytes_max = 1u << 20;
    CHECK(why_not(made_zip(xlsx_parts({"<sheetData>" + rows + "</sheetData>"})), small) == Reason::files_too_large);
}

TEST_CASE("what repeats itself in a row is bounded while the row is made") {
    Package package;
    std::string cells;
    for (int i = 0; i < 3000; ++i) cells += "<c t=\"s\"><v>0</v></c>";
    package.body = "<sheetData><row>" + cells + "</row></sheetData>";
    package.parts = {
        {"xl/sharedStrings.xml", "<sst" + sheet_space + "<si><t>" + std::string(1u << 20, 'x') + "</t></si></sst>"}};
    package.main_relationships = relationship("s3", "sharedStrings", "sharedStrings.xml");
    FileLimits limits;
    limits.out_bytes_max = 3u << 20;
    CHECK(why_not(made_zip(xlsx_parts(package)), limits) == Reason::files_too_large);
}

TEST_CASE("what looks like a script, a page or a mail is text all the same, or none") {
    CHECK(said(docx(p(r("&lt;script&gt;x&lt;/script&gt;")))) == "<script>x</script>\n");
    CHECK(why_not(docx(p(r("#!/bin/sh")))) == Reason::executable);
}

TEST_CASE("pages of a PDF are parted by an empty line, and those without words are no text") {
    FilePurse purse{FileLimits()};
    FileOutcome outcome = codec::words_of_pages("一頁\n\f二頁\n\f", purse);
    CHECK(plain(std::get<FileMade>(outcome).untrusted_bytes).starts_with("一頁\n\n二頁"));
    CHECK(lost(std::get<FileMade>(outcome), Reason::layout_dropped) == 1);
    CHECK(std::get<FileNotMade>(codec::words_of_pages("\f\f \f", purse)).why == Reason::no_visible_text);
}

TEST_CASE("vertical text of a PDF becomes lines, a few marks one below the other stay as they are") {
    const auto pages = [](const std::string& text) {
        FilePurse purse{FileLimits()};
        return plain(std::get<FileMade>(codec::words_of_pages(text, purse)).untrusted_bytes);
    };
    CHECK(pages("見出し\n縦\n書\nき\nの\n文\n章\nで\nAB\nす\n。\n次の行\n") ==
          "見出し\n縦書きの文章でABす。\n次の行\n");
    CHECK(pages("出欠\n○\n×\n○\n以上\n") == "出欠\n○\n×\n○\n以上\n");
    CHECK(pages("1\n2\n3\n4\n5\n6\n7\n8\n9\n") == "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    CHECK(pages("人\n口\n\n世\n帯\n") == "人\n口\n\n世\n帯\n");
}

TEST_CASE("every office file of the corpora is a text that passes its check, or says why not; twice the same") {
    for (const char* const corpus : {"file_office_benign", "file_office_hostile"}) {
        for (const CorpusFile& file : read_corpus(corpus)) {
            if (!file.bytes.starts_with("PK")) continue;
            INFO(file.name);
            FilePurse purse{FileLimits()};
            const FileOutcome outcome = codec::words_of_package(file.bytes, purse);
            const auto* made = std::get_if<FileMade>(&outcome);
            if (made == nullptr) continue;
            const auto checked = checker::check_text(SafeKind::text, made->untrusted_bytes);
            if (!checked) FAIL(checked.error().words());
            FilePurse again{FileLimits()};
            CHECK(std::get<FileMade>(codec::words_of_package(file.bytes, again)).untrusted_bytes ==
                  made->untrusted_bytes);
        }
    }
}

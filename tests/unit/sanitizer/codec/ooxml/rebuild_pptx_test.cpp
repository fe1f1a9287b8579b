// Presentations: what acts goes, what shows stays.
#include <catch2/catch.hpp>

#include "tests/unit/sanitizer/codec/ooxml/rebuilt.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string shape(const std::string& link, const std::string& words) {
    return "<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"n\">" + link +
           "</p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr vert=\"eaVert\"/><a:p><a:r><a:t>" +
           words + "</a:t></a:r></a:p></p:txBody></p:sp>";
}
Package with(std::string body, std::string relationships) {
    Package package;
    package.body = std::move(body);
    package.relationships = std::move(relationships);
    return package;
}
std::string frame(const std::string& uri, const std::string& content) {
    return "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"4\" "
           "name=\"f\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm/><a:graphic><a:graphicData uri=\"" +
           uri + "\">" + content + "</a:graphicData></a:graphic></p:graphicFrame>";
}
const std::string ole_uri = "http://schemas.openxmlformats.org/presentationml/2006/ole";
const std::string chart_uri = "http://schemas.openxmlformats.org/drawingml/2006/chart";
const std::string ole_picture =
    "<p:pic><p:nvPicPr><p:cNvPr id=\"5\" name=\"seen\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip "
    "r:embed=\"rId2\"/></p:blipFill><p:spPr/></p:pic>";

}  // namespace

TEST_CASE("AC-189 AC-191 AC-193 AC-195 AC-222 what a presentation brings along, runs or fetches does not cross") {
    const Reason outside = Reason::external_reference_removed;
    Package ole = with(
        frame(ole_uri,
              "<mc:AlternateContent><mc:Choice Requires=\"v\"><p:oleObj spid=\"s\" progId=\"Package\" "
              "r:id=\"rId1\"/></mc:Choice><mc:Fallback><p:oleObj progId=\"Package\" r:id=\"rId1\"><p:embed/>" +
                  ole_picture + "</p:oleObj></mc:Fallback></mc:AlternateContent>") +
            shape("", "shown"),
        relationship("rId1", "oleObject", "../embeddings/o.bin") + relationship("rId2", "image", "../media/a.png"));
    ole.parts = {{"ppt/embeddings/o.bin", "OLEOLE"}, {"ppt/media/a.png", made_png()}};
    Package bare_ole = with(frame(ole_uri, "<p:oleObj progId=\"Package\" r:id=\"rId1\"/>") + shape("", "shown"),
                            relationship("rId1", "oleObject", "file:///c:/x.xls", true));
    Package video = with(
        "<p:pic><p:nvPicPr><p:cNvPr id=\"2\" name=\"v\"><a:hlinkClick r:id=\"\" "
        "action=\"ppaction://media\"/></p:cNvPr><p:cNvPicPr/><p:nvPr><a:videoFile "
        "r:link=\"rId1\"/></p:nvPr></p:nvPicPr><p:blipFill/><p:spPr/></p:pic>" +
            shape("", "shown"),
        relationship("rId1", "video", "http://h/v.mp4", true));
    const auto link = [](const std::string& click, const std::string& target) {
        return with(shape(click, "shown"), target.empty() ? "" : relationship("rId1", "hyperlink", target, true));
    };
    Package controls = with(shape("", "shown"), "");
    controls.main_extra =
        "<p:custDataLst><p:tags r:id=\"x\"/></p:custDataLst><p:embeddedFontLst><p:embeddedFont><p:regular "
        "r:id=\"f\"/></p:embeddedFont></p:embeddedFontLst>";
    check_variants({{"AC-191 OLE: only its picture stays",
                     ole,
                     {"oleObj", "OLEOLE", "graphicFrame", "AlternateContent"},
                     {"name=\"seen\"", "r:embed=\"rId1\"", "shown"},
                     {Reason::embedded_object_removed}},
                    {"AC-189 OLE from elsewhere, without picture",
                     bare_ole,
                     {"oleObj", "file:", "graphicFrame"},
                     {"shown"},
                     {outside}},
                    {"AC-222 video from elsewhere",
                     video,
                     {"videoFile", "http://h/", "ppaction"},
                     {"name=\"v\"", "shown"},
                     {outside}},
                    {"AC-195 a program on click",
                     link("<a:hlinkClick r:id=\"rId1\" action=\"ppaction://program\"/>", "file:///c:/x.exe"),
                     {"ppaction", "file:"},
                     {"shown"},
                     {outside}},
                    {"AC-195 a macro on click",
                     link("<a:hlinkClick r:id=\"\" action=\"ppaction://macro?name=Evil\"/>", ""),
                     {"ppaction"},
                     {"shown"}},
                    {"AC-195 an OLE verb on hover",
                     link("<a:hlinkHover r:id=\"\" action=\"ppaction://ole?verb=0\"/>", ""),
                     {"ppaction"},
                     {"shown"}},
                    {"AC-195 a file on click",
                     link("<a:hlinkClick r:id=\"rId1\" action=\"ppaction://hlinkfile\"/>", "\\\\host\\x"),
                     {"hlinkfile"},
                     {"shown"},
                     {outside}},
                    {"AC-195 a sound on click",
                     link("<a:hlinkClick r:id=\"rId1\"><a:snd r:embed=\"rId7\" name=\"s\"/></a:hlinkClick>",
                          "https://example.jp/"),
                     {"a:snd"},
                     {"<a:hlinkClick r:id=\"rId1\"/>", "https://example.jp/"}},
                    {"tags and embedded fonts", controls, {"custDataLst", "embeddedFont"}, {"shown"}},
                    {"AC-193 an unknown graphic",
                     with(frame("http://evil/", "<a:evil/>") + shape("", "shown"), ""),
                     {"evil", "graphicFrame"},
                     {"shown"}}},
                   pptx_parts);
}

TEST_CASE("AC-192 a chart stays, the workbook within it does not") {
    Package package =
        with(frame(chart_uri, "<c:chart r:id=\"rId1\"/>"), relationship("rId1", "chart", "../charts/chart9.xml"));
    package.types =
        override_type("ppt/charts/chart9.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml");
    package.parts = {{"ppt/charts/chart9.xml",
                      "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
                      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                      "relationships\"><c:chart><c:plotArea><c:barChart><c:ser><c:val><c:numRef><c:f>Sheet1!$A$1</"
                      "c:f><c:numCache><c:pt "
                      "idx=\"0\"><c:v>7</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart></"
                      "c:plotArea></c:chart><c:externalData r:id=\"rId1\"/></c:chartSpace>"},
                     {"ppt/charts/_rels/chart9.xml.rels",
                      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" +
                          relationship("rId1", "package", "../embeddings/b.xlsx") + "</Relationships>"},
                     {"ppt/embeddings/b.xlsx", "PKPK"}};
    const FileMade made = rebuilt(made_zip(pptx_parts(package)));
    const std::string chart = part_of(made.untrusted_bytes, "ppt/charts/chart1.xml");
    CHECK(chart.find("<c:v>7</c:v>") != std::string::npos);
    CHECK(chart.find("externalData") == std::string::npos);
    CHECK(lost(made, Reason::embedded_file_removed) == 1);
}

TEST_CASE("a frame goes with the part that it shows") {
    const FileMade made =
        rebuilt(made_zip(pptx_parts(with(frame(chart_uri, "<c:chart r:id=\"rId1\"/>") + shape("", "shown"),
                                         relationship("rId1", "chart", "../charts/none.xml")))));
    const std::string slide = part_of(made.untrusted_bytes, "ppt/slides/slide1.xml");
    CHECK(slide.find("graphicFrame") == std::string::npos);
    CHECK(slide.find("shown") != std::string::npos);
}

TEST_CASE("a diagram keeps its cached drawing, whose number is told anew") {
    const std::string base =
        "http://schemas.openxmlformats.org/drawingml/2006/diagram\" "
        "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">";
    const std::string type = "application/vnd.openxmlformats-officedocument.drawingml.diagram";
    Package package =
        with(frame("http://schemas.openxmlformats.org/drawingml/2006/diagram",
                   "<dgm:relIds r:dm=\"rId11\" r:lo=\"rId12\" r:qs=\"rId13\" r:cs=\"rId14\"/>"),
             relationship("rId99", "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing",
                          "../diagrams/drawing5.xml") +
                 relationship("rId11", "diagramData", "../diagrams/data5.xml") +
                 relationship("rId12", "diagramLayout", "../diagrams/layout5.xml") +
                 relationship("rId13", "diagramQuickStyle", "../diagrams/quickStyle5.xml") +
                 relationship("rId14", "diagramColors", "../diagrams/colors5.xml"));
    package.types =
        override_type("ppt/diagrams/data5.xml", type + "Data+xml") +
        override_type("ppt/diagrams/layout5.xml", type + "Layout+xml") +
        override_type("ppt/diagrams/quickStyle5.xml", type + "Style+xml") +
        override_type("ppt/diagrams/colors5.xml", type + "Colors+xml") +
        override_type("ppt/diagrams/drawing5.xml", "application/vnd.ms-office.drawingml.diagramDrawing+xml");
    package.parts = {{"ppt/diagrams/data5.xml",
                      "<dgm:dataModel xmlns:dgm=\"" + base +
                          "<dgm:ptLst/><dgm:extLst><a:ext "
                          "uri=\"http://schemas.microsoft.com/office/drawing/2008/diagram\"><dsp:dataModelExt "
                          "xmlns:dsp=\"http://schemas.microsoft.com/office/drawing/2008/diagram\" "
                          "relId=\"rId99\"/></a:ext></dgm:extLst></dgm:dataModel>"},
                     {"ppt/diagrams/layout5.xml", "<dgm:layoutDef xmlns:dgm=\"" + base + "</dgm:layoutDef>"},
                     {"ppt/diagrams/quickStyle5.xml", "<dgm:styleDef xmlns:dgm=\"" + base + "</dgm:styleDef>"},
                     {"ppt/diagrams/colors5.xml", "<dgm:colorsDef xmlns:dgm=\"" + base + "</dgm:colorsDef>"},
                     {"ppt/diagrams/drawing5.xml",
                      "<dsp:drawing xmlns:dsp=\"http://schemas.microsoft.com/office/drawing/2008/diagram\" "
                      "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/"
                      "main\"><dsp:spTree><dsp:sp><dsp:txBody><a:p><a:r><a:t>drawn</a:t></a:r></a:p></dsp:txBody></"
                      "dsp:sp></dsp:spTree></dsp:drawing>"}};
    const FileMade made = rebuilt(made_zip(pptx_parts(package)));
    CHECK(part_of(made.untrusted_bytes, "ppt/diagrams/drawing1.xml").find("drawn") != std::string::npos);
    CHECK(part_of(made.untrusted_bytes, "ppt/diagrams/data1.xml").find("relId=\"rId5\"") != std::string::npos);
    CHECK(part_of(made.untrusted_bytes, "ppt/slides/_rels/slide1.xml.rels")
              .find("Id=\"rId5\" Type=\"http://schemas.microsoft.com/office/2007/relationships/diagramDrawing\"") !=
          std::string::npos);
}

TEST_CASE("jumps between slides stay, a hidden slide is said") {
    Package package =
        with(shape("<a:hlinkClick r:id=\"rId1\" action=\"ppaction://hlinksldjump\"/>", "next") +
                 shape("<a:hlinkClick r:id=\"\" action=\"ppaction://hlinkshowjump?jump=nextslide\"/>", "on"),
             relationship("rId1", "slide", "slide2.xml"));
    package.types = override_type("ppt/slides/slide2.xml",
                                  "application/vnd.openxmlformats-officedocument.presentationml.slide+xml");
    package.parts = {{"ppt/slides/slide2.xml",
                      "<p:sld xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" "
                      "show=\"0\"><p:cSld><p:spTree/></p:cSld></p:sld>"}};
    const FileMade made = rebuilt(made_zip(pptx_parts(package)));
    const std::string slide = part_of(made.untrusted_bytes, "ppt/slides/slide1.xml");
    CHECK(slide.find("<a:hlinkClick r:id=\"rId1\" action=\"ppaction://hlinksldjump\"/>") != std::string::npos);
    CHECK(slide.find("jump=nextslide") != std::string::npos);
    CHECK(slide.find("vert=\"eaVert\"") != std::string::npos);
    CHECK(made.pages == 2);
    CHECK(lost(made, Reason::hidden_content_kept) == 1);
}

TEST_CASE("an animation that plays media goes, another stays") {
    const auto slide = [](const std::string& node) {
        Package package = with(shape("", "shown"), "");
        std::vector<MadePart> parts = pptx_parts(package);
        const std::string end = "</p:sld>";
        parts[4].bytes.insert(parts[4].bytes.size() - end.size(),
                              "<p:timing><p:tnLst><p:par><p:cTn id=\"1\"><p:childTnLst>" + node +
                                  "</p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>");
        return part_of(rebuilt(made_zip(parts)).untrusted_bytes, "ppt/slides/slide1.xml");
    };
    CHECK(slide("<p:cmd type=\"verb\" cmd=\"1\"/>").find("p:timing") == std::string::npos);
    CHECK(slide("<p:video/>").find("p:timing") == std::string::npos);
    CHECK(slide("<p:par><p:cTn id=\"2\"/></p:par>").find("<p:cTn id=\"2\"/>") != std::string::npos);
}

// LibreOffice makes them up at random: the same file would become another one each time.
TEST_CASE("numbers by which programs tell their fields apart are all alike in what is made") {
    const std::string field =
        "<a:fld id=\"{AD814BCB-BBD9-4361-8801-8A5A37C4AAC2}\" type=\"slidenum\"><a:t>7</a:t></a:fld>";
    std::string body = shape("", "shown");
    body.insert(body.find("<a:r>"), field);
    const std::string slide =
        part_of(rebuilt(made_zip(pptx_parts(with(body, "")))).untrusted_bytes, "ppt/slides/slide1.xml");
    CHECK_THAT(slide, Catch::Contains("<a:fld id=\"{00000000-0000-0000-0000-000000000000}\" type=\"slidenum\">") &&
                          Catch::Contains("7") && !Catch::Contains("AD814BCB"));
}

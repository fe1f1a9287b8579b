// Everything in a PDF that acts by itself or leads out of it: put into a small document in every way, gone from the
// rebuilt one, and counted.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "small_pdf.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

struct Active {
    std::string words;
    int object;  // gets the entries
    std::string entries;
    std::vector<std::string> gone;
    Reason counted;
};

// A name in another spelling (7.3.5).
std::string obfuscated(std::string text, const std::string& name) {
    std::string spelled = "/";
    for (std::size_t i = 1; i < name.size(); ++i) {
        constexpr std::string_view hex = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(name[i]);
        spelled += i % 2 == 1 ? std::string("#") + hex[byte >> 4] + hex[byte & 15] : std::string(1, name[i]);
    }
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + spelled.size())) {
        text.replace(at, name.size(), spelled);
    }
    return text;
}

const std::string js = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

std::string annotation(const std::string& entries) {
    return "/Annots [ << /Type /Annot /Rect [ 0 0 50 50 ] " + entries + " >> ]";
}

const std::vector<Active> table = {
    {"AC-163 open action",
     1,
     "/OpenAction << /S /Named /N /Print >>",
     {"/OpenAction", "/Named", "/Print"},
     Reason::action_removed},
    {"AC-163 additional actions of the document",
     1,
     "/AA << /WC " + js + " >>",
     {"/AA", "/WC", "/JavaScript"},
     Reason::action_removed},
    {"AC-163 additional actions of the page",
     3,
     "/AA << /O " + js + " >>",
     {"/AA", "/JavaScript"},
     Reason::action_removed},
    {"AC-164 script when opened",
     1,
     "/OpenAction " + js,
     {"/OpenAction", "/JavaScript", "app.alert"},
     Reason::script_removed},
    {"AC-164 script in the names",
     1,
     "/Names << /JavaScript << /Names [ (a) " + js + " ] >> >>",
     {"/JavaScript", "/JS", "app.alert"},
     Reason::script_removed},
    {"AC-164 script behind a link",
     3,
     annotation("/Subtype /Link /A " + js),
     {"/JavaScript", "/JS", "app.alert"},
     Reason::script_removed},
    {"AC-164 script in a field",
     3,
     annotation("/Subtype /Widget /FT /Tx /T (a) /V (b) /A " + js),
     {"/JavaScript", "/JS", "app.alert"},
     Reason::script_removed},
    {"AC-164 script after an allowed action",
     3,
     annotation("/Subtype /Link /A << /S /URI /URI (https://a.example/) /Next " + js + " >>"),
     {"/Next", "/JavaScript"},
     Reason::action_removed},
    {"AC-165 launch",
     1,
     "/OpenAction << /S /Launch /F (cmd.exe) /Win << /F (cmd.exe) >> >>",
     {"/Launch", "cmd.exe", "/Win"},
     Reason::action_removed},
    {"AC-165 launch behind a link",
     3,
     annotation("/Subtype /Link /A << /S /Launch /F (cmd.exe) >>"),
     {"/Launch", "cmd.exe"},
     Reason::action_removed},
    {"AC-167 submit",
     3,
     annotation("/Subtype /Widget /FT /Btn /Ff 65536 /T (a) /A << /S /SubmitForm /F (http://a.example/) >>"),
     {"/SubmitForm", "a.example"},
     Reason::action_removed},
    {"AC-167 import",
     3,
     annotation("/Subtype /Link /A << /S /ImportData /F (a.fdf) >>"),
     {"/ImportData", "a.fdf"},
     Reason::action_removed},
    {"AC-168 go to another file",
     3,
     annotation("/Subtype /Link /A << /S /GoToR /F (\\\\\\\\host\\\\a) /D [ 0 /Fit ] >>"),
     {"/GoToR", "host"},
     Reason::external_reference_removed},
    {"AC-168 go to an embedded file",
     3,
     annotation("/Subtype /Link /A << /S /GoToE /T << /R /C /N (a) >> >>"),
     {"/GoToE"},
     Reason::external_reference_removed},
    {"AC-168 thread",
     3,
     annotation("/Subtype /Link /A << /S /Thread /D 0 >>"),
     {"/Thread"},
     Reason::external_reference_removed},
    {"AC-169 embedded files",
     1,
     "/Names << /EmbeddedFiles << /Names [ (a) << /Type /Filespec /F (a.exe) /EF << /F 9 0 R >> >> ] >> >>",
     {"/EmbeddedFile", "a.exe", "MZ"},
     Reason::embedded_file_removed},
    {"AC-169 attached to the page",
     3,
     annotation("/Subtype /FileAttachment /FS << /Type /Filespec /F (a.exe) /EF << /F 9 0 R >> >>"),
     {"/FileAttachment", "a.exe", "MZ"},
     Reason::embedded_file_removed},
    {"AC-169 portfolio", 1, "/Collection << /Type /Collection >>", {"/Collection"}, Reason::embedded_file_removed},
    {"AC-169 associated file",
     1,
     "/AF [ << /Type /Filespec /F (a.exe) /EF << /F 9 0 R >> >> ]",
     {"/AF", "a.exe"},
     Reason::embedded_file_removed},
    {"AC-171 rich media",
     3,
     annotation("/Subtype /RichMedia /RichMediaContent << >>"),
     {"/RichMedia"},
     Reason::multimedia_removed},
    {"AC-171 movie",
     3,
     annotation("/Subtype /Movie /Movie << /F (a.avi) >>"),
     {"/Movie", "a.avi"},
     Reason::multimedia_removed},
    {"AC-171 sound", 3, annotation("/Subtype /Sound /Sound 9 0 R"), {"/Sound", "MZ"}, Reason::multimedia_removed},
    {"AC-171 3D", 3, annotation("/Subtype /3D /3DD 9 0 R"), {"/3DD", "/Subtype /3D"}, Reason::multimedia_removed},
    {"AC-171 rendition",
     3,
     annotation("/Subtype /Screen /A << /S /Rendition /OP 0 /JS (x) >>"),
     {"/Rendition", "/Screen", "/JS"},
     Reason::multimedia_removed},
    {"AC-172 a stream's data elsewhere",
     4,
     "/F (\\\\\\\\host\\\\share\\\\a) /FFilter /FlateDecode",
     {"host", "/FFilter"},
     Reason::external_reference_removed},
    {"AC-172 a form whose content lies elsewhere",
     3,
     "/Resources << /XObject << /X 10 0 R >> >>",
     {"/Ref", "\\\\host"},
     Reason::external_reference_removed},
    {"AC-183 metadata", 1, "/Metadata 9 0 R", {"/Metadata", "MZ"}, Reason::metadata_removed},
    {"AC-183 private data",
     3,
     "/PieceInfo << /A << /Private (secret) >> >>",
     {"/PieceInfo", "secret"},
     Reason::metadata_removed},
};

SmallPdf with(const Active& row) {
    SmallPdf pdf;
    pdf.put(9, pdf_stream("MZ hidden", "/Type /EmbeddedFile"));
    pdf.put(10, pdf_stream(
                    "", "/Type /XObject /Subtype /Form /BBox [ 0 0 9 9 ] /Ref << /F (\\\\\\\\host\\\\a) /Page 0 >>"));
    if (row.object == 3 && row.entries.starts_with("/Resources")) {
        pdf.put(3, "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 200 200 ] /Contents 4 0 R >>");
    }
    pdf.add(row.object, row.entries);
    return pdf;
}

void check_gone(const std::string& original, const Active& row) {
    const FileMade made = rebuilt(original);
    const std::string text = unpacked(made.untrusted_bytes);
    for (const std::string& word : row.gone) CHECK(text.find(word) == std::string::npos);
    CHECK(count_of(made, row.counted) >= 1);
    CHECK(text.find("(text) Tj") != std::string::npos);
}

}  // namespace

TEST_CASE(
    "AC-163 AC-164 AC-165 AC-167 AC-168 AC-169 AC-171 AC-172 AC-183 what acts or leads elsewhere is gone and counted") {
    for (const Active& row : table) {
        INFO(row.words);
        check_gone(with(row).write(), row);
    }
}

TEST_CASE("AC-164 AC-165 AC-169 what acts is gone in names spelled with #xx too") {
    for (const Active& row : table) {
        INFO(row.words);
        SmallPdf pdf = with(row);
        for (const std::string& word : row.gone) {
            if (!word.starts_with('/') || word.find(' ') != std::string::npos) continue;
            for (auto& [number, body] : pdf.objects) {
                if (number != 9) body = obfuscated(body, word);
            }
        }
        check_gone(pdf.write(), row);
    }
}

TEST_CASE("AC-164 AC-165 AC-169 what acts is gone in object streams too") {
    for (const Active& row : table) {
        INFO(row.words);
        check_gone(with(row).write_packed(), row);
    }
}

TEST_CASE("AC-166 links leave to http, https and mailto only") {
    struct Row {
        std::string uri;
        std::string kept;  // "" when it is not
    };
    const std::vector<Row> rows = {
        {"https://a.example/b?c=1#d", "https://a.example/b?c=1#d"},
        {"HTTP://a.example/", "http://a.example/"},
        {"mailto:a@a.example", "mailto:a@a.example"},
        {"https://a.example/\xE3\x81\x82 b", "https://a.example/%E3%81%82%20b"},
        {"file:///etc/passwd", ""},
        {"\\\\\\\\host\\\\share", ""},
        {"javascript:alert", ""},
        {" javascript:alert", ""},
        {"java\\nscript:alert", ""},
        {"https:a.example", ""},
        {"http://", ""},
        {"mailto:", ""},
        {"smb://host/a", ""},
        {"data:text/html,a", ""},
        {"a.example", ""},
        {"https://a.example/\\000", ""},
    };
    for (const Row& row : rows) {
        INFO(row.uri);
        SmallPdf pdf;
        pdf.add(3, annotation("/Subtype /Link /A << /S /URI /URI (" + row.uri + ") >>"));
        const FileMade made = rebuilt(pdf.write());
        const std::string text = unpacked(made.untrusted_bytes);
        CHECK((text.find("/URI") != std::string::npos) == !row.kept.empty());
        if (!row.kept.empty()) CHECK(text.find("/URI (" + row.kept + ")") != std::string::npos);
        CHECK(count_of(made, Reason::external_reference_removed) == (row.kept.empty() ? 1 : 0));
    }
}

TEST_CASE("AC-170 an XFA form that only its own program shows is not made, one with fields on its pages is") {
    SmallPdf dynamic;
    dynamic.add(1, "/NeedsRendering true /AcroForm << /Fields [ ] /XFA 9 0 R >>").put(9, pdf_stream("<xdp/>"));
    REQUIRE(std::holds_alternative<FileNotMade>(rebuild(dynamic.write())));
    CHECK(std::get<FileNotMade>(rebuild(dynamic.write())).why == Reason::dynamic_form);
    SmallPdf fixed;
    fixed.add(1, "/AcroForm << /Fields [ 6 0 R ] /XFA 9 0 R >>")
        .put(9, pdf_stream("<xdp/>"))
        .add(3, "/Annots [ 6 0 R ]");
    fixed.put(6, "<< /Subtype /Widget /FT /Tx /T (a) /V (shown) /Rect [ 0 0 90 20 ] >>");
    const std::string text = unpacked(rebuilt(fixed.write()).untrusted_bytes);
    CHECK(text.find("xdp") == std::string::npos);
    CHECK(text.find("/XFA") == std::string::npos);
    CHECK(text.find("<73686f776e> Tj") != std::string::npos);
}

TEST_CASE("AC-175 AC-176 AC-179 one reading is left: no old revision, nothing before, between or behind") {
    SmallPdf pdf;
    std::string bytes = pdf.write();
    bytes.insert(0, "<html>MZ polyglot</html>\n");
    const std::size_t xref = bytes.find("xref\n0");
    bytes.insert(xref, "% between PK\3\4\n");
    bytes += "4 0 obj\n" + pdf_stream("BT /F1 12 Tf 20 100 Td (newer) Tj ET") + "\nendobj\n";
    bytes += "trailer\n<< /Root 1 0 R /Size 6 >>\n%%EOF\nPK\3\4 behind";
    const std::string made = rebuilt(bytes).untrusted_bytes;
    CHECK(made.starts_with("%PDF-1.7\n"));
    CHECK(made.ends_with("\n%%EOF\n"));
    const std::string text = unpacked(made);
    CHECK(text.find("(newer)") != std::string::npos);
    for (const char* word : {"(text)", "polyglot", "between", "behind"}) CHECK(text.find(word) == std::string::npos);
}

TEST_CASE("what nothing refers to is gone") {
    SmallPdf pdf;
    pdf.put(9, pdf_stream("unreferenced"));
    CHECK(unpacked(rebuilt(pdf.write()).untrusted_bytes).find("unreferenced") == std::string::npos);
}

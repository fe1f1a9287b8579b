#include "sanitizer/codec/pdf/rebuild_pdf.hpp"

#define POINTERHOLDER_TRANSITION 4
#include <catch2/catch.hpp>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>
#include <string>
#include <vector>

#include "sanitizer/codec/pdf/stream_filters.hpp"
#include "small_pdf.hpp"
#include "tests/support/made_heif.hpp"

using namespace mugaika;
using namespace mugaika::test;
using codec::pdf::encode_flate;

namespace {

Reason why_not(std::string_view pdf, const FileLimits& limits = {}) {
    const FileOutcome outcome = rebuild(pdf, limits);
    if (std::holds_alternative<FileMade>(outcome)) FAIL("was made");
    return std::get<FileNotMade>(outcome).why;
}

std::string text_of(const SmallPdf& pdf) { return unpacked(rebuilt(pdf.write()).untrusted_bytes); }

bool has(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

std::string encrypted(const SmallPdf& pdf, const char* user) {
    const std::string bytes = pdf.write();
    QPDF document;
    document.processMemoryFile("test", bytes.data(), bytes.size());
    QPDFWriter writer(document);
    writer.setOutputMemory();
    writer.setR6EncryptionParameters(user, "owner", true, true, true, true, true, true, qpdf_r3p_full, true);
    writer.write();
    const std::shared_ptr<Buffer> out = writer.getBufferSharedPointer();
    return std::string(reinterpret_cast<const char*>(out->getBuffer()), out->getSize());
}

SmallPdf with_field(const std::string& field, const std::string& form = {}) {
    SmallPdf pdf;
    pdf.add(1, "/AcroForm << /Fields [ 6 0 R ] /DA (/Helv 0 Tf 1 0 0 rg) " + form + " >>");
    pdf.add(3, "/Annots [ 6 0 R ]").put(6, "<< /Subtype /Widget /Rect [ 10 10 110 30 ] /T (a) " + field + " >>");
    return pdf;
}

const std::string empty_form = pdf_stream("/Tx BMC EMC", "/Type /XObject /Subtype /Form /BBox [ 0 0 100 20 ]");

}  // namespace

TEST_CASE("a document is made with its page, its text and its font, and nothing is lost") {
    const FileMade made = rebuilt(SmallPdf().write());
    CHECK(made.kind == SafeKind::pdf);
    CHECK(made.pages == 1);
    CHECK(made.losses.empty());
    const std::string text = unpacked(made.untrusted_bytes);
    CHECK(has(text, "(text) Tj"));
    CHECK(has(text, "/BaseFont /Helvetica"));
}

TEST_CASE("the same document gives the same bytes, packed in object streams or not") {
    CHECK(rebuilt(SmallPdf().write()).untrusted_bytes == rebuilt(SmallPdf().write()).untrusted_bytes);
    CHECK(rebuilt(SmallPdf().write_packed()).untrusted_bytes == rebuilt(SmallPdf().write()).untrusted_bytes);
}

TEST_CASE("AC-181 Japanese fonts that are not embedded keep their names and their maps") {
    SmallPdf pdf;
    pdf.put(
        5,
        "<< /Type /Font /Subtype /Type0 /BaseFont /MS-Mincho-90ms-RKSJ-H /Encoding /90ms-RKSJ-H /DescendantFonts [ << "
        "/Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Mincho /CIDSystemInfo << /Registry (Adobe) /Ordering "
        "(Japan1) /Supplement 2 >> /DW 1000 /W [ 1 [ 500 ] 2 9 600 ] /FontDescriptor << /Type /FontDescriptor "
        "/FontName /#82l#82r#96#be#92#a9 /Flags 7 >> >> ] /ToUnicode 7 0 R >>");
    pdf.put(7, pdf_stream("begincmap endcmap", "/Type /CMap"));
    const std::string text = text_of(pdf);
    for (const char* word :
         {"/90ms-RKSJ-H", "/MS-Mincho-90ms-RKSJ-H", "(Japan1)", "/CIDFontType2", "begincmap", "/DW 1000"}) {
        CHECK(has(text, word));
    }
}

TEST_CASE("AC-177 a document that opens without a password is read, one that wants one is not") {
    CHECK(has(unpacked(rebuilt(encrypted(SmallPdf(), "")).untrusted_bytes), "(text) Tj"));
    CHECK(why_not(encrypted(SmallPdf(), "secret")) == Reason::encrypted);
}

TEST_CASE("AC-178 what is broken is not made, or made as far as it can be read; nothing is thrown") {
    const std::string whole = SmallPdf().write();
    CHECK(why_not("") == Reason::document_damaged);
    CHECK(why_not("%PDF-1.7\n") == Reason::document_damaged);
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        const FileOutcome outcome = rebuild(std::string_view(whole).substr(0, size));
        const auto* not_made = std::get_if<FileNotMade>(&outcome);
        if (not_made) CHECK(not_made->why == Reason::document_damaged);
    }
    for (std::size_t at = 0; at < whole.size(); at += 5) {
        std::string broken = whole;
        broken[at] = '(';
        const FileOutcome outcome = rebuild(broken);
        if (std::holds_alternative<FileMade>(outcome)) rebuilt(broken);
    }
}

TEST_CASE("AC-173 a stream that unpacks beyond the purse ends the work") {
    const std::string zeros(3'000'000, '\0');
    FileLimits limits;
    limits.inner_bytes_max = 1'000'000;
    const std::vector<std::string> streams = {
        pdf_stream(encode_flate(zeros), "/Filter /FlateDecode"),
        pdf_stream(encode_flate(encode_flate(zeros)), "/Filter [ /FlateDecode /FlateDecode ]"),
        pdf_stream(encode_flate(zeros).substr(0, 2000), "/Filter /FlateDecode"),  // and damaged
        pdf_stream(std::string(40'000, '\x81') + '\x80', "/Filter /RunLengthDecode"),
    };
    for (const std::string& stream : streams) {
        SmallPdf pdf;
        pdf.put(4, stream);
        CHECK(why_not(pdf.write(), limits) == Reason::inner_too_large);
    }
}

TEST_CASE("AC-173 pages, objects and bytes have limits") {
    SmallPdf pdf;
    pdf.put(2, "<< /Type /Pages /Count 1000000000 /Kids [ 3 0 R 3 0 R 3 0 R 3 0 R ] >>");
    CHECK(rebuilt(pdf.write()).pages == 4);
    FileLimits limits;
    limits.pdf_pages_max = 3;
    CHECK(why_not(pdf.write(), limits) == Reason::too_many_members);
    limits = {};
    limits.pdf_objects_max = 5;
    CHECK(why_not(pdf.write(), limits) == Reason::too_many_members);
    limits = {};
    limits.out_bytes_max = 300;
    CHECK(why_not(pdf.write(), limits) == Reason::files_too_large);
    pdf.put(3, "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 99999999 99999999 ] >>");
    CHECK(has(text_of(pdf), "612"));
}

TEST_CASE("AC-174 loops end") {
    const std::vector<std::pair<int, std::string>> rows = {
        {2, "<< /Type /Pages /Count 2 /Kids [ 2 0 R 3 0 R 2 0 R ] >>"},
        {1, "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"},
        {1, "<< /Type /Catalog /Pages 2 0 R /Names << /Dests 8 0 R >> /PageLabels 8 0 R >>"},
        {3,
         "<< /Type /Page /Parent 2 0 R /Contents [ 4 0 R ] /Resources << /XObject << /X 9 0 R >> /Font << /F1 10 0 R "
         ">> "
         "/Shading << /S 11 0 R >> /ColorSpace << /C 13 0 R >> /ExtGState << /G 14 0 R >> >> >>"},
        {3,
         "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [ 15 0 R ] >>"},
    };
    for (const auto& [object, body] : rows) {
        INFO(body);
        SmallPdf pdf;
        pdf.put(object, body);
        pdf.put(6, "<< /First 7 0 R /Last 7 0 R >>");
        pdf.put(7, "<< /Title (a) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Dest [ 3 0 R /Fit ] >>");
        pdf.put(8, "<< /Kids [ 8 0 R 8 0 R ] >>");
        pdf.put(9, pdf_stream("/X Do", "/Subtype /Form /BBox [ 0 0 1 1 ] /Resources << /XObject << /X 9 0 R >> >>"));
        pdf.put(10,
                "<< /Type /Font /Subtype /Type3 /FontBBox [ 0 0 1 1 ] /Resources << /Font << /F1 10 0 R >> >> "
                "/CharProcs << >> >>");
        pdf.put(11, "<< /ShadingType 2 /ColorSpace 13 0 R /Function 12 0 R /Coords [ 0 0 1 1 ] >>");
        pdf.put(12, "<< /FunctionType 3 /Domain [ 0 1 ] /Functions [ 12 0 R ] /Bounds [ ] /Encode [ 0 1 ] >>");
        pdf.put(13, "[ /Indexed 13 0 R 1 <0000> ]");
        pdf.put(14, "<< /Type /ExtGState /SMask << /S /Alpha /G 9 0 R >> >>");
        pdf.put(15, "<< /Subtype /Widget /FT /Tx /Rect [ 0 0 9 9 ] /Parent 15 0 R >>");
        rebuilt(pdf.write());
    }
}

TEST_CASE("each filter is undone and what it held is packed anew") {
    const std::string content = "BT /F1 12 Tf 20 100 Td (text) Tj ET";
    std::string hexadecimal;
    for (const char c : content) {
        hexadecimal += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        hexadecimal += "0123456789abcdef"[c & 15];
    }
    const std::vector<std::pair<std::string, std::string>> rows = {
        {hexadecimal + ">", "/ASCIIHexDecode"},
        {hexadecimal + ">", "/AHx"},
        {static_cast<char>(content.size() - 1) + content + '\x80', "/RunLengthDecode"},
        {encode_flate(content), "/FlateDecode"},
        {encode_flate(content) + "trailing MZ", "/FlateDecode"},
        {encode_flate(content).substr(0, encode_flate(content).size() - 3), "/FlateDecode"},  // checksum cut
        {encode_flate(encode_flate(content)), "[ /FlateDecode /Fl ]"},
        {encode_flate(hexadecimal + ">"), "[ /FlateDecode /ASCIIHexDecode ]"},
    };
    for (const auto& [data, filter] : rows) {
        INFO(filter);
        SmallPdf pdf;
        pdf.put(4, pdf_stream(data, "/Filter " + filter));
        const std::string made = rebuilt(pdf.write()).untrusted_bytes;
        CHECK(has(unpacked(made), "(text) Tj"));
        CHECK(!has(made, "MZ"));
        CHECK(made == rebuilt(SmallPdf().write()).untrusted_bytes);
    }
}

TEST_CASE("AC-213 a stream leaves packed as it came when nothing else is in it, and packed anew otherwise") {
    const std::string content = "BT /F1 12 Tf (as it came) Tj ET";
    const std::string tidy = zlib_of_stored_blocks(content);
    struct Row {
        const char* what;
        std::string packed;
        bool is_kept;
    };
    std::string wrong_sum = tidy;
    wrong_sum.back() = static_cast<char>(wrong_sum.back() ^ 1);
    const std::vector<Row> rows = {
        {"as any program packs it", encode_flate(content), true},
        {"stored", tidy, true},
        {"something behind its end", tidy + "MZ", false},
        {"another checksum", wrong_sum, false},
        {"blocks of nothing in front", zlib_of_stored_blocks(content, 100), false},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        const FileMade made = rebuilt(SmallPdf().put(4, pdf_stream(row.packed, "/Filter /FlateDecode")).write());
        CHECK((made.untrusted_bytes.find(row.packed) != std::string::npos) == row.is_kept);
        CHECK(unpacked(made.untrusted_bytes).find(content) != std::string::npos);
    }
}

TEST_CASE("chains of filters that nobody needs are not followed") {
    for (const char* filter : {"[ /DCTDecode /FlateDecode ]", "/DCTDecode", "/UnknownDecode", "[ /FlateDecode 7 ]",
                               "[ /Fl /Fl /Fl /Fl /Fl /Fl /Fl /Fl /Fl ]", "/JBIG2Decode"}) {
        SmallPdf pdf;
        pdf.put(4, pdf_stream("x", std::string("/Filter ") + filter));
        CHECK(why_not(pdf.write()) == Reason::not_representable);
    }
}

TEST_CASE("AC-180 packed pictures pass only with headers that hold together") {
    const std::string jbig2_page("\0\0\0\0\x30\0\1\0\0\0\x13\0\0\0\x08\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0", 30);
    struct Row {
        std::string data;
        std::string filter;
        bool passes;
    };
    std::string large = jbig2_page;
    large[11] = '\x7f';
    std::string longer = jbig2_page;
    longer[7] = '\x7f';
    const std::vector<Row> rows = {
        {jbig2_page, "/JBIG2Decode", true},
        {large, "/JBIG2Decode", false},
        {longer, "/JBIG2Decode", false},
        {"", "/JBIG2Decode", false},
        {"junk", "/JPXDecode", false},
        {"\xFF\x4F\xFF\x51", "/JPXDecode", false},
        {"\x26\xA0\x7F", "/CCITTFaxDecode", true},
    };
    for (const Row& row : rows) {
        SmallPdf pdf;
        pdf.put(3, "<< /Type /Page /Parent 2 0 R /Resources << /XObject << /I 6 0 R >> >> >>");
        pdf.put(6, pdf_stream(row.data, "/Subtype /Image /Width 8 /Height 8 /Filter " + row.filter));
        INFO(row.filter << ' ' << row.data.size());
        if (row.passes) {
            rebuilt(pdf.write());
        } else {
            CHECK(why_not(pdf.write()) == Reason::not_representable);
        }
    }
}

TEST_CASE("AC-180 a JPEG that cannot be read leaves nothing in its place, and that is counted") {
    SmallPdf pdf;
    pdf.put(3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /I 6 0 R >> >> >>");
    pdf.put(6, pdf_stream("\xFF\xD8\xFFjunk", "/Subtype /Image /Width 8 /Height 8 /Filter /DCTDecode"));
    const FileMade made = rebuilt(pdf.write());
    CHECK(count_of(made, Reason::picture_damaged) == 1);
    CHECK(!has(made.untrusted_bytes, "junk"));
}

TEST_CASE("a picture that is no JPEG is none under a JPEG's filter, though it could become one") {
    SmallPdf pdf;
    pdf.put(3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /I 6 0 R >> >> >>");
    pdf.put(6, pdf_stream(heif_of({}), "/Subtype /Image /Width 96 /Height 64 /Filter /DCTDecode"));
    CHECK(why_not(pdf.write()) == Reason::not_representable);
}

TEST_CASE("a field's value is shown, whatever appearance it has") {
    struct Row {
        std::string field;
        std::string form;
        std::string shown;
    };
    const std::vector<Row> rows = {
        {"/FT /Tx /V (value)", "", "<76616c7565> Tj"},
        {"/FT /Tx /V (value) /AP << /N 7 0 R >>", "", "<76616c7565> Tj"},  // an empty appearance
        {"/FT /Tx /V (value) /AP << /N 8 0 R >>", "", "(old) Tj"},
        {"/FT /Tx /V (value) /AP << /N 8 0 R >>", "/NeedAppearances true", "<76616c7565> Tj"},
        {"/FT /Tx /V <FEFF5C714E2D>", "", "<5c714e2d> Tj"},
        {"/FT /Tx /V 9 0 R", "", "<6c6f6e67> Tj"},
        {"/FT /Tx /Ff 8192 /V (secret)", "", "<2a2a2a2a2a2a> Tj"},
        {"/FT /Tx /Ff 4096 /V (one\\rtwo)", "", "<74776f> Tj"},
        {"/FT /Tx /Ff 16777216 /MaxLen 4 /V (1234)", "", "<34> Tj"},
        {"/FT /Ch /V (b) /Opt [ [ (a) (one) ] [ (b) (two) ] ]", "", "<74776f> Tj"},
        {"/FT /Ch /V [ (a) (b) ] /Opt [ [ (a) (one) ] [ (b) (two) ] ]", "", "<6f6e65> Tj"},
        {"/Parent 10 0 R", "", "<6162> Tj"},
        {"/FT /Btn /V /Yes /AS /Yes", "", "<34> Tj"},
        {"/FT /Btn /V /Yes", "", "<34> Tj"},
        {"/FT /Btn /Ff 32768 /AS /b /MK << /CA (l) >>", "", "<6c> Tj"},
        {"/FT /Btn /AS /Yes /AP << /N << /Yes 8 0 R /Off 7 0 R >> >>", "", "(old) Tj"},
        {"/FT /Btn /AS /Off /V /Yes /AP << /N << /Yes 8 0 R /Off 7 0 R >> >>", "/NeedAppearances true", "(old) Tj"},
        {"/FT /Btn /AS /Yes /AP << /N << /Yes 7 0 R >> >>", "", "<34> Tj"},
        {"/FT /Btn /Ff 65536 /AP << /N 8 0 R >>", "", "(old) Tj"},
    };
    for (const Row& row : rows) {
        INFO(row.field);
        SmallPdf pdf = with_field(row.field, row.form);
        pdf.put(7, empty_form).put(8, pdf_stream("BT (old) Tj ET", "/Subtype /Form /BBox [ 0 0 100 20 ]"));
        pdf.put(9, pdf_stream("long")).put(10, "<< /FT /Tx /V (ab) /Kids [ 6 0 R ] >>");
        const FileMade made = rebuilt(pdf.write());
        const std::string text = unpacked(made.untrusted_bytes);
        CHECK(has(text, row.shown));
        CHECK(has(text, "/MgkFm0 Do"));
        CHECK(count_of(made, Reason::form_flattened) == 1);
        for (const char* gone : {"/AcroForm", "/Widget", "/Annots"}) CHECK(!has(text, gone));
    }
}

TEST_CASE("an appearance whose font only the form has keeps it") {
    SmallPdf pdf = with_field("/FT /Btn /AS /Yes /AP << /N << /Yes 7 0 R >> >>", "/DR << /Font << /Own 5 0 R >> >>");
    pdf.put(7, pdf_stream("BT /Own 9 Tf /ZaDb 9 Tf (4) Tj ET", "/Subtype /Form /BBox [ 0 0 9 9 ]"));
    const std::string text = text_of(pdf);
    CHECK(has(text, "/Own "));
    CHECK(has(text, "/BaseFont /ZapfDingbats"));
}

TEST_CASE("a field that is hidden or off shows nothing, and that it went is said") {
    for (const char* field :
         {"/FT /Tx /V (value) /F 2", "/FT /Btn /AS /Off /V /Off", "/FT /Tx", "/FT /Tx /V (value) /F 32"}) {
        const FileMade made = rebuilt(with_field(field).write());
        CHECK(!has(unpacked(made.untrusted_bytes), "Do"));
        CHECK(count_of(made, Reason::form_flattened) == 1);
    }
}

TEST_CASE("AC-182 a signature is lost and that is said") {
    SmallPdf pdf = with_field("/FT /Sig /V 7 0 R");
    pdf.put(7, "<< /Type /Sig /Filter /Adobe.PPKLite /Contents <3082> /ByteRange [ 0 1 2 3 ] >>");
    const FileMade made = rebuilt(pdf.write());
    CHECK(count_of(made, Reason::signature_dropped) == 1);
    CHECK(!has(unpacked(made.untrusted_bytes), "PPKLite"));
}

TEST_CASE("tags are lost and that is said") {
    SmallPdf pdf;
    pdf.add(1, "/StructTreeRoot << /Type /StructTreeRoot >>");
    CHECK(count_of(rebuilt(pdf.write()), Reason::tags_removed) == 1);
}

TEST_CASE("AC-176 layers are fixed as they are shown") {
    struct Row {
        std::string layer;    // object 7
        std::string setting;  // /D
        bool is_shown;
    };
    const std::string group = "<< /Type /OCG /Name (a) >>";
    const std::vector<Row> rows = {
        {group, "<< >>", true},
        {group, "<< /OFF [ 7 0 R ] >>", false},
        {group, "<< /BaseState /OFF >>", false},
        {group, "<< /BaseState /OFF /ON [ 7 0 R ] >>", true},
        {"<< /Type /OCMD /OCGs 8 0 R >>", "<< /OFF [ 8 0 R ] >>", false},
        {"<< /Type /OCMD /OCGs [ 8 0 R 9 0 R ] >>", "<< /OFF [ 8 0 R ] >>", true},
        {"<< /Type /OCMD /OCGs [ 8 0 R 9 0 R ] /P /AllOn >>", "<< /OFF [ 8 0 R ] >>", false},
        {"<< /Type /OCMD /OCGs [ 8 0 R 9 0 R ] /P /AnyOff >>", "<< /OFF [ 8 0 R ] >>", true},
        {"<< /Type /OCMD /OCGs [ 8 0 R 9 0 R ] /P /AllOff >>", "<< /OFF [ 8 0 R ] >>", false},
        {"<< /Type /OCMD /VE [ /Not 8 0 R ] >>", "<< /OFF [ 8 0 R ] >>", true},
        {"<< /Type /OCMD /VE [ /And 8 0 R [ /Or 9 0 R 8 0 R ] ] >>", "<< /OFF [ 8 0 R ] >>", false},
        {"<< /Type /OCMD /VE [ /Or 8 0 R [ /Not 8 0 R ] ] >>", "<< /OFF [ 8 0 R ] >>", true},
    };
    for (const Row& row : rows) {
        INFO(row.layer << row.setting);
        SmallPdf pdf;
        pdf.add(1, "/OCProperties << /OCGs [ 7 0 R 8 0 R 9 0 R ] /D " + row.setting + " >>");
        pdf.put(3,
                "<< /Type /Page /Parent 2 0 R /Contents [ 4 0 R 6 0 R ] /Resources << /Properties << /M#43 7 0 R >> "
                "/Font << /F1 5 0 R "
                ">> /XObject << /X 10 0 R >> >> >>");
        pdf.put(4,
                pdf_stream("/OC /MC BDC BT 1 0 0 rg (layer) Tj ET 0 0 9 9 re W f BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"));
        pdf.put(6, pdf_stream("/Span << /MCID 0 >> BDC /X Do EMC EMC BT (after) Tj ET"));
        pdf.put(7, row.layer).put(8, group).put(9, group);
        pdf.put(10, pdf_stream("BT (form) Tj ET", "/Subtype /Form /BBox [ 0 0 9 9 ] /OC 7 0 R"));
        const FileMade made = rebuilt(pdf.write());
        const std::string text = unpacked(made.untrusted_bytes);
        CHECK(has(text, "(layer)") == row.is_shown);
        CHECK(has(text, "(form)") == row.is_shown);
        CHECK(has(text, "BI") == row.is_shown);
        CHECK(has(text, "(after) Tj"));
        CHECK(has(text, "1 0 0 rg"));
        CHECK(count_of(made, Reason::layers_fixed) == 1);
        for (const char* gone : {"/OCProperties", "/OCG", "/OCMD", "/Properties"}) CHECK(!has(text, gone));
    }
}

TEST_CASE("annotations that show something stay: comments as such, others as part of the page") {
    SmallPdf pdf;
    pdf.add(3, "/Annots [ 6 0 R 7 0 R 8 0 R 9 0 R 11 0 R ]");
    pdf.put(
        6,
        "<< /Subtype /Highlight /Rect [ 0 0 9 9 ] /QuadPoints [ 0 0 9 0 0 9 9 9 ] /C [ 1 1 0 ] /AA << /E 4 0 R >> >>");
    pdf.put(7, "<< /Subtype /Stamp /Rect [ 0 0 9 9 ] /AP << /N 10 0 R >> /Contents (note) /T (author) >>");
    pdf.put(8, "<< /Subtype /Watermark /Rect [ 0 0 9 9 ] /AP << /N 10 0 R >> >>");
    pdf.put(9, "<< /Subtype /Link /Rect [ 0 0 9 9 ] /BS << /W 2 /S /D /D [ 3 ] >> /Dest [ 3 0 R /XYZ 0 9 null ] >>");
    pdf.put(10, pdf_stream("BT (stamped) Tj ET", "/Subtype /Form /BBox [ 0 0 9 9 ]"));
    pdf.put(11, "<< /Subtype /Text /Rect [ 0 0 9 9 ] /F 2 /Contents (hidden) >>");
    const FileMade made = rebuilt(pdf.write());
    const std::string text = unpacked(made.untrusted_bytes);
    for (const char* kept : {"/Highlight", "/Stamp", "(note)", "/MgkFm0 Do", "/BS", "/XYZ"}) CHECK(has(text, kept));
    for (const char* gone : {"/Watermark", "(hidden)", "/AA"}) CHECK(!has(text, gone));
    CHECK(count_of(made, Reason::annotation_flattened) == 1);
    CHECK(count_of(made, Reason::comments_kept) == 1);
    CHECK(count_of(made, Reason::annotation_removed) == 1);
}

TEST_CASE("bookmarks, named places and page labels stay") {
    SmallPdf pdf;
    pdf.add(1,
            "/Outlines 6 0 R /Names << /Dests << /Names [ (chap) [ 3 0 R /FitH 9 ] ] >> >> /Dests << /old [ 3 0 R /Fit "
            "] >> "
            "/PageLabels << /Nums [ 0 << /S /r /P (A-) >> ] >>");
    pdf.put(6, "<< /First 7 0 R /Last 8 0 R /Count 2 >>");
    pdf.put(7, "<< /Title <FEFF7B2C> /Parent 6 0 R /Next 8 0 R /Dest (chap) /Count -1 /First 9 0 R /Last 9 0 R >>");
    pdf.put(8, "<< /Title (two) /Parent 6 0 R /Prev 7 0 R /A << /S /GoTo /D /old >> /F 2 /C [ 1 0 0 ] >>");
    pdf.put(9, "<< /Title (below) /Parent 7 0 R /A << /S /Launch /F (a.exe) >> >>");
    const std::string text = text_of(pdf);
    for (const char* kept : {"(two)", "(below)", "(chap)", "/FitH", "/PageLabels", "(A-)", "/Count -1"})
        CHECK(has(text, kept));
    CHECK(!has(text, "a.exe"));
}

TEST_CASE("AC-175 names with NUL or a stray # make no key that stands twice") {
    SmallPdf pdf;
    pdf.put(3,
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F#001 5 0 R /F#00#001 5 0 "
            "R /F#zz 5 0 R "
            "/#00 5 0 R >> >> >>");
    rebuilt(pdf.write());
}

TEST_CASE("colour spaces inside each other end where the checker stops reading") {
    for (unsigned depth = 0; depth < 12; ++depth) {
        std::string space = "[ /CalRGB << /WhitePoint [ 1 1 1 ] >> ]";
        for (unsigned i = 0; i < depth; ++i) space = "[ /Pattern " + space + " ]";
        SmallPdf pdf;
        pdf.put(3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Group << /S /Transparency /CS " + space +
                       " >> /Resources << /Font << /F1 5 0 R >> /ColorSpace << /C " + space + " >> >> >>");
        rebuilt(pdf.write());
    }
}

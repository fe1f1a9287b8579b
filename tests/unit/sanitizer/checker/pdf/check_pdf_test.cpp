// A good document, made by the codec, broken in every way that a codec which was taken over could think of.
#include "sanitizer/checker/pdf/check_pdf.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "../../codec/pdf/small_pdf.hpp"
#include "sanitizer/codec/pdf/stream_filters.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// The objects of a document of ours, to be changed and written again with a table that fits.
struct Parts {
    explicit Parts(const std::string& pdf) {
        std::size_t at = pdf.find("1 0 obj\n");
        for (int number = 1;; ++number) {
            const std::string open = std::to_string(number) + " 0 obj\n";
            if (pdf.compare(at, open.size(), open) != 0) break;
            const std::size_t end = pdf.find("\nendobj\n", at);
            bodies.push_back(pdf.substr(at + open.size(), end - at - open.size()));
            at = end + 8;
        }
    }

    std::string write() const {
        std::string out = "%PDF-1.7\n%\xBF\xF7\xA2\xFE\n";
        std::string table;
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            std::string digits = std::to_string(out.size());
            table += digits.insert(0, 10 - digits.size(), '0') + " 00000 n \n";
            out += std::to_string(i + 1) + " 0 obj\n" + bodies[i] + "\nendobj\n";
        }
        const std::string size = std::to_string(bodies.size() + 1);
        const std::string at = std::to_string(out.size());
        return out + "xref\n0 " + size + "\n0000000000 65535 f \n" + table + "trailer\n<< /Root 1 0 R /Size " + size +
               " >>\nstartxref\n" + at + "\n%%EOF\n";
    }

    // In the first object that has `old`.
    Parts& replace(const std::string& old, const std::string& by) {
        for (std::string& body : bodies) {
            const std::size_t at = body.find(old);
            if (at == std::string::npos) continue;
            body.replace(at, old.size(), by);
            return *this;
        }
        FAIL("no " << old);
        return *this;
    }

    std::vector<std::string> bodies;
};

std::string good_document() {
    SmallPdf pdf;
    pdf.put(1,
            "<< /Type /Catalog /Pages 2 0 R /Lang (ja) /Outlines 6 0 R /Names << /Dests << /Names [ (a) [ 3 0 R /Fit ] "
            "(b) [ 3 0 R "
            "/FitH 1 ] ] >> >> /PageLabels << /Nums [ 0 << /S /D >> 1 << /S /r >> ] >> /PageMode /UseOutlines >>");
    pdf.put(2, "<< /Type /Pages /Kids [ 3 0 R 20 0 R ] /Count 2 >>");
    pdf.put(
        3,
        "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 200.5 200 ] /Contents [ 4 0 R 4 0 R ] /Annots [ 9 0 R 10 0 R ] "
        "/Resources 11 0 R /Group << /S /Transparency /CS /DeviceRGB >> >>");
    pdf.put(6, "<< /First 7 0 R /Last 8 0 R /Count 2 >>");
    pdf.put(7, "<< /Title (one) /Parent 6 0 R /Next 8 0 R /Dest [ 3 0 R /XYZ 0 1 null ] >>");
    pdf.put(8, "<< /Title (two) /Parent 6 0 R /Prev 7 0 R /A << /S /URI /URI (https://a.example/) >> >>");
    pdf.put(9, "<< /Subtype /Link /Rect [ 0 0 9 9 ] /A << /S /URI /URI (https://b.example/) >> /Border [ 0 0 1 ] >>");
    pdf.put(10, "<< /Subtype /Stamp /Rect [ 0 0 9 9 ] /AP << /N 12 0 R >> /Contents (note) >>");
    pdf.put(11,
            "<< /Font << /F1 5 0 R >> /XObject << /I 13 0 R /X 12 0 R >> /ColorSpace << /C 14 0 R >> /ExtGState << /G "
            "<< /ca 0.5 "
            "/BM /Multiply >> >> /Pattern << /P 16 0 R >> /Shading << /S 17 0 R >> >>");
    pdf.put(12, pdf_stream("0 0 9 9 re f", "/Subtype /Form /BBox [ 0 0 9 9 ]"));
    pdf.put(13, pdf_stream("\x80", "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 1 /ColorSpace /DeviceGray"));
    pdf.put(14, "[ /Separation /Spot /DeviceCMYK 15 0 R ]");
    pdf.put(15, "<< /FunctionType 2 /Domain [ 0 1 ] /N 1 /C0 [ 0 0 0 0 ] /C1 [ 1 0 0 0 ] >>");
    pdf.put(16, "<< /PatternType 2 /Shading 17 0 R >>");
    pdf.put(17, "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [ 0 0 1 1 ] /Function 18 0 R >>");
    pdf.put(18, "<< /FunctionType 3 /Domain [ 0 1 ] /Functions [ 15 0 R ] /Bounds [ ] /Encode [ 0 1 ] >>");
    pdf.put(20, "<< /Type /Page /Parent 2 0 R /Resources << >> >>");
    return rebuilt(pdf.write()).untrusted_bytes;
}

bool is_refused(const std::string& pdf) {
    const Result<std::uint32_t> checked = checker::check_pdf(pdf);
    if (checked) return false;
    CHECK(checked.error().fault() == Fault::protocol);
    CHECK(checked.error().words().find("expected") != std::string::npos);
    return true;
}

struct Change {
    std::string old;
    std::string by;
};

void check_each_refused(const std::vector<Change>& changes) {
    const std::string good = good_document();
    for (const Change& change : changes) {
        INFO(change.old << " -> " << change.by);
        CHECK(is_refused(Parts(good).replace(change.old, change.by).write()));
    }
}

}  // namespace

TEST_CASE("the good document passes, also when it is written again by the test") {
    const std::string good = good_document();
    CHECK(*checker::check_pdf(good) == 2);
    CHECK(Parts(good).write() == good);
}

TEST_CASE("AC-163 AC-164 AC-165 AC-167 AC-168 AC-169 AC-171 AC-172 each active feature put back is refused") {
    check_each_refused({
        {"/Lang <6a61>", "/Lang <6a61> /OpenAction << /S /URI /URI <68747470733a2f2f61> >>"},
        {"/Lang <6a61>", "/AA << >> /Lang <6a61>"},
        {"/Lang <6a61>", "/AcroForm << >> /Lang <6a61>"},
        {"/Lang <6a61>", "/AF [ ] /Lang <6a61>"},
        {"/Lang <6a61>", "/Collection << >> /Lang <6a61>"},
        {"/Lang <6a61>", "/Lang <6a61> /Metadata 9 0 R"},
        {"/Lang <6a61>", "/Lang <6a61> /OCProperties << >>"},
        {"/Lang <6a61>", "/Lang <6a61> /NeedsRendering true"},
        {"/Names << /Dests", "/Names << /AP << >> /Dests"},
        {"<< /Dests << /Names [ <61>", "<< /JavaScript << /Names [ <61>"},
        {"<< /Dests << /Names [ <61>", "<< /EmbeddedFiles << /Names [ <61>"},
        {"/S /URI /URI <68747470733a2f2f612e6578616d706c652f>",
         "/S /JavaScript /URI <68747470733a2f2f612e6578616d706c652f>"},
        {"/S /URI /URI <68747470733a2f2f612e6578616d706c652f>", "/JS <61> /S /JavaScript"},
        {"/S /URI /URI <68747470733a2f2f622e6578616d706c652f>", "/F <61> /S /Launch"},
        {"/S /URI /URI <68747470733a2f2f622e6578616d706c652f>", "/D [ 3 0 R /Fit ] /F <61> /S /GoToR"},
        {"/S /URI /URI <68747470733a2f2f622e6578616d706c652f>",
         "/Next << >> /S /URI /URI <68747470733a2f2f622e6578616d706c652f>"},
        {"/S /URI /URI <68747470733a2f2f622e6578616d706c652f>",
         "/S /#55RI /URI <68747470733a2f2f622e6578616d706c652f>"},
        {"/URI <68747470733a2f2f622e6578616d706c652f>", "/URI <6a6176617363726970743a61>"},
        {"/URI <68747470733a2f2f622e6578616d706c652f>", "/URI <66696c653a2f2f2f61>"},
        {"/URI <68747470733a2f2f622e6578616d706c652f>", "/URI <5c5c686f73745c61>"},
        {"/URI <68747470733a2f2f622e6578616d706c652f>", "/URI <68747470733a2f2f620a>"},
        {"/URI <68747470733a2f2f622e6578616d706c652f>", "/URI <2068747470733a2f2f62>"},
        {"/URI <68747470733a2f2f622e6578616d706c652f>", "/URI <48747470733a2f2f62>"},
        {"/Subtype /Link", "/Subtype /Widget"},
        {"/Subtype /Stamp", "/Subtype /FileAttachment"},
        {"/Subtype /Stamp", "/Subtype /RichMedia"},
        {"/Subtype /Stamp", "/Subtype /Movie"},
        {"/Subtype /Stamp", "/Subtype /Screen"},
        {"/Subtype /Stamp", "/Subtype /3D"},
        {"/Contents <6e6f7465>", "/A << /S /URI /URI <68747470733a2f2f61> >> /Contents <6e6f7465>"},
        {"/BBox [ 0 0 9 9 ]", "/BBox [ 0 0 9 9 ] /F <61>"},
        {"/BBox [ 0 0 9 9 ]", "/BBox [ 0 0 9 9 ] /OPI << >>"},
        {"/Subtype /Form", "/Ref << >> /Subtype /Form"},
        {"/Subtype /Form", "/Subtype /PS"},
        {"/MediaBox [ 0 0 200.5 200 ]", "/AA << >> /MediaBox [ 0 0 200.5 200 ]"},
        {"/MediaBox [ 0 0 200.5 200 ]", "/MediaBox [ 0 0 200.5 200 ] /PieceInfo << >>"},
        {"/MediaBox [ 0 0 200.5 200 ]", "/MediaBox [ 0 0 200.5 200 ] /PresSteps << >>"},
        {"/BaseFont /Helvetica", "/AA << >> /BaseFont /Helvetica"},
    });
}

TEST_CASE("AC-175 values have one spelling") {
    check_each_refused({
        {"/Lang <6a61>", "/Lang (ja)"},
        {"/Lang <6a61>", "/Lang <6A61>"},
        {"/Lang <6a61>", "/Lang <6a6>"},
        {"/Lang <6a61>", "/Lang  <6a61>"},
        {"/Lang <6a61>", "/Lang\n<6a61>"},
        {"/Lang <6a61>", "/L#61ng <6a61>"},
        {"/Lang <6a61>", "/Lang <6a61> /Lang <6a61>"},
        {"200.5", "200.50"},
        {"200.5", "+200.5"},
        {"200.5", "0200.5"},
        {"200.5", "200."},
        {"200.5", "2e2"},
        {"200.5", ".5"},
        {"200.5", "99999999999"},
        {"200.5", "200.5 %"},
        {"200.5", "null"},
        {"/Helvetica", "/Helv#65tica"},
        {"/Helvetica", "/Helv#6Ftica"},
        {"/Helvetica", "/"},
        {"/Helvetica", "(Helvetica)"},
        {"/Helvetica", "5 0 R"},
        {"/Count 2 /Kids", "/Count 2.0 /Kids"},
        {"<< /Count 2 /Kids", "<</Count 2 /Kids"},
        {"0 0 200.5 200 ]", "0 0 200.5 200]"},
        {"0 0 200.5 200 ]", "0 0 200.5 200 [ [ [ [ [ [ [ [ [ ] ] ] ] ] ] ] ] ] ]"},
    });
}

TEST_CASE("keys, roles and kinds of values are judged") {
    check_each_refused({
        {"/Type /Catalog", "/Type /Page"},
        {"/Pages 2 0 R", "/Pages 3 0 R"},
        {"/Kids [ 3 0 R 4 0 R ]", "/Kids [ 4 0 R 3 0 R ]"},
        {"/Kids [ 3 0 R 4 0 R ]", "/Kids [ 3 0 R ]"},
        {"/Kids [ 3 0 R 4 0 R ]", "/Kids [ 3 0 R 3 0 R ]"},
        {"/Kids [ 3 0 R 4 0 R ]", "/Kids [ 3 0 R 4 0 R 5 0 R ]"},
        {"/Kids [ 3 0 R 4 0 R ]", "/Kids [ ]"},
        {"/Parent 2 0 R", "/Parent 1 0 R"},
        {"/MediaBox [ 0 0 200.5 200 ]", "/MediaBox [ 0 0 200.5 ]"},
        {"/MediaBox [ 0 0 200.5 200 ]", "/MediaBox [ 0 0 200.5 /A ]"},
        {"/MediaBox [ 0 0 200.5 200 ] ", ""},
        {"/Fit ]", "/Fit 1 ]"},
        {"/Fit ]", "/Unfit ]"},
        {"[ 3 0 R /Fit ]", "[ 2 0 R /Fit ]"},
        {"[ 3 0 R /Fit ]", "[ 900 0 R /Fit ]"},
        {"[ 3 0 R /Fit ]", "[ 0 /Fit ]"},
        {"/Names [ <61>", "/Names [ <62>"},
        {"/Nums [ 0 <<", "/Nums [ 1 <<"},
        {"/PageMode /UseOutlines", "/PageMode /UseAttachments"},
        {"/PageMode /UseOutlines", "/PageMode /FullScreen"},
        {"/Subtype /Type1", "/Subtype /Type9"},
        {"/ca 0.5", "/ca /A"},
        {"/ca 0.5", "/HT << >> /ca 0.5"},
        {"/FunctionType 2", "/FunctionType 4"},
        {"/FunctionType 2", "/FunctionType /A"},
        {"/PatternType 2", "/PatternType 3"},
        {"/ShadingType 2", "/ShadingType 4"},
        {"/DeviceCMYK", "/DeviceOther"},
        {"/Separation", "/Unknown"},
        {"/Filter /FlateDecode", "/Filter [ /FlateDecode ]"},
        {"/Filter /FlateDecode", "/Filter /LZWDecode"},
        {"/Filter /FlateDecode", "/Filter /Crypt"},
        {"/Filter /FlateDecode", "/Filter /DCTDecode"},
        {"/Filter /FlateDecode ", ""},
        {"/Filter /FlateDecode", "/DecodeParms << /Predictor 12 >> /Filter /FlateDecode"},
        {"/Filter /FlateDecode", "/DecodeParms << /JBIG2Globals 5 0 R >> /Filter /FlateDecode"},
        {"/Title <6f6e65> ", ""},
    });
}

TEST_CASE("an object that is a different kind for two others is refused") {
    const std::string good = good_document();
    Parts parts(good);
    const std::size_t at = parts.bodies[2].find("/Contents [ ");
    REQUIRE(at != std::string::npos);
    const std::string content = parts.bodies[2].substr(at + 12, parts.bodies[2].find(' ', at + 12) - at - 12);
    parts.replace("/XObject << /I ", "/XObject << /H " + content + " 0 R /I ");
    CHECK(is_refused(parts.write()));
}

TEST_CASE("AC-175 an object that nothing refers to is refused, also behind a good document") {
    for (const char* hidden : {"<< >>", "<< /JS <61> /S /JavaScript >>",
                               "<< /Filter /FlateDecode /Length 0 >>\nstream\n\nendstream", "<61>"}) {
        Parts parts(good_document());
        parts.bodies.emplace_back(hidden);
        CHECK(is_refused(parts.write()));
    }
}

TEST_CASE("AC-175 AC-179 AC-213 nothing stands before, between or behind") {
    const std::string good = good_document();
    for (const char* piece : {"%PDF-1.7\n", "1 0 obj\n", "\nendobj\n", "\nstream\n", "\nendstream", "xref\n",
                              "trailer\n", "startxref\n", "%%EOF"}) {
        for (std::size_t at = good.find(piece); at != std::string::npos; at = good.find(piece, at + 1)) {
            for (const char* hidden : {" ", "\n", "%x\n", "\r", "A"}) {
                std::string before = good;
                std::string behind = good;
                CHECK(is_refused(before.insert(at, hidden)));
                CHECK(is_refused(behind.insert(at + std::string(piece).size(), hidden)));
            }
        }
    }
    CHECK(is_refused(good + "\n"));
    CHECK(is_refused(good + good));
    CHECK(is_refused(good + "xref\n0 0\ntrailer\n<< /Root 1 0 R /Size 1 /Prev 5 >>\nstartxref\n5\n%%EOF\n"));
    CHECK(is_refused(""));
}

TEST_CASE("AC-178 every cut is refused") {
    const std::string good = good_document();
    for (std::size_t size = 0; size < good.size(); ++size) {
        REQUIRE(checker::check_pdf(std::string_view(good).substr(0, size)).has_error());
    }
}

TEST_CASE("the table, the trailer and the version are ours to the byte") {
    const std::string good = good_document();
    const std::size_t table = good.find("xref\n0");
    for (std::size_t at = table; at < good.size(); ++at) {
        std::string broken = good;
        broken[at] = broken[at] == '1' ? '2' : '1';
        INFO(at - table);
        CHECK(is_refused(broken));
    }
    std::string other = good;
    other[7] = '4';
    CHECK(is_refused(other));
}

TEST_CASE("AC-173 AC-213 deflate ends with its stream") {
    const std::string data = codec::pdf::encode_flate("BT ET");
    const std::vector<std::string> rows = {data + "MZ", data.substr(0, data.size() - 1), "plain", "",
                                           zlib_of_stored_blocks("BT ET", 14)};
    for (const std::string& bytes : rows) {
        Parts parts(good_document());
        for (std::string& body : parts.bodies) {
            if (!body.starts_with("<< /Filter /FlateDecode /Length")) continue;
            body = "<< /Filter /FlateDecode /Length " + std::to_string(bytes.size()) + " >>\nstream\n" + bytes +
                   "\nendstream";
            break;
        }
        CHECK(is_refused(parts.write()));
    }
}

TEST_CASE("a length that is not the stream's is refused") {
    check_each_refused({{"/Length ", "/Length 1"},
                        {"/Length ", "/Length 99999"},
                        {"/Length ", "/Length -"},
                        {"/Length ", "/Length 0"}});
}

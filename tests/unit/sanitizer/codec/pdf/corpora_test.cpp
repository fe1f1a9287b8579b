// The published PDF corpora, benign and hostile: each file is made and taken by the checker, or not made; no output
// holds anything that acts, looked for in what qpdf unpacks.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sanitizer/checker/pdf/check_pdf.hpp"
#include "small_pdf.hpp"
#include "test_places.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::string_view active[] = {
    "/JavaScript", "/JS ",        "/AA ",        "/OpenAction", "/Launch",    "/GoToR",     "/GoToE",
    "/SubmitForm", "/ImportData", "/RichMedia",  "/Movie",      "/Sound",     "/Rendition", "/EmbeddedFile",
    "/Filespec",   "/XFA",        "/AcroForm",   "/Metadata",   "/PieceInfo", "/Encrypt",   "/OCProperties",
    "/Widget",     "/ObjStm",     "/Collection", "/3DD",
};

// Dictionaries only: a content stream may show such a word.
std::string without_streams(const std::string& pdf) {
    std::string out;
    std::size_t at = 0;
    while (true) {
        const std::size_t stream = pdf.find("\nstream\n", at);
        out += pdf.substr(at, stream - at);
        if (stream == std::string::npos) return out;
        at = pdf.find("\nendstream", stream);
        if (at == std::string::npos) return out;
    }
}

struct Count {
    int files = 0;
    int made = 0;
};

Count try_folder(const std::filesystem::path& folder) {
    Count count;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        ++count.files;
        INFO(entry.path().filename());
        const FileOutcome outcome = rebuild(bytes);
        const auto* made = std::get_if<FileMade>(&outcome);
        if (!made) continue;
        ++count.made;
        const Result<std::uint32_t> pages = checker::check_pdf(made->untrusted_bytes);
        INFO((pages ? std::string() : pages.error().words()));
        CHECK((pages && *pages == made->pages));
        const std::string text = without_streams(unpacked(made->untrusted_bytes));
        for (const std::string_view word : active)
            CHECK(text.find(" " + std::string(word)) == std::string::npos);  // a link may hold it
    }
    return count;
}

}  // namespace

TEST_CASE("no PDF of the corpora leaves anything that acts, nearly all benign ones are made") {
    const std::filesystem::path corpora = MUGAIKA_CORPORA;
    if (!std::filesystem::exists(corpora / "file_pdf_benign")) {
        WARN("no corpora: not tried");
        return;
    }
    const Count benign = try_folder(corpora / "file_pdf_benign");
    CHECK(benign.made * 100 >= benign.files * 97);  // three of 120 are not documents
    CHECK(try_folder(corpora / "file_pdf_hostile").made > 0);
}

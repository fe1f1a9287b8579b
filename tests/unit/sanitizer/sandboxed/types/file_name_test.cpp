#include "sanitizer/sandboxed/types/file_name.hpp"

#include <catch2/catch.hpp>

#include "sanitizer/mail/plain_text.hpp"
#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;

namespace {

std::string clean(std::string_view name) {
    std::vector<Reason> notes;
    const std::string cleaned = clean_file_name(name, notes);
    CHECK(has(notes, Reason::name_cleaned) == (cleaned != name));
    std::vector<Reason> again;
    CHECK(clean_file_name(cleaned, again) == cleaned);
    CHECK(is_plain(cleaned, TextRule::line));
    return cleaned;
}

}  // namespace

TEST_CASE("honest names stay as they are") {
    for (const std::string_view name :
         {"見積書.pdf", "a b (1).docx", "R6_予算案【確定】.xlsx", "x", "a.tar.gz", "髙﨑～①.txt"}) {
        CHECK(clean(name) == name);
    }
}

TEST_CASE("AC-086 AC-087 characters that reverse or hide text are removed") {
    CHECK(clean("a\u202Efdp.exe") == "afdp.exe");
    CHECK(clean("a\u200B\u200F\uFEFF\u00AD.p\u200Ddf\U000E0041") == "a.pdf");
    CHECK(extension_of("a.p\u202Ed\u200Bf") == "pdf");
    CHECK(extension_of("cod\u202Efdp.exe") == "exe");
}

TEST_CASE("AC-093 only the base name is left") {
    struct Row {
        std::string_view name, cleaned;
    };
    const Row rows[] = {
        {"../../etc/passwd", "passwd"},
        {"/etc/passwd", "passwd"},
        {"C:\\temp\\a.txt", "a.txt"},
        {"C:a.txt", "a.txt"},
        {"\\\\host\\share\\a.txt", "a.txt"},
        {"a/b/", "b"},
        {"a.txt:evil.exe", "a.txt_evil.exe"},
        {"..", ""},
        {"../", ""},
        {"a\\..\\..\\b.txt", "b.txt"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(clean(row.name) == row.cleaned);
    }
}

TEST_CASE("AC-094 device names and trailing dots and blanks are defused") {
    for (const std::string_view name : {"CON", "nul.txt", "COM1", "lpt9.tar.gz", "COM¹.txt", "aux .txt", "CONIN$"}) {
        CAPTURE(name);
        CHECK(clean(name) == "_" + std::string(name));
    }
    CHECK(clean("CONTRACT.pdf") == "CONTRACT.pdf");
    CHECK(clean("COM10.txt") == "COM10.txt");
    CHECK(clean("a.exe. . .") == "a.exe");
    CHECK(extension_of("a.exe. . .") == "exe");
}

TEST_CASE("AC-095 blanks cannot push the extension out of sight, and long names keep it") {
    CHECK(clean("invoice.pdf                .exe") == "invoice.pdf .exe");
    CHECK(clean("invoice.pdf\u3000\u3000\u00A0.exe") == "invoice.pdf .exe");
    std::string name;
    for (int i = 0; i < 300; ++i) name += "見";
    const std::string cleaned = clean(name + ".pdf");
    CHECK(cleaned.size() <= 200);
    CHECK(cleaned.ends_with("見….pdf"));  // and shows that it was longer
    CHECK(clean(std::string(1'000'000, 'x') + ".exe").ends_with("x….exe"));
}

TEST_CASE("AC-096 names of which nothing is left become empty") {
    for (const std::string_view name : {"", "...", ". .", "   ", "\u200B", "/"}) CHECK(clean(name).empty());
    CHECK(clean(".htaccess") == "_.htaccess");
}

TEST_CASE("AC-097 line ends, quotes and controls cannot leave the name") {
    CHECK(clean("a\r\nBcc: x@y.txt") == "a Bcc_ x@y.txt");
    CHECK(clean("a\"b<c>d|e?f*g.txt") == "a_b_c_d_e_f_g.txt");
    CHECK(clean(std::string_view("a\0b.txt", 7)) == "ab.txt");
    CHECK(clean("a\xff.txt") == "a\uFFFD.txt");
}

TEST_CASE("AC-098 names are NFC, extensions NFKC") {
    CHECK(clean("か\u3099.txt") == "が.txt");
    CHECK(extension_of("請求書.pdf   .ＥＸＥ") == "exe");
    CHECK(extension_of("a．ｅｘｅ") == "exe");
    CHECK(extension_of("a.loc\u212A") == "lock");
}

TEST_CASE("AC-099 the last extension counts, and letters of other scripts are seen through") {
    CHECK(extension_of("a.pdf.lnk") == "lnk");
    CHECK(extension_of("a.docx.js") == "js");
    CHECK(extension_of("a.\u0435\u0445\u0435") == "exe");
    CHECK(extension_of("a.\u0421\u041E\u041C") == "com");
    CHECK(extension_of("noextension").empty());
    CHECK(extension_of("見積.資料") == "資料");
    CHECK(extension_of("a." + std::string(1000, 'x')).size() <= 40);
}

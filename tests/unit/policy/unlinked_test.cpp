#include "policy/unlinked.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("what a mail reader would make a link of is written apart") {
    CHECK(unlinked("a@b.example") == "a[at]b[.]example");
    CHECK(unlinked("https://evil.example/x") == "https[:]//evil[.]example/x");
    CHECK(unlinked("www.3com") == "www[.]3com");
    CHECK(unlinked("mailto:x tel:0312345678") == "mailto[:]x tel[:]0312345678");
    CHECK(unlinked("\\\\server\\share") == "\\[\\]server\\share");
    CHECK(unlinked("evil.com invoice.com x.pdf.com") == "evil[.]com invoice[.]com x[.]pdf[.]com");
    CHECK(unlinked("xn--fsq.jp") == "xn--fsq[.]jp");  // AC-116: punycode is shown as it is
    CHECK(unlinked("a.pdf/b a.pdf:80 a.txt-b.jp") == "a[.]pdf/b a[.]pdf[:]80 a[.]txt-b[.]jp");
}

TEST_CASE("what is written apart stays as it is") {
    for (const char* dead :
         {"a[at]b[.]example", "hxxps[:]//www[.]evil[.]example/…", "\\[\\]server\\share", "mailto[:]x"}) {
        CHECK(unlinked(dead) == dead);
        CHECK(with_ordinary_links(dead) == dead);
    }
}

TEST_CASE("what is no link stays readable") {
    for (const char* same : {"見積書.pdf", "report.DOCX", "令和8.11.5 資料.xlsx", "Re: 10:30 の件", "山田 太郎", "",
                             "Inc. のご案内", "3.5 MB", "index.php", "a.tar.gz"}) {
        CHECK(unlinked(same) == same);
    }
    CHECK(unlinked("Re:") == "Re[:]");  // whatever follows it in the notice
}

TEST_CASE("AC-137 no scheme but http, https and mailto is alive in a text") {
    const struct {
        const char* written;
        const char* shown;
    } rows[] = {
        {"file:///C:/x.exe", "file[:]///C:/x.exe"},
        {"FILE://evil.example/x", "FILE[:]//evil.example/x"},
        {"参照：file://evil.example/x", "参照：file[:]//evil.example/x"},
        {"<file:/etc/passwd>", "<file[:]/etc/passwd>"},
        {"file:\\\\evil\\x", "file[:]\\[\\]evil\\x"},
        {"javascript:alert(1)", "javascript[:]alert(1)"},
        {"JavaScript:x", "JavaScript[:]x"},
        {"vbscript:x", "vbscript[:]x"},
        {"data:text/html,x", "data[:]text/html,x"},
        {"chrome://settings", "chrome[:]//settings"},
        {"about:config", "about[:]config"},
        {"view-source:https://a.example/", "view-source[:]https://a.example/"},
        {"ftp://a.example/x", "ftp[:]//a.example/x"},
        {"sftp://a.example", "sftp[:]//a.example"},
        {"x-ftp://a.example", "x-ftp[:]//a.example"},
        {"webcal://a.example/c.ics", "webcal[:]//a.example/c.ics"},
        {"gopher://a.example", "gopher[:]//a.example"},
        {"news:comp.lang", "news[:]comp.lang"},
        {"ms-msdt:/id x", "ms-msdt[:]/id x"},
        {"ms-settings-of-a-name-that-is-longer-than-forty-bytes:x",
         "ms-settings-of-a-name-that-is-longer-than-forty-bytes[:]x"},
        {"ms-https://a.example/", "ms-https[:]//a.example/"},
        {"x.ms-msdt:/id x", "x.ms-msdt[:]/id x"},
        {"9web+x:y", "9web+x[:]y"},
        {"search-ms:query=x&crumb=location:\\\\x\\y", "search-ms[:]query=x&crumb=location:\\[\\]x\\y"},
        {"ms-word:ofe|u|https://a.example/x", "ms-word[:]ofe|u|https://a.example/x"},
        {"unheard-of://a.example", "unheard-of[:]//a.example"},
        {"steam://run/1", "steam[:]//run/1"},
        {"\\\\evil.example\\share", "\\[\\]evil.example\\share"},
        {"file名：\\\\server\\共有", "file名：\\[\\]server\\共有"},
        {"TEL:03-1234-5678 FAX:03-1234-5679", "TEL: 03-1234-5678 FAX: 03-1234-5679"},
        {"sms:+815012345678", "sms: +815012345678"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.written);
        CHECK(with_ordinary_links(row.written) == row.shown);
        CHECK(with_ordinary_links(row.shown) == row.shown);
    }
}

TEST_CASE("ordinary mail keeps its addresses and colons") {
    for (const char* same : {"https://www.city.example.lg.jp/a.html",
                             "http://a.example:8080/x",
                             "URL:https://a.example/",
                             "URLhttps://a.example/",
                             "HTTPS://A.EXAMPLE/",
                             "mailto:a@b.example",
                             "E-mail:a@b.example",
                             "www.city.example.lg.jp",
                             "10:30",
                             "日時：10:00〜12:00",
                             "Re:件名",
                             "ID:abc PW:def",
                             "NEWS:新着情報",
                             "news:2026年",
                             "TEL：03-1234-5678",
                             "TEL: 03-1234-5678",
                             "std::string",
                             "C:\\Users\\x",
                             "C:/Users",
                             "",
                             "file:",
                             "data: x",
                             "件名 (SUMMARY): 会議",
                             "注意:本文",
                             "a:b",
                             "items-in-stock:yes",
                             "://"}) {
        CAPTURE(same);
        CHECK(with_ordinary_links(same) == same);
    }
}

TEST_CASE("a long chain of labels is read once, and is no file for how its beginning ends") {
    const std::string name = "a." + std::string(251, 'b') + ".pdf";
    CHECK(unlinked(name.substr(0, 2) + name.substr(3)).find("[.]") == std::string::npos);
    CHECK(unlinked(name + "x.example").starts_with("a[.]"));
    std::string chain;
    for (int i = 0; i < 200000; ++i) chain += "a.";
    chain += "pdf";
    const std::string written = unlinked(chain);
    CHECK(written.size() > 2 * chain.size() - 1000);
    CHECK(written.ends_with("a.a.pdf"));
}

TEST_CASE("AC-097 a name cannot leave its quotes") {
    CHECK(in_quotes("見積」（PDF、1 KB）理由") == "見積』（PDF、1 KB）理由");
    CHECK(in_quotes("「a」") == "『a』");
    CHECK(in_quotes("a｣b﹂c\"d”e］f】g") == "a』b』c'd'e)f)g");
    CHECK(in_quotes("見積書（案）.pdf") == "見積書（案）.pdf");
}

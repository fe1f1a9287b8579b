#include "sanitizer/compose/unlinked.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("what a mail reader would make a link of is written apart") {
    CHECK(unlinked("a@b.example") == "a[at]b[.]example");
    CHECK(unlinked("https://evil.example/x") == "https[:]//evil[.]example/x");
    CHECK(unlinked("www.3com") == "www[.]3com");
    CHECK(unlinked("mailto:x tel:0312345678") == "mailto[:]x tel[:]0312345678");
    CHECK(unlinked("\\\\server\\share") == "\\[\\]server\\share");
    CHECK(unlinked("evil.mov invoice.com x.pdf.com") == "evil[.]mov invoice[.]com x[.]pdf[.]com");
    CHECK(unlinked("xn--fsq.jp") == "xn--fsq[.]jp");  // AC-116: punycode is shown as it is
    CHECK(unlinked("a.pdf/b a.pdf:80 a.txt-b.jp") == "a[.]pdf/b a[.]pdf[:]80 a[.]txt-b[.]jp");
}

TEST_CASE("what is no link stays readable") {
    for (const char* same :
         {"見積書.pdf", "report.DOCX", "見積書.zip", "R6.data.tar.gz", "請求書.pdf.exe", "a.b-c_d.xlsx",
          "令和8.11.5 資料.xlsx", "Re: 10:30 の件", "山田 太郎", "", "Inc. のご案内", "3.5 MB"}) {
        CHECK(unlinked(same) == same);
    }
    CHECK(unlinked("Re:") == "Re[:]");  // whatever follows it in the notice
}

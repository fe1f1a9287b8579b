#include "sanitizer/sandboxed/html/html_redirect.hpp"

#include <catch2/catch.hpp>

#include "sanitizer/sandboxed/html/html_link.hpp"

using mugaika::LinkStyle;
using mugaika::sandboxed::belies_target;
using mugaika::sandboxed::read_link_target;
using mugaika::sandboxed::redirect_target;

TEST_CASE("AC-137 case false-link-safelinks: addresses that filters rewrote lead where they say") {
    const struct {
        const char* address;
        const char* target;
    } rows[] = {
        {"https://jpn01.safelinks.protection.outlook.com/"
         "?url=https%3A%2F%2Fwww.example.lg.jp%2Fkaigi%2F&data=05%7C02&reserved=0",
         "https://www.example.lg.jp/kaigi/"},
        {"https://JPN01.safelinks.protection.outlook.com/ap/w-59584e83/?url=https%3A%2F%2Fexample.lg.jp%2F&amp;data=1",
         "https://example.lg.jp/"},
        {"https://www.google.com/url?q=https://example.jp/a?b%3D1&sa=D&usg=x", "https://example.jp/a?b=1"},
        {"https://www.google.co.jp/url?sa=t&url=http%3A%2F%2Fexample.jp", "http://example.jp"},
        {"https://urldefense.proofpoint.com/v1/url?u=http://example.jp/&k=x", "http://example.jp/"},
        {"https://urldefense.proofpoint.com/v2/url?u=https-3A__www.example.jp_a-2Db_&d=DwMF&c=x",
         "https://www.example.jp/a-b/"},
        {"https://urldefense.com/v3/__https://www.example.jp/a*b__;Iw!!x!y$", "https://www.example.jp/a#b"},
        {"https://urldefense.com/v3/__https:/www.example.jp/__;!!x$", "https://www.example.jp/"},
        {"https://urldefense.com/v3/__https://example.jp/**B__;Pz8_!!x$", "https://example.jp/???"},
        {"https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fexample.jp%2f&c=E,1", "https://example.jp/"},
        {"https://secure-web.cisco.com/1AbC_d/https%3A%2F%2Fexample.jp%2Fx", "https://example.jp/x"},
        {"https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=https%3a%2f%2fexample.jp&umid=1",
         "https://example.jp"},
        {"https://eu-west-1.protection.sophos.com/?d=example.jp&u=aHR0cHM6Ly9leGFtcGxlLmpwLw==&i=x",
         "https://example.jp/"},
        {"https://protect2.fireeye.com/v1/url?k=1&q=1&u=https%3A%2F%2Fexample.jp%2F", "https://example.jp/"},
        {"https://protect.checkpoint.com/v2/___https://example.jp/x___.YzJ1", "https://example.jp/x"},
        {"https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.jp%2F&h=x", "https://example.jp/"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.address);
        CHECK(redirect_target(row.address) == row.target);
    }
}

TEST_CASE("AC-137 what only looks like such a service is no redirect") {
    for (const char* address : {
             "https://jpn01.safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fbank.jp",
             "https://evil.example/?url=https://bank.jp/",
             "https://notgoogle.com/url?q=https://bank.jp/",
             "https://www.google.com/search?q=https://bank.jp/",
             "https://www.google.com@evil.example/url?q=https://bank.jp/",
             "https://www.google.com/url?q=javascript:alert(1)",
             "https://www.google.com/url?q=file:///etc/passwd",
             "https://www.google.com/url?q=https://bank.jp/&q=https://evil.example/",
             "https://www.google.com/url?q=https://bank.jp/&url=https://evil.example/",
             "https://www.google.com\\.evil.example/url?q=https://bank.jp/",
             "https://urldefense.com/v3/__https://bank.jp/**__;!!x$",
             "https://urldefense.com/v3/__https://bank.jp/*__;!!x$",
             "ftp://www.google.com/url?q=https://bank.jp/",
             "https://www.google.com/url",
             "https://",
             "https:",
             "",
         }) {
        CAPTURE(address);
        CHECK(redirect_target(address).empty());
    }
}

TEST_CASE("AC-137 text and target are compared behind the redirects, and the target shown is the true one") {
    const char* honest =
        "https://jpn01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.lg.jp%2Fkaigi%2F&data=05";
    const char* lying = "https://jpn01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2F&data=05";
    const char* twice =
        "https://jpn01.safelinks.protection.outlook.com/"
        "?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.example%2F";
    const auto lies = [](std::string_view text, std::string_view href) {
        return belies_target(text, read_link_target(href, LinkStyle::defang));
    };
    CHECK_FALSE(lies("https://www.example.lg.jp/kaigi/", honest));
    CHECK(lies("https://www.example.lg.jp/kaigi/", lying));
    CHECK(lies("https://www.example.lg.jp/kaigi/", twice));
    CHECK(read_link_target(honest, LinkStyle::defang).words == "hxxps[:]//www[.]example[.]lg[.]jp/kaigi/");
    CHECK(read_link_target(twice, LinkStyle::defang).words == "hxxps[:]//evil[.]example/");
}

#include "sanitizer/sandboxed/html/html_link.hpp"

#include <catch2/catch.hpp>

using mugaika::LinkStyle;
using mugaika::sandboxed::belies_target;
using mugaika::sandboxed::LinkTarget;
using mugaika::sandboxed::read_link_target;
using mugaika::sandboxed::says_target;

namespace {

std::string words(std::string_view href, LinkStyle style = LinkStyle::defang) {
    return read_link_target(href, style).words;
}
std::string host(std::string_view href) { return read_link_target(href, LinkStyle::defang).host; }
bool lies(std::string_view text, std::string_view href) {
    return belies_target(text, read_link_target(href, LinkStyle::defang));
}

}  // namespace

TEST_CASE("AC-137 the host is the one a browser would go to") {
    CHECK(host("https://www.bank.jp@evil.example/x") == "evil.example");
    CHECK(host("https:\\\\evil.example\\x") == "evil.example");
    CHECK(host("https:evil.example") == "evil.example");
    CHECK(host("https:////evil.example/x") == "evil.example");
    CHECK(host("HTTPS://EVIL.example:8443/x") == "evil.example");
    CHECK(host("//evil.example/x") == "evil.example");
    CHECK(host("ht\ntps://ev\til.example/") == "evil.example");
    CHECK(host("https://ev%69l.example/") == "evil.example");
    CHECK(host("https://evil.example?www.bank.jp") == "evil.example");
    CHECK(host("https://[::1]:80/x") == "[::1]");
}

TEST_CASE("AC-137 hosts in other letters are shown in punycode") {
    CHECK(words("https://日本語.jp/パス") == "hxxps[:]//xn--wgv71a119e[.]jp/パス");
    CHECK(words("https://аpple.com/", LinkStyle::plain) == "https://xn--pple-43d.com/");  // Cyrillic а
    CHECK(words("https://xn--wgv71a119e.jp/") == "hxxps[:]//xn--wgv71a119e[.]jp/");
    CHECK(lies("apple.com", "https://аpple.com/"));
    CHECK_FALSE(lies("日本語.jp", "https://xn--wgv71a119e.jp/"));
}

TEST_CASE("words are one line without anything alive in them") {
    CHECK(words("https://a.example/?u=https://b.example/") == "hxxps[:]//a[.]example/?u=https[:]//b[.]example/");
    CHECK(words("https://a.example/x y]z") == "hxxps[:]//a[.]example/x%20y%5Dz");
    CHECK(words("http://a.example") == "hxxp[:]//a[.]example");
    CHECK(words("ftp://a.example/x") == "fxp[:]//a[.]example/x");
    CHECK(words("http://[x y\x01/") == "hxxp[:]//%5Bx%20y%01/");
    CHECK(words("tel:03-1234-5678") == "03-1234-5678");
    CHECK(words("data:text/html;base64,PHNjcmlwdD4=") == "data[:]text/html;base64");
    const LinkTarget endless = read_link_target("https://a.example/" + std::string(100000, 'x'), LinkStyle::plain);
    CHECK(endless.words.size() < 1100);
    CHECK(endless.cut);
}

TEST_CASE("AC-137 text that names another place than the target is a lie, text that names none is not") {
    CHECK(lies("https://www.bank.jp/login", "https://bank.jp.evil.example/"));
    CHECK(lies("bank.jp", "https://notbank.jp/"));
    CHECK(lies("ｈｔｔｐｓ：／／ｂａｎｋ．ｊｐ／", "https://evil.example/"));
    CHECK(lies("https://ba\xe2\x80\x8bnk.jp", "https://evil.example/"));
    CHECK(lies("https://bank.jpをご覧ください", "https://evil.example/"));
    CHECK(lies("詳細は https://bank.jp/ まで", "https://evil.example/"));
    CHECK(lies("https://bank.jp", "javascript:alert(1)"));
    CHECK(lies("info@bank.jp", "mailto:info@evil.example"));
    CHECK(lies("info@bank.jp", "https://evil.example/"));
    CHECK(lies("ログイン", "https://www.bank.jp@evil.example/"));
    for (const auto* honest : {"https://example.jp/", "www.example.jp", "example.jp/path", "example.jpをご覧ください",
                               "info@example.jp", "こちら", "見積書.pdf", "Ver.1.2", "2024.04.01", "a", ""}) {
        CAPTURE(honest);
        CHECK_FALSE(lies(honest, "https://www.example.jp/path"));
        CHECK_FALSE(lies(honest, "https://sub.example.jp/"));
    }
}

TEST_CASE("AC-137 everything before the last @ is the user, as a browser reads it") {
    CHECK(host("https://a@www.bank.jp@evil.example/") == "evil.example");
    CHECK(host("https://www.bank.jp@a@b@evil.example:443/x@y") == "evil.example");
    CHECK(host("https://www.bank.jp:80@evil.example") == "evil.example");
    CHECK(host("https://evil.example/@www.bank.jp") == "evil.example");
    CHECK(lies("ログイン", "https://a@www.bank.jp@evil.example/"));
    CHECK(lies("https://a@evil.example@www.bank.jp/", "https://evil.example/"));
}

TEST_CASE("AC-137 a text in other letters never stands for its target: the target is shown, in punycode") {
    const auto says = [](std::string_view text, std::string_view href) {
        return says_target(text, href, read_link_target(href, LinkStyle::defang));
    };
    CHECK(says("https://apple.com/", "https://apple.com/"));
    for (const auto* look_alike : {"https://аpple.com/", "аpple.com", "https://日本語.jp/", "https://apple.com/日本"}) {
        CAPTURE(look_alike);
        CHECK_FALSE(says(look_alike, look_alike));
    }
}

TEST_CASE("AC-137 mailto prints addresses and nothing else") {
    CHECK(words("mailto:info@example.jp?subject=x") == "info@example.jp");
    CHECK(words("mailto:info%40example.jp") == "info@example.jp");
    CHECK(words("mailto:a@example.jp,%20b@example.jp") == "a@example.jp, b@example.jp");
    CHECK(words("mailto:a..b.@example.jp") == "a..b.@example.jp");  // as carriers gave them out
    CHECK(words("mailto:a@日本語.jp") == "a@xn--wgv71a119e.jp");
    CHECK(words("mailto:?subject=x").empty());
    const struct {
        const char* href;
        const char* shown;
    } dead[] = {
        {"mailto:\\\\evil.example\\share", "mailto[:]\\[\\]evil[.]example\\share"},
        {"mailto:%5C%5Cevil.example%5Cshare", "mailto[:]\\[\\]evil[.]example\\share"},
        {"mailto:https://evil.example/", "mailto[:]https[:]//evil[.]example/"},
        {"mailto:file://evil.example/x", "mailto[:]file[:]//evil[.]example/x"},
        {"mailto:javascript:alert(1)", "mailto[:]javascript[:]alert(1)"},
        {"mailto:www.evil.example", "mailto[:]www[.]evil[.]example"},
        {"mailto:www.evil.example@a.example", "mailto[:]www[.]evil[.]example[at]a[.]example"},
        {"mailto:a@b@c.example", "mailto[:]a[at]b[at]c[.]example"},
        {"mailto:a@example.jp,https://evil.example/", "mailto[:]a[at]example[.]jp,https[:]//evil[.]example/"},
        {"mailto:a@localhost", "mailto[:]a[at]localhost"},
        {"mailto:%22x y%22@a.example", "mailto[:]\"x%20y\"[at]a[.]example"},
    };
    for (const auto& row : dead) {
        CAPTURE(row.href);
        for (const LinkStyle style : {LinkStyle::defang, LinkStyle::plain}) CHECK(words(row.href, style) == row.shown);
        CHECK(words(row.href, LinkStyle::drop).empty());
    }
}

TEST_CASE("AC-137 tel, sms and callto print digits and nothing else") {
    CHECK(words("tel:+81-3-1234-5678") == "+81-3-1234-5678");
    CHECK(words("tel:(03)%201234.5678;ext=12") == "(03) 1234.5678");
    CHECK(words("sms:09012345678?body=https://evil.example/") == "09012345678");
    const struct {
        const char* href;
        const char* shown;
    } dead[] = {
        {"tel:https://evil.example/", "tel[:]https[:]//evil[.]example/"},
        {"tel:\\\\evil.example\\share", "tel[:]\\[\\]evil[.]example\\share"},
        {"sms:%5C%5Cevil%5Cshare", "sms[:]\\[\\]evil\\share"},
        {"callto:file://evil.example/x", "callto[:]file[:]//evil[.]example/x"},
        {"callto:www.evil.example", "callto[:]www[.]evil[.]example"},
        {"tel:javascript:alert(1)", "tel[:]javascript[:]alert(1)"},
        {"tel:-", "tel[:]-"},
    };
    for (const auto& row : dead) {
        CAPTURE(row.href);
        for (const LinkStyle style : {LinkStyle::defang, LinkStyle::plain}) CHECK(words(row.href, style) == row.shown);
    }
}

TEST_CASE("AC-137 a defanged target is defanged wholly") {
    CHECK(words("https://www.evil.example/a") == "hxxps[:]//www[.]evil[.]example/a");
    CHECK(words("https://203.0.113.5/a") == "hxxps[:]//203[.]0[.]113[.]5/a");
    CHECK(words("https://a.example/?m=x@y.example&u=www.b.example") ==
          "hxxps[:]//a[.]example/?m=x[at]y[.]example&u=www[.]b[.]example");
    CHECK(words("https://a.example/\\\\srv\\x") == "hxxps[:]//a[.]example/\\[\\]srv\\x");
    CHECK(words("www.evil.example/x") == "www[.]evil[.]example/x");
    CHECK(words("//evil.example/x") == "[:]//evil[.]example/x");
    CHECK(words("evil.example:8080/x") == "evil[.]example[:]8080/x");
    CHECK(words("\\\\server\\share.x") == "\\[\\]server\\share[.]x");  // as everywhere
    CHECK(words("https://a.example/%77ww.b.example") == "hxxps[:]//a[.]example/%77ww[.]b[.]example");
    CHECK(words("https://files.example/index.html") == "hxxps[:]//files[.]example/index.html");
}

TEST_CASE("AC-137 schemes that no mail needs are dead in the style that leaves links alive, too") {
    CHECK(words("ftp://a.example/x", LinkStyle::plain) == "fxp[:]//a[.]example/x");
    CHECK(words("\\\\server\\share", LinkStyle::plain) == "\\[\\]server\\share");
    CHECK(words("webcal://a.example/x", LinkStyle::plain) == "webcal[:]//a[.]example/x");
    CHECK(words("https://a.example/x", LinkStyle::plain) == "https://a.example/x");
}

TEST_CASE("a very long address of a tracker is shortened in its middle, with its host whole") {
    const std::string host = std::string(60, 'h') + "." + std::string(60, 'i') + ".example";
    const LinkTarget target =
        read_link_target("https://" + host + "/click?u=" + std::string(600, 'x') + "&end=1", LinkStyle::defang);
    CHECK(target.cut);
    CHECK(target.words.size() < 400);
    CHECK(target.words.starts_with("hxxps[:]//" + std::string(60, 'h') + "[.]" + std::string(60, 'i') +
                                   "[.]example/click?u=xxx"));
    CHECK(target.words.find("x…x") != std::string::npos);
    CHECK(target.words.ends_with("x&end=1"));
    const std::string usual = "https://a.example/" + std::string(280, 'x');
    CHECK_FALSE(read_link_target(usual, LinkStyle::defang).cut);
    CHECK_FALSE(read_link_target("https://a.example/" + std::string(600, 'x'), LinkStyle::plain).cut);  // to be clicked
    std::string kanji;
    for (int i = 0; i < 200; ++i) kanji += "漢";
    CHECK(read_link_target("https://a.example/" + kanji, LinkStyle::defang).words.find("漢…漢") != std::string::npos);
}

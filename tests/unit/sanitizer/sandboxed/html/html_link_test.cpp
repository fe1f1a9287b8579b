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
    CHECK(words("https://日本語.jp/パス") == "hxxps[:]//xn--wgv71a119e.jp/パス");
    CHECK(words("https://аpple.com/", LinkStyle::plain) == "https://xn--pple-43d.com/");  // Cyrillic а
    CHECK(words("https://xn--wgv71a119e.jp/") == "hxxps[:]//xn--wgv71a119e.jp/");
    CHECK(lies("apple.com", "https://аpple.com/"));
    CHECK_FALSE(lies("日本語.jp", "https://xn--wgv71a119e.jp/"));
}

TEST_CASE("words are one line without anything alive in them") {
    CHECK(words("https://a.example/?u=https://b.example/") == "hxxps[:]//a.example/?u=https[:]//b.example/");
    CHECK(words("https://a.example/x y]z") == "hxxps[:]//a.example/x%20y%5Dz");
    CHECK(words("http://a.example") == "hxxp[:]//a.example");
    CHECK(words("ftp://a.example/x") == "fxp[:]//a.example/x");
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

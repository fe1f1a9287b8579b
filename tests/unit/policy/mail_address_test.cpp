#include "policy/mail_address.hpp"

#include <catch2/catch.hpp>

using mugaika::MailAddress;

namespace {

std::string local_of(std::size_t bytes) { return std::string(bytes, 'a'); }

std::string domain_of(std::size_t bytes) {
    std::string domain;
    while (domain.size() < bytes) domain += domain.size() % 50 == 49 ? '.' : 'b';
    if (domain.back() == '.') domain.back() = 'b';
    return domain;
}

}  // namespace

TEST_CASE("a strict address is taken as it is, its domain in lower case") {
    struct Case {
        std::string text, local, domain;
        bool smtputf8;
    };
    const std::vector<Case> cases{
        {"a@b", "a", "b", false},
        {"soumu@City.Example.LG.JP", "soumu", "city.example.lg.jp", false},
        {"First.Last+tag@example.jp", "First.Last+tag", "example.jp", false},
        {"!#$%&'*+-/?=^_`{|}~@example.jp", "!#$%&'*+-/?=^_`{|}~", "example.jp", false},
        {"a@xn--wgv71a119e.jp", "a", "xn--wgv71a119e.jp", false},
        {"a@1and1.example", "a", "1and1.example", false},
        {R"#("taro.(x)"@example.jp)#", R"#("taro.(x)")#", "example.jp", false},
        {R"("a\"b\\c"@example.jp)", R"("a\"b\\c")", "example.jp", false},
        {"a@[192.0.2.1]", "a", "[192.0.2.1]", false},
        {"a@[IPv6:2001:DB8::1]", "a", "[ipv6:2001:db8::1]", false},
        {"太郎@example.jp", "太郎", "example.jp", true},
        {"taro@日本語ドメイン.jp", "taro", "日本語ドメイン.jp", true},
        {"taro@佐々木.jp", "taro", "佐々木.jp", true},
        {"\"太,郎\"@example.jp", "\"太,郎\"", "example.jp", true},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const auto address = MailAddress::parse(c.text);
        REQUIRE(address.has_value());
        CHECK(address->local() == c.local);
        CHECK(address->domain() == c.domain);
        CHECK(address->needs_smtputf8() == c.smtputf8);
        CHECK(address->text() == c.local + "@" + c.domain);
        CHECK(MailAddress::parse(address->text()).has_value());
    }
}

TEST_CASE("what is not exactly one address is refused") {
    using namespace std::string_literals;
    const std::vector<std::string> cases{
        "",
        "@",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a@@b",
        " a@b",
        "a@b ",
        "a b@c",
        "a@b c",
        "<a@b>",
        "a@b,c@d",
        // AC-029: NUL, controls, 8-bit that is no UTF-8
        "a\0@b"s,
        "a@b\0"s,
        "a@b\0.evil"s,
        "\x01@b",
        "a@\x7f",
        "a\t@b",
        "\x83\x5c@b",
        "a@\xff",
        "\xc0\xaf@b",
        "a@\xed\xa0\x80.jp",
        "\xc2\x85@b",
        "a@\xc2\x80",
        // AC-030: line ends, also quoted
        "a@b\r",
        "a@b\n",
        "a\r\n@b",
        "\"a\r\nRCPT TO:<x@y>\"@b",
        "\"a\nb\"@c",
        "a@b\r\nDATA",
        "\"a\\\r\"@b",
        // AC-031: routes, quoted second addresses, literals that are none
        "@x:a@b",
        "@x,@y:a@b",
        R"("a@b"@c)",
        R"("a%b"@c)",
        R"("a!b"@c)",
        R"("a\@b"@c)",
        R"(" a"@c)",
        R"("a "@c)",
        R"("a  b"@c)",
        R"("a\ b"@c)",
        R"(" "@c)",
        R"("<a>"@c)",
        "a@[192.0.2.1",
        "a@192.0.2.1]",
        "a@192.0.2.1",
        "a@[192.0.2.256]",
        "a@[192.0.2]",
        "a@[01.2.3.4]",
        "a@[]",
        "a@[1.2.3.4]x",
        "a@[IPv6:1.2.3.4]",
        "a@[IPv6:fe80::1%eth0]",
        "a@[2001:db8::1]",
        "a@[x:y]",
        "a@[192.0.2.1\0]"s,
        // AC-032: a shell's own characters where the grammar has no place for them
        "a;b@c",
        "a@b;c",
        "$(id)@b",
        "a@$(id)",
        "a@`id`",
        "a@|id",
        "../../x@../y",
        // AC-103: comments, specials without quotes, encoded-words
        "a(comment)@b",
        "a@b(comment)",
        "(c)a@b",
        "a@(c)b",
        "a:b@c",
        "a,b@c",
        "a\\b@c",
        "a\"b@c",
        "\"a\"b@c",
        "\"\"@c",
        "\"@c",
        "\"a@c",
        "\"a\\\"@c",
        "Taro <a@b>",
        "a@b>",
        "=?utf-8?b?YUBi?=",
        "=?utf-8?b?YUBi?=@c",
        // domains
        "a@.b",
        "a@b.",
        "a@b..c",
        "a@-b",
        "a@b-",
        "a@b.-c",
        "a@b.123",
        "a@*.b",
        // what other software folds to ASCII specials, shows backwards or not at all
        "a@b\xef\xbc\x8e"
        "c",
        "a@b\xe3\x80\x82"
        "c",
        "a\xef\xbc\xa0"
        "b@c",
        "a@\xef\xbd\x82",
        "a\xe2\x80\xae"
        "b@c",
        "a@b\xe2\x80\x8b"
        "c",
        "a\xe3\x80\x80"
        "b@c",
        "a@\xe2\x84\x80.jp",
        "a\xef\xbf\xbd@b",
        "a@\xf0\x9f\x98\x80.jp",
    };
    for (const std::string& text : cases) {
        CAPTURE(text);
        const auto address = MailAddress::parse(text);
        CHECK_FALSE(address.has_value());
        if (!address) CHECK(address.error().fault() == mugaika::Fault::bad_input);
    }
}

TEST_CASE("long local parts, underscores and quoted blanks are addresses: SRS, VERP, ticket systems, directories") {
    const std::vector<std::string> cases{
        "SRS0=HHH=TT=example.org=" + local_of(180) + "@forwarder.example",
        "bounces+" + local_of(90) + "=city.example.lg.jp@mail.example",
        "ticket-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef@desk.example",
        local_of(256) + "@b",
        "a@mail_server.example.jp",
        "a@_spf.example",
        R"("Taro Yamada"@example.jp)",
        R"#("taro (soumu)"@example.jp)#",
        R"("a,b;c:d"@example.jp)",
    };
    for (const std::string& text : cases) {
        CAPTURE(text);
        const auto address = MailAddress::parse(text);
        REQUIRE(address.has_value());
        CHECK(address->text() == text);
    }
}

TEST_CASE("the limits of an address hold to the byte") {
    CHECK(MailAddress::parse(local_of(256) + "@b").has_value());
    CHECK_FALSE(MailAddress::parse(local_of(257) + "@b").has_value());
    CHECK(MailAddress::parse("a@" + std::string(63, 'b')).has_value());
    CHECK_FALSE(MailAddress::parse("a@" + std::string(64, 'b')).has_value());
    CHECK(MailAddress::parse("a@" + domain_of(255)).has_value());
    CHECK_FALSE(MailAddress::parse("a@" + domain_of(256)).has_value());
    CHECK(MailAddress::parse(local_of(256) + "@" + domain_of(255)).has_value());
    CHECK_FALSE(MailAddress::parse(std::string(1 << 20, 'a')).has_value());
}

TEST_CASE("obsolete blanks around dots go, all others stay") {
    struct Row {
        std::string_view text, without;
    };
    for (const Row& row : std::vector<Row>{
             {"taro . yamada@example.jp", "taro.yamada@example.jp"},
             {"taro.yamada@example .jp", "taro.yamada@example.jp"},
             {"taro. yamada@example.  jp", "taro.yamada@example.jp"},
             {R"("taro . yamada"@example.jp)", R"("taro . yamada"@example.jp)"},
             {R"("a\" . b"@example.jp)", R"("a\" . b"@example.jp)"},
             {"a b@c", "a b@c"},
             {"a @b", "a @b"},
             {" .a@b", " .a@b"},
             {"a@b. ", "a@b. "},
             {"a\t.b@c", "a\t.b@c"},
             {"", ""},
         }) {
        CAPTURE(row.text);
        CHECK(MailAddress::without_obsolete_blanks(row.text) == row.without);
    }
}

TEST_CASE("a carrier's address with stray dots is kept as the quoted string that means the same") {
    const auto dots = [](const char* text) { return MailAddress::parse(text)->text(); };
    CHECK(dots("taro..yamada@docomo.example") == "\"taro..yamada\"@docomo.example");
    CHECK(dots("taro.@docomo.example") == "\"taro.\"@docomo.example");
    CHECK(dots(".taro@docomo.example") == "\".taro\"@docomo.example");
    CHECK_FALSE(MailAddress::parse("a%b..c@d").has_value());
    CHECK(MailAddress::parse(local_of(252) + "..@b").has_value());
    CHECK_FALSE(MailAddress::parse(local_of(253) + "..@b").has_value());  // 255 bytes, 257 with the quotes
}

TEST_CASE("AC-031 an address that a trusting next hop may route elsewhere says so") {
    CHECK(MailAddress::parse("user%evil.example@ours.example")->asks_for_routing());
    CHECK(MailAddress::parse("evil.example!user@ours.example")->asks_for_routing());
    CHECK_FALSE(MailAddress::parse("user+tag@ours.example")->asks_for_routing());
}

#include "sanitizer/sandboxed/header/address_list.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using Names = std::vector<std::string>;

namespace {

// "name|address" of every mailbox, then the notes.
Names read(std::string_view value) {
    std::vector<Reason> notes;
    Names list;
    for (const Mailbox& mailbox : read_addresses(value, BudgetLimits{}, notes)) {
        list.push_back(mailbox.name.str() + "|" + mailbox.address.text());
    }
    for (const Reason note : notes) list.emplace_back(to_string(note));
    return list;
}

bool lies(std::string_view value) {
    std::vector<Reason> notes;
    const auto list = read_addresses(value, BudgetLimits{}, notes);
    return !list.empty() && display_name_lies(list.front());
}

}  // namespace

TEST_CASE("mailboxes, names, comments and groups are read") {
    struct Row {
        std::string_view value;
        Names list;
    };
    const Row rows[] = {
        {"a@b.example", {"|a@b.example"}},
        {"<a@b.example>", {"|a@b.example"}},
        {"A B <a@b.example>, c@d.example", {"A B|a@b.example", "|c@d.example"}},
        {"\"B, A\" <a@b.example>", {"B, A|a@b.example"}},
        {"\"a \\\"b\\\" c\" <a@b.example>", {"a \"b\" c|a@b.example"}},
        {"John Q. Public <a@b.example> (office)", {"John Q. Public|a@b.example"}},
        {"a@b.example (A B)", {"A B|a@b.example"}},
        {"(x) a@b.example", {"|a@b.example"}},
        {"Team: a@b.example, C <c@d.example>; e@f.example", {"|a@b.example", "C|c@d.example", "|e@f.example"}},
        {"undisclosed-recipients:;", {}},
        {"a@b.example; c@d.example", {"|a@b.example", "|c@d.example"}},
        {"a@b.example,,c@d.example,", {"|a@b.example", "|c@d.example"}},
        {"a@b.example <a@b.example>", {"a@b.example|a@b.example"}},
        {"=?utf-8?B?6KaL?= =?utf-8?B?56mN?= <a@b.example>", {"見積|a@b.example"}},
        {"\"=?utf-8?B?6KaL?=\" <a@b.example>", {"見|a@b.example"}},
        {"=?utf-8?Q?B,_A_<x>?= <a@b.example>", {"B, A <x>|a@b.example"}},
        {"A <a . b@c . example>, d @ e.example", {"A|a.b@c.example", "|d@e.example"}},
        {"<a.\r\n b@c.example>", {"|a.b@c.example"}},
        {"\"Taro Yamada\"@b.example, a@b_c.example", {"|\"Taro Yamada\"@b.example", "|a@b_c.example"}},
        {"", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        CHECK(read(row.value) == row.list);
    }
}

TEST_CASE("AC-111 raw Japanese names do not break the syntax") {
    CHECK(read("\x1b$B8+@Q<,\x1b(B <a@b.example>") == Names{"見積蒔|a@b.example", "charset_guessed"});
    CHECK(read("\"\x95\x5c\" <a@b.example>") == Names{"表|a@b.example", "charset_guessed"});
    CHECK(read("見積 <a@b.example>") == Names{"見積|a@b.example", "charset_guessed"});
}

TEST_CASE("AC-102 AC-103 what is not exactly one strict address is dropped and noted") {
    const std::string_view bad[] = {
        "<a@b.example> <c@d.example>",
        "<a@b.example>x",
        "<a@b.example",
        "a b@c.example",
        "a(x)@b.example",
        "a (x) . b@c.example",
        "a. b c@d.example",
        "<a@b.example\r\nBcc:>",
        "<>",
        "MAILER-DAEMON",
        "a@b@c.example",
        "a@",
        "@b.example",
        "\"a@b.example",
        "<<a@b.example>>",
        "=?utf-8?B?YUBiLmV4YW1wbGU=?=",
    };
    for (const std::string_view value : bad) {
        CAPTURE(value);
        CHECK(read(value) == Names{"bad_address"});
    }
}

TEST_CASE("AC-103 an obsolete route is dropped") {
    CHECK(read("A <@x.example,@y.example:a@b.example>") == Names{"A|a@b.example"});
}

TEST_CASE("a comma in an unquoted name costs the name, not the address") {
    CHECK(read("Doe, John <a@b.example>") == Names{"John|a@b.example", "bad_address"});
}

TEST_CASE("AC-105 a display name that shows another address lies") {
    CHECK(lies("\"boss@city.example\" <evil@x.example>"));
    CHECK(lies("=?utf-8?B?Ym9zc0BjaXR5LmV4YW1wbGU=?= <evil@x.example>"));
    CHECK(lies("\"boss＠city．example\" <evil@x.example>"));
    CHECK(lies("\"Boss (boss@city.example)\" <evil@x.example>"));
    for (const char* disguised : {"boss﹫city.example", "boss＠city。example", "boss@city｡example", "boss@city․example",
                                  "boss\xe2\xa0\x80@\xe2\xa0\x80"
                                  "city.example",
                                  "boss @ city.example", "boss\xc2\xa0@ city.example", "boss@c\xef\xb8\x80ity.example",
                                  "ｂｏｓｓ＠ｃｉｔｙ．ｅｘａｍｐｌｅ", "𝐛𝐨𝐬𝐬@𝐜𝐢𝐭𝐲.example", "bоss@сity.example",
                                  "boss@city\xe2\x80\x84.\xe2\x80\x84"
                                  "example"}) {
        CAPTURE(disguised);
        CHECK(lies("\"" + std::string(disguised) + "\" <evil@x.example>"));
    }
    for (const char* honest : {"a@b.example", "a＠b．example", "a @ b.example", "team @ b.example", "Mr. A@B.example",
                               "山田 a@b.example", "a@b.example. 山田", "お知らせ。a@b.example"}) {
        CAPTURE(honest);
        CHECK_FALSE(lies("\"" + std::string(honest) + "\" <a@b.example>"));
    }
    CHECK_FALSE(lies("\"A@B.example\" <a@b.example>"));
    CHECK_FALSE(lies("\"Boss @ City\" <a@b.example>"));
    CHECK_FALSE(lies("Boss <a@b.example>"));
}

TEST_CASE("address lists are bounded and linear") {
    std::string many;
    for (int i = 0; i < 3000; ++i) many += "a@b.example, ";
    std::vector<Reason> notes;
    CHECK(read_addresses(many, BudgetLimits{}, notes).size() == BudgetLimits{}.addresses_max);
    CHECK(has(notes, Reason::field_cut));
    for (const std::string unit : {"(", "\"", "<", "[", "=?a?q?", "\x1b$", "@", "a@a", "\\"}) {
        std::string flood;
        while (flood.size() < 64'000) flood += unit;
        read(flood);
        read("\"" + flood + "\" <a@b.example>");
    }
}

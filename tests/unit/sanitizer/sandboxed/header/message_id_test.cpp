#include "sanitizer/sandboxed/header/message_id.hpp"

#include <catch2/catch.hpp>

using namespace mugaika::sandboxed;

TEST_CASE("AC-114 only strict message ids pass") {
    for (const std::string_view id :
         {"a@b", "CAF+x=_y@mail.example.com", "1.2..3@[192.0.2.1]", "a@[IPv6:2001:db8::1]"}) {
        CAPTURE(id);
        CHECK(is_message_id(id));
    }
    for (const std::string_view id : {"", "a", "a@", "@b", "a@b@c", "<script>@x", "a b@c", "a@b\r\nBcc: x", "a@b c",
                                      "\"a b\"@c", "a@[x", "\xe8\xa6\x8b@b"}) {
        CAPTURE(id);
        CHECK_FALSE(is_message_id(id));
    }
    CHECK(is_message_id(std::string(248, 'a') + "@b"));
    CHECK_FALSE(is_message_id(std::string(249, 'a') + "@b"));
}

TEST_CASE("AC-117 of a long chain of references the newest are kept") {
    std::string chain;
    for (int i = 0; i < 5000; ++i) chain += "<" + std::to_string(i) + "@x> ";
    const MessageIds found = read_message_ids(chain, 100);
    REQUIRE(found.ids.size() == 100);
    CHECK(found.ids.front() == "4900@x");
    CHECK(found.ids.back() == "4999@x");
    CHECK_FALSE(found.has_bad);
}

TEST_CASE("words between message ids are passed over, bad ids are said") {
    const MessageIds found = read_message_ids("Your mail of Monday <a@b> (<c d@e>) < f@g >", 100);
    CHECK(found.ids == std::vector<std::string>{"a@b", "f@g"});
    CHECK(found.has_bad);
    CHECK(read_message_ids("<<<<a@b", 100).ids.empty());
}

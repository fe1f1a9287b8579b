#include "relay/quarantine/item_text.hpp"

#include <catch2/catch.hpp>

#include "quarantine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

QuarantineItem believing_item() {
    QuarantineItem item = item_for(raw("A: b\r\n\r\nbody\r\n"));
    item.believed_ids = {"mx.upstream.example", "mx2.upstream.example"};
    return item;
}

// Of `believing_item()`, with what stands for the believed ids replaced.
std::string text_with(const std::string& replacement) {
    const std::string ids = R"("believed_ids":["mx.upstream.example","mx2.upstream.example"],)";
    std::string text = item_to_text(believing_item());
    const std::size_t at = text.find(ids);
    REQUIRE(at != std::string::npos);
    return text.replace(at, ids.size(), replacement);
}

}  // namespace

TEST_CASE(
    "AC-254 an item keeps whose word was believed when it came; one written before that was kept believes nobody") {
    CHECK(item_from_text(item_to_text(believing_item()))->believed_ids == believing_item().believed_ids);
    const auto old = item_from_text(text_with(""));
    REQUIRE(old.has_value());
    CHECK(old->believed_ids.empty());
    CHECK(old->id == believing_item().id);
}

TEST_CASE("an item says which kept mail a password opened files of, by its id or not at all") {
    QuarantineItem item = believing_item();
    CHECK(item_to_text(item).find("unlocked_from") == std::string::npos);
    item.unlocked_from = "0123456789abcdefghjkmnpqrs";
    CHECK(item_from_text(item_to_text(item))->unlocked_from == item.unlocked_from);
    for (const std::string bad : {"../0123456789abcdef", "x", "0123456789ABCDEFGHJKMNPQRS"}) {
        item.unlocked_from = bad;
        CHECK(item_from_text(item_to_text(item)).has_error());
    }
}

TEST_CASE("whom to believe is read as names of hosts or not at all") {
    for (const char* bad :
         {R"("believed_ids":"mx.upstream.example",)", R"("believed_ids":[1],)", R"("believed_ids":["a; dkim=pass"],)",
          R"("believed_ids":[""],)", R"("believed_ids":null,)"}) {
        CAPTURE(bad);
        const auto item = item_from_text(text_with(bad));
        REQUIRE_FALSE(item.has_value());
        CHECK(item.error().fault() == Fault::protocol);
    }
}

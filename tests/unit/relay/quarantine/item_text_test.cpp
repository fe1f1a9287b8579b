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
    CHECK(item_to_text(item).find("message_id") == std::string::npos);
    item.message_id = "77@example.com";
    CHECK(item_from_text(item_to_text(item))->message_id == "77@example.com");
    item.message_id = "two\nlines";
    CHECK_FALSE(item_from_text(item_to_text(item)).has_value());
    item.message_id = "";
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

TEST_CASE("a note of a mail that was judged again is read as it was written, or not at all") {
    RerunNote note;
    note.order_id = "0123456789abcdefghjkmnpqrs";
    note.person = "山田";
    note.result = RerunResult::given_up;
    note.recipients = {"a@city.example.lg.jp"};
    note.brought = {"2", "3/1"};
    note.not_coming = {"4"};
    note.stays = {{"4", Reason::malware_found}, {"5", Reason::codec_late}};
    note.at = std::chrono::system_clock::time_point(std::chrono::milliseconds(1763600000123));
    const std::string text = rerun_note_to_text(note);
    const auto read = rerun_note_from_text(text);
    REQUIRE(read.has_value());
    CHECK(rerun_note_to_text(*read) == text);
    CHECK(read->result == RerunResult::given_up);
    CHECK(read->stays.at(0).why == Reason::malware_found);
    // What was brought must be known, or it would be brought again.
    CHECK(rerun_note_from_text(R"({"order_id":"x","person":"y"})").has_error());
    CHECK(rerun_note_from_text(text.substr(0, text.size() / 2)).has_error());
}

TEST_CASE("an order to judge a mail again, or for a checkpoint, is read back with its kind") {
    OwedOrder owed;
    owed.order.order_id = owed.order.item_id = "0123456789abcdefghjkmnpqrs";
    owed.order.recipients = {address("a@city.example.lg.jp")};
    owed.order.person = "mugaika-relay";
    owed.order.kind = OrderKind::rerun;
    owed.order.item_goes_with_it = true;
    const auto read = owed_order_from_text(owed_order_to_text(owed));
    REQUIRE(read.has_value());
    CHECK(read->order.kind == OrderKind::rerun);
    CHECK(read->order.item_goes_with_it);
    owed.order.kind = OrderKind::checkpoint;
    const auto checkpoint = owed_order_from_text(owed_order_to_text(owed));
    REQUIRE(checkpoint.has_value());
    CHECK(checkpoint->order.kind == OrderKind::checkpoint);
    CHECK(checkpoint->order.item_goes_with_it);
}

TEST_CASE("an order for pictures and its note are read back as that; notes of earlier versions are of originals") {
    OwedOrder owed;
    owed.order.order_id = owed.order.item_id = "0123456789abcdefghjkmnpqrs";
    owed.order.recipients = {address("a@city.example.lg.jp")};
    owed.order.person = "山田";
    owed.order.kind = OrderKind::image_pdf;
    owed.order.parts = {"2"};
    const auto read = owed_order_from_text(owed_order_to_text(owed));
    REQUIRE(read.has_value());
    CHECK(read->order.kind == OrderKind::image_pdf);
    CHECK(read->order.parts == owed.order.parts);
    ReleaseNote note;
    note.order_id = owed.order.order_id;
    note.as_pictures = true;
    const std::string text = release_note_to_text(note);
    CHECK(release_note_from_text(text)->as_pictures);
    const std::string earlier = text.substr(0, text.find(",\"as_pictures\"")) + "}";
    CHECK_FALSE(release_note_from_text(earlier)->as_pictures);
}

#include "relay/under_way.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

const std::string id = "0123456789abcdef";

}  // namespace

TEST_CASE("what a session added it takes back when it ends badly, and not when its answer counts on it") {
    const auto list = std::make_shared<UnderWay>();
    {
        UnderWay::Place place(list, id);
        place.added_now();
        REQUIRE(place.leave());
        CHECK(list->is_being_removed(id));
        place.taken_back();
        CHECK_FALSE(list->is_being_removed(id));
    }
    UnderWay::Place good(list, id);
    good.added_now();
    good.needs_item();
    CHECK_FALSE(good.leave());
    UnderWay::Place added_nothing(list, id);
    CHECK_FALSE(added_nothing.leave());
}

TEST_CASE("of twins the last one decides, and what either of them promised holds") {
    const bool first_promises = GENERATE(true, false);
    const bool second_promises = GENERATE(true, false);
    const auto list = std::make_shared<UnderWay>();
    UnderWay::Place first(list, id);
    UnderWay::Place second(list, id);
    first.added_now();
    if (first_promises) first.needs_item();
    CHECK_FALSE(first.leave());
    if (second_promises) second.needs_item();
    CHECK(second.leave() == (!first_promises && !second_promises));
}

TEST_CASE("a session whose coroutine is thrown away gives its place back, also while it was taking an item back") {
    const auto list = std::make_shared<UnderWay>();
    {
        UnderWay::Place place(list, id);
        place.added_now();
    }
    UnderWay::Place next(list, id);
    next.added_now();
    CHECK(next.leave());  // nobody else is counted
    next.taken_back();
    {
        UnderWay::Place place(list, id);
        place.added_now();
        CHECK(place.leave());
    }
    CHECK_FALSE(list->is_being_removed(id));
}

TEST_CASE("an original that nobody outside needs is left to the sessions of the same mail that are under way") {
    const auto list = std::make_shared<UnderWay>();
    {
        UnderWay::Place place(list, id);
        CHECK_FALSE(list->may_remove(id));
        SECTION("which take it back when they do not count on it") {
            CHECK(place.leave());
            place.taken_back();
        }
        SECTION("and keep it when they do") {
            place.needs_item();
            CHECK_FALSE(place.leave());
        }
    }
    REQUIRE(list->may_remove(id));
    CHECK(list->is_being_removed(id));
    CHECK_FALSE(list->may_remove(id));
    list->removed(id);
    CHECK_FALSE(list->is_being_removed(id));
}

TEST_CASE("a session takes back what it added, to keep it anew, only while nobody else counts on it") {
    const auto list = std::make_shared<UnderWay>();
    UnderWay::Place place(list, id);
    CHECK_FALSE(place.may_replace());  // it was there before
    place.added_now();
    {
        const UnderWay::Place twin(list, id);
        CHECK_FALSE(place.may_replace());
    }
    REQUIRE(place.may_replace());
    CHECK(list->is_being_removed(id));
    CHECK_FALSE(place.may_replace());
    place.taken_back();
    CHECK_FALSE(list->is_being_removed(id));
    CHECK_FALSE(place.may_replace());
    place.added_now();  // anew
    CHECK(place.leave());
    place.taken_back();

    UnderWay::Place promised(list, id);
    promised.added_now();
    promised.needs_item();
    CHECK_FALSE(promised.may_replace());
}

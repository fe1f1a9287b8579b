#include "sanitizer/sandboxed/budget.hpp"

#include <catch2/catch.hpp>
#include <cstdint>

using mugaika::BudgetLimits;
using mugaika::sandboxed::Budget;

namespace {

BudgetLimits small_limits() {
    BudgetLimits limits;
    limits.parts_max = 2;
    limits.decoded_bytes_max = 100;
    limits.text_bytes_max = 10;
    limits.files_bytes_max = 20;
    return limits;
}

}  // namespace

TEST_CASE("AC-070 the purse gives as many parts as it holds and no more") {
    Budget budget(small_limits());
    CHECK(budget.take_part());
    CHECK(budget.take_part());
    CHECK_FALSE(budget.take_part());
    CHECK_FALSE(budget.take_part());
}

TEST_CASE("what does not fit is not taken, and what fits later still is") {
    Budget budget(small_limits());
    CHECK(budget.take_decoded(60));
    CHECK_FALSE(budget.take_decoded(41));
    CHECK(budget.decoded_left() == 40);
    CHECK(budget.take_decoded(40));
    CHECK(budget.decoded_left() == 0);
    CHECK(budget.take_decoded(0));
    CHECK_FALSE(budget.take_decoded(1));
}

TEST_CASE("money for a text that is not shown comes back, for a file it is asked before the file is made") {
    Budget budget(small_limits());
    CHECK(budget.take_text(10));
    CHECK_FALSE(budget.take_text(1));
    budget.give_back_text(4);
    CHECK(budget.text_left() == 4);
    CHECK_FALSE(budget.take_file(21));
    CHECK(budget.take_file(20));
    CHECK_FALSE(budget.take_file(1));
}

TEST_CASE("AC-149 a size near the end of the number range does not wrap around") {
    Budget budget(small_limits());
    CHECK(budget.take_text(1));
    CHECK_FALSE(budget.take_text(UINT64_MAX));
    CHECK_FALSE(budget.take_decoded(UINT64_MAX));
    CHECK(budget.text_left() == 9);
}

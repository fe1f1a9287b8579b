#include "relay/ctl/progress.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace mugaika;
using ctl::Progress;
using std::chrono::milliseconds;

TEST_CASE("progress says the share that is done and the time that is left") {
    CHECK(ctl::progress_words(0, 100, milliseconds(2000)) == "読込 / reading: 0 %");
    CHECK(ctl::progress_words(25, 100, milliseconds(4000)) == "読込 / reading: 25 %, 残り約 / left: about 12 s");
    CHECK(ctl::progress_words(50, 100, milliseconds(200'000)) == "読込 / reading: 50 %, 残り約 / left: about 3.3 min");
    // A file that grew meanwhile.
    CHECK(ctl::progress_words(200, 100, milliseconds(5000)) == "読込 / reading: 100 %, 残り約 / left: about 1.0 s");
}

TEST_CASE("the line of progress comes after a second, seldom, and is wiped in the end") {
    std::ostringstream out;
    const Progress::Clock::time_point began{};
    {
        Progress progress(out, true, 100, began);
        progress.show(1, began + milliseconds(900));
        CHECK(out.str().empty());
        progress.show(10, began + milliseconds(1000));
        progress.show(11, began + milliseconds(1100));
        CHECK(out.str() == "\r\x1b[K読込 / reading: 10 %, 残り約 / left: about 9.0 s");
        progress.show(20, began + milliseconds(1300));
        CHECK_THAT(out.str(), Catch::Contains("reading: 20 %"));
    }
    CHECK_THAT(out.str(), Catch::EndsWith("\r\x1b[K"));
}

TEST_CASE("where no terminal is, or nobody knows how much there is, there is no progress") {
    std::ostringstream out;
    const Progress::Clock::time_point began{};
    {
        Progress unseen(out, false, 100, began), endless(out, true, 0, began);
        unseen.show(50, began + milliseconds(5000));
        endless.show(50, began + milliseconds(5000));
    }
    CHECK(out.str().empty());
}

// Promise: any bytes beside a log are the state of its counters or none (relay/stats/state_io.hpp); what is one is
// written again and read as the same, and whatever it says can be shown.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "relay/stats/html_report.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/monthly_report.hpp"
#include "relay/stats/state_io.hpp"

namespace {

using namespace mugaika;

void require(bool holds) {
    if (!holds) std::abort();
}

struct Counted {
    MonthlyReport report{{}, {}};
    LogReading reading = {};

    template <class Self, class Io>
    static void state(Self& self, Io& io) {
        io(self.report, self.reading);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Counted counted;
    if (!take_state(std::string_view(reinterpret_cast<const char*>(data), size), counted)) return 0;
    Counted again;
    const std::string written = state_of(counted);
    require(take_state(written, again));
    require(state_of(again).size() == written.size());  // what is in no order may stand in another one
    std::ostringstream out;
    print_html_report(out, std::move(counted.report).finish());
    require(!out.str().empty());
    return 0;
}

// Whatever a log holds, plain or packed: it is read the same in small and in large pieces, and what is told of it is
// fit for a terminal. AC-255.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "relay/stats/log_reader.hpp"
#include "relay/stats/log_source.hpp"
#include "relay/stats/mail_counter.hpp"
#include "relay/stats/mail_search.hpp"
#include "relay/stats/moment_option.hpp"
#include "relay/stats/stats_report.hpp"
#include "relay/stats/trace_report.hpp"

namespace {

using namespace mugaika;

constexpr std::size_t text_bytes_max = 1u << 20;  // of a bomb only so much

void require(bool holds) {
    if (!holds) std::abort();
}

std::string text_of(const std::string& untrusted_log, std::size_t room) {
    std::istringstream in(untrusted_log);
    LogSource source(in, "log");
    std::string piece(room, '\0');
    std::string text;
    while (text.size() < text_bytes_max) {
        const auto made = source.read(piece);
        if (!made) return "fault";  // the words may name the first or a later sign of it
        if (*made == 0) return text;
        text.append(piece, 0, *made);
    }
    return text.substr(0, text_bytes_max);
}

bool is_fit_for_a_terminal(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == '\x7f'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string untrusted_log(reinterpret_cast<const char*>(data), size);
    const std::string text = text_of(untrusted_log, 65536);
    const std::string in_small_pieces = text_of(untrusted_log, 17);
    // Of a bomb one may meet a fault behind what the other stops at.
    const bool bomb = std::max(text.size(), in_small_pieces.size()) == text_bytes_max;
    require(bomb || text == in_small_pieces);

    MailCounter counter({std::nullopt, std::nullopt, {Dimension::verdict, Dimension::reason}});
    MailSearch search(MailWanted{});
    std::istringstream in(text);
    LogReading reading;
    ChainCheck chain;
    const auto read = read_log(
        in, "-",
        [&](const ReadEvent& event) {
            counter.take(event);
            search.take(event);
        },
        reading, LogDetail::all, &chain);
    std::ostringstream out;
    for (const auto& [place, words] : chain.first_faults()) out << place << ": " << words << "\n";
    print_stats(out, StatsFormat::text, std::move(counter).finish_table());
    const auto mails = std::move(search).finish();
    print_trace(out, mails);
    print_trace_json(out, mails);
    require(is_fit_for_a_terminal(out.str()));

    const auto moment = moment_from_option(untrusted_log, DayEdge::end, Moment(std::chrono::hours(24 * 20000)));
    require(moment || is_fit_for_a_terminal(moment.error().words()));
    return 0;
}

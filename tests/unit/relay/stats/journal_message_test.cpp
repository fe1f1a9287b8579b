#include "relay/stats/journal_message.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "relay/log/event_json.hpp"
#include "relay/stats/syslog_message.hpp"

using namespace mugaika;

namespace {

ReadEvent read(const AnyEvent& event) {
    const std::string line = json_line(Moment(std::chrono::milliseconds(1764460800123)), "mx", event);
    return EventReader().read(std::string_view(line).substr(0, line.size() - 1)).value();
}

// AC-255: what a sender or an administrator could write to begin a field, a message or a terminal's command.
event::QuarantineDeleted hostile() {
    const std::string text = "a\nPRIORITY=0\r\n<0>1 \"],x=\"y\\ \x1b[2J 無害化";
    return {"0123456789abcdef", Actor{text, 0, text}, text};
}

std::size_t count(const std::string& text, char wanted) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), wanted));
}

}  // namespace

TEST_CASE("no value of an event begins a field of the journal (AC-255)") {
    const std::string message = journal_message(read(hostile()), 8192);
    CHECK_THAT(message, Catch::StartsWith("PRIORITY=5\nSYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=mugaika\n"
                                          "MUGAIKA_EVENT=quarantine.deleted\nMUGAIKA_TIME=2025-"));
    CHECK_THAT(message, Catch::Contains("\nMESSAGE=quarantine.deleted 0123456789abcdef "));
    CHECK_THAT(message, Catch::Contains("\nMUGAIKA_ID=0123456789abcdef\n") && Catch::Contains("無害化"));
    CHECK(message.find("\nPRIORITY") == message.npos);
    CHECK(message.find('\x1b') == message.npos);
    CHECK(message.find('\r') == message.npos);
    CHECK(message.back() == '\n');
    CHECK(count(message, '\n') == 12);
}

TEST_CASE("members that do not fit are left out, and that is said; the number of the line stays") {
    const ReadEvent event = read(hostile());
    const ChainLink link{"mx", "relay", 77, ""};
    for (const std::size_t bytes_max : {480u, 520u, 560u, 600u}) {
        INFO(bytes_max);
        const std::string syslog = syslog_message(event, bytes_max, link);
        CHECK(syslog.size() <= bytes_max);
        CHECK_THAT(syslog, Catch::Contains("[mugaika@32473 writer=\"relay\" seq=\"77\"") && Catch::EndsWith("]"));
        const std::string journal = journal_message(event, bytes_max, link);
        CHECK(journal.size() <= bytes_max);
        CHECK_THAT(journal, Catch::Contains("\nMUGAIKA_WRITER=relay\nMUGAIKA_SEQ=77\n"));
        CHECK_THAT(journal, Catch::EndsWith("MUGAIKA_CUT=true\n"));
    }
    const std::string small = syslog_message(event, 200, link);
    CHECK(small.size() <= 200);
    CHECK_THAT(small, Catch::EndsWith(" cut=\"true\"]"));
    CHECK(count(small, '\n') == 0);
}

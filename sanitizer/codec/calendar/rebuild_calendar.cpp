#include "sanitizer/codec/calendar/rebuild_calendar.hpp"

#include <exception>
#include <string>
#include <utility>

#include "sanitizer/codec/calendar/calendar_writer.hpp"
#include "sanitizer/sandboxed/handlers/calendar_reading.hpp"

namespace mugaika::codec {
namespace {

constexpr std::string_view calendar_type = "text/calendar";  // vCards are the others

FileNotMade too_large() { return {Reason::files_too_large, "more text than one file may have"}; }

FileOutcome rebuild(const PartFacts& facts, std::string_view charset_label, std::string_view untrusted,
                    FilePurse& purse) {
    constexpr std::uint64_t growth_max = 4;  // of decoding
    if (!purse.take_inner(untrusted.size() * growth_max)) return too_large();
    sandboxed::CalendarReading reading(untrusted, charset_label, untrusted.size() * growth_max);
    const bool is_calendar = facts.detected_type == calendar_type;
    FileMade made{is_calendar ? SafeKind::ics : SafeKind::vcf, {}, {}, 1};
    made.untrusted_bytes = is_calendar ? written_calendar(reading, made.losses) : written_cards(reading, made.losses);
    if (made.untrusted_bytes.empty()) return FileNotMade{Reason::not_representable, "no event, task or contact"};
    if (!purse.take_out(made.untrusted_bytes.size())) return too_large();
    return made;
}

}  // namespace

FileOutcome rebuild_calendar(const PartFacts& facts, std::string_view charset_label, std::string_view untrusted,
                             FilePurse& purse) {
    try {
        return rebuild(facts, charset_label, untrusted, purse);
    } catch (const std::exception&) {
        return FileNotMade{Reason::handler_failed, "the calendar could not be read"};
    }
}

}  // namespace mugaika::codec

// Promise: whatever the bytes, what is made of a calendar or of contacts passes the checker, and is the same when it is
// made again; the checker ends for any bytes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sanitizer/checker/calendar/check_calendar.hpp"
#include "sanitizer/codec/calendar/rebuild_calendar.hpp"

namespace {

using namespace mugaika;

std::string made_of(std::string_view bytes, const PartFacts& facts) {
    FilePurse purse{FileLimits()};
    FileOutcome outcome = codec::rebuild_calendar(facts, "utf-8", bytes, purse);
    const auto* made = std::get_if<FileMade>(&outcome);
    if (made == nullptr) return {};
    if (!checker::check_calendar(made->kind, made->untrusted_bytes).has_value()) std::abort();
    return made->untrusted_bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const char* type : {"text/calendar", "text/vcard"}) {
        PartFacts facts;
        facts.kind = PartKind::calendar;
        facts.detected_type = type;
        const std::string made = made_of(bytes, facts);
        if (!made.empty() && made_of(made, facts) != made) std::abort();
    }
    for (const SafeKind kind : {SafeKind::ics, SafeKind::vcf}) {
        if (!checker::check_calendar(kind, bytes).has_value()) continue;
    }
    return 0;
}

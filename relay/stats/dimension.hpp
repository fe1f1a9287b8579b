// By what mails can be counted, and what of a mail stands in the rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace mugaika {

enum class Dimension : std::uint8_t {
    hour,   // of the end, by the reader's clock; as the next three
    day,    // 2026-11-20
    week,   // 2026-W47 (ISO 8601)
    month,  // 2026-11
    route,
    verdict,  // clean sanitized quarantined refused released followed deferred owed unfinished recipient_refused
              // recipient_deferred
    reason,   // the verdict's; for what was refused without one and for recipients the SMTP code, for deferred
              // STAGE/FAILURE
    sender_domain,
    person,            // who ordered the release
    recipient,         // a mail counts in the row of each
    recipient_domain,  // likewise
    kind,              // of a part: a mail counts in the row of each kind that it has, as with the next five
    type,              // as the part's bytes say
    action,            // text rebuilt removed quarantined
    method,            // of the guideline: ア, ウ-1 …
    handler,
    loss,    // what a rebuilt file lost
    engine,  // which converters its files were given to
    stage,   // recipient data worker quarantine compose deliver total: its times
};

// Where the values of a dimension come from: those of one group go together.
enum class DimensionGroup : std::uint8_t { mail, recipient, part, engine, stage };

std::string_view to_string(Dimension) noexcept;
DimensionGroup group_of(Dimension) noexcept;
std::optional<Dimension> dimension_from_name(std::string_view) noexcept;
std::string dimension_names();  // for help, with commas between

// "reason=encrypted,route=city": only what has these values. Fails with words that say what was expected.
struct Condition {
    Dimension dimension;
    std::string value;
};
Result<std::vector<Condition>> conditions_from_option(std::string_view untrusted_text);

}  // namespace mugaika

// A text on its way into the extract is paid for as it will be written, and is no longer than the purse is deep.
#pragma once

#include <cstdint>
#include <optional>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/sandboxed/budget.hpp"

namespace mugaika::sandboxed {

struct Paid {
    std::uint64_t bytes = 0;  // to be given back if the text is not shown after all
    bool is_cut = false;      // only a beginning is left in the block
};

// Nothing when the purse does not hold any of it. A text of no bytes is not written and costs nothing; a heading is.
std::optional<Paid> pay_for(TextBlock&, Budget&);

}  // namespace mugaika::sandboxed

// What is to become of a part: the policy is asked first, then the handlers in their order.
#pragma once

#include <string>

#include "sanitizer/mail/job.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"

namespace mugaika::sandboxed {

struct Decision {
    PartOutcome outcome;
    std::string handler;  // who decided: "policy", "budget", "structure", "text" or a handler's name; "" for nobody
};

class PartJudge {
public:
    // All outlive it.
    PartJudge(const Job& job, const Handlers& handlers, const Budget& budget)
        : job_(job), handlers_(handlers), budget_(budget) {}

    // A handler that fails or throws keeps the part back (handler_failed), and so does one that makes of a kind what
    // the profile does not let it become.
    Decision decide(Part&&) const;  // its bytes are gone afterwards

    // Its original bytes cross by a person's order.
    bool is_to_be_released(const Part&) const;

private:
    Decision ask_handlers(Part&&) const;
    bool is_paid_up(const Part&) const;

    const Job& job_;
    const Handlers& handlers_;
    const Budget& budget_;
};

}  // namespace mugaika::sandboxed

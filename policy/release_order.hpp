// What the relay owes: a person's order to let parts of a kept mail cross after all, the rest of a delivery, which its
// recipients did not get when others of the same mail did, the files that a password opened, those that could not be
// judged when the mail came, pictures of the pages of those that were held, or a mail of its own. It is a fact for the
// policy, not a road of its own: the stored mail goes through the same flow, for a person's order with the order added
// (DESIGN 1.7).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail_address.hpp"

namespace mugaika {

enum class OrderKind : std::uint8_t {
    release,     // by a person
    rest,        // by the relay: composed and judged as at the first delivery, with the same Message-ID
    unlock,      // by a person, who knew a password: a mail of its own, judged as at the first delivery
    rerun,       // by the relay or a person: judged as at the first delivery; what was not delivered then follows
    image_pdf,   // by a person: pictures of the pages of held files follow, and nothing else
    checkpoint,  // of the event log, for its auditors: a mail of our own, judged as at a first delivery
};

// A person answers for what leaves, under the name that is given: the order is told to whoever composes and judges.
constexpr bool is_answered_for(OrderKind kind) noexcept {
    return kind == OrderKind::release || kind == OrderKind::image_pdf;
}

struct ReleaseOrder {
    std::string order_id;  // 26 characters of our own alphabet
    std::string item_id;   // quarantine item
    // Paths whose original file is to be attached, none: the rebuilt mail only; of pictures: whose pages become them.
    std::vector<std::string> parts;
    std::vector<MailAddress> recipients;  // never empty
    std::string person;                   // who ordered; one line, checked; for a rest the relay's own name
    std::string reason;                   // why; one line, checked
    std::chrono::system_clock::time_point ordered_at;
    std::chrono::system_clock::time_point valid_until;
    OrderKind kind = OrderKind::release;
    bool item_goes_with_it = false;  // of all that nobody answers for: the original was kept for nothing else
    std::string session;             // of a rest: in which the mail came, for its events
};

constexpr std::string_view to_string(OrderKind kind) noexcept {
    if (kind == OrderKind::unlock) return "unlock";
    if (kind == OrderKind::rerun) return "rerun";
    if (kind == OrderKind::image_pdf) return "image-pdf";
    if (kind == OrderKind::checkpoint) return "checkpoint";
    return kind == OrderKind::rest ? "rest" : "release";
}

}  // namespace mugaika

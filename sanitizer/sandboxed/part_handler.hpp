// The plugin interface: what can become of one part. There is no word for "unchanged", and none for a file: those are
// made by codec workers (sanitizer/codec).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/part_facts.hpp"
#include "policy/policy.hpp"
#include "policy/reason.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/plain_text.hpp"

namespace mugaika::sandboxed {

class Budget;

// One leaf, decoded from its transfer encoding. Lives as long as the worker's answer is being made.
struct Part {
    PartFacts facts;
    std::string charset_label;    // as declared, lower case ASCII, bounded; "" when none
    std::string calendar_method;  // that Content-Type names (RFC 6047 2.4), lower case token; "" when none
    bool format_flowed = false;   // RFC 3676
    bool delsp = false;
    std::string untrusted_bytes;
    std::vector<Reason> notes;     // found while it was read
    std::uint32_t mail_depth = 0;  // 0: of the mail itself; 1: of an attached mail …
};

// Text made from a part, with what was noticed on the way.
struct TextMade {
    PlainText text;
    std::string charset;  // canonical name it was decoded from
    std::uint64_t undecodable = 0;
    std::vector<Reason> notes;
    std::string words;  // what is said, without link targets, for comparing alternatives; untrusted
};
struct Removed {
    Reason why;
};  // dropped, a notice line takes its place
struct Quarantined {
    Reason why;
};  // dropped, the original is kept for review
struct Nested {
    std::string untrusted_mail;
};  // an attached mail: read by the same pipeline, one level deeper
using PartOutcome = std::variant<TextMade, Removed, Quarantined, Nested>;

class PartHandler {
public:
    virtual ~PartHandler() = default;
    virtual std::string_view name() const noexcept = 0;         // in policy files, ledgers, logs
    virtual bool accepts(const PartFacts&) const noexcept = 0;  // looks at facts, never decodes
    // An Error or exception = Quarantined. Makes no more text than the budget has left; what was made is paid
    // for by the caller. The bytes are the handler's to take; what else the part says is still asked for afterwards.
    virtual Result<PartOutcome> handle(Part&&, const Budget&) const = 0;
};

using Handlers = std::vector<std::unique_ptr<PartHandler>>;

// The order is the design; the last one takes all. `time_zone` as in Job.
Handlers make_handlers(const Profile&, const std::string& time_zone);

}  // namespace mugaika::sandboxed

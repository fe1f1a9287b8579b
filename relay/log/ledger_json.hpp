// The ledger as JSON and back.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>

#include "policy/result.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

// The ledger as INTERFACE fixes it: for --report, the quarantine and message.sanitized alike. Beside the keys named
// there it has "findings" (reasons about the whole mail) and, in each part, "kind" and "attachment". Reading takes what
// was written by this or a later version: unknown keys are passed over; unknown verdicts, reasons, kinds and actions
// are kept as words (Ledger::later_words) and written again as they were. A missing key or a value of the wrong kind is
// Fault::protocol with words that name it.
boost::json::object to_json(const Ledger&, boost::json::storage_ptr = {});
Result<Ledger> ledger_from_json(const boost::json::object&);

}  // namespace mugaika

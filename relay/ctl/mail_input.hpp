// The mail on standard input, read as the relay reads DATA, so that the same bytes are refused with the same answer.
//
// A file differs from the wire in three things, made up for here and nowhere else in the product: its LF is CRLF, its
// dots are not stuffed, and its last line may lack an end. A bare LF can so not occur; a bare CR can.
// LIMITS: SmtpLimits, as on the wire. Reads to the end of the input, keeps no more than message_bytes_max of it.
#pragma once

#include <istream>
#include <variant>

#include "policy/limits.hpp"
#include "policy/matrix.hpp"
#include "policy/result.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/smtp/data_reader.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika::ctl {

struct DataRefusal {
    const Outcome* outcome = nullptr;  // the row that answers
    smtp::DataReader::Finding finding;
};

Result<std::variant<RawMail, DataRefusal>> read_mail(std::istream&, const SmtpLimits&);

// The SMTP answer, then what was found and in which line.
Exit refuse(Terminal&, const DataRefusal&);

}  // namespace mugaika::ctl

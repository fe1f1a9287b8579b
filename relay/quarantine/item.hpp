// What is kept of a mail: its original bytes, its envelope, its ledger and where it came from.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "relay/smtp/envelope.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

struct QuarantineItem {
    std::string id;  // = message id: digest of bytes and envelope, so a retry finds itself
    std::string route;
    smtp::Envelope envelope;
    std::string client_address;
    PlainLine client_helo;
    std::string protocol;  // ESMTP …
    // authserv-ids (RFC 8601) whose word about authentication was believed when it came (Job::believed_ids); a release
    // believes nobody else.
    std::vector<std::string> believed_ids;
    std::chrono::system_clock::time_point received_at;
    PlainLine subject;  // for lists; from the checked extract, "" without one
    PlainLine from_text;
    std::string message_id;  // likewise, without brackets; "" without a valid one, and in items of 0.1.0
    Ledger ledger;
    std::uint64_t original_bytes = 0;
    std::string original_sha256;
    std::string unlocked_from;  // the kept mail whose files a password opened for this one; "" for what was received
};

// 26 characters of Crockford's base32 in lower case over the first 130 bits of SHA-256(sha256 of the bytes, sender,
// sorted recipients). Stable over retries of the same mail to the same people.
std::string message_id_for(const std::string& original_sha256, const smtp::Envelope&);
// Of a mail or an order: 26 characters, or 16 as earlier versions made them.
bool is_message_id(std::string_view) noexcept;

}  // namespace mugaika

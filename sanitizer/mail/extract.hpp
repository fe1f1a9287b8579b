// What the worker says about a mail: header facts, text, one row per leaf, released files. Narrow on purpose. Every
// value is made by a checking constructor when it comes off the wire (sanitizer/worker/wire), and the whole is checked
// against the job by sanitizer/worker/client before anyone believes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/mail_address.hpp"
#include "policy/part_facts.hpp"
#include "policy/policy.hpp"
#include "policy/reason.hpp"
#include "sanitizer/mail/authentication_facts.hpp"
#include "sanitizer/mail/date_fact.hpp"
#include "sanitizer/mail/method.hpp"
#include "sanitizer/mail/packed_file.hpp"
#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/mail/rebuilt_file.hpp"
#include "sanitizer/mail/signature_fact.hpp"

namespace mugaika {

struct Mailbox {
    PlainLine name;  // display name, decoded; may be empty
    MailAddress address;
};

enum class AutoSubmitted : std::uint8_t { no, auto_generated, auto_replied, auto_notified };
enum class Importance : std::uint8_t { none, low, normal, high };

// The allow-list of header fields. What is not named here does not cross.
struct HeaderFacts {
    std::vector<Mailbox> from;    // at most one is composed; more is Reason::several_from
    std::vector<Mailbox> sender;  // 0 or 1
    std::vector<Mailbox> reply_to;
    std::vector<Mailbox> to;
    std::vector<Mailbox> cc;
    PlainLine from_text;  // what stood in From when no valid address could be read
    PlainLine subject;
    std::optional<DateFact> date;
    std::string message_id;  // strict id-left@id-right without angle brackets, "" when missing or not valid
    std::vector<std::string> in_reply_to;
    std::vector<std::string> references;
    AutoSubmitted auto_submitted = AutoSubmitted::no;
    Importance importance = Importance::none;
    std::string list_id;  // strict dot-atom without angle brackets, "" when missing or not valid
    PlainLine list_name;  // the phrase before it
    std::uint32_t received_count = 0;
    AuthenticationFacts authentication;  // of Job::believed_ids only, the topmost that said something
    PlainLine first_hop;                 // the oldest Received's "from" word, shortened; "" when there is none
};

enum class TextRole : std::uint8_t {
    body,      // shown as it is
    attached,  // a text attachment or report: shown under its name
    quoted,    // text of an attached mail: shown quoted under its header summary
};

struct TextBlock {
    std::string path;  // of the part it came from
    TextRole role = TextRole::body;
    PlainLine title;  // file name, or of which form a text is that stands beside another one; may be empty
    std::vector<std::pair<std::string, PlainLine>>
        summary;                    // quoted only: From, To, Subject, Date of the attached mail
    std::uint32_t quote_depth = 0;  // attached mail in attached mail: 1, 2, …
    PlainText text;
};

// One leaf of the input, for the ledger.
struct PartRow {
    PartFacts facts;      // facts.name is a PlainLine by check
    std::string sha256;   // of the decoded bytes, lower case hex
    std::string charset;  // canonical name of what it was decoded from, "" for non-text
    std::uint64_t undecodable = 0;
    PartVerdict verdict = PartVerdict::quarantined;
    Method method = Method::none;
    Reason reason = Reason::none;
    std::string handler;   // name of the handler that decided
    std::string out_name;  // rebuilt or released files
    std::string out_sha256;
    std::vector<Reason> notes;
    // Of a rebuilt file; no worker says these, the relay does (sanitizer/finish/take_in).
    std::string out_kind;
    std::uint64_t out_bytes = 0;
    std::uint32_t pages = 0;
    std::vector<Loss> losses;
};

// An original that crosses by a person's order (method ウ-4): the only file that a worker gives out.
struct SafeFile {
    std::string path;  // its PartRow
    PlainLine name;
    std::string type;  // from our own short list of types
    std::string bytes;
};

struct Extract {
    HeaderFacts header;
    std::vector<TextBlock> texts;  // in reading order
    std::vector<PartRow> parts;    // in order of appearance, unique paths
    std::vector<SafeFile> files;
    std::vector<RebuiltFile> rebuilt;       // in the order of their parts; never on the wire
    std::vector<PackedFile> packed;         // so too
    std::vector<Reason> findings;           // about the structure, the header and the mail as a whole; unique
    std::vector<SignatureFact> signatures;  // in the order of their parts; none without Job::signatures
};

}  // namespace mugaika

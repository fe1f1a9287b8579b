// The structure of a mail: our own iterative bounded line scanner, then mimetic as a second reading of the bounded,
// cleaned entities (STACK 1.4). Where two readers could see two mails, the anomaly is a Reason of Weight::ambiguous.
// Limits: BudgetLimits; reached ones are findings and the rest of the mail is left unread, never half read in silence.
// Linear in the size of the mail. Never calls mimetic's address readers, never loads a raw message into it.
// Lines end with CRLF; a text that holds no CRLF at all (an attached mail stored on Unix) is read by its LFs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/reason.hpp"

namespace mugaika::sandboxed {

struct RawField {
    std::string_view name;  // as written, without the colon and blanks
    std::string value;      // unfolded; untrusted bytes
};

enum class TransferEncoding : std::uint8_t { none, base64, quoted_printable, uuencode, unknown };

// One entity of the flat table. Ranges are views into the mail, which must outlive the structure, or into what it
// holds.
struct Entity {
    std::int32_t parent = -1;  // index in the table
    std::uint32_t depth = 0;
    std::string path;  // "1", "1.2"; a mail that is no multipart has the single leaf "1"; a multipart mail ""
    std::vector<RawField> fields;  // bounded
    std::string_view body;         // still encoded; for multiparts everything between header and end
    std::string type;              // lower case type/subtype; "text/plain" when missing; "" when not readable
    std::string charset_label;     // at most 40 bytes, lower case ASCII, "" when none
    std::string calendar_method;   // as ContentType says it
    std::string boundary;          // multiparts that could be opened
    std::string disposition;       // lower case: "inline", "attachment" …, "" when none
    std::string untrusted_name;    // UTF-8, decoded (RFC 2047, RFC 2231, raw 8-bit), not yet cleaned; "" when none
    bool format_flowed = false, delsp = false;
    TransferEncoding encoding = TransferEncoding::none;
    bool is_multipart = false;     // has children in the table; a multipart without any is a leaf
    std::vector<Reason> findings;  // about this entity
};

// A mail that is signed data as a whole (S/MIME, application/pkcs7-mime) is read as what was signed, under the header
// fields of the mail; signature_dropped is among the findings then.
struct MailStructure {
    std::vector<Entity> entities;                          // [0] is the mail; children follow their parent, in order
    std::vector<Reason> findings;                          // all of its entities and of the mail as a whole, each once
    std::uint64_t preamble_bytes = 0, epilogue_bytes = 0;  // dropped, counted
    std::shared_ptr<const std::string> signed_content;     // what its views look into, where it was signed data
    std::optional<Entity> signed_wrapper;                  // that data, still encoded; without its fields

    // The first charset beyond ASCII that a part declares, for raw 8-bit bytes in headers; "" when none does.
    std::string_view text_label() const noexcept;
};

MailStructure read_structure(std::string_view untrusted_mail, const BudgetLimits&, std::uint32_t depth_so_far);

// Undoes the transfer encoding of a leaf. `findings` gains base64_junk, qp_illegal, encoding_mismatch …
// Output never exceeds `bytes_max`; more is too_much_decoded and the result is empty. An unknown encoding is left as it
// is.
std::string decode_body(const Entity&, std::size_t bytes_max, std::vector<Reason>& findings);

}  // namespace mugaika::sandboxed

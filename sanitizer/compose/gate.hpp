// The independent reader of our own output: accepts only our canonical form and shares no code with the composer, the
// notice or the rules of PlainText; its tables are its own. What it refuses is held and is an alarm: a bug of ours or
// a taken-over worker. The only maker of GatedMail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/sanitized_mail.hpp"

namespace mugaika {

// A member of a ZIP that may stand in the output.
struct PermittedMember {
    std::string name;    // with its folders
    std::string sha256;  // of its bytes, lower case hex
    std::string kind;    // as of PermittedFile, but no original and no ZIP
};

// A file that may stand in the output: rebuilt, packed of rebuilt ones, or an original named in a release order.
struct PermittedFile {
    std::string sha256;  // of the file's bytes, lower case hex
    std::string kind =
        {};  // "png", as ledgers name them: name, type and bytes must be of it; "": an original, as it is
    std::vector<PermittedMember> members = {};  // of a "zip", all of them, in order
};

struct GatePermit {
    std::vector<PermittedFile> files;  // each at most once; empty: the output must be a single text/plain
    bool links_must_be_dead = false;   // the mail has a link that lies: no address in its text may be alive
    std::string notice_phrase = {};    // of the site: stands in the notice alone; "" for none
};

class Gate {
public:
    // Fails with Fault::protocol and words that name the rule and the offset, which for a rule about a decoded text or
    // file counts in that. Linear in the size.
    static Result<GatedMail> inspect(SanitizedMail, const GatePermit&);

    // The same judgement on bytes from anywhere, for tests and fuzzers; makes no GatedMail.
    static Result<void> accepts(std::string_view bytes, const GatePermit&);
};

}  // namespace mugaika

// A text or a table that came as a file, written anew: decoded and cleaned as texts of mails are, in UTF-8.
#pragma once

#include <string_view>

#include "policy/part_facts.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// SafeKind::csv for what is called a table (.csv, .tsv, .tab, or such a type without an extension that says otherwise),
// SafeKind::text for everything else. `charset_label` as declared, "" for none.
//
// Lines end with CRLF; a LF alone stands in a table only inside a quoted cell, as Excel writes it. A table begins with
// a byte order mark, which Excel needs; a text that is not ASCII too, because Excel and the Notepad of older Windows
// take it for the local charset otherwise; but for .json, where RFC 8259 8.1 forbids it.
//
// Of a page of HTML (an archive's member; those of mails stand in the body) what it shows is written, as
// SafeKind::text: links defanged, and what was hidden, scripts and forms lost as in a body (sandboxed/html/html_text).
//
// Of a table each cell that a spreadsheet would run (runs_when_opened) gets an apostrophe in front, counted as
// formula_disarmed; nothing else of it changes. Takes from the purse the decoded and the written bytes.
FileOutcome rebuild_text(const PartFacts&, std::string_view charset_label, std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec

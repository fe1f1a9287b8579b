// mimetic reads the structure a second time: not the mail, but a skeleton of it that our first reading bounds. Every
// header field that decides the structure and every line that begins with "--" stands in it as it stood in the mail,
// all other text is replaced by stubs. So mimetic decides for itself what is a boundary and which lines are delimiters,
// and its known faults (STACK 1.3: boundaries in mid-line, siblings swallowed by open multiparts, quoted semicolons,
// comments, RFC 2231) cannot hold harmless mail: open multiparts are closed, and types it cannot read are written
// plainly.
#pragma once

#include "sanitizer/sandboxed/structure/mime_scanner.hpp"

namespace mugaika::sandboxed {

// True when mimetic sees the same entities with the same boundaries and encodings. Only for scans without an ambiguous
// finding: what is held anyway is not shown to mimetic. At most parts_max entities and 8000 lines of 1500 bytes.
bool second_reading_agrees(const Scan&);

}  // namespace mugaika::sandboxed

// Why a part of a mail is blank where something was sent: nothing vanishes without a word.
#pragma once

#include <optional>
#include <vector>

#include "policy/reason.hpp"
#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"

namespace mugaika::sandboxed {

// empty_file: a named file of no bytes. no_visible_text: a page of scripts or pictures, or a text of which all had to
// be removed; a page that is a file of its own always. Nothing where there is something to read, or where the sender
// wrote nothing. `notes` are those of the making.
std::optional<Reason> why_blank(const Part&, const PlainText& made, const std::vector<Reason>& notes);

}  // namespace mugaika::sandboxed

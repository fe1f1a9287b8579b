// A mail that lies in an archive (eml) as files, as read_archive gives those of an archive: what is attached to it, and
// its text with what stood above it. In a mail such a file is an attached mail, which the reader of mails shows.
#pragma once

#include <optional>
#include <string_view>

#include "policy/limits.hpp"
#include "sanitizer/codec/archive/read_archive.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::codec {

// The text is the last. Something: why the mail as a whole is held, as for read_archive; a mail that readers understand
// in several ways is document_damaged.
std::optional<FileNotMade> read_mail_file(std::string_view untrusted, const BudgetLimits&, FilePurse&,
                                          const sandboxed::FileTyper&, const WantedMembers&, const MemberSink&);

}  // namespace mugaika::codec

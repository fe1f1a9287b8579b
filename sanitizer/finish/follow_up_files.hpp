// A kept mail that is judged again: which of it its recipients have already, and what is left that is new. Only that
// follows (OrderKind::rerun); what was delivered once is not made again, and not sent again. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/finish/part_paths.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/ledger.hpp"
#include "sanitizer/mail/office_format.hpp"

namespace mugaika {

// Does it pass without anybody doing something about the file? An engine or a scanner that does not answer, a machine
// that is too busy.
bool passes_by_itself(Reason) noexcept;

// Does a file stay for such a reason, of a mail that crosses otherwise?
bool waits_for_files(const Ledger&) noexcept;

// The formats of such files that LibreOffice converts.
OfficeFormats formats_waited_for(const Ledger&);

// Was it said of a file that it follows?
bool announces_files(const Ledger&) noexcept;

// Did more than a notice arrive?
bool was_delivered(const Ledger&) noexcept;

// What arrived of it: texts and files, by the paths of their parts. An archive of which a file stayed is none of them,
// those of its files that arrived are.
PartPaths delivered_parts(const Ledger&);

// The same for one that was composed now: files alone, and texts where `stored` says that only a notice had arrived.
std::vector<std::string> brought_parts(const Ledger& now, const Ledger& stored);

struct FollowUpRest {
    bool brings = false;  // something that was not delivered before
    bool waits = false;   // for what passes by itself
    // Files that the first mail announced (Reason::follows), that are not here and are not waited for any more.
    std::vector<std::string> not_coming;
};

// What is left of a mail that was read and rebuilt again, `delivered` left out: its files, and rows of files alone.
// Waiting::over: nothing is waited for any more.
enum class Waiting { may, over };
FollowUpRest leave_only_new(Extract& fresh, const Ledger& stored, const PartPaths& delivered, Waiting);

// Files that are late follow, and so does an archive of which nothing else is ready.
void announce_late(Extract&) noexcept;

// Rows and files of these parts go, before archives are packed: what is counted as missing there was not delivered.
void leave_out(Extract&, const PartPaths&);

// For a Message-ID: the same for the same contents, another for others. 26 characters.
std::string follow_up_id(std::string_view item_id, const Extract&, const std::vector<std::string>& not_coming);

}  // namespace mugaika

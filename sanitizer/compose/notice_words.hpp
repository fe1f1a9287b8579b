// The words of the notice in the languages of the product. Written for clerks: short, polite, and each warning says
// what to do. Nothing in here may be clickable: no "://", "www.", "@"; and no dot, colon or slash stands right behind
// words of others, which would end otherwise then.
#pragma once

#include <string_view>

#include "policy/part_facts.hpp"
#include "policy/policy.hpp"
#include "policy/reason.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

// Labels end with what stands between them and their value.
struct NoticeWords {
    std::string_view head_files_before;  // the line above a text whose notice stands below it: <number of files>
    std::string_view head_files_after;
    std::string_view head_other;          // the same where something else is missing
    std::string_view head_follow_before;  // the same where files only come later: <number of files>
    std::string_view head_follow_after;
    std::string_view quarantined;
    std::string_view unreadable;  // the same where not even the header could be read
    std::string_view reason_label;
    std::string_view changed_label;   // the same of a file that arrives, but not as it was
    std::string_view way_label;       // what would deliver a file: one of those below
    std::string_view next_way_label;  // and another thing that would
    std::string_view way_release;
    std::string_view way_smaller_before, way_smaller_after;        // <size>
    std::string_view way_other_kind_before, way_other_kind_after;  // <kind>
    std::string_view way_image_pdf, way_own_mail;
    std::string_view code_label;  // for the IT section
    std::string_view sender_label;
    std::string_view subject_label;
    std::string_view date_label;
    std::string_view size_label;
    std::string_view received_label;
    std::string_view original_date_label;  // of a released mail
    std::string_view phrase_label;         // the site's own phrase
    std::string_view warnings_heading;
    std::string_view removed_heading;
    std::string_view following_heading;
    std::string_view following;          // below it
    std::string_view contained_heading;  // the files of a quarantined mail
    std::string_view rebuilt_heading;
    std::string_view files_rebuilt;          // all there is to say: they arrive, and nothing was lost
    std::string_view small_pictures_before;  // in the text, <n>
    std::string_view small_pictures_after;
    std::string_view reply_to_before;  // <address>
    std::string_view reply_to_after;
    std::string_view reply_to_warning_after;
    std::string_view more_before;  // "and <n> more"
    std::string_view more_after;
    std::string_view released_original_before;  // <person>
    std::string_view released_original_after;
    std::string_view released_mail_before;  // <person>
    std::string_view released_mail_after;
    std::string_view pictured_before;  // of files whose pages became pictures by order; <person>
    std::string_view pictured_after;
    std::string_view release_reason_label;
    std::string_view kept;         // the original, nobody knows how long
    std::string_view kept_before;  // <day>
    std::string_view kept_after;
    std::string_view not_kept;
    std::string_view if_needed_before;  // <contact>
    std::string_view if_needed_after;
    std::string_view if_expected_before;  // the same for a mail of which nothing was delivered
    std::string_view if_expected_after;
    std::string_view unexpected_mail;
    std::string_view nobody_named;  // the contact where none is configured
    std::string_view number_label;
    std::string_view nameless;
    std::string_view inside;              // between an archive and a file in it
    std::string_view became;              // between the name that a file had and the one under which it arrives
    std::string_view names_inside_label;  // of the files in a locked one
    std::string_view unlocked;            // what is said of files that a password opened
    std::string_view follow_up;           // what is said of what a first mail could not bring
    std::string_view follow_up_of_none;   // and where it could not be brought at all
    std::string_view password_before;     // <contact>
    std::string_view password_after;
    std::string_view unshowable;
    std::string_view none;  // no subject, the null sender
    std::string_view quote_open;
    std::string_view quote_close;
    std::string_view bracket_open;
    std::string_view bracket_close;
    std::string_view comma;
    std::string_view bullet;
    std::string_view indent;
    std::string_view attached_text;  // headings in the body
    std::string_view beside_pictures;
    std::string_view added_text;
    std::string_view attached_mail, level_before, level_after;
    std::string_view heading_open;
    std::string_view heading_close;
    std::string_view heading_colon;
    std::string_view bytes_unit;
};

const NoticeWords& notice_words(Language) noexcept;

// What a clerk calls a kind of file that can be delivered.
std::string_view safe_kind_words(SafeKind, Language) noexcept;

// What a clerk calls such a file: by its kind, and some by the type that its bytes say.
std::string_view kind_words(const PartFacts&, Language);

// What a reader should know or do because of a finding.
struct Advice {
    std::string_view sentence;  // "" where the finding is nothing to a reader
    bool is_warning = false;    // to be read before the text
};
Advice advice_for(Reason, Language) noexcept;

}  // namespace mugaika

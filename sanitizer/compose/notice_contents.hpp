// What a notice has to tell of a mail, before it is put into words.
#pragma once

#include <cstddef>
#include <vector>

#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika::notice {

// A file in a list, and the archive that it lies in: the outermost one, which is what the reader sees in the mail.
struct Listed {
    const PartRow* row;
    const PartRow* archive;                         // nullptr when it lies in none
    std::vector<const PartRow*> files_inside = {};  // of one that is locked, and tells no more than their names
};

struct Contents {
    std::vector<Listed> missed;
    std::vector<Listed> following;  // not in this mail, but in one that comes by itself
    std::vector<Listed> rebuilt;
    std::size_t small_pictures = 0;
    bool is_unlocked = false;       // the relay's word: no worker can say it
    bool is_follow_up = false;      // likewise
    std::vector<Reason> warnings;   // to be read before the text
    std::vector<Reason> structure;  // what is odd about the way the mail is built: one warning, and codes
    std::vector<Reason> remarks;
    std::vector<const SignatureFact*> doubtful_signatures;  // among the warnings
    std::vector<const SignatureFact*> signatures;           // told without an alarm
    // Whom an answer reaches, when that is somebody of another organisation than the author.
    const Mailbox* answered_elsewhere = nullptr;

    bool is_empty() const noexcept;
    bool has_warning() const noexcept {
        return !warnings.empty() || !structure.empty() || !doubtful_signatures.empty();
    }
    bool has_lost() const noexcept;
};

// Pointers into the extract, which outlives them.
Contents contents_of(const Extract&, const ComposeFacts&);

}  // namespace mugaika::notice

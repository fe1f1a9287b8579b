// The gate's own judgement of lines that speak with our voice outside a notice. Coarser than the composer's: a table of
// the few letters that the marks are made of, written by hand. Nothing of this is shared with the code that quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mugaika::gate {

// Reads the lines outside a notice, one after the other.
class VoiceReader {
public:
    explicit VoiceReader(std::string_view notice_phrase);

    // Does this line, alone or with those before it, say what only a notice says: a phrase of the marks or of the site,
    // or a name of the system beside a rule? Quoted lines never do, and part what is around them.
    bool poses(std::string_view line);

    void forget();  // what comes next stands beside nothing

private:
    std::u32string phrase_;
    std::u32string letters_;  // of the line that is read
    std::u32string title_;    // of short lines in a row
    bool title_could_say_ = false;
    bool rule_before_ = false;
    bool name_before_ = false;
};

// Does a line of a sender begin with a whole sentence that only a notice has, letter for letter? A quoted one does not.
bool repeats_notice(std::string_view line) noexcept;

}  // namespace mugaika::gate

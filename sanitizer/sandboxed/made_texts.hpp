// The texts of a mail on their way into the extract: the budget decides how much of each there may be, and of the forms
// of a multipart/alternative which are shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/sandboxed/alternatives.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

struct MadeText {
    TextBlock block;
    std::size_t row = 0;     // of the extract's parts
    std::size_t entity = 0;  // in its mail's structure
    bool is_plain = false;   // not made from HTML
    bool is_calendar = false;
    bool is_shown = true;
    std::string words;             // untrusted; "" where the text itself says it
    std::uint64_t paid = 0;        // taken of the budget for it
    std::size_t notes_before = 0;  // of the row's notes, how many were there before the text was made
};

class MadeTexts {
public:
    MadeTexts(Budget& budget, Extract& extract) : budget_(budget), extract_(extract) {}

    // Pays for the text, cut where there is less room than it wants (text_too_long). Nothing when there is none for any
    // of it: then it is not kept. Gives its index.
    std::optional<std::size_t> add(MadeText&&);

    // Invitations come as a part and as a file. False: the calendar before it, as deeply quoted, says all that this one
    // says. Where this one says more, that one is hidden. Only that one is compared: linear, and there the copy stands.
    bool is_new_calendar(const MadeText& calendar);

    // Decides which of the body texts of one mail are shown, once it is read.
    void choose(const MailStructure&, const std::vector<std::size_t>& texts);

    // Moves what is shown into the extract, in order.
    void emit();

private:
    bool pay(MadeText& text);
    void hide(MadeText& text);
    void show_additions(MadeText& text, const std::string& additions);
    void note(const MadeText& text, Reason reason);

    Budget& budget_;
    Extract& extract_;
    std::vector<MadeText> texts_;
};

}  // namespace mugaika::sandboxed

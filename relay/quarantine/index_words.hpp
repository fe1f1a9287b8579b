// How the index is searched: a piece of a text, two characters long or more, is found by the pairs of characters that
// it is made of, one by its letters. FTS5 knows no Japanese words and its trigrams no word of two characters, so texts
// are cut here: "見積書" is 見積, 積書, and the letters 見, 積, 書. Texts are compared as policy/folded_text folds
// them.
//
// Hostile words are data: what goes to FTS5 is letters, digits, characters beyond ASCII and blanks between quotes;
// every other byte of ASCII is written as a private character, which no folded text holds.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika {

// The columns of the full-text table. The id is one word, since its pairs would be in every search's way; the last
// column holds whole words too: reasons, the route, whether it was released.
inline constexpr std::array word_columns{"id",         "sender", "author", "recipients", "subject",
                                         "message_id", "files",  "person", "marks"};
using WordTexts = std::array<std::string, word_columns.size()>;

// Always the same for the same row: FTS5 is told them again when the row goes.
WordTexts words_of(const QuarantineStore::Row&);

// What the rows must match, for FTS5's MATCH; "" when the query asks for no word. Fault::bad_input for a word of more
// than QuarantineStore::Query::characters_max characters.
Result<std::string> match_of(const QuarantineStore::Query&);

}  // namespace mugaika

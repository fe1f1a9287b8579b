// What a reader takes a line for at a glance, so that look-alikes compare equal: marks, variation selectors and format
// characters are not there; width, case, boxes and circles do not count; letters of other scripts are the letters that
// they look like, hiragana stands for katakana, and punctuation is dropped. For comparing only: nothing of it is shown.
//
// The table is of Unicode's decompositions and look-alikes (policy/make_skeleton_table), because the relay links no
// ICU; a test of the worker's side compares it with ICU's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mugaika {

struct Skeleton {
    std::string letters;    // UTF-8; m is "rn", l and 1 are i, 0 is o
    std::size_t count = 0;  // of letters
    bool has_rule = false;  // three signs in a row that draw a line, two on each side of words, or six of any sign
};

// Of one line of UTF-8; bytes that are none are letters of their own. Linear.
Skeleton skeleton(std::string_view line);

// What a reader takes one character for: its letter, ' ' for a blank, 0 for what is not seen by itself. ASCII and what
// looks like nothing else stay as they are.
char32_t taken_for(char32_t) noexcept;

// The letters alone.
std::string skeleton_letters(std::string_view line);

}  // namespace mugaika

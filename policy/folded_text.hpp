// Text as it is compared when somebody searches: width, case and how a character was composed do not count, so that ｱ
// finds ア, ガ (two characters) finds ガ (one), ① finds 1 and ㈱ finds (株). What NFKC with case folding makes of it in
// the blocks that Japanese mail is written in; others stay as they are. Unlike a skeleton (policy/skeleton.hpp) it
// takes nothing for what it only looks like: が is not か. For comparing only: nothing of it is shown.
//
// The table is of Unicode's decompositions (policy/make_folded_text_table), because the relay links no ICU; a test of
// the worker's side compares it with ICU's.
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

// Every byte that is no UTF-8, and every private character, is U+FFFD; what cannot be seen (variation selectors,
// joiners, U+00AD) is left out. Wave dash and full-width tilde are "~". Linear.
std::u32string folded_text(std::string_view untrusted_text);

}  // namespace mugaika

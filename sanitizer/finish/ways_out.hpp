// For each file that was held what somebody can do so that it is delivered, the smallest thing first: found by asking
// the policy about the same file with one thing changed, so that whatever a profile or a rule says is in the answer.
// Where nothing would deliver it there is none; programs, fragments and what a scanner found never have one.
#pragma once

#include <vector>

#include "policy/policy.hpp"
#include "sanitizer/finish/large_files.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/office_format.hpp"
#include "sanitizer/mail/verdict.hpp"
#include "sanitizer/mail/way_out.hpp"

namespace mugaika {

enum class Original : bool { gone, kept };

// Nothing that anybody does changes what such a file is: a program, or what a scanner found something in.
bool is_hopeless(const PartRow&);

// In the order of the rows: the act that is the least trouble, and, where that is another one, that an administrator
// has the pages drawn. None for a mail that is held or refused as a whole: no act about a file delivers that. Without
// the original nothing can be released, opened or drawn. `large`: of a mail that its next hop would not take whole.
std::vector<WayOut> ways_out(const std::vector<PartRow>&, const Profile&, MailVerdict, Original, const PagesDrawn& = {},
                             const LargeFiles& large = {});

}  // namespace mugaika

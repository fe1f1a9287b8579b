// A person's order to have the pages of held files drawn as pictures (OrderKind::image_pdf): what of a mail is asked
// for, what is left of it, and whether that is what leaves. All of the ordered parts, or none: half a result is none.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/policy.hpp"
#include "policy/result.hpp"
#include "sanitizer/finish/part_paths.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

// Would the pages of such a file, standing in the mail itself, be drawn by a person's order under this profile? What
// comes of it is another matter. Holds a profile of its own: one for all files of a mail.
class PictureOrders {
public:
    explicit PictureOrders(const Profile& profile) : ordered_(profile) {}
    bool draw(const PartFacts&);

private:
    Profile ordered_;
};

// Parts of the kept mail that are none of the ordered ones, nor archives around one.
PartPaths parts_beside(const Ledger& stored, const std::vector<std::string>& ordered_parts);

// Of a mail that was read and rebuilt again: the ordered parts, the archives around them, and what is said beside the
// pictures.
void leave_only_pictured(Extract&, const std::vector<std::string>& ordered_parts);

// The first of them that did not become pictures. One that is not there any more is check_released()'s matter.
struct NotPictured {
    std::string path;
    Reason why;
};
std::optional<NotPictured> not_pictured(const Extract&, const std::vector<std::string>& ordered_parts);

// Nothing but pictures of the ordered parts leaves, and each leaves, one at least. Fails with Fault::protocol and words
// that name the part.
Result<void> check_pictured(const Extract&, const std::vector<std::string>& ordered_parts);

}  // namespace mugaika

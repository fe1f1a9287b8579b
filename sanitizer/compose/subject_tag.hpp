// The words in brackets that we put before a Subject, and the copies of them that come from outside.
#pragma once

#include <string>
#include <string_view>

#include "policy/policy.hpp"

namespace mugaika {

enum class SubjectTag { quarantined, warning, released, unlocked, follows };

std::string_view subject_tag(SubjectTag, Language) noexcept;  // "【隔離】", "[Released]"

// Which copies go: those of releases, of opened files and of what follows always, because they say that somebody here
// has dealt with the mail; those of held and doubtful mails where the site has them.
enum class TagCopies { released, all };

// The subject without what a reader could take for one of our tags, in either language, any kind of square brackets and
// wherever it stands; compared as it looks (policy/skeleton). What a removal brings together is looked at again.
// Linear.
std::string without_tags(std::string_view subject, TagCopies);

}  // namespace mugaika

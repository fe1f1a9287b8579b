// For whom of a mail the same holds: recipients of one route under the same rules. Each group is a mail of its own from
// here on, with its own id, composition and delivery. The one place that resolves profiles for the relay and for tools.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "relay/config/config.hpp"
#include "relay/smtp/envelope.hpp"
#include "sanitizer/mail/authentication_facts.hpp"

namespace mugaika {

// Two, because what a mail says of its sender's authentication is read by a worker, which needs a profile for that.
struct EffectiveProfiles {
    Profile as_received;       // nobody who is believed spoke for the sender
    Profile if_authenticated;  // somebody did (speaks_for_sender)
    friend bool operator==(const EffectiveProfiles&, const EffectiveProfiles&) = default;
};

struct RecipientGroup {
    const Route* route;  // of the configuration; null: of none, and the standard profile holds
    EffectiveProfiles profiles;
    smtp::Envelope envelope;  // the recipients of the group, with what was said about each of them
};

// In the order of their first recipients. An envelope without recipients is a group of nobody, of no route.
std::vector<RecipientGroup> grouped(const Config&, const smtp::Envelope& whole);

// A word for what this group gets of a mail that others got: eight of [a-z0-9], the same as long as the configuration
// is, whoever else is of the group. "" where the same rules hold as for those whom the mail was for at first.
std::string composition_for(const Config&, const RecipientGroup&, const smtp::Envelope& first);

// As for a mail of this sender ("": none) to this recipient ("": not known) of this route.
EffectiveProfiles profiles_for(const Config&, const Route*, std::string_view sender, std::string_view recipient);

// An upstream that is believed found that the envelope's sender is of the domain that it names (RFC 7208: spf=pass).
// The other methods speak of the header, which no rule asks for.
bool speaks_for_sender(const AuthenticationFacts&) noexcept;

}  // namespace mugaika

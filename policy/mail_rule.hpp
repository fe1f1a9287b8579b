// The rules of a profile as they are written, [[profile.NAME.rule]], and what is left of them for one mail to one
// recipient: what the envelope decides is decided by the relay before the mail is read, and only what depends on a part
// goes on (FILES.md section 3).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/address_set.hpp"
#include "policy/part_rule.hpp"
#include "policy/policy.hpp"

namespace mugaika {

// Whose mail it is and to whom it goes, as the envelope says. What stands in the header plays no part in it.
struct MailParties {
    std::string sender;     // address; "": none, as in reports about mail
    std::string recipient;  // address; "": not known
    std::string route;      // its name; "": none
    // A host that is believed said so of this sender (README "Rules"); never of a mail without a sender.
    bool authenticated = false;
};

struct MailRule {
    AddressSet senders;  // each of these empty: any
    AddressSet recipients;
    std::vector<std::string> routes;
    std::optional<bool> authenticated;  // nothing: whether or not
    PartRule part;                      // its action, and what the file must be

    bool matches(const MailParties&) const;
    bool takes_every_mail() const noexcept;
    friend bool operator==(const MailRule&, const MailRule&) = default;
};

// Does every mail that `narrow` is about meet the conditions of `wide`? `authenticated` is not compared: ask for
// each of its answers.
bool covers_mails(const MailRule& wide, const MailRule& narrow);

enum class Slow : std::uint8_t {
    wait,    // the letter waits for its files, as long as the relay's limits allow; what is late is held
    follow,  // it leaves after a while, and says that they follow
};
std::string_view to_string(Slow) noexcept;

// What becomes of a letter whose files take long. The relay's own matter: no worker is asked differently for it.
struct SlowFiles {
    Slow slow = Slow::wait;
    std::chrono::seconds after{20};  // Slow::follow: what is not rebuilt so long after the letter was read follows it
    friend bool operator==(const SlowFiles&, const SlowFiles&) = default;
};

// One profile of the configuration. It decides about nothing before it is resolved.
struct WrittenProfile {
    Profile base;                 // without a rule
    std::vector<MailRule> rules;  // in the order of the file
    SlowFiles slow_files = {};
};

// Which rules are about this mail, as places in the list; none behind one that takes every file.
std::vector<std::size_t> rules_about(const WrittenProfile&, const MailParties&);

// The flat profile with these rules.
Profile with_rules(const WrittenProfile&, const std::vector<std::size_t>& rules);

Profile resolve(const WrittenProfile&, const MailParties&);

}  // namespace mugaika

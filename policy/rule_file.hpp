// The rules of a profile in TOML: [[profile.NAME.rule]].
#pragma once

#include <string>
#include <vector>

#include "policy/mail_rule.hpp"
#include "policy/toml_reader.hpp"

namespace mugaika {

// What rules may name beside what they say themselves.
struct KnownRoutes {
    std::vector<std::string> names;    // of routes
    std::vector<std::string> domains;  // of all of them
};

// Rules of one profile, in the order of the file. Beside unknown keys, wrong values and what cannot be these are
// faults, each at its place: an action that no file of the kind can come to, a rule that takes everything, one that
// nothing is left for, and one that contradicts another. A warning is a rule that lets more cross for a sender's name
// alone, which anybody can write. `routes`: nullptr where they are not known.
std::vector<MailRule> read_rules(const std::vector<const TomlValue*>& tables, const Profile& base,
                                 const KnownRoutes* routes, FileFaults& faults, FileFaults& warnings);

// As read_rules takes it; with the line that it came from as a comment, or without.
enum class RuleLines : bool { hidden, shown };
std::string to_toml(const MailRule&, const std::string& profile_name, RuleLines);

// "office" and "archive" of a rule, in the order of PartKind.
std::vector<std::string> kind_names(const PartRule&);

}  // namespace mugaika

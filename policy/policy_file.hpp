// Profiles in TOML: the [profile.NAME] tables of the configuration file (INTERFACE "Configuration").
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail_rule.hpp"
#include "policy/policy.hpp"
#include "policy/rule_file.hpp"
#include "policy/toml_reader.hpp"

namespace mugaika {

using Profiles = std::map<std::string, WrittenProfile, std::less<>>;

// `profile_table` holds one table per profile; nullptr: none is given. "standard" is always in the answer, with its
// shipped values where the file does not speak of it. Names: 1 to 64 of a-z 0-9 _ -. Beside wrong kinds, unknown keys
// and unknown words it is a fault to let executables, encrypted parts or fragments cross: they never do. What is said
// of rules: read_rules.
Profiles read_profiles(const TomlValue* profile_table, const KnownRoutes* routes, FileFaults& faults,
                       FileFaults& warnings);

struct PolicyReading {
    Profiles profiles;                // meaningful only without faults
    std::vector<FileFault> faults;    // in order of place
    std::vector<FileFault> warnings;  // the same
};

// A file that holds [profile.NAME] tables and nothing else.
PolicyReading read_policy_text(std::string_view toml, std::string file_name);

// The profile as the text that read_policy_text() reads back equal, every key written out.
std::string to_toml(const WrittenProfile&, RuleLines = RuleLines::hidden);
std::string to_toml(const Profile&, RuleLines = RuleLines::hidden);

}  // namespace mugaika

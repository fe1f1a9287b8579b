// Profiles in TOML: the [profile.NAME] tables of the configuration file (INTERFACE "Configuration").
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"
#include "policy/toml_reader.hpp"

namespace mugaika {

using Profiles = std::map<std::string, Profile, std::less<>>;

// `profile_table` holds one table per profile; nullptr: none is given. "standard" is always in the answer, with its
// shipped values where the file does not speak of it. Names: 1 to 64 of a-z 0-9 _ -. Beside wrong kinds, unknown keys
// and unknown words it is a fault to let executables, encrypted parts or fragments cross: they never do.
Profiles read_profiles(const TomlValue* profile_table, FileFaults&);

struct PolicyReading {
    Profiles profiles;              // meaningful only without faults
    std::vector<FileFault> faults;  // in order of place
};

// A file that holds [profile.NAME] tables and nothing else.
PolicyReading read_policy_text(std::string_view toml, std::string file_name);

// The profile as the text that read_policy_text() reads back equal, every key written out.
std::string to_toml(const Profile&);

}  // namespace mugaika

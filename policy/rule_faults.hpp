// What is wrong with rules as a whole, each by itself and beside those that could be read. Of rule_file.cpp only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/mail_rule.hpp"
#include "policy/toml_reader.hpp"

namespace mugaika {

struct WrittenRule {
    MailRule rule;
    bool is_whole = true;    // nothing was wrong with it by itself
    TomlPlace place;         // of its table
    TomlPlace action_place;  // of the action's value
    std::vector<std::pair<PartKind, TomlPlace>> kinds;
};

// `shown` is how the rules' table is called in words. read_rules says what is judged.
void judge_rules(const std::vector<WrittenRule>&, const Profile& base, const std::string& shown, FileFaults& faults,
                 FileFaults& warnings);

}  // namespace mugaika

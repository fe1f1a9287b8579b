#include "policy/rule_faults.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mugaika {
namespace {

constexpr std::array crossing_actions{PartAction::text, PartAction::rebuild, PartAction::image_pdf, PartAction::unpack};

std::string quoted(std::string_view word) { return '"' + std::string(word) + '"'; }

std::string line_of(const WrittenRule& written) { return "line " + std::to_string(written.rule.part.line); }

// How much crosses: nothing at all, nothing of the file, a poorer form of it, the file.
int looseness(PartAction action) noexcept {
    switch (action) {
        case PartAction::refuse:
            return 0;
        case PartAction::remove:
        case PartAction::quarantine:
        case PartAction::hold:
            return 1;
        case PartAction::text:
        case PartAction::image_pdf:
            return 2;
        case PartAction::rebuild:
        case PartAction::unpack:
            return 3;
    }
    return 3;
}

bool meet(const AddressSet& a, const AddressSet& b) { return a.empty() || b.empty() || a.meets(b); }

// Is there any mail that both may be about?
bool may_meet(const MailRule& a, const MailRule& b) {
    if (a.authenticated && b.authenticated && *a.authenticated != *b.authenticated) return false;
    const bool routes_meet =
        a.routes.empty() || b.routes.empty() || std::any_of(a.routes.begin(), a.routes.end(), [&b](const auto& route) {
            return std::find(b.routes.begin(), b.routes.end(), route) != b.routes.end();
        });
    return routes_meet && meet(a.senders, b.senders) && meet(a.recipients, b.recipients);
}

class RuleJudge {
public:
    RuleJudge(const std::vector<WrittenRule>& rules, const Profile& base, const std::string& shown, FileFaults& faults,
              FileFaults& warnings)
        : rules_(rules), base_(base), shown_(shown), faults_(faults), warnings_(warnings) {}

    void judge(std::size_t i) {
        const WrittenRule& written = rules_[i];
        refuse_impossible(written);
        if (!written.is_whole) return;  // what it is about would only be guessed at
        if (takes_everything(written.rule)) {
            faults_.add(written.place, shown_ +
                                           ": without a condition it takes every file, and nothing else of the profile "
                                           "counts; expected sender, recipient, route, kind, type, name or a size");
            return;
        }
        if (!refuse_useless(i)) warn_of_loosening(i);
    }

private:
    static bool takes_everything(const MailRule& rule) noexcept {
        return rule.takes_every_mail() && rule.part.takes_every_file();
    }

    void refuse_impossible(const WrittenRule& written) {
        const PartAction action = written.rule.part.action;
        if (is_barring(action)) return;
        if (written.kinds.empty()) {
            faults_.add(written.action_place, shown_ + " action: " + quoted(to_string(action)) +
                                                  " lets files cross, expected kind = [...] beside it, so that it is "
                                                  "said which");
        }
        for (const auto& [kind, place] : written.kinds) {
            if (can_become(kind, action)) continue;
            std::string possible;
            for (const PartAction other : crossing_actions) {
                if (can_become(kind, other)) possible += quoted(to_string(other)) + " ";
            }
            faults_.add(place,
                        shown_ + " kind: " + quoted(to_string(kind)) +
                            (possible.empty() ? " never crosses" : " does not cross as " + quoted(to_string(action))) +
                            ", expected action = one of " + possible +
                            "\"remove\" \"quarantine\" \"hold\" "
                            "\"refuse\"");
        }
    }

    // True: nothing is left for it.
    bool refuse_useless(std::size_t i) {
        const WrittenRule& written = rules_[i];
        for (std::size_t j = 0; j < i; ++j) {
            if (!rules_[j].is_whole || !has_same_condition(rules_[j].rule, written.rule)) continue;
            const bool agrees = rules_[j].rule.part.action == written.rule.part.action;
            faults_.add(written.place,
                        shown_ + ": the same condition stands in " + line_of(rules_[j]) +
                            (agrees ? " already"
                                    : " already, with action = " + quoted(to_string(rules_[j].rule.part.action)) +
                                          "; expected each condition once"));
            return true;
        }
        const auto before = who_takes_all(i);
        if (!before) return false;
        faults_.add(written.place, shown_ + ": nothing is left for this rule, since the rule in " +
                                       line_of(rules_[*before]) +
                                       " counts before it; expected the narrower rule first");
        return true;
    }

    static bool has_same_condition(MailRule a, const MailRule& b) {
        a.part.line = b.part.line;
        a.part.action = b.part.action;
        return a == b;
    }

    // The first of the rules that leave nothing; nothing when something is left. Asked for each kind and for what is
    // authenticated or not, so that two rules may share the taking.
    std::optional<std::size_t> who_takes_all(std::size_t i) const {
        const MailRule& rule = rules_[i].rule;
        std::vector<std::size_t> wider;
        for (std::size_t j = 0; j < i; ++j) {
            const MailRule& other = rules_[j].rule;
            const bool counts = rules_[j].is_whole && !takes_everything(other);  // else it is a fault itself
            if (counts && covers_files(other.part, rule.part) && covers_mails(other, rule)) wider.push_back(j);
        }
        std::optional<std::size_t> first;
        for (std::uint32_t n = 0; n < part_kind_count; ++n) {
            const auto kind = static_cast<PartKind>(n);
            for (const bool authenticated : {false, true}) {
                if (!rule.part.speaks_of(kind) || rule.authenticated.value_or(authenticated) != authenticated) continue;
                const auto taker = std::find_if(wider.begin(), wider.end(), [&](std::size_t j) {
                    const MailRule& other = rules_[j].rule;
                    return other.part.speaks_of(kind) && other.authenticated.value_or(authenticated) == authenticated;
                });
                if (taker == wider.end()) return std::nullopt;
                if (!first) first = *taker;
            }
        }
        return first;
    }

    void warn_of_loosening(std::size_t i) {
        const MailRule& rule = rules_[i].rule;
        if (rule.senders.empty() || rule.authenticated.value_or(false)) return;
        for (std::uint32_t n = 0; n < part_kind_count; ++n) {
            const auto kind = static_cast<PartKind>(n);
            if (!rule.part.speaks_of(kind)) continue;
            const auto stricter = what_is_stricter(i, kind);
            if (!stricter) continue;
            warnings_.add(rules_[i].place, shown_ + " sender: anybody can write any sender, and for " +
                                               quoted(to_string(kind)) + " this lets more cross than " + *stricter +
                                               "; expected authenticated = true beside it");
            return;
        }
    }

    // What would hold for this kind without the rule, where that lets less cross.
    std::optional<std::string> what_is_stricter(std::size_t i, PartKind kind) const {
        const MailRule& rule = rules_[i].rule;
        const auto is_stricter = [&](PartAction other) { return looseness(other) < looseness(rule.part.action); };
        for (std::size_t j = i + 1; j < rules_.size(); ++j) {
            const MailRule& later = rules_[j].rule;
            const bool counts = rules_[j].is_whole && later.part.speaks_of(kind) && is_stricter(later.part.action);
            if (counts && may_meet(rule, later)) return "the rule in " + line_of(rules_[j]);
        }
        const PartAction own = base_.actions.at(static_cast<std::size_t>(kind));
        if (!is_stricter(own)) return std::nullopt;
        return "the profile's own " + quoted(to_string(own));
    }

    const std::vector<WrittenRule>& rules_;
    const Profile& base_;
    const std::string& shown_;
    FileFaults& faults_;
    FileFaults& warnings_;
};

}  // namespace

void judge_rules(const std::vector<WrittenRule>& rules, const Profile& base, const std::string& shown,
                 FileFaults& faults, FileFaults& warnings) {
    RuleJudge judge(rules, base, shown, faults, warnings);
    for (std::size_t i = 0; i < rules.size(); ++i) judge.judge(i);
}

}  // namespace mugaika

#include "policy/mail_rule.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "policy/policy_file.hpp"

using namespace mugaika;

namespace {

using Random = std::mt19937;

std::size_t up_to(Random& random, std::size_t last) {
    return std::uniform_int_distribution<std::size_t>(0, last)(random);
}

template <class T>
T one_of(Random& random, const std::vector<T>& values) {
    return values[up_to(random, values.size() - 1)];
}

const std::vector<std::string> senders{"a@x.lg.jp", "b@x.lg.jp", "a@y.jp", ""};
const std::vector<std::string> recipients{"r@city.jp", "s@city.jp", "r@town.jp"};
const std::vector<std::string> names{"a.pdf", "b.PDF", "c.xlsm", ""};
const std::vector<PartKind> kinds{PartKind::pdf, PartKind::office, PartKind::archive, PartKind::executable,
                                  PartKind::text};

std::vector<std::string> some(Random& random, const std::vector<std::string>& values) {
    std::vector<std::string> chosen;
    while (chosen.size() < values.size() && up_to(random, 2) == 0) chosen.push_back(one_of(random, values));
    return chosen;
}

MailRule random_rule(Random& random) {
    MailRule rule;
    rule.senders = AddressSet::of(some(random, {"a@x.lg.jp", "@x.lg.jp", "@*.jp", "<>"}));
    rule.recipients = AddressSet::of(some(random, {"r@city.jp", "@town.jp", "@*.jp"}));
    rule.routes = some(random, {"city.jp", "town.jp"});
    if (up_to(random, 2) == 0) rule.authenticated = up_to(random, 1) == 0;
    while (up_to(random, 1) == 0)
        rule.part.kinds |= static_cast<std::uint16_t>(1u << static_cast<unsigned>(one_of(random, kinds)));
    rule.part.names = some(random, {"*.pdf", "?.*", "*"});
    rule.part.types = some(random, {"application/pdf", "application/*"});
    if (up_to(random, 3) == 0) rule.part.bytes_min = 50;
    if (up_to(random, 3) == 0) rule.part.bytes_max = 150;
    rule.part.action =
        one_of<PartAction>(random, {PartAction::quarantine, PartAction::hold, PartAction::remove, PartAction::refuse});
    return rule;
}

MailParties random_mail(Random& random) {
    const std::string recipient = one_of(random, recipients);
    return {one_of(random, senders), recipient, recipient.substr(recipient.find('@') + 1), up_to(random, 1) == 0};
}

PartFacts random_part(Random& random) {
    PartFacts facts;
    facts.kind = one_of(random, kinds);
    facts.name = one_of(random, names);
    facts.declared_type = one_of<std::string>(random, {"", "application/pdf", "text/plain"});
    facts.detected_type = one_of<std::string>(random, {"application/zip", "text/plain"});
    facts.bytes = one_of<std::uint64_t>(random, {1, 100, 1000});
    facts.is_attachment = up_to(random, 3) != 0;
    return facts;
}

// The rules as README has them, asked one by one. Which counts; the number of rules when none does.
std::size_t asked_directly(const WrittenProfile& profile, const MailParties& mail, const PartFacts& part) {
    const bool is_body = part.kind == PartKind::text && !part.is_attachment;
    const bool is_authenticated = mail.authenticated && mail.sender != "";
    for (std::size_t i = 0; i < profile.rules.size(); ++i) {
        const MailRule& rule = profile.rules[i];
        if (is_body || (rule.authenticated && *rule.authenticated != is_authenticated)) continue;
        if (!rule.senders.empty() && !rule.senders.has(mail.sender)) continue;
        if (!rule.recipients.empty() && !rule.recipients.has(mail.recipient)) continue;
        if (!rule.routes.empty() && std::count(rule.routes.begin(), rule.routes.end(), mail.route) == 0) continue;
        if (rule.part.matches(part, part.kind)) return i;
    }
    return profile.rules.size();
}

}  // namespace

TEST_CASE("the flat profile of an envelope says of every part what the rules say when they are asked directly") {
    Random random(20261130);
    std::size_t by_a_rule = 0;
    for (int round = 0; round < 3000; ++round) {
        WrittenProfile profile;
        for (std::size_t n = up_to(random, 6); n > 0; --n) {
            profile.rules.push_back(random_rule(random));
            profile.rules.back().part.line = static_cast<std::uint32_t>(profile.rules.size());
        }
        const MailParties mail = random_mail(random);
        const Profile flat = resolve(profile, mail);
        CHECK(flat.rules.size() <= profile.rules.size());
        for (int n = 0; n < 10; ++n) {
            const PartFacts part = random_part(random);
            const std::size_t direct = asked_directly(profile, mail, part);
            const PartRule* const decides = flat.rule_for(part);
            const bool by_none = direct == profile.rules.size();
            const std::uint32_t line = decides == nullptr ? 0 : decides->line;
            if (line != (by_none ? 0 : direct + 1)) FAIL("rule " << line << " instead of " << direct + 1);
            const PartAction expected = by_none ? profile.base.actions.at(static_cast<std::size_t>(part.kind))
                                                : profile.rules[direct].part.action;
            if (flat.action_for(part) != expected) FAIL("another action");
            by_a_rule += by_none ? 0 : 1;
        }
    }
    CHECK(by_a_rule > 3000);
}

TEST_CASE("a rule of which it is said that nothing is left for it never decides") {
    Random random(11);
    std::size_t useless = 0;
    for (int round = 0; round < 600; ++round) {
        WrittenProfile profile;
        for (int n = 0; n < 4; ++n) profile.rules.push_back(random_rule(random));
        const PolicyReading reading = read_policy_text(to_toml(profile), "p.toml");
        const WrittenProfile& read = reading.profiles.at("standard");
        REQUIRE(read.rules.size() == 4);
        for (const FileFault& fault : reading.faults) {
            const bool is_useless = fault.words.find("nothing is left") != std::string::npos ||
                                    fault.words.find("the same condition") != std::string::npos;
            if (!is_useless) continue;
            ++useless;
            for (int n = 0; n < 200; ++n) {
                const MailParties mail = random_mail(random);
                const Profile flat = resolve(read, mail);
                const PartRule* const decides = flat.rule_for(random_part(random));
                if (decides != nullptr && decides->line == fault.line) FAIL(fault.text() << "\n" << to_toml(read));
            }
        }
    }
    CHECK(useless > 50);
}

TEST_CASE("mail without a sender is never authenticated") {
    MailRule rule;
    rule.authenticated = true;
    CHECK_FALSE(rule.matches({"", "r@city.jp", "city.jp", true}));
    CHECK(rule.matches({"a@y.jp", "r@city.jp", "city.jp", true}));
    CHECK_FALSE(rule.matches({"a@y.jp", "r@city.jp", "city.jp", false}));
    rule.authenticated = false;
    CHECK(rule.matches({"", "r@city.jp", "city.jp", true}));
}

TEST_CASE("no rule about recipients or routes speaks where they are not known") {
    MailRule to, through;
    to.recipients = AddressSet::of({"@*.jp"});
    through.routes = {"city.jp"};
    CHECK_FALSE(to.matches({"a@y.jp", "", "city.jp", false}));
    CHECK_FALSE(through.matches({"a@y.jp", "r@city.jp", "", false}));
}

#include "sanitizer/compose/impostor.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "policy/ascii.hpp"
#include "sanitizer/compose/invented_address.hpp"
#include "sanitizer/compose/notice_mark.hpp"
#include "sanitizer/compose/organisation.hpp"

namespace mugaika {
namespace {

bool contains(const std::vector<std::string>& domains, std::string_view domain) {
    return std::find(domains.begin(), domains.end(), domain) != domains.end();
}

// The addresses that we invent are ours at the relay's own name too: older releases wrote them so.
bool is_invented_local(const std::string& local) {
    const auto is_of = [&](std::string_view invented) {
        return ascii::iequals(local, invented.substr(0, invented.find('@')));
    };
    return is_of(unknown_sender) || is_of(unwritable_address);
}

bool is_ours(const MailAddress& address, const ComposeFacts& facts) {
    const std::string domain = ascii::to_lower(address.domain());
    const bool is_at_host = !facts.hostname.empty() && is_within(domain, ascii::to_lower(facts.hostname));
    if (is_at_host) return is_invented_local(address.local()) || !contains(facts.peoples_domains, domain);
    const std::string text = address.text();
    return ascii::iequals(text, unknown_sender) || ascii::iequals(text, unwritable_address);
}

bool poses_in_header(const HeaderFacts& header, const ComposeFacts& facts) {
    const auto poses = [&](const Mailbox& author) {
        return is_ours(author.address, facts) || names_system(author.name.str());
    };
    for (const auto* authors : {&header.from, &header.sender, &header.reply_to}) {
        if (std::any_of(authors->begin(), authors->end(), poses)) return true;
    }
    return names_system(header.from_text.str()) || looks_like_mark(header.subject.str(), facts.notice_phrase.str());
}

bool poses_in_title(const TextBlock& block, std::string_view phrase) {
    if (block.title.empty() || block.role == TextRole::quoted || block.quote_depth > 0) return false;
    return looks_like_mark(block.title.str(), phrase);
}

}  // namespace

std::vector<Reason> impostures(const Extract& extract, const BodyText& body, const ComposeFacts& facts) {
    std::vector<Reason> found;
    const auto poses = [&](const TextBlock& block) { return poses_in_title(block, facts.notice_phrase.str()); };
    if (body.has_look_alikes || std::any_of(extract.texts.begin(), extract.texts.end(), poses)) {
        found.push_back(Reason::forged_notice);
    }
    if (poses_in_header(extract.header, facts)) found.push_back(Reason::poses_as_system);
    return found;
}

}  // namespace mugaika

#include "sanitizer/compose/impostor.hpp"

#include <algorithm>
#include <string>

#include "policy/ascii.hpp"
#include "sanitizer/compose/invented_address.hpp"
#include "sanitizer/compose/notice_mark.hpp"

namespace mugaika {
namespace {

bool is_ours(const MailAddress& address, std::string_view hostname) {
    const std::string domain = ascii::to_lower(address.domain());
    const std::string host = ascii::to_lower(hostname);
    const bool is_below =
        domain.size() > host.size() && domain.ends_with(host) && domain[domain.size() - host.size() - 1] == '.';
    const std::string text = address.text();
    return (!host.empty() && (domain == host || is_below)) || ascii::iequals(text, unknown_sender) ||
           ascii::iequals(text, unwritable_address);
}

bool poses_in_header(const HeaderFacts& header, std::string_view hostname, std::string_view phrase) {
    const auto poses = [&](const Mailbox& author) {
        return is_ours(author.address, hostname) || names_system(author.name.str());
    };
    for (const auto* authors : {&header.from, &header.sender, &header.reply_to}) {
        if (std::any_of(authors->begin(), authors->end(), poses)) return true;
    }
    return names_system(header.from_text.str()) || looks_like_mark(header.subject.str(), phrase);
}

bool poses_in_text(const TextBlock& block, std::string_view phrase) {
    if (block.role == TextRole::quoted || block.quote_depth > 0) return false;
    return looks_like_mark(block.title.str(), phrase) || has_look_alikes(block.text.str(), phrase);
}

}  // namespace

std::vector<Reason> impostures(const Extract& extract, std::string_view hostname, std::string_view notice_phrase) {
    std::vector<Reason> found;
    const auto poses = [&](const TextBlock& block) { return poses_in_text(block, notice_phrase); };
    if (std::any_of(extract.texts.begin(), extract.texts.end(), poses)) found.push_back(Reason::forged_notice);
    if (poses_in_header(extract.header, hostname, notice_phrase)) found.push_back(Reason::poses_as_system);
    return found;
}

}  // namespace mugaika

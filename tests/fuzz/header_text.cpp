// Promise: any header gives checked facts: no crash, no hang, only strict addresses and ids, only showable text within
// the limits; a cleaned file name cleans to itself and leads nowhere.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sanitizer/sandboxed/header/message_id.hpp"

#include "sanitizer/sandboxed/header/header_facts.hpp"
#include "sanitizer/sandboxed/types/file_name.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_mailboxes(const std::vector<Mailbox>& list, const BudgetLimits& limits) {
    require(list.size() <= limits.addresses_max);
    for (const Mailbox& mailbox : list) {
        require(is_plain(mailbox.name.str(), TextRule::line));
        require(MailAddress::parse(mailbox.address.text()).has_value());
    }
}

void check_file_name(std::string_view untrusted) {
    std::vector<Reason> notes;
    const std::string name = clean_file_name(untrusted, notes);
    require(name.size() <= 200 && is_plain(name, TextRule::line));
    require(name.find_first_of("/\\:\"") == std::string::npos && name != "." && name != "..");
    require(clean_file_name(name, notes) == name);
    require(extension_of(untrusted).size() <= 40);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const BudgetLimits limits;
    const MailStructure structure = read_structure(text, limits, 0);
    std::vector<Reason> notes;
    const HeaderFacts facts = read_header_facts(structure.entities.at(0).fields, limits, notes);
    for (const auto* list : {&facts.from, &facts.sender, &facts.reply_to, &facts.to, &facts.cc}) {
        check_mailboxes(*list, limits);
    }
    for (const PlainLine* line : {&facts.subject, &facts.from_text, &facts.list_name, &facts.first_hop}) {
        require(is_plain(line->str(), TextRule::line));
    }
    require(facts.message_id.empty() || is_message_id(facts.message_id));
    require(facts.references.size() <= limits.references_max);
    for (const std::string& id : facts.references) require(is_message_id(id));
    check_file_name(structure.entities.at(0).untrusted_name);
    check_file_name(text);
    return 0;
}

#include "relay/stats/mail_story.hpp"

#include <algorithm>

#include "policy/reason.hpp"
#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/stats/event_facts.hpp"
#include "relay/stats/event_text.hpp"

namespace mugaika {
namespace {

constexpr std::size_t event_columns = 27;

void print_part(std::ostream& out, const PartRow& part) {
    out << "    " << shown_text(part.facts.path) << "  " << to_string(part.verdict) << "  "
        << to_string(part.facts.kind) << "  " << part.facts.bytes << " bytes";
    if (!part.facts.name.empty()) out << "  " << shown_text(part.facts.name);
    if (part.reason != Reason::none) out << "  (" << japanese(part.reason) << " / " << english(part.reason) << ")";
    out << "\n";
}

bool is_about(const ReadEvent& read, std::string_view id) {
    if (read.event) return facts_of(*read.event).id == id;
    return std::find(read.others.begin(), read.others.end(),
                     std::pair(std::string(key::id.name), "\"" + std::string(id) + "\"")) != read.others.end();
}

}  // namespace

bool print_if_about(std::ostream& out, const ReadEvent& read, std::string_view id) {
    if (!is_about(read, id)) return false;
    out << local_time_text(read.moment) << "  " << fitted(shown_text(read.name), event_columns) << members_text(read)
        << "\n";
    const auto* sanitized = read.event ? std::get_if<event::MessageSanitized>(&*read.event) : nullptr;
    if (sanitized != nullptr) {
        for (const PartRow& part : sanitized->ledger.parts) print_part(out, part);
    }
    return true;
}

}  // namespace mugaika

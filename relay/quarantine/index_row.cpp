#include "relay/quarantine/index_row.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

void add_once(std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

QuarantineStore::Row row_of(const QuarantineItem& item, const std::string& key_id) {
    const Ledger& ledger = item.ledger;
    QuarantineStore::Row row;
    row.id = item.id;
    row.route = item.route;
    row.sender = item.envelope.sender_text();
    for (const MailAddress& recipient : item.envelope.recipients) row.recipients.push_back(recipient.text());
    row.subject = item.subject.str();
    row.from_text = item.from_text.str();
    row.message_id = item.message_id;
    row.verdict = ledger.word("/verdict", to_string(ledger.verdict));
    row.reason = ledger.word("/reason", to_string(ledger.reason));
    row.bytes = item.original_bytes;
    row.reasons.push_back(row.reason);
    for (std::size_t i = 0; i < ledger.findings.size(); ++i) {
        add_once(row.reasons, ledger.word("/findings/" + std::to_string(i), to_string(ledger.findings[i])));
    }
    for (std::size_t i = 0; i < ledger.parts.size(); ++i) {
        const PartRow& part = ledger.parts[i];
        const std::string place = "/parts/" + std::to_string(i);
        add_once(row.reasons, ledger.word(place + "/reason", to_string(part.reason)));
        if (!part.facts.name.empty()) add_once(row.file_names, shown_text(part.facts.name));
        if (part.verdict == PartVerdict::quarantined) ++row.parts_kept;
    }
    row.received_at = item.received_at;
    row.key_id = key_id;
    return row;
}

}  // namespace mugaika

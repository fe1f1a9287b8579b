#include "sanitizer/sandboxed/header/header_facts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/mail/header_words.hpp"
#include "sanitizer/sandboxed/header/address_list.hpp"
#include "sanitizer/sandboxed/header/authentication_results.hpp"
#include "sanitizer/sandboxed/header/date.hpp"
#include "sanitizer/sandboxed/header/message_id.hpp"
#include "sanitizer/sandboxed/structure/content_type.hpp"
#include "sanitizer/sandboxed/structure/entity_header.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t hop_bytes_max = 100;
constexpr std::size_t list_id_bytes_max = 255;

std::string_view cut_utf8(std::string_view utf8, std::size_t bytes_max) noexcept {
    if (utf8.size() <= bytes_max) return utf8;
    while (bytes_max > 0 && (static_cast<unsigned char>(utf8[bytes_max]) & 0xc0) == 0x80) --bytes_max;
    return utf8.substr(0, bytes_max);
}

// Fields by which a sender could claim that somebody has checked the mail already (AC-107).
bool claims_trust(std::string_view name) noexcept {
    return ascii::istarts_with(name, "X-Mugaika-") || ascii::iequals(name, "Authentication-Results") ||
           ascii::iequals(name, "Received-SPF");
}

// A value's first word, lower case: "1 (Highest)" -> "1", "auto-replied; x=y" -> "auto-replied".
std::string first_word(std::string_view value) {
    const std::string_view trimmed = ascii::trim(value);
    return ascii::to_lower(trimmed.substr(0, trimmed.find_first_of(" \t;(")));
}

AutoSubmitted auto_submitted(std::string_view word) noexcept {
    if (word == "auto-generated") return AutoSubmitted::auto_generated;
    if (word == "auto-replied") return AutoSubmitted::auto_replied;
    if (word == "auto-notified") return AutoSubmitted::auto_notified;
    return AutoSubmitted::no;
}

Importance importance_from(std::string_view word) noexcept {
    if (word == "high" || word == "urgent" || word == "1" || word == "2") return Importance::high;
    if (word == "normal" || word == "3") return Importance::normal;
    if (word == "low" || word == "non-urgent" || word == "4" || word == "5") return Importance::low;
    return Importance::none;
}

bool is_list_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= list_id_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
    });
}

// What a mail system calls itself where it gives no address (RFC 5321 4.5.1, RFC 2142 7).
bool is_mail_system(std::string_view word) {
    constexpr std::array<std::string_view, 5> names{"mailer-daemon", "mailer_daemon", "mail-daemon", "maildaemon",
                                                    "postmaster"};
    if (word.size() >= 2 && word.front() == '"' && word.back() == '"') word = word.substr(1, word.size() - 2);
    return std::find(names.begin(), names.end(), ascii::to_lower(ascii::trim(word))) != names.end();
}

// "MAILER-DAEMON", "Mail Delivery Subsystem <MAILER-DAEMON>", "MAILER-DAEMON <>": an author of delivery reports, who
// is nobody whom a reader could take for somebody else.
bool is_mail_system_alone(std::string_view from) {
    from = ascii::trim(from);
    const std::size_t open = from.find('<');
    if (open == std::string_view::npos) return is_mail_system(from);
    const std::string_view name = ascii::trim(from.substr(0, open));
    std::string_view inside = from.substr(open + 1);
    if (!inside.ends_with('>') || name.find('@') != std::string_view::npos) return false;
    inside.remove_suffix(1);
    const std::string_view address = ascii::trim(inside);
    return is_mail_system(address) || (address.empty() && is_mail_system(name));
}

class FactsReader {
public:
    FactsReader(const std::vector<RawField>& fields, const BudgetLimits& limits, std::vector<Reason>& notes,
                const std::vector<std::string>& believed_ids, std::string_view text_label)
        : fields_(fields), limits_(limits), notes_(notes), believed_ids_(believed_ids), text_label_(text_label) {}

    HeaderFacts read() &&;

private:
    std::vector<const RawField*> all(std::string_view name) const;
    const RawField* only(std::string_view name);
    std::vector<Mailbox> addresses(std::string_view name);
    std::vector<std::string> message_ids(std::string_view name);
    void read_from();
    void read_recipients();
    void read_reply_to();
    void read_subject_and_date();
    void read_ids();
    void read_importance();
    void read_list_id();
    void read_hops();
    void read_trust_claims();
    void note(Reason reason) { add_once(notes_, reason); }

    const std::vector<RawField>& fields_;
    const BudgetLimits& limits_;
    std::vector<Reason>& notes_;
    const std::vector<std::string>& believed_ids_;
    std::string_view text_label_;
    HeaderFacts facts_;
};

HeaderFacts FactsReader::read() && {
    read_from();
    read_recipients();
    read_subject_and_date();
    read_ids();
    if (const RawField* field = only("Auto-Submitted"))
        facts_.auto_submitted = auto_submitted(first_word(field->value));
    read_importance();
    read_list_id();
    read_hops();
    read_trust_claims();
    return std::move(facts_);
}

std::vector<const RawField*> FactsReader::all(std::string_view name) const {
    std::vector<const RawField*> found;
    for (const RawField& field : fields_) {
        if (ascii::iequals(field.name, name)) found.push_back(&field);
    }
    return found;
}

// Of a field that may stand once the first one counts (AC-108).
const RawField* FactsReader::only(std::string_view name) {
    const std::vector<const RawField*> found = all(name);
    if (found.size() > 1) note(Reason::duplicate_field);
    return found.empty() ? nullptr : found.front();
}

// All fields of the name together: real mail has several To, and no recipient shall be lost.
std::vector<Mailbox> FactsReader::addresses(std::string_view name) {
    const std::vector<const RawField*> found = all(name);
    if (found.size() > 1) note(Reason::duplicate_field);
    std::vector<Mailbox> list;
    for (const RawField* field : found) {
        for (Mailbox& mailbox : read_addresses(field->value, limits_, notes_, text_label_)) {
            if (list.size() < limits_.addresses_max) {
                list.push_back(std::move(mailbox));
            } else {
                note(Reason::field_cut);
            }
        }
    }
    return list;
}

// The author decides whom a reader trusts: everything that is not one valid address is said (AC-101 … AC-106).
void FactsReader::read_from() {
    facts_.from = addresses("From");
    if (facts_.from.empty()) {
        const RawField* field = find_field(fields_, "From");
        // That nobody can answer a delivery report is known; read_addresses has noted bad_address.
        if (field == nullptr || !is_mail_system_alone(field->value)) note(Reason::bad_from);
        if (field != nullptr) facts_.from_text = read_line(field->value, limits_, notes_, text_label_);
    }
    const auto differs = [&](const Mailbox& mailbox) { return mailbox.address != facts_.from.front().address; };
    if (std::any_of(facts_.from.begin(), facts_.from.end(), differs)) note(Reason::several_from);
    if (std::any_of(facts_.from.begin(), facts_.from.end(), display_name_lies)) note(Reason::display_name_lies);
}

void FactsReader::read_recipients() {
    facts_.sender = addresses("Sender");
    if (facts_.sender.size() > 1) {
        note(Reason::bad_address);
        facts_.sender.resize(1, facts_.sender.front());
    }
    read_reply_to();
    facts_.to = addresses("To");
    facts_.cc = addresses("Cc");
}

// Where answers would go is not lost in silence: what looks like an address and is none of ours is said.
void FactsReader::read_reply_to() {
    const std::vector<Reason> before = std::exchange(notes_, {});
    facts_.reply_to = addresses("Reply-To");
    const bool is_dropped = contains(notes_, Reason::bad_address);
    const std::vector<Reason> found = std::exchange(notes_, before);
    add_once(notes_, found);
    const auto fields = all("Reply-To");
    const bool shows_address = std::any_of(fields.begin(), fields.end(), [](const RawField* field) {
        return field->value.find('@') != std::string::npos;
    });
    const bool is_unwritable = std::any_of(facts_.reply_to.begin(), facts_.reply_to.end(), [](const Mailbox& mailbox) {
        return !header_words::is_writable_address(mailbox.address);
    });
    if ((is_dropped && shows_address) || is_unwritable) note(Reason::bad_reply_to);
}

void FactsReader::read_subject_and_date() {
    if (const RawField* field = only("Subject")) facts_.subject = read_line(field->value, limits_, notes_, text_label_);
    const RawField* field = only("Date");
    if (field != nullptr) facts_.date = read_date(field->value);
    if (!facts_.date) note(Reason::bad_date);
}

void FactsReader::read_ids() {
    if (const RawField* field = only("Message-ID")) {
        const MessageIds found = read_message_ids(field->value, limits_.references_max);
        if (found.ids.size() == 1 && !found.has_bad) facts_.message_id = found.ids.front();
        if (facts_.message_id.empty()) note(Reason::bad_message_id);
    }
    facts_.in_reply_to = message_ids("In-Reply-To");
    facts_.references = message_ids("References");
}

std::vector<std::string> FactsReader::message_ids(std::string_view name) {
    const RawField* field = only(name);
    if (field == nullptr) return {};
    MessageIds found = read_message_ids(field->value, limits_.references_max);
    if (found.has_bad) note(Reason::bad_message_id);
    return std::move(found.ids);
}

void FactsReader::read_importance() {
    constexpr std::array<std::string_view, 4> names{"Importance", "X-Priority", "Priority", "X-MSMail-Priority"};
    for (const std::string_view name : names) {
        const RawField* field = find_field(fields_, name);
        if (field == nullptr || facts_.importance != Importance::none) continue;
        facts_.importance = importance_from(first_word(field->value));
    }
}

// RFC 2919: phrase <list.id>
void FactsReader::read_list_id() {
    const RawField* field = only("List-Id");
    if (field == nullptr) return;
    const std::string_view value = field->value;
    const std::size_t open = value.rfind('<');
    const std::size_t close = value.find('>', open == std::string_view::npos ? value.size() : open);
    if (close == std::string_view::npos) return;
    const std::string_view id = ascii::trim(value.substr(open + 1, close - open - 1));
    if (!is_list_id(id)) return;
    facts_.list_id = id;
    std::string_view name = ascii::trim(value.substr(0, open));
    const bool is_quoted = name.size() >= 2 && name.front() == '"' && name.back() == '"';
    if (is_quoted) name = name.substr(1, name.size() - 2);
    facts_.list_name = read_line(name, limits_, notes_, text_label_);
}

// The oldest hop stands last (RFC 5321 4.4).
void FactsReader::read_hops() {
    const std::vector<const RawField*> hops = all("Received");
    facts_.received_count = static_cast<std::uint32_t>(hops.size());
    if (hops.empty()) return;
    const std::string_view oldest = hops.back()->value;
    if (!ascii::istarts_with(oldest, "from ")) return;
    const std::string_view rest = ascii::trim(oldest.substr(5));
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t;"));
    std::vector<Reason> unused;  // a hop's odd name is not this mail's fault
    const Decoded decoded = decode_raw_header_bytes(word.substr(0, 4 * hop_bytes_max), {});
    facts_.first_hop = clean_line(cut_utf8(decoded.utf8, hop_bytes_max), unused);
}

// A hop that is believed stands nearer to us than whatever the sender wrote below it, and removes what bears its name
// (RFC 8601 5): the topmost of them counts.
void FactsReader::read_trust_claims() {
    for (const RawField& field : fields_) {
        if (!claims_trust(field.name)) continue;
        std::optional<AuthenticationFacts> said;
        if (ascii::iequals(field.name, "Authentication-Results")) said = read_authentication_results(field.value);
        const bool believed =
            said && std::find(believed_ids_.begin(), believed_ids_.end(), said->by) != believed_ids_.end();
        if (!believed) {
            note(Reason::trust_header_dropped);
        } else if (facts_.authentication.by.empty()) {
            facts_.authentication = std::move(*said);
        }
    }
}

}  // namespace

PlainLine read_line(std::string_view untrusted_value, const BudgetLimits& limits, std::vector<Reason>& notes,
                    std::string_view text_label) {
    const std::string decoded = decode_unstructured(untrusted_value, notes, text_label);
    PlainLine line = clean_line(cut_utf8(decoded, limits.header_text_bytes_max), notes);
    const bool has_grown = line.str().size() > limits.header_text_bytes_max;  // some characters are longer in NFC
    if (decoded.size() <= limits.header_text_bytes_max && !has_grown) return line;
    add_once(notes, Reason::field_cut);
    constexpr std::string_view ellipsis = "…";
    const std::size_t room = limits.header_text_bytes_max - std::min(limits.header_text_bytes_max, ellipsis.size());
    return clean_line(std::string(cut_utf8(line.str(), room)).append(ellipsis), notes);
}

HeaderFacts read_header_facts(const std::vector<RawField>& fields, const BudgetLimits& limits,
                              std::vector<Reason>& notes, const std::vector<std::string>& believed_ids,
                              std::string_view text_label) {
    return FactsReader(fields, limits, notes, believed_ids, text_label).read();
}

}  // namespace mugaika::sandboxed

#include "sanitizer/compose/header_fields.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "sanitizer/compose/invented_address.hpp"
#include "sanitizer/compose/mail_date.hpp"
#include "sanitizer/compose/subject_tag.hpp"
#include "sanitizer/mail/header_words.hpp"

namespace mugaika {
namespace {

using namespace header_words;

constexpr std::size_t message_id_bytes_max = 900;  // with brackets and a comma it has to fit on a line
constexpr std::size_t first_hop_bytes_max = 60;

bool is_message_id(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    if (at == text.npos || at == 0 || text.size() > message_id_bytes_max || hides_encoded_word(text)) return false;
    const std::string_view left = text.substr(0, at);
    const std::string_view right = text.substr(at + 1);
    // Dots may stand anywhere on the left: common, harmless, and threading depends on the id.
    return std::all_of(left.begin(), left.end(), [](char c) { return c == '.' || is_atom_char(c); }) &&
           (is_dotted(right, is_atom_char) || is_literal(right));
}

bool is_blank(const PlainLine& line) noexcept { return ascii::trim(line.str()).empty(); }

struct WritableMailbox {
    PlainLine name;
    std::string address;
};

WritableMailbox writable(const Mailbox& mailbox) {
    if (is_writable_address(mailbox.address)) return {mailbox.name, mailbox.address.text()};
    // The reader still sees which address it was; an answer to it fails plainly instead of going elsewhere.
    auto name = PlainLine::from(mailbox.name.str() + " (" + mailbox.address.text() + ")");
    return {name ? *std::move(name) : mailbox.name, std::string(unwritable_address)};
}

void write_mailbox(HeaderWriter& out, const WritableMailbox& mailbox, std::string_view separator) {
    if (is_blank(mailbox.name)) return out.word(mailbox.address + std::string(separator));
    out.phrase(mailbox.name);
    out.word("<" + mailbox.address + ">" + std::string(separator));
}

void write_mailboxes(HeaderWriter& out, std::string_view field, const std::vector<Mailbox>& mailboxes) {
    if (mailboxes.empty()) return;
    out.begin(field);
    for (const Mailbox& mailbox : mailboxes) {
        write_mailbox(out, writable(mailbox), &mailbox == &mailboxes.back() ? "" : ",");
        out.break_line();
    }
    out.end();
}

void write_word_field(HeaderWriter& out, std::string_view field, std::string_view word) {
    out.begin(field);
    out.word(word);
    out.end();
}

// For RFC 5321 4.1.3 the scope of an IPv6 address ("%eth0") means nothing. "" when there is no address.
std::string client_literal(const std::string& address) {
    const std::string host = address.substr(0, address.find('%'));
    if (!std::all_of(host.begin(), host.end(), is_literal_char)) return {};
    return host.find(':') == std::string::npos ? host : "IPv6:" + host;
}

// RFC 5321 4.4. What the client called itself is shown only when it is a host name.
void write_received(HeaderWriter& out, const ComposeFacts& facts) {
    out.begin("Received");
    const std::string literal = client_literal(facts.client_address);
    if (!literal.empty()) {
        const std::string& helo = facts.client_helo.str();
        out.word("from");
        out.word(is_host(helo) ? helo : "unknown");
        out.word("([" + literal + "])");
    }
    out.word("by");
    out.word(facts.hostname);
    if (!facts.protocol.empty()) {
        out.word("with");
        out.word(facts.protocol);
    }
    out.word("id");
    out.word(facts.id + ";");
    out.word(mail_date(received_date(facts)));
    out.end();
}

std::string first_hop_text(const PlainLine& first_hop) {
    std::string text = first_hop.str().substr(0, first_hop_bytes_max);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return !is_host_char(c) && c != '.' && c != ':'; }, '?');
    return text;
}

// X-Mugaika: id=<id>; verdict=<word>; notice=<word>; hops=<number>[; first-hop="<host>"]
//            [; order=<id>|; unlocked=<id>|; follows=<id>]
void write_own_field(HeaderWriter& out, const HeaderFacts& header, const Verdict& verdict, NoticeLevel notice,
                     const ComposeFacts& facts) {
    std::vector<std::string> words{"id=" + facts.id, "verdict=" + std::string(to_string(verdict.verdict)),
                                   "notice=" + std::string(to_string(notice)),
                                   "hops=" + std::to_string(header.received_count)};
    if (!header.first_hop.empty()) words.push_back("first-hop=\"" + first_hop_text(header.first_hop) + "\"");
    if (is_release(facts)) {
        words.push_back("order=" + facts.order->order_id);
    } else if (!facts.unlocked_from.empty()) {
        words.push_back("unlocked=" + facts.unlocked_from);
    } else if (!facts.follow_up.empty()) {
        words.push_back("follows=" + facts.follow_up);
    }
    out.begin("X-Mugaika");
    for (const std::string& word : words) out.word(&word == &words.back() ? word : word + ";");
    out.end();
}

// X-Mugaika-Authentication: by=<host>; spf=<result>; dkim=<result>; … (only those that were said). Text-ization breaks
// the signatures, so a believed upstream's word is kept; nobody here has verified it, so it is no
// Authentication-Results.
void write_authentication(HeaderWriter& out, const AuthenticationFacts& facts) {
    if (!facts.said() || facts.by.size() > 200 || !is_dotted(facts.by, is_host_char)) return;
    std::vector<std::string> words{"by=" + facts.by};
    for (const AuthMethod method : auth_methods) {
        const AuthResult result = facts.results[static_cast<std::size_t>(method)];
        if (result == AuthResult::not_said) continue;
        words.push_back(std::string(to_string(method)) + "=" + std::string(to_string(result)));
    }
    out.begin("X-Mugaika-Authentication");
    for (const std::string& word : words) out.word(&word == &words.back() ? word : word + ";");
    out.end();
}

// Exactly one author (AC-101, AC-102): the first valid one, or words of ours with an address that is ours.
void write_from(HeaderWriter& out, const HeaderFacts& header, const ComposeFacts& facts) {
    out.begin("From");
    if (!header.from.empty()) {
        write_mailbox(out, writable(header.from.front()), "");
    } else {
        const PlainLine unknown = *PlainLine::from(facts.language == Language::ja ? "差出人不明" : "Unknown sender");
        const PlainLine& shown = is_blank(header.from_text) ? unknown : header.from_text;
        write_mailbox(out, {shown, std::string(unknown_sender)}, "");
    }
    out.end();
}

void write_message_ids(HeaderWriter& out, std::string_view field, std::vector<std::string> ids) {
    std::erase_if(ids, [](const std::string& id) { return !is_message_id(id); });
    if (ids.empty()) return;
    out.begin(field);
    for (const std::string& id : ids) out.word("<" + id + ">");
    out.end();
}

// "" where the mail bears none.
std::string_view tag_for(NoticeLevel notice, const ComposeFacts& facts) noexcept {
    if (is_release(facts)) return subject_tag(SubjectTag::released, facts.language);
    if (!facts.unlocked_from.empty()) return subject_tag(SubjectTag::unlocked, facts.language);
    if (!facts.follow_up.empty()) return subject_tag(SubjectTag::follows, facts.language);
    if (!facts.subject_tags) return {};
    if (notice == NoticeLevel::quarantined) return subject_tag(SubjectTag::quarantined, facts.language);
    return notice == NoticeLevel::warning ? subject_tag(SubjectTag::warning, facts.language) : std::string_view();
}

// Our tag and the sender's words, in which nobody else's tag stands.
void write_subject(HeaderWriter& out, const HeaderFacts& header, NoticeLevel notice, const ComposeFacts& facts) {
    const TagCopies copies = facts.subject_tags ? TagCopies::all : TagCopies::released;
    const std::string words = without_tags(header.subject.str(), copies);
    const std::string_view tag = tag_for(notice, facts);
    const std::string_view gap = tag.ends_with(']') ? " " : "";  // Japanese brackets bring their own
    const auto subject = PlainLine::from(std::string(tag).append(gap).append(ascii::trim(words)));
    if (!subject || is_blank(*subject)) return;
    out.begin("Subject");
    out.text(*subject);
    out.end();
}

// What follows a first mail answers that one.
void write_follow_up_identity(HeaderWriter& out, const HeaderFacts& header, const ComposeFacts& facts) {
    const std::string first = delivered_message_id(header, facts.id, facts.hostname);
    write_word_field(out, "Date", mail_date(follow_up_date(facts)));
    const std::string composition = facts.composition.empty() ? std::string() : "." + facts.composition;
    write_word_field(out, "Message-ID",
                     "<" + facts.follow_up + "." + facts.id + composition + "@" + facts.hostname + ">");
    std::vector<std::string> references = header.references;
    references.push_back(first);
    write_message_ids(out, "In-Reply-To", {first});
    write_message_ids(out, "References", std::move(references));
}

// A release is another mail than the one that was delivered in its place: with the same Message-ID, mail stores that
// suppress duplicates would drop it without a word. So it gets an id of ours and refers to the original. Its date is
// that of the order, or it would stand days down in the list; the original's is told in the notice.
void write_identity(HeaderWriter& out, const HeaderFacts& header, const ComposeFacts& facts) {
    const bool is_ordered = is_release(facts) || !facts.unlocked_from.empty();
    if (!is_ordered && !facts.follow_up.empty()) return write_follow_up_identity(out, header, facts);
    const bool has_date = header.date && is_writable(*header.date);
    const DateFact original = has_date ? *header.date : received_date(facts);
    write_word_field(out, "Date", mail_date(is_release(facts) ? order_date(facts) : original));

    std::vector<std::string> references = header.references;
    std::string id = header.message_id;
    if (is_release(facts)) {
        references.push_back(header.message_id);
        id = facts.order->order_id + "." + facts.id + "@" + facts.hostname;
    } else {
        id = delivered_message_id(header, facts.id, facts.hostname);
    }
    // An order to people under different rules is a mail of another content for each of them.
    if (!facts.composition.empty()) id.insert(id.rfind('@'), "." + facts.composition);
    write_word_field(out, "Message-ID", "<" + id + ">");
    write_message_ids(out, "In-Reply-To", header.in_reply_to);
    write_message_ids(out, "References", std::move(references));
}

void write_auto_submitted(HeaderWriter& out, AutoSubmitted how) {
    switch (how) {
        case AutoSubmitted::no:
            return;
        case AutoSubmitted::auto_generated:
            return write_word_field(out, "Auto-Submitted", "auto-generated");
        case AutoSubmitted::auto_replied:
            return write_word_field(out, "Auto-Submitted", "auto-replied");
        case AutoSubmitted::auto_notified:
            return write_word_field(out, "Auto-Submitted", "auto-notified");
    }
}

void write_list_id(HeaderWriter& out, const HeaderFacts& header) {
    const std::string& id = header.list_id;
    if (id.size() > 255 || !is_dotted(id, is_atom_char) || hides_encoded_word(id)) return;
    out.begin("List-Id");
    if (!is_blank(header.list_name)) out.phrase(header.list_name);
    out.word("<" + id + ">");
    out.end();
}

void write_importance(HeaderWriter& out, Importance importance) {
    switch (importance) {
        case Importance::none:
            return;
        case Importance::low:
            return write_word_field(out, "Importance", "low");
        case Importance::normal:
            return write_word_field(out, "Importance", "normal");
        case Importance::high:
            return write_word_field(out, "Importance", "high");
    }
}

bool is_short_word(std::string_view text, bool (*is_allowed)(char)) noexcept {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_allowed);
}

}  // namespace

void write_header_fields(HeaderWriter& out, const HeaderFacts& header, const Verdict& verdict, NoticeLevel notice,
                         const ComposeFacts& facts) {
    write_received(out, facts);
    write_own_field(out, header, verdict, notice, facts);
    write_authentication(out, header.authentication);
    write_from(out, header, facts);
    write_mailboxes(out, "Sender", {header.sender.begin(), header.sender.begin() + (header.sender.empty() ? 0 : 1)});
    write_mailboxes(out, "Reply-To", header.reply_to);
    if (header.to.empty()) {
        write_word_field(out, "To", "undisclosed-recipients:;");
    } else {
        write_mailboxes(out, "To", header.to);
    }
    write_mailboxes(out, "Cc", header.cc);
    write_subject(out, header, notice, facts);
    write_identity(out, header, facts);
    write_auto_submitted(out, header.auto_submitted);
    write_list_id(out, header);
    write_importance(out, header.importance);
}

std::string delivered_message_id(const HeaderFacts& header, std::string_view id, std::string_view hostname) {
    return is_message_id(header.message_id) ? header.message_id : std::string(id).append("@").append(hostname);
}

void write_follow_up_fields(HeaderWriter& out, const HeaderFacts& header, const FollowUp& follow_up) {
    if (!header.from.empty()) write_mailboxes(out, "From", {header.from.front()});
    write_mailboxes(out, "Reply-To", header.reply_to);
    write_mailboxes(out, "To", header.to);
    write_mailboxes(out, "Cc", header.cc);
    if (!is_blank(header.subject)) {
        out.begin("Subject");
        out.text(header.subject);
        out.end();
    }
    write_word_field(out, "Date", mail_date(follow_up.date));
    write_word_field(out, "Message-ID", "<" + follow_up.message_id + ">");
    std::vector<std::string> references = header.references;
    references.push_back(follow_up.answers);
    write_message_ids(out, "In-Reply-To", {follow_up.answers});
    write_message_ids(out, "References", std::move(references));
}

Result<void> check_facts(const ComposeFacts& facts) {
    const auto is_id_char = [](char c) { return ascii::is_lower(c) || ascii::is_digit(c); };
    const auto is_protocol_char = [](char c) { return ascii::is_upper(c) || ascii::is_digit(c); };
    const auto misfit = [](std::string_view what) {
        return Error(Fault::internal, "compose: " + std::string(what) + " breaks its contract");
    };
    if (!is_short_word(facts.id, is_id_char)) return misfit("id");
    if (facts.hostname.size() > 200 || !is_dotted(facts.hostname, is_host_char)) return misfit("hostname");
    if (!facts.protocol.empty() && !is_short_word(facts.protocol, is_protocol_char)) return misfit("protocol");
    if (!is_writable(received_date(facts))) return misfit("received_at");
    if (!facts.unlocked_from.empty() && !is_short_word(facts.unlocked_from, is_id_char)) return misfit("unlocked_from");
    if (!facts.follow_up.empty()) {
        if (!is_short_word(facts.follow_up, is_id_char)) return misfit("follow_up");
        if (!is_writable(follow_up_date(facts))) return misfit("followed_at");
    }
    if (!facts.composition.empty() && !is_short_word(facts.composition, is_id_char)) return misfit("composition");
    if (facts.order == nullptr) return {};
    const ReleaseOrder& order = *facts.order;
    if (!is_short_word(order.order_id, is_id_char)) return misfit("order_id");
    if (!is_plain(order.person, TextRule::line) || !is_plain(order.reason, TextRule::line)) return misfit("order");
    if (!is_writable(order_date(facts))) return misfit("ordered_at");
    return {};
}

}  // namespace mugaika

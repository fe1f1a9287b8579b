// Finds mails in events by who sent them, to whom, their Message-ID and the time; answers "did you get my mail at
// ten?". One pass; what is told of a mail is all its tries, with the refusals at RCPT of each sender and recipient as a
// story of their own.
//
// Memory: the events of what matches, and of each mail that has not ended yet and may still match.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "relay/log/timestamp.hpp"
#include "relay/stats/event_facts.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {

// Whether an address is what a person means by `wanted`: "@example.com" is the domain, "<>" the null sender (""), all
// else a piece of the address, angle brackets around it or not. ASCII letters in either case.
bool matches_address(std::string_view wanted, std::string_view address) noexcept;

// What the log says of one mail; of one whose log has gone, what the quarantine says.
struct FoundMail {
    std::string id;               // "" when it was refused before it had one
    std::string from;             // "" the null sender, or not known: see `envelope_known`
    std::vector<std::string> to;  // as accepted; for a refusal at RCPT who was refused
    std::string message_id;       // "" not known
    std::string client;           // address; "" not known
    bool envelope_known = false;
    struct Kept {
        Moment received_at;
        std::string verdict;
    };
    std::optional<Kept> kept;       // in the quarantine now; nothing also when that was not asked
    std::vector<ReadEvent> events;  // oldest first; without the parts and findings of the ledger
};

struct MailWanted {
    std::string from, to;    // see matches_address(); "" is any
    std::string message_id;  // a piece of it, with or without angle brackets, or our id of the mail
    std::optional<std::map<std::string, FoundMail>> kept;  // by id: only these, of which the quarantine knows so much
    std::optional<Moment> since;                           // something happened to the mail in this time
    std::optional<Moment> until;                           // not included

    bool names_a_mail() const noexcept { return !from.empty() || !to.empty() || !message_id.empty() || kept; }
};

class MailSearch {
public:
    explicit MailSearch(MailWanted wanted) : wanted_(std::move(wanted)) {}
    void take(const ReadEvent&);
    std::vector<FoundMail> finish() &&;  // by the time of their first event

private:
    struct Candidate {
        FoundMail mail;
        bool from = false, to = false, message_id = false, time = false;  // has matched
    };
    bool is_of_others(const EventFacts&) const;
    void note_session(const AnyEvent&);
    void take_refused_recipient(const event::RecipientRefused&, const ReadEvent&);
    void take_event_of(Candidate&, const ReadEvent&);
    void add_only_kept(std::vector<FoundMail>&) const;
    bool in_time(std::optional<Moment>) const;
    bool from_and_to_match(const Candidate&) const noexcept;
    bool names_match(const Candidate&) const noexcept;
    bool may_be_dropped(const Candidate&, const AnyEvent&) const noexcept;

    MailWanted wanted_;
    std::unordered_map<std::string, std::string> clients_;  // by session that is open
    std::unordered_map<std::string, Candidate> by_id_;
    std::map<std::pair<std::string, std::string>, Candidate> refused_recipients_;  // by sender and recipient
    std::vector<Candidate> nameless_;  // whole mails that were refused before they had an id
};

}  // namespace mugaika

// Mails from events, each once, when it ends: delivered, refused, or, at the end of the log, deferred or unfinished.
// Tries before the end count as its deferrals. A delivery by a release order is no new mail: it has the verdict
// "released", what follows a letter "followed".
//
// A recipient who was refused at RCPT is no mail: he counts as a recipient with the verdict "recipient_refused" (5xx)
// or "recipient_deferred" (4xx), once for each such answer.
//
// Recipients of a mail that the relay owes while others of it were served (message.owed) are no further mail either:
// they count as recipients where they end, with the verdict "owed" as long as they did not.
//
// Memory: one entry for each mail that has not ended yet.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "relay/stats/mail_facts.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {

class EndedMails {
public:
    using Take = std::function<void(const MailFacts&)>;

    // `part_details`: types, methods, handlers and losses of parts are wanted.
    EndedMails(Take, bool part_details);
    void take(const ReadEvent&);
    void finish();  // those that the log leaves without an end

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp
        io(self.open_, self.releasers_);
    }

private:
    // One coming of a mail, with its tries. The same mail can come in two sessions at once: it has one id.
    struct OpenMail {
        std::string session;
        bool waits = false;  // for the sender's next try, which has a session of its own
        bool owed = false;   // by the relay, which tries by itself
        MailFacts facts;
        std::string deferred_by;  // STAGE/FAILURE of the last deferral

        template <class Self, class Io>
        static void state(Self& self, Io& io) {
            io(self.session, self.waits, self.owed, self.facts, self.deferred_by);
        }
    };

    // One for each kind of event that counts.
    void on(const event::RelayStarted&, Moment);
    void on(const event::RecipientRefused&, Moment);
    void on(const event::MessageReceived&, Moment);
    void on(const event::MessageSanitized&, Moment);
    void on(const event::MessageQuarantined&, Moment);
    void on(const event::FileConverted&, Moment);
    void on(const event::MessageDelivered&, Moment);
    void on(const event::MessageDeferred&, Moment);
    void on(const event::MessageRefused&, Moment);
    void on(const event::MessageOwed&, Moment);
    void on(const event::QuarantineReleased&, Moment);
    bool is_open(const MailTag&) const;
    OpenMail* open(const MailTag&, Moment);
    static std::vector<OpenMail>::iterator open_among(std::vector<OpenMail>&, const MailTag&, Moment);
    MailFacts closed(const MailTag&, Moment);
    MailFacts::Part part_of(const PartRow&) const;

    Take take_;
    bool part_details_;
    std::unordered_map<std::string, std::vector<OpenMail>> open_;  // by id
    std::unordered_map<std::string, std::string> releasers_;       // who ordered the last release of an item
};

}  // namespace mugaika

// Counts mails from events (relay/stats/ended_mails.hpp), by any of the dimensions.
#pragma once

#include "relay/stats/ended_mails.hpp"
#include "relay/stats/mail_rows.hpp"

namespace mugaika {

class MailCounter {
public:
    using Rows = MailRows::Rows;

    explicit MailCounter(StatsQuery query)
        : rows_(std::move(query)),
          mails_([this](const MailFacts& mail) { rows_.add(mail); }, rows_.query().asks_for(DimensionGroup::part)) {}
    MailCounter(const MailCounter&) = delete;

    // So much it must be told.
    LogDetail detail() const noexcept {
        return rows_.query().asks_for(DimensionGroup::recipient) || rows_.query().asks_for(Dimension::sender_domain)
                   ? LogDetail::counts
                   : LogDetail::counts_without_people;
    }
    void take(const ReadEvent& read) { mails_.take(read); }
    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp; of the same query
        io(self.rows_, self.mails_);
    }
    Rows finish() && {
        mails_.finish();
        return std::move(rows_).take();
    }
    StatsTable finish_table() && {
        mails_.finish();
        return std::move(rows_).take_table();
    }

private:
    MailRows rows_;
    EndedMails mails_;
};

}  // namespace mugaika

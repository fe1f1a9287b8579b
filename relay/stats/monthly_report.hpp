// What an information-security officer hands in: what came and what became of it, by which method of the guideline it
// crossed, what was held and why, what people let through and why, how long it took, what went wrong, and whether the
// books add up. From the log alone, in one pass.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "relay/stats/accounts.hpp"
#include "relay/stats/ended_mails.hpp"
#include "relay/stats/last_checkpoint.hpp"
#include "relay/stats/mail_rows.hpp"
#include "relay/stats/service_figures.hpp"

namespace mugaika {

struct PersonsAct {
    std::string time;  // local
    std::string event;
    std::string person;
    std::string id;
    std::string what;  // parts or the like
    std::string why;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp
        io(self.time, self.event, self.person, self.id, self.what, self.why);
    }
};

struct ReportFacts {
    std::optional<Moment> since, until;  // as it was asked for
    std::string first, last;             // local times of the first and last event in it
    std::set<std::string> hosts;
    MailRows::Rows by_day_and_verdict, by_verdict, by_reason, by_route, by_kind_and_action, by_method, by_stage;
    Accounts accounts;
    std::vector<PersonsAct> acts;  // the first acts_max
    std::uint64_t act_count = 0;
    std::map<std::string, std::uint64_t> troubles;  // events that are no everyday ones, by name
    std::vector<Figure> figures;
    LastCheckpoint checkpoint;

    static constexpr std::size_t acts_max = 500;
};

class MonthlyReport {
public:
    MonthlyReport(std::optional<Moment> since, std::optional<Moment> until);
    MonthlyReport(const MonthlyReport&) = delete;
    void take(const ReadEvent&);
    ReportFacts finish() &&;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp; of the same range
        for (auto& [rows, member] : self.tables_) io(rows);
        io(self.mails_, self.keeper_, self.figures_);
        auto& facts = self.facts_;
        io(self.first_, self.last_, facts.hosts, facts.acts, facts.act_count, facts.troubles, facts.checkpoint);
        io.must(facts.acts.size() <= ReportFacts::acts_max);
    }

private:
    bool is_in_range(Moment) const noexcept;
    void note_act(const ReadEvent&);

    ReportFacts facts_;
    std::optional<Moment> first_;  // event in the range
    Moment last_{};
    std::vector<std::pair<MailRows, MailRows::Rows ReportFacts::*>> tables_;
    EndedMails mails_;
    AccountKeeper keeper_;
    ServiceFigures figures_;
};

}  // namespace mugaika

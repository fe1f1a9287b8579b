#include "relay/stats/monthly_report.hpp"

#include <algorithm>

#include "relay/log/event_members.hpp"

namespace mugaika {
namespace {

constexpr std::size_t to_the_minute = 16;  // "2026-11-20 09:15"
constexpr std::size_t to_the_second = 19;

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

// What a person did, of the events that tell of one.
struct ActOf {
    template <class Event>
    std::optional<PersonsAct> operator()(const Event&) const {
        return std::nullopt;
    }
    std::optional<PersonsAct> operator()(const event::QuarantineReleased& event) const {
        const std::string what = event.parts.empty() ? std::string() : "part " + joined(event.parts);
        return PersonsAct{"", "", event.actor.person, event.item, what, event.why};
    }
    std::optional<PersonsAct> operator()(const event::QuarantineUnlocked& event) const {
        return PersonsAct{"", "", event.actor.person, event.item, "part " + joined(event.parts), event.why};
    }
    std::optional<PersonsAct> operator()(const event::QuarantineRerunOrdered& event) const {
        return PersonsAct{"", "", event.actor.person, event.item, "", event.why};
    }
    std::optional<PersonsAct> operator()(const event::QuarantineExported& event) const {
        return PersonsAct{"", "", event.actor.person, event.item, event.what, ""};
    }
    std::optional<PersonsAct> operator()(const event::QuarantineDeleted& event) const {
        return PersonsAct{"", "", event.actor.person, event.item, "", event.why};
    }
    std::optional<PersonsAct> operator()(const event::QueueDeleted& event) const {
        return PersonsAct{"", "", event.actor.person, event.item, "", event.why};
    }
};

}  // namespace

MonthlyReport::MonthlyReport(std::optional<Moment> since, std::optional<Moment> until)
    : mails_(
          [this](const MailFacts& mail) {
              for (auto& [rows, member] : tables_) rows.add(mail);
          },
          true),
      figures_(since, until) {
    facts_.since = since;
    facts_.until = until;
    const auto add = [&](std::vector<Dimension> by, MailRows::Rows ReportFacts::*member) {
        tables_.emplace_back(StatsQuery{since, until, std::move(by), {}}, member);
    };
    add({Dimension::day, Dimension::verdict}, &ReportFacts::by_day_and_verdict);
    add({Dimension::verdict}, &ReportFacts::by_verdict);
    add({Dimension::reason, Dimension::verdict}, &ReportFacts::by_reason);
    add({Dimension::route, Dimension::verdict}, &ReportFacts::by_route);
    add({Dimension::kind, Dimension::action}, &ReportFacts::by_kind_and_action);
    add({Dimension::method}, &ReportFacts::by_method);
    add({Dimension::stage}, &ReportFacts::by_stage);
}

bool MonthlyReport::is_in_range(Moment moment) const noexcept {
    return (!facts_.since || moment >= *facts_.since) && (!facts_.until || moment < *facts_.until);
}

void MonthlyReport::take(const ReadEvent& read) {
    mails_.take(read);
    keeper_.take(read);
    figures_.take(read);
    if (!is_in_range(read.moment)) return;
    if (!first_) first_ = read.moment;
    last_ = read.moment;
    if (facts_.hosts.insert(read.host).second && facts_.hosts.size() > ReportFacts::acts_max) {
        facts_.hosts.erase(read.host);
    }
    if (!read.event) return;
    facts_.checkpoint.take(read);
    if (name_of(*read.event).severity <= Severity::warning) ++facts_.troubles[read.name];
    note_act(read);
}

void MonthlyReport::note_act(const ReadEvent& read) {
    auto act = std::visit(ActOf{}, *read.event);
    if (!act) return;
    ++facts_.act_count;
    if (facts_.acts.size() == ReportFacts::acts_max) return;
    act->time = local_time_text(read.moment).substr(0, to_the_minute);
    act->event = read.name;
    facts_.acts.push_back(std::move(*act));
}

ReportFacts MonthlyReport::finish() && {
    mails_.finish();
    if (first_) facts_.first = local_time_text(*first_).substr(0, to_the_second);
    if (first_) facts_.last = local_time_text(last_).substr(0, to_the_second);
    for (auto& [rows, member] : tables_) facts_.*member = std::move(rows).take();
    facts_.accounts = std::move(keeper_).finish();
    facts_.accounts.keep_days(facts_.since, facts_.until);
    facts_.figures = std::move(figures_).finish();
    return std::move(facts_);
}

}  // namespace mugaika

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/stats/accounts_report.hpp"
#include "relay/stats/html_report.hpp"
#include "relay/stats/mail_story.hpp"

namespace mugaika::ctl {
namespace {

Exit tell_story(const StatsOptions& options, const std::vector<LogFile>& logs, Terminal& terminal) {
    bool found = false;
    const auto take = [&](const ReadEvent& event) { found = print_if_about(terminal.out, event, options.id) || found; };
    const auto reading = read_logs(logs, take, terminal);
    if (!reading) return fail(terminal, reading.error());
    say_broken(*reading, terminal);
    if (found) return Exit::done;
    return fail(terminal, Exit::refused, "no event is about " + shown_text(options.id, 100));
}

// Of whole stories: what came on the days of the range, with its end wherever that is.
Exit verify(const StatsOptions& options, const TimeRange& range, const std::vector<LogFile>& logs, Terminal& terminal) {
    AccountKeeper keeper;
    const auto reading = read_logs(
        logs, [&keeper](const ReadEvent& event) { keeper.take(event); }, terminal);
    if (!reading) return fail(terminal, reading.error());
    Accounts accounts = std::move(keeper).finish();
    accounts.keep_days(range.since, range.until);
    print_accounts(terminal.out, options.format, accounts);
    say_broken(*reading, terminal);
    return accounts.add_up() && reading->broken == 0 ? Exit::done : Exit::refused;
}

// A whole page, whatever `by` says.
Exit report(const TimeRange& range, const std::vector<LogFile>& logs, Terminal& terminal) {
    MonthlyReport report(range.since, range.until);
    const auto reading = read_logs(
        logs, [&report](const ReadEvent& event) { report.take(event); }, terminal);
    if (!reading) return fail(terminal, reading.error());
    print_html_report(terminal.out, std::move(report).finish());
    say_broken(*reading, terminal);
    return Exit::done;
}

}  // namespace

Exit stats(const ConfigChoice& choice, const StatsOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto range = time_range(options.since, options.until);
    if (!range) return fail(terminal, range.error());
    const auto logs = choose_logs(options.logs, *range, choice, terminal);
    if (!logs) return fail(terminal, logs.error());
    if (!options.id.empty()) return tell_story(options, *logs, terminal);
    if (options.format == StatsFormat::html && options.verify) {
        return fail(terminal, Exit::usage, "--verify is in the report that --format html makes");
    }
    if (options.format == StatsFormat::html) return report(*range, *logs, terminal);
    if (options.verify) return verify(options, *range, *logs, terminal);

    if (options.bom && options.format != StatsFormat::csv) {
        return fail(terminal, Exit::usage, "--bom is for --format csv alone");
    }
    MailCounter counter({range->since, range->until, options.by, options.where});
    const auto take = [&counter](const ReadEvent& event) { counter.take(event); };
    const auto reading = read_logs(*logs, take, terminal);
    if (!reading) return fail(terminal, reading.error());
    if (options.bom) terminal.out << "\xef\xbb\xbf";
    print_stats(terminal.out, options.format, options.by, std::move(counter).finish());
    say_broken(*reading, terminal);
    return Exit::done;
}

}  // namespace mugaika::ctl

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/stats/accounts_report.hpp"
#include "relay/stats/figures_report.hpp"
#include "relay/stats/html_report.hpp"
#include "relay/stats/last_checkpoint.hpp"
#include "relay/stats/mail_story.hpp"

namespace mugaika::ctl {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// Null: they can.
const char* cannot_go_together(const StatsOptions& options) {
    const bool is_page = options.format == StatsFormat::html;
    if (is_page && options.verify) return "--verify is in the report that --format html makes";
    if (is_page && options.figures) return "--figures are in the report that --format html makes";
    if (is_page && options.top > 0) return "--top is for text, csv and json";
    if (options.figures && (!options.where.empty() || options.top > 0)) {
        return "--figures are of all mails; --where and --top are for counts of mails";
    }
    if (options.bom && options.format != StatsFormat::csv) return "--bom is for --format csv alone";
    return nullptr;
}

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
    ChainCheck chain;
    LastCheckpoint checkpoint;
    const auto take = [&](const ReadEvent& event) {
        keeper.take(event);
        const bool is_in_range =
            (!range.since || event.moment >= *range.since) && (!range.until || event.moment < *range.until);
        if (is_in_range) checkpoint.take(event);
    };
    const auto reading = read_logs(logs, take, terminal, LogDetail::counts, &chain);
    if (!reading) return fail(terminal, reading.error());
    Accounts accounts = std::move(keeper).finish();
    accounts.keep_days(range.since, range.until);
    print_accounts(terminal.out, options.format, accounts);
    if (chain.lines() > 0) say_chain(chain, options.format == StatsFormat::text ? terminal.out : terminal.err);
    if (options.format == StatsFormat::text) {
        terminal.out << "\n";
        print_checkpoint(terminal.out, checkpoint);
    }
    say_broken(*reading, terminal);
    const bool is_whole = reading->broken == 0 && chain.faults() == 0;
    return accounts.add_up() && is_whole ? Exit::done : Exit::refused;
}

Exit figures(const StatsOptions& options, const TimeRange& range, const std::vector<LogFile>& logs,
             Terminal& terminal) {
    ServiceFigures figures(range.since, range.until);
    const auto reading = read_logs(
        logs, [&figures](const ReadEvent& event) { figures.take(event); }, terminal, LogDetail::counts);
    if (!reading) return fail(terminal, reading.error());
    if (options.bom) terminal.out << byte_order_mark;
    print_figures(terminal.out, options.format, std::move(figures).finish());
    say_broken(*reading, terminal);
    return Exit::done;
}

// A whole page, whatever `by` says.
Exit report(const TimeRange& range, const std::vector<LogFile>& logs, Terminal& terminal) {
    MonthlyReport report(range.since, range.until);
    const auto reading = read_logs(
        logs, [&report](const ReadEvent& event) { report.take(event); }, terminal, LogDetail::counts);
    if (!reading) return fail(terminal, reading.error());
    print_html_report(terminal.out, std::move(report).finish());
    say_broken(*reading, terminal);
    return Exit::done;
}

// Whole addresses as the configured log has them.
std::vector<Condition> as_in_the_log(std::vector<Condition> where, const ConfigChoice& choice, Terminal& terminal) {
    for (Condition& condition : where) {
        if (condition.dimension != Dimension::recipient) continue;
        std::string pseudonym = pseudonym_for(condition.value, choice, terminal);
        if (!pseudonym.empty()) condition.value = std::move(pseudonym);
    }
    return where;
}

}  // namespace

Exit stats(const ConfigChoice& choice, const StatsOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto range = time_range(options.since, options.until);
    if (!range) return fail(terminal, range.error());
    const auto logs = choose_logs(options.logs, *range, choice, terminal);
    if (!logs) return fail(terminal, logs.error());
    if (!options.id.empty()) return tell_story(options, *logs, terminal);
    if (const char* const why = cannot_go_together(options)) return fail(terminal, Exit::usage, why);
    if (options.format == StatsFormat::html) return report(*range, *logs, terminal);
    if (options.verify) return verify(options, *range, *logs, terminal);
    if (options.figures) return figures(options, *range, *logs, terminal);

    const auto where = as_in_the_log(options.where, choice, terminal);
    MailCounter counter({range->since, range->until, options.by, where, options.top});
    const auto take = [&counter](const ReadEvent& event) { counter.take(event); };
    const auto reading = read_logs(*logs, take, terminal, counter.detail());
    if (!reading) return fail(terminal, reading.error());
    if (options.bom) terminal.out << byte_order_mark;
    print_stats(terminal.out, options.format, std::move(counter).finish_table());
    say_broken(*reading, terminal);
    return Exit::done;
}

}  // namespace mugaika::ctl

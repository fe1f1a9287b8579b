#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/ctl/summed_logs.hpp"
#include "relay/stats/accounts_report.hpp"
#include "relay/stats/books_metrics.hpp"
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
    if (options.format == StatsFormat::prometheus && !options.verify) {
        return "--format prometheus is for --verify alone; the relay itself counts mails (metrics)";
    }
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
    if (options.format == StatsFormat::prometheus) {
        print_books_metrics(terminal.out,
                            {accounts, chain.faults(), reading->broken, std::chrono::system_clock::now()});
    } else {
        print_accounts(terminal.out, options.format, accounts);
    }
    if (chain.lines() > 0) say_chain(chain, options.format == StatsFormat::text ? terminal.out : terminal.err);
    if (options.format == StatsFormat::text) {
        terminal.out << "\n";
        print_checkpoint(terminal.out, checkpoint);
    }
    say_broken(*reading, terminal);
    const bool is_whole = reading->broken == 0 && chain.faults() == 0;
    return accounts.add_up() && is_whole ? Exit::done : Exit::refused;
}

Exit figures(const StatsOptions& options, const TimeRange& range, const SummedLogs& logs, Terminal& terminal) {
    const auto begin = [&] { return std::make_unique<ServiceFigures>(range.since, range.until); };
    auto summed = logs.read("figures", begin, LogDetail::counts, terminal);
    if (!summed) return fail(terminal, summed.error());
    if (options.bom) terminal.out << byte_order_mark;
    print_figures(terminal.out, options.format, std::move(*summed->counter).finish());
    say_broken(summed->reading, terminal);
    return Exit::done;
}

// A whole page, whatever `by` says.
Exit report(const TimeRange& range, const SummedLogs& logs, Terminal& terminal) {
    const auto begin = [&] { return std::make_unique<MonthlyReport>(range.since, range.until); };
    auto summed = logs.read("report", begin, LogDetail::counts, terminal);
    if (!summed) return fail(terminal, summed.error());
    print_html_report(terminal.out, std::move(*summed->counter).finish());
    say_broken(summed->reading, terminal);
    return Exit::done;
}

// Each part with its length, so that no other query has the same.
std::string text_of(const StatsQuery& query) {
    std::string text = std::to_string(query.top) + " by";
    for (const Dimension dimension : query.by) text.append(" ").append(to_string(dimension));
    for (const auto& [dimension, value] : query.where) {
        text.append("\n").append(to_string(dimension)).append(" ");
        text.append(std::to_string(value.size())).append(" ").append(value);
    }
    return text;
}

Exit counts(const StatsOptions& options, const StatsQuery& query, const SummedLogs& logs, Terminal& terminal) {
    const auto begin = [&] { return std::make_unique<MailCounter>(query); };
    auto summed = logs.read("counts\n" + text_of(query), begin, begin()->detail(), terminal);
    if (!summed) return fail(terminal, summed.error());
    if (options.bom) terminal.out << byte_order_mark;
    print_stats(terminal.out, options.format, std::move(*summed->counter).finish_table());
    say_broken(summed->reading, terminal);
    return Exit::done;
}

// The one that is written now, "" when it is no file.
std::string configured_log(const ConfigChoice& choice) {
    const ConfigReading reading = read_config_file(choice.file, ConfigUse::tool);
    return reading.config.log == "-" ? "" : reading.config.log;
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
    if (options.verify) return verify(options, *range, *logs, terminal);

    const bool may_be_summed = options.logs.empty() && !options.no_summaries;
    const SummedLogs summed(*logs, *range, may_be_summed ? configured_log(choice) : "");
    if (options.format == StatsFormat::html) return report(*range, summed, terminal);
    if (options.figures) return figures(options, *range, summed, terminal);
    const auto where = as_in_the_log(options.where, choice, terminal);
    return counts(options, {range->since, range->until, options.by, where, options.top}, summed, terminal);
}

}  // namespace mugaika::ctl

#include <boost/json/object.hpp>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/stats/mail_story.hpp"

namespace mugaika::ctl {
namespace {

Exit tell_story(const StatsOptions& options, const std::vector<LogFile>& logs, Terminal& terminal) {
    bool found = false;
    const auto take = [&](const boost::json::object& event) {
        found = print_if_about(terminal.out, event, options.id) || found;
    };
    const auto reading = read_logs(logs, take, terminal);
    if (!reading) return fail(terminal, reading.error());
    say_broken(*reading, terminal);
    if (found) return Exit::done;
    return fail(terminal, Exit::refused, "no event is about " + shown_text(options.id, 100));
}

}  // namespace

Exit stats(const ConfigChoice& choice, const StatsOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto range = time_range(options.since, options.until);
    if (!range) return fail(terminal, range.error());
    const auto logs = choose_logs(options.logs, *range, choice, terminal);
    if (!logs) return fail(terminal, logs.error());
    if (!options.id.empty()) return tell_story(options, *logs, terminal);

    MailCounter counter({range->since, range->until, options.by});
    const auto take = [&counter](const boost::json::object& event) { counter.take(event); };
    const auto reading = read_logs(*logs, take, terminal);
    if (!reading) return fail(terminal, reading.error());
    print_stats(terminal.out, options.format, options.by, std::move(counter).finish());
    say_broken(*reading, terminal);
    return Exit::done;
}

}  // namespace mugaika::ctl

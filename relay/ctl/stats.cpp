#include <boost/json/object.hpp>
#include <fstream>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/mail_story.hpp"

namespace mugaika::ctl {
namespace {

using Take = std::function<void(const boost::json::object&)>;

Result<std::vector<std::string>> logs_from(const StatsOptions& options, const ConfigChoice& choice,
                                           Terminal& terminal) {
    if (!options.logs.empty()) return options.logs;
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return config.error();
    if (config->log != "-") return std::vector<std::string>{config->log};
    return Error(Fault::bad_input, "the relay logs to its standard output; name the log files, or \"-\"");
}

Result<LogReading> read_logs(const std::vector<std::string>& logs, const Take& take, Terminal& terminal) {
    LogReading reading;
    for (const std::string& log : logs) {
        if (log == "-") {
            read_log(terminal.in, "-", take, reading);
            continue;
        }
        std::ifstream in(log, std::ios::binary);
        if (!in) return Error(Fault::unavailable, "the log " + shown_text(log) + " cannot be opened");
        read_log(in, log, take, reading);
    }
    return reading;
}

void say_broken(const LogReading& reading, Terminal& terminal) {
    if (reading.broken == 0) return;
    terminal.err << "mugaika: lines that are no event and were passed over: " << reading.broken << " of "
                 << reading.lines << ", the first at " << shown_text(reading.first_broken) << "\n";
}

Exit tell_story(const StatsOptions& options, const std::vector<std::string>& logs, Terminal& terminal) {
    bool found = false;
    const Take take = [&](const boost::json::object& event) {
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
    const auto since = moment_option("--since", options.since, DayEdge::begin);
    if (!since) return fail(terminal, since.error());
    const auto until = moment_option("--until", options.until, DayEdge::end);
    if (!until) return fail(terminal, until.error());
    const auto logs = logs_from(options, choice, terminal);
    if (!logs) return fail(terminal, logs.error());
    if (!options.id.empty()) return tell_story(options, *logs, terminal);

    MailCounter counter({*since, *until, options.by});
    const Take take = [&counter](const boost::json::object& event) { counter.take(event); };
    const auto reading = read_logs(*logs, take, terminal);
    if (!reading) return fail(terminal, reading.error());
    print_stats(terminal.out, options.format, options.by, std::move(counter).finish());
    say_broken(*reading, terminal);
    return Exit::done;
}

}  // namespace mugaika::ctl

#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/stats/event_export.hpp"

namespace mugaika::ctl {

Exit log_export(const ConfigChoice& choice, const LogExportOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    if (options.bom && options.form != ExportForm::csv) {
        return fail(terminal, Exit::usage, "--bom is for --as csv alone");
    }
    const auto range = time_range(options.since, options.until);
    if (!range) return fail(terminal, range.error());
    const auto logs = choose_logs(options.logs, *range, choice, terminal);
    if (!logs) return fail(terminal, logs.error());
    const auto exported = make_export(options.form, terminal.out, options.bom);
    const auto take = [&](const ReadEvent& event) {
        const bool before = range->since && event.moment < *range->since;
        const bool after = range->until && event.moment >= *range->until;
        if (!before && !after) exported->write(event);
    };
    const auto reading = read_logs(*logs, take, terminal);
    if (!reading) return fail(terminal, reading.error());
    say_broken(*reading, terminal);
    return Exit::done;
}

}  // namespace mugaika::ctl

// The only file that knows CLI11 (compile time): turns arguments into options and runs the command.
#include <CLI/CLI.hpp>
#include <functional>

#include "policy/shown_text.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/ctl/nearest_name.hpp"

namespace mugaika::ctl {
namespace {

bool all_commands(const CLI::App*) { return true; }

// Options of all commands, and the one command that was chosen.
class CommandLine {
public:
    explicit CommandLine(Terminal& terminal) : terminal_(terminal) {
        app_.description("mugaika: administer the mail sanitizing relay");
        app_.footer(
            "Examples:\n  mugaika check\n  mugaika sanitize --rcpt a@city.example.lg.jp < in.eml > out.eml\n"
            "  mugaika quarantine list --since 2026-11-20\n  mugaika stats --by day,verdict\n"
            "  mugaika trace --to a@city.example.lg.jp --since today");
        app_.set_version_flag("--version", std::string("mugaika ") + MUGAIKA_VERSION);
        app_.require_subcommand(1);
        add_config(app_);
        add_check();
        add_sanitize();
        add_quarantine();
        add_queue();
        add_policy();
        add_stats();
        add_trace();
        add_log();
    }

    Exit run(int argc, const char* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& request) {
            // Help and version come this way too; only they have exit code 0.
            if (request.get_exit_code() != 0 && say_unknown_command(argc, argv)) return Exit::usage;
            return app_.exit(request, terminal_.out, terminal_.err) == 0 ? Exit::done : Exit::usage;
        }
        return command_();
    }

private:
    // Walks down the words as far as they are commands. False when none of them is unknown.
    bool say_unknown_command(int argc, const char* const* argv) const {
        const CLI::App* group = &app_;
        for (int i = 1; i < argc && !group->get_subcommands(all_commands).empty(); ++i) {
            const std::string word = argv[i];
            if (word == "--config") ++i;
            if (word.starts_with('-')) continue;
            std::vector<std::string> names;
            const CLI::App* found = nullptr;
            for (const CLI::App* command : group->get_subcommands(all_commands)) {
                names.push_back(command->get_name());
                if (names.back() == word) found = command;
            }
            if (found == nullptr) {
                terminal_.err << "mugaika: \"" << shown_text(word, 100) << "\" is no command of "
                              << (group == &app_ ? "mugaika" : "mugaika " + group->get_name())
                              << did_you_mean(word, names) << "\nThe commands:";
                for (const std::string& name : names) terminal_.err << " " << name;
                terminal_.err << "\n";
                return true;
            }
            group = found;
        }
        return false;
    }

    void add_config(CLI::App& command) {
        command
            .add_option_function<std::string>(
                "--config",
                [this](const std::string& file) {
                    config_ = {file, true};
                },
                "configuration file, default " + config_.file)
            ->type_name("FILE");
    }

    CLI::App& add(CLI::App& parent, const std::string& name, const std::string& description, const std::string& example,
                  std::function<Exit()> action) {
        CLI::App& command = *parent.add_subcommand(name, description);
        command.footer("Example:\n  " + example);
        command.callback([this, run_it = std::move(action)] { command_ = run_it; });
        add_config(command);
        return command;
    }

    CLI::App& add_group(const std::string& name, const std::string& description, const std::string& example) {
        CLI::App& group = *app_.add_subcommand(name, description);
        group.footer("Example:\n  " + example);
        group.require_subcommand(1);
        return group;
    }

    static void add_json(CLI::App& command, Output& output) {
        command.add_flag_callback(
            "--json", [&output] { output = Output::json; }, "JSON Lines instead of a table");
    }

    static void add_items(CLI::App& command, ItemsOptions& items) {
        command.add_option("ids", items.items, "mail ids; \"-\" reads them from standard input; ALL stands for all")
            ->required()
            ->type_name("ID");
        add_person(command, items.person);
    }

    static void add_orders(CLI::App& command, ItemsOptions& orders) {
        command
            .add_option("orders", orders.items, "order ids; \"-\" reads them from standard input; ALL stands for all")
            ->required()
            ->type_name("ORDER");
        add_person(command, orders.person);
        add_json(command, orders.output);
    }

    static void add_person(CLI::App& command, std::string& person) {
        command
            .add_option("--by", person,
                        "who does this, for the event log; default: SUDO_USER or the name of the account")
            ->type_name("NAME");
    }

    static void add_range(CLI::App& command, std::string& since, std::string& until) {
        command
            .add_option(
                "--since", since,
                "from then on: 2026-11-20, \"2026-11-20 09:00\", 2026-11, today, yesterday, -2h (m, h, d, w ago), "
                "2026-11-20T09:00:00+09:00")
            ->type_name("T");
        command.add_option("--until", until, "up to then; a minute, a day or a month is meant whole")->type_name("T");
    }

    void add_check() {
        add(app_, "check", "is the configuration right? Says every fault with FILE:LINE:COL",
            "mugaika check --config /etc/mugaika/mugaika.toml", [this] { return check(config_, terminal_); });
    }

    void add_sanitize() {
        CLI::App& command =
            add(app_, "sanitize", "one mail from standard input through the whole pipeline to standard output",
                "mugaika sanitize --rcpt a@city.example.lg.jp --report r.json < in.eml > out.eml",
                [this] { return sanitize(config_, sanitize_, terminal_); });
        command.add_option("--from", sanitize_.from, "envelope sender; default: the null sender")->type_name("A");
        command.add_option("--rcpt", sanitize_.recipients, "envelope recipient; may be given again")
            ->type_name("A")
            ->allow_extra_args(false);
        command.add_option("--report", sanitize_.report_file, "write what happened as JSON")->type_name("FILE");
        command.add_option("--received-at", sanitize_.received_at, "RFC 3339; when the mail came, default: now")
            ->type_name("T");
        command.add_flag("--keep", sanitize_.keep, "file the original in quarantine as the relay would");
    }

    void add_quarantine() {
        CLI::App& group = add_group("quarantine", "mails that were kept", "mugaika quarantine list");
        add_quarantine_list(group);
        CLI::App& show = add(group, "show", "envelope, parts and reasons of kept mails",
                             "mugaika quarantine show 0123456789abcdefghjkmnpqrs",
                             [this] { return quarantine_show(config_, items_, terminal_); });
        add_items(show, items_);
        add_json(show, items_.output);
        CLI::App& cat = add(group, "cat", "the text of a kept mail as it would be delivered",
                            "mugaika quarantine cat 0123456789abcdefghjkmnpqrs",
                            [this] { return quarantine_cat(config_, cat_, terminal_); });
        cat.add_option("id", cat_.item, "mail id")->required()->type_name("ID");
        cat.add_flag("--original", cat_.original, "the received bytes instead; never to a terminal");
        add_person(cat, cat_.person);
        add_quarantine_export(group);
        add_quarantine_release(group);
        add_quarantine_unlock(group);
        add_quarantine_rerun(group);
        CLI::App& remove = add(group, "delete", "delete kept mails for good",
                               "mugaika quarantine delete 0123456789abcdefghjkmnpqrs --reason \"spam\"",
                               [this] { return quarantine_delete(config_, delete_, terminal_); });
        add_items(remove, delete_.items);
        remove.add_option("--reason", delete_.reason, "why, for the event log")->required()->type_name("TEXT");
        CLI::App& purge =
            add(group, "purge", "delete originals older than originals_days", "mugaika quarantine purge --dry-run",
                [this] { return quarantine_purge(config_, dry_run_, terminal_); });
        purge.add_flag_callback(
            "--dry-run", [this] { dry_run_ = DryRun::yes; }, "only say what would be deleted");
        add(group, "reindex", "make the list of kept mails again from the mails themselves",
            "mugaika quarantine reindex", [this] { return quarantine_reindex(config_, terminal_); });
        CLI::App& status = add(group, "status", "how much is kept and owed", "mugaika quarantine status --json",
                               [this] { return quarantine_status(config_, output_, terminal_); });
        add_json(status, output_);
    }

    void add_quarantine_list(CLI::App& group) {
        CLI::App& list = add(group, "list", "kept mails, newest first",
                             "mugaika quarantine list --reason encrypted\n  "
                             "mugaika quarantine list --subject 見積 --sender @example.com --limit 50",
                             [this] { return quarantine_list(config_, list_, terminal_); });
        add_range(list, list_.since, list_.until);
        list.add_option("--text", list_.text,
                        "in sender, author, recipient, subject or Message-ID; or how the id begins")
            ->type_name("TEXT");
        list.add_option("--sender", list_.sender, "in the envelope's sender or the author")->type_name("TEXT");
        list.add_option("--recipient", list_.recipient, "in a recipient")->type_name("TEXT");
        list.add_option("--subject", list_.subject, "in the subject")->type_name("TEXT");
        list.add_option("--message-id", list_.message_id, "the sender's Message-ID or a piece of it")->type_name("ID");
        list.add_option("--person", list_.person, "ordered or released by whom; the name or a piece of it")
            ->type_name("NAME");
        list.add_option("--route", list_.route, "of this route: its first domain")->type_name("DOMAIN");
        list.add_option("--reason", list_.reason,
                        "kept for this reason, or with a part of this reason, e.g. encrypted; one that is unknown is "
                        "answered with all of them")
            ->type_name("REASON");
        list.add_option("--file", list_.file_name, "with a file of which this is the name or a piece of it")
            ->type_name("NAME");
        list.add_option("--state", list_.state,
                        "kept: nobody asked for it; ordered: a release order waits; owed: some recipients do not have "
                        "it yet; rerun: it is judged again; released; failed: the order was "
                        "given up")
            ->type_name("STATE");
        list.add_option("--limit", list_.limit, "at most so many, and how to go on; 0: all")->type_name("N");
        list.add_option("--page", list_.page,
                        "go on where a list with --limit ended: what it said, or \"page\" of its last row in --json")
            ->type_name("KEY");
        add_json(list, list_.output);
    }

    void add_quarantine_export(CLI::App& group) {
        CLI::App& command = add(group, "export", "the received bytes, unchecked, of a kept mail or one of its files",
                                "mugaika quarantine export 0123456789abcdefghjkmnpqrs --part 2 --output part.bin",
                                [this] { return quarantine_export(config_, export_, terminal_); });
        command.add_option("id", export_.item, "mail id")->required()->type_name("ID");
        command.add_option("--part", export_.part, "only this file, by its number in `show`; default: the mail whole")
            ->type_name("N");
        command.add_option("-o,--output", export_.file, "a new file, 0600; default: the id's in the working directory")
            ->type_name("FILE");
        command.add_flag("--force", export_.force, "write over a file that is there");
        add_person(command, export_.person);
    }

    void add_quarantine_release(CLI::App& group) {
        CLI::App& release = add(group, "release", "order the relay to deliver kept mails after all",
                                "mugaika quarantine release 0123456789abcdefghjkmnpqrs --parts 2,3 --reason \"sender "
                                "confirmed by telephone\"\n  mugaika quarantine release 0123456789abcdefghjkmnpqrs "
                                "--part 2 --as image-pdf --reason \"needed today\"\n\n"
                                "With --as image-pdf the pages of these held files are drawn, whatever the profile "
                                "says of them but refuse,\nand follow as PDF with pictures in the thread of the first "
                                "mail: pdf, and what LibreOffice shows. All of them\ncome, or none. A scanner's no "
                                "counts. While the engine is away the order waits; what cannot be drawn ends it,\nand "
                                "`mugaika queue show` says why.",
                                [this] { return quarantine_release(config_, release_, terminal_); });
        add_items(release, release_.items);
        release
            .add_option("--parts,--part", release_.parts,
                        "also these parts as received, where the profile allows it; with --as image-pdf these alone")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->type_name("P[,P]");
        release.add_option("--as", release_.as, "what the parts come as: original (default) or image-pdf")
            ->type_name("KIND");
        release.add_option("--rcpt", release_.recipients, "to whom, instead of the mail's recipients")
            ->allow_extra_args(false)
            ->type_name("A");
        release.add_option("--reason", release_.reason, "why, for the event log")->required()->type_name("TEXT");
        release.add_flag("--again", release_.again, "although the same was delivered to the same person before");
        release.add_option("--days", release_.days, "the order's validity, default 7")
            ->check(CLI::Range(1, 366))
            ->type_name("N");
    }

    void add_quarantine_unlock(CLI::App& group) {
        CLI::App& unlock = add(
            group, "unlock",
            "open files of a kept mail with their password and deliver them, rebuilt, in a mail that follows",
            "mugaika quarantine unlock 0123456789abcdefghjkmnpqrs --part 2 --reason \"the sender told it by "
            "telephone\"\n  mugaika quarantine unlock 0123456789abcdefghjkmnpqrs --part 2 --part 3 --reason \"...\" "
            "< password.txt\n\n"
            "The password is asked for at the terminal and not shown, or is the first line of standard input. It is "
            "never\nstored. ZIP files, Office documents (docx, xlsx, pptx) and PDF can be opened. After ten wrong "
            "ones for\na mail nothing is tried any more.",
            [this] { return quarantine_unlock(config_, unlock_, terminal_); });
        unlock.add_option("id", unlock_.item, "mail id")->required()->type_name("ID");
        unlock.add_option("--part", unlock_.parts, "this file, by its number in `show`; may be given again")
            ->required()
            ->allow_extra_args(false)
            ->type_name("N");
        unlock.add_option("--reason", unlock_.reason, "why, for the event log")->required()->type_name("TEXT");
        unlock.add_flag("--again", unlock_.again, "although the same files were opened before");
        add_person(unlock, unlock_.person);
    }

    static void add_choice(CLI::App& command, ItemChoice& choice) {
        command
            .add_option("ids", choice.items, "ids, \"-\": ids on standard input, ALL; none: all that the filters leave")
            ->type_name("ID");
        command
            .add_option("--reason", choice.reason, "only mails that were kept for this reason, or with a part of it")
            ->type_name("REASON");
        add_range(command, choice.since, choice.until);
    }

    void add_quarantine_rerun(CLI::App& group) {
        CLI::App& rerun = add(
            group, "rerun",
            "judge kept mails again, as if they came now: files that can be delivered follow, what was delivered is "
            "not sent again",
            "mugaika quarantine rerun 0123456789abcdefghjkmnpqrs\n  mugaika quarantine rerun --reason "
            "engine_unavailable --since yesterday\n  mugaika quarantine list --file report.xls --json | jq -r .id | "
            "mugaika quarantine rerun -\n  mugaika quarantine rerun ALL\n\n"
            "For mails whose files stayed because an engine or a scanner did not answer (engine_unavailable), or was "
            "not "
            "done\nin time (codec_late), the relay does this by itself. No rule is loosened: a scanner's no counts, "
            "and "
            "what the\nprofile holds stays. What follows answers the first mail; where nothing new could cross nothing "
            "is "
            "sent, and\n`mugaika quarantine show` says so.",
            [this] { return quarantine_rerun(config_, rerun_, terminal_); });
        add_choice(rerun, rerun_.choice);
        add_person(rerun, rerun_.person);
        add_json(rerun, rerun_.output);
    }

    void add_queue() {
        CLI::App& group = add_group("queue", "mail that the relay itself owes", "mugaika queue list");
        CLI::App& list = add(group, "list", "release orders that wait or failed", "mugaika queue list --json",
                             [this] { return queue_list(config_, output_, terminal_); });
        add_json(list, output_);
        CLI::App& show =
            add(group, "show", "everything about these orders", "mugaika queue show 0123456789abcdefghjkmnpqrs",
                [this] { return queue_show(config_, items_, terminal_); });
        add_orders(show, items_);
        CLI::App& hold = add(group, "hold", "do not try these orders until they are released", "mugaika queue hold ALL",
                             [this] { return queue_hold(config_, items_, terminal_); });
        add_orders(hold, items_);
        CLI::App& release =
            add(group, "release", "let held orders go on", "mugaika queue release 0123456789abcdefghjkmnpqrs",
                [this] { return queue_release(config_, items_, terminal_); });
        add_orders(release, items_);
        CLI::App& flush = add(group, "flush", "try these orders now, also those that were given up",
                              "mugaika queue flush ALL", [this] { return queue_flush(config_, items_, terminal_); });
        add_orders(flush, items_);
        CLI::App& remove = add(group, "delete", "delete these orders; their mails stay in quarantine",
                               "mugaika queue delete 0123456789abcdefghjkmnpqrs --reason \"sent by hand\"",
                               [this] { return queue_delete(config_, delete_, terminal_); });
        add_orders(remove, delete_.items);
        remove.add_option("--reason", delete_.reason, "why, for the event log")->required()->type_name("TEXT");
    }

    void add_policy() {
        CLI::App& group = add_group("policy", "what may cross", "mugaika policy show");
        CLI::App& show =
            add(group, "show", "the profiles in force, every key", "mugaika policy show --profile standard", [this] {
                if (for_.size() == 2) {
                    show_.question.sender = for_[0];
                    show_.question.recipient = for_[1];
                }
                return policy_show(config_, show_, terminal_);
            });
        CLI::Option* only = show.add_option("--profile", show_.question.profile, "only this one")->type_name("NAME");
        CLI::Option* parties =
            show.add_option("--for", for_, "what holds for mail from SENDER (\"<>\": none) to RECIPIENT")
                ->excludes(only)
                ->expected(2)
                ->type_name("SENDER RECIPIENT");
        show.add_flag("--authenticated", show_.question.authenticated,
                      "as if the sender were authenticated (README \"Rules\")")
            ->needs(parties);
        add_json(show, show_.output);
        CLI::App& matrix = add(group, "matrix", "every failure at every stage and its one outcome",
                               "mugaika policy matrix", [this] { return policy_matrix(output_, terminal_); });
        add_json(matrix, output_);
        CLI::App& attempt = add(group, "try", "explain what would happen to the mail on standard input",
                                "mugaika policy try --rcpt a@city.example.lg.jp < in.eml",
                                [this] { return policy_try(config_, try_, terminal_); });
        PolicyQuestion& question = try_.question;
        CLI::Option* by_name = attempt.add_option("--profile", question.profile, "by this profile")->type_name("NAME");
        attempt.add_option("--rcpt", question.recipient, "by the profile of this recipient's route, and its rules")
            ->excludes(by_name)
            ->type_name("A");
        attempt.add_option("--from", question.sender, "envelope sender, for rules; default: the null sender")
            ->type_name("A");
        attempt.add_flag("--authenticated", question.authenticated,
                         "as if the sender were authenticated (README \"Rules\")");
        add_json(attempt, try_.output);
        add_policy_replay(group);
    }

    void add_policy_replay(CLI::App& group) {
        CLI::App& replay = add(
            group, "replay",
            "what another configuration would decide about kept mail; nothing is changed, nothing is delivered. Ends "
            "with 65 when something would cross that does not now",
            "mugaika policy replay --against candidate.toml\n  mugaika policy replay --against candidate.toml "
            "--since \"last month\" --reason not_rebuilt",
            [this] { return policy_replay(config_, replay_, terminal_); });
        replay.add_option("--against", replay_.against, "the candidate: a whole configuration file")
            ->required()
            ->type_name("FILE");
        add_choice(replay, replay_.choice);
        add_json(replay, replay_.output);
    }

    void add_stats() {
        CLI::App& command = add(app_, "stats", "count mails in the event log", "mugaika stats --by day,verdict",
                                [this] { return stats(config_, stats_, terminal_); });
        add_range(command, stats_.since, stats_.until);
        command
            .add_option_function<std::vector<std::string>>(
                "--by", [this](const std::vector<std::string>& names) { set_dimensions(names); },
                "columns to count by: " + dimension_names() + "; default verdict")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->type_name("K[,K]");
        command
            .add_option_function<std::string>(
                "--format", [this](const std::string& name) { set_format(name); },
                "text (default), csv, json, html: the monthly report; prometheus: of --verify")
            ->type_name("FORMAT");
        command
            .add_option_function<std::string>(
                "--where", [this](const std::string& text) { set_conditions(text); },
                "only what has these values, by the same keys")
            ->type_name("K=V[,K=V]");
        command.add_flag("--bom", stats_.bom, "of csv: begin with a byte order mark, for Excel");
        command.add_option("--top", stats_.top, "only the N rows with the most mails, in bounded memory")
            ->check(CLI::Range(1, 100'000))
            ->type_name("N");
        CLI::Option* id = command.add_option("--id", stats_.id, "one mail's life instead of counts")->type_name("ID");
        CLI::Option* verify = command
                                  .add_flag("--verify", stats_.verify,
                                            "whether every recipient who was received has one end, by day and route; "
                                            "exit code 65 and the ids where not")
                                  ->excludes(id);
        command
            .add_flag("--figures", stats_.figures,
                      "instead of counts: the busiest minute, readers and converters that failed, age of what is kept, "
                      "time to release, passwords tried, what was sent by order")
            ->excludes(id)
            ->excludes(verify);
        command.add_flag("--no-summaries", stats_.no_summaries,
                         "read the whole log again, as --verify always does, and neither use nor keep what was counted "
                         "in its closed files before (the folder summaries beside the log)");
        add_logs(command, stats_.logs);
    }

    void add_trace() {
        CLI::App& command =
            add(app_, "trace", "what became of a mail: every try, refusals at RCPT too",
                "mugaika trace --from @example.com --to taro@city.example.lg.jp --since \"2026-11-29 09:30\"",
                [this] { return trace(config_, trace_, terminal_); });
        command.add_option("--from", trace_.from, "sender: a piece of the address, @DOMAIN, or \"<>\"")->type_name("A");
        command.add_option("--to", trace_.to, "recipient, likewise")->type_name("A");
        command.add_option("--message-id", trace_.message_id, "a piece of the original's Message-ID")->type_name("M");
        command
            .add_option("--subject-in-quarantine", trace_.subject_in_quarantine,
                        "words of the subject of a kept mail; subjects are not in the log")
            ->type_name("WORDS");
        add_range(command, trace_.since, trace_.until);
        add_json(command, trace_.output);
        add_logs(command, trace_.logs);
    }

    void add_log() {
        CLI::App& group = *app_.add_subcommand("log", "the event log: its events, and its lines for other programs");
        group.require_subcommand(1);
        CLI::App& events = add(group, "events", "what events there are, and what stands in each", "mugaika log events",
                               [this] { return log_events(output_, terminal_); });
        add_json(events, output_);
        add_evidence(group);
        add_forward(group);
        add(group, "resolve", "the pseudonym under which an address stands in the log",
            "mugaika log resolve taro@example.com", [this] { return log_resolve(config_, addresses_, terminal_); })
            .add_option("address", addresses_, "whole addresses")
            ->required()
            ->type_name("ADDRESS");
        CLI::App& command = add(group, "export", "the log in another form, on standard output",
                                "mugaika log export --as cef --since yesterday > events.cef",
                                [this] { return log_export(config_, log_export_, terminal_); });
        command
            .add_option_function<std::string>(
                "--as", [this](const std::string& name) { set_export_form(name); },
                "csv, cef, rfc5424 (syslog) or ocsf (Email Activity, JSON Lines)")
            ->required()
            ->type_name("FORM");
        command.add_flag("--bom", log_export_.bom, "of csv: begin with a byte order mark, for Excel");
        add_range(command, log_export_.since, log_export_.until);
        add_logs(command, log_export_.logs);
    }

    void add_forward(CLI::App& group) {
        CLI::App& command = add(group, "forward",
                                "send the log to the [[relay.log_output]] of the configuration, syslog or journald, as "
                                "it is written",
                                "mugaika log forward --status\n  mugaika log forward --once",
                                [this] { return log_forward(config_, log_forward_, terminal_); });
        CLI::Option* once = command.add_flag("--once", log_forward_.once, "what is there now, and end");
        CLI::Option* status =
            command.add_flag("--status", log_forward_.status, "how far each output is, and what is wrong with it")
                ->excludes(once);
        command
            .add_flag_callback(
                "--json", [this] { log_forward_.output = Output::json; }, "of --status: one JSON object a line")
            ->needs(status);
    }

    void add_evidence(CLI::App& group) {
        const auto add_key = [this](CLI::App& command) {
            command.add_option("--key", evidence_.key, "the log's private key, default " + evidence_.key)
                ->type_name("FILE");
        };
        const auto add_seals = [this](CLI::App& command) {
            command.add_option("--seals", evidence_.seals, "folder of the seals, default LOG.seals")->type_name("DIR");
        };
        CLI::App& key = add(group, "key", "the public key of the log; --new makes the pair, --change another one",
                            "mugaika log key --new", [this] { return log_keys(); });
        add_key(key);
        add_seals(key);
        CLI::Option* is_new = key.add_flag("--new", new_key_, "make it; one that is there stays");
        key.add_option("--name", evidence_.name, "its name, default the host name of the configuration")
            ->needs(is_new)
            ->type_name("NAME");
        CLI::Option* changes =
            key.add_flag("--change", change_key_, "make another one; both sign that, beside the seals and in the log");
        key.add_option("--by", evidence_.person, "who changes it, default whoever is logged in")
            ->needs(changes)
            ->type_name("NAME");
        key.add_flag("--all", all_keys_, "every public key that the log had, the newest first")
            ->excludes(changes, is_new);
        changes->excludes(is_new);
        CLI::App& seal = add(group, "seal", "sign the rotated logs that are not signed yet (for logrotate)",
                             "mugaika log seal", [this] { return log_seal(config_, evidence_, terminal_); });
        add_key(seal);
        add_seals(seal);
        add_logs(seal, evidence_.logs);
        CLI::App& verify = add(group, "verify", "whether the rotated logs are what was sealed, and which line is not",
                               "mugaika log verify --public mx.example.lg.jp+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkm…",
                               [this] { return log_verify(config_, evidence_, terminal_); });
        add_key(verify);
        verify.add_option("--public", evidence_.public_key, "the public key, where the private one is not at hand")
            ->type_name("KEY");
        verify
            .add_option("--against", evidence_.against,
                        "a checkpoint that left the machine, alone or in a mail or report as it was received: whether "
                        "anything behind it was cut off or rolled back")
            ->allow_extra_args(false)
            ->type_name("FILE");
        add_seals(verify);
        add_logs(verify, evidence_.logs);
        CLI::App& checkpoint =
            add(group, "checkpoint", "a signed text by which whoever has it sees later that the log goes on from here",
                "mugaika log checkpoint > 2026-12-01.checkpoint",
                [this] { return log_checkpoint(config_, evidence_, terminal_); });
        checkpoint.add_flag("--mail", evidence_.mail,
                            "to the auditors of [relay.evidence] too, by the relay, and into the log for reports");
        checkpoint
            .add_option(
                "--against", evidence_.against,
                "an earlier one, as for verify: print a proof that this one goes on from it, for check_proof.py")
            ->expected(1)
            ->type_name("FILE");
        add_key(checkpoint);
        add_seals(checkpoint);
        CLI::App& prove =
            add(group, "prove", "a proof of one mail's lines, to be checked without the rest of the log",
                "mugaika log prove ID > proof.json", [this] { return log_prove(config_, evidence_, terminal_); });
        prove.add_option("id", evidence_.id, "the mail's id")->required()->type_name("ID");
        add_seals(prove);
        add_logs(prove, evidence_.logs);
    }

    Exit log_keys() {
        if (new_key_) return log_new_key(config_, evidence_, terminal_);
        if (change_key_) return log_change_key(config_, evidence_, terminal_);
        return all_keys_ ? log_all_keys(config_, evidence_, terminal_) : log_key(config_, evidence_, terminal_);
    }

    static void add_logs(CLI::App& command, std::vector<std::string>& logs) {
        command
            .add_option(
                "logs", logs,
                "log files, plain, .gz, .zst or .xz; \"-\" is standard input; default: the configured log and its "
                "rotated files")
            ->type_name("LOG");
    }

    void set_dimensions(const std::vector<std::string>& names) {
        stats_.by.clear();
        for (const std::string& name : names) {
            const auto dimension = dimension_from_name(name);
            if (!dimension) {
                throw CLI::ValidationError("--by", shown_text(name, 100) + " is none of " + dimension_names());
            }
            stats_.by.push_back(*dimension);
        }
    }

    void set_conditions(const std::string& text) {
        auto conditions = conditions_from_option(text);
        if (!conditions) throw CLI::ValidationError("--where", conditions.error().words());
        stats_.where = std::move(*conditions);
    }

    void set_export_form(const std::string& name) {
        const auto form = export_form_from_name(name);
        if (!form) throw CLI::ValidationError("--as", shown_text(name, 100) + " is none of csv, cef, rfc5424, ocsf");
        log_export_.form = *form;
    }

    void set_format(const std::string& name) {
        const auto format = stats_format_from_name(name);
        if (!format)
            throw CLI::ValidationError("--format",
                                       shown_text(name, 100) + " is none of text, csv, json, html, prometheus");
        stats_.format = *format;
    }

    Terminal& terminal_;
    CLI::App app_;
    ConfigChoice config_;
    std::function<Exit()> command_;
    SanitizeOptions sanitize_;
    QuarantineListOptions list_;
    ItemsOptions items_;
    CatOptions cat_;
    ExportOptions export_;
    ReleaseOptions release_;
    UnlockOptions unlock_;
    RerunOptions rerun_;
    ReplayOptions replay_;
    DeleteOptions delete_;
    DryRun dry_run_ = DryRun::no;
    TryOptions try_;
    ShowOptions show_;
    std::vector<std::string> for_;  // sender and recipient
    StatsOptions stats_;
    TraceOptions trace_;
    LogExportOptions log_export_;
    LogForwardOptions log_forward_;
    EvidenceOptions evidence_;
    std::vector<std::string> addresses_;
    bool new_key_ = false, change_key_ = false, all_keys_ = false;
    Output output_ = Output::text;
};

}  // namespace

Exit run_command_line(int argc, const char* const* argv, Terminal& terminal) {
    return CommandLine(terminal).run(argc, argv);
}

}  // namespace mugaika::ctl

// The commands of `mugaika`, one function each, free of argument parsing: command_line.cpp fills the options in. Every
// command says on `err` what went wrong and what can be done, and answers with one of the exit codes of INTERFACE.md.
// What comes from mails, logs or files is escaped before it is printed.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "relay/ctl/login.hpp"
#include "relay/stats/event_export.hpp"
#include "relay/stats/mail_counter.hpp"
#include "relay/stats/stats_report.hpp"

namespace mugaika::ctl {

enum class Exit : int {
    done = 0,
    usage = 64,
    refused = 65,      // the mail, or what was asked for; the SMTP answer or the reason stands on err
    unavailable = 69,  // a needed worker, engine or store
    cannot_write = 73,
    try_later = 75,
    configuration = 78,
};

// Where the administrator sits. The streams outlive the command.
struct Terminal {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    Login login;             // for events
    int in_descriptor = -1;  // what `in` reads from, for what must not lie in its buffer; -1: nothing of the system's
    bool err_is_terminal = false;
};

struct ConfigChoice {
    std::string file = "/etc/mugaika/mugaika.toml";
    bool chosen = false;  // by --config: then it must be there
};

enum class Output { text, json };  // json: JSON Lines

Exit check(const ConfigChoice&, Terminal&);

struct SanitizeOptions {
    std::string from;  // "" or "<>": the null sender
    std::vector<std::string> recipients;
    std::string report_file;
    std::string received_at;  // RFC 3339, "" = now; the same input and moment give the same output
    bool keep = false;
};
Exit sanitize(const ConfigChoice&, const SanitizeOptions&, Terminal&);

struct QuarantineListOptions {
    std::string since, until, text, route, reason, file_name, state;
    std::string sender, recipient, subject, message_id, person;
    std::string page;  // as the list before said it
    std::size_t limit = 0;
    Output output = Output::text;
};
Exit quarantine_list(const ConfigChoice&, const QuarantineListOptions&, Terminal&);

// `items`: ids, "-" for ids on standard input, or "ALL". `person` "" is the name of Terminal::login.
struct ItemsOptions {
    std::vector<std::string> items;
    std::string person;
    Output output = Output::text;
};
Exit quarantine_show(const ConfigChoice&, const ItemsOptions&, Terminal&);

struct CatOptions {
    std::string item;
    std::string person;
    bool original = false;
};
Exit quarantine_cat(const ConfigChoice&, const CatOptions&, Terminal&);

// The received bytes of a mail or of one of its files, into a new file that only its owner can read.
struct ExportOptions {
    std::string item;
    std::string person;
    std::string part;    // "": the mail whole
    std::string file;    // "": a name made of the id, in the working directory
    bool force = false;  // write over a file that is there
};
Exit quarantine_export(const ConfigChoice&, const ExportOptions&, Terminal&);

struct ReleaseOptions {
    ItemsOptions items;
    bool again = false;  // although the same was delivered before
    std::vector<std::string> parts;
    std::string as = "original";          // what the parts come as: that, or "image-pdf"
    std::vector<std::string> recipients;  // empty: those of the mail
    std::string reason;
    std::uint32_t days = 7;  // the order's validity
};
Exit quarantine_release(const ConfigChoice&, const ReleaseOptions&, Terminal&);

// Tries a password, which is read from the terminal or standard input, and orders what it opens to be delivered.
struct UnlockOptions {
    std::string item;
    std::string person;
    std::vector<std::string> parts;
    std::string reason;
    bool again = false;  // although the same was opened before
};
Exit quarantine_unlock(const ConfigChoice&, const UnlockOptions&, Terminal&);

struct ItemChoice {
    std::vector<std::string> items;    // as in ItemsOptions; none: all that the filters leave
    std::string reason, since, until;  // filters, as for the list

    bool is_empty() const noexcept;  // neither names a mail nor filters
};

// Orders the relay to judge kept mails again, as at their first delivery: what can cross now follows.
struct RerunOptions {
    ItemChoice choice;
    std::string person;
    Output output = Output::text;
};
Exit quarantine_rerun(const ConfigChoice&, const RerunOptions&, Terminal&);

struct DeleteOptions {
    ItemsOptions items;
    std::string reason;
};
Exit quarantine_delete(const ConfigChoice&, const DeleteOptions&, Terminal&);

enum class DryRun : bool { no, yes };
Exit quarantine_purge(const ConfigChoice&, DryRun, Terminal&);
Exit quarantine_reindex(const ConfigChoice&, Terminal&);
Exit quarantine_status(const ConfigChoice&, Output, Terminal&);

Exit queue_list(const ConfigChoice&, Output, Terminal&);
// ItemsOptions::items are the ids of orders here.
Exit queue_show(const ConfigChoice&, const ItemsOptions&, Terminal&);
Exit queue_hold(const ConfigChoice&, const ItemsOptions&, Terminal&);     // until released
Exit queue_release(const ConfigChoice&, const ItemsOptions&, Terminal&);  // what was held
Exit queue_flush(const ConfigChoice&, const ItemsOptions&, Terminal&);    // try now, also what was given up
Exit queue_delete(const ConfigChoice&, const DeleteOptions&, Terminal&);  // the order; the mail stays in quarantine

// By the profile's name, or by envelope.
struct PolicyQuestion {
    std::string profile;
    std::string sender;          // "" and "<>": none
    std::string recipient;       // chooses the profile by its route
    bool authenticated = false;  // as if somebody who is believed had spoken for the sender
};
struct ShowOptions {
    PolicyQuestion question;  // without a recipient: profiles as they are written, without a name all of them
    Output output = Output::text;
};
Exit policy_show(const ConfigChoice&, const ShowOptions&, Terminal&);
Exit policy_matrix(Output, Terminal&);
struct TryOptions {
    PolicyQuestion question;
    Output output = Output::text;
};
Exit policy_try(const ConfigChoice&, const TryOptions&, Terminal&);

// What another configuration would decide about kept mail. Exit::refused when something would cross that does not now.
struct ReplayOptions {
    std::string against;  // the candidate's file
    ItemChoice choice;    // empty: all
    Output output = Output::text;
};
Exit policy_replay(const ConfigChoice&, const ReplayOptions&, Terminal&);

struct StatsOptions {
    std::string since, until;
    std::vector<Dimension> by{Dimension::verdict};
    std::size_t top = 0;   // 0: all rows
    bool figures = false;  // how the service went, instead of counts of mails
    std::vector<Condition> where;
    StatsFormat format = StatsFormat::text;
    bool bom = false;               // of a CSV
    std::string id;                 // one mail's life instead of counts
    bool verify = false;            // the books instead of counts
    bool no_summaries = false;      // all from the log alone
    std::vector<std::string> logs;  // empty: the configured one and its rotated files; "-": standard input
};
Exit stats(const ConfigChoice&, const StatsOptions&, Terminal&);

// As what addresses stand in the log, with log_pseudonym_key.
Exit log_resolve(const ConfigChoice&, const std::vector<std::string>& addresses, Terminal&);

Exit log_events(Output, Terminal&);  // what events there are, and what stands in them

struct LogExportOptions {
    ExportForm form = ExportForm::csv;
    bool bom = false;  // of a CSV
    std::string since, until;
    std::vector<std::string> logs;  // as for stats
};
struct EvidenceOptions {
    bool mail = false;   // of a checkpoint: to the auditors of the configuration
    std::string person;  // who changes the key
    std::string key = "/etc/mugaika/log.key";
    std::string name;                  // of a new key; "": the host name of the configuration
    std::string public_key;            // to verify with; "": that of `key`
    std::string seals;                 // folder; "": beside the configured log
    std::string id;                    // of a mail
    std::vector<std::string> against;  // files with checkpoints that left the machine
    std::vector<std::string> logs;     // as for stats
};
Exit log_key(const ConfigChoice&, const EvidenceOptions&, Terminal&);       // prints the public key
Exit log_new_key(const ConfigChoice&, const EvidenceOptions&, Terminal&);   // makes it first
Exit log_all_keys(const ConfigChoice&, const EvidenceOptions&, Terminal&);  // former ones too
Exit log_change_key(const ConfigChoice&, const EvidenceOptions&, Terminal&);
Exit log_seal(const ConfigChoice&, const EvidenceOptions&, Terminal&);
Exit log_verify(const ConfigChoice&, const EvidenceOptions&, Terminal&);
Exit log_checkpoint(const ConfigChoice&, const EvidenceOptions&, Terminal&);
Exit log_prove(const ConfigChoice&, const EvidenceOptions&, Terminal&);
Exit log_export(const ConfigChoice&, const LogExportOptions&, Terminal&);

// Sends the log to the outputs of the configuration, until the process is told to end.
struct LogForwardOptions {
    bool once = false;    // what is there, and no longer
    bool status = false;  // how far each output is, instead
    Output output = Output::text;
};
Exit log_forward(const ConfigChoice&, const LogForwardOptions&, Terminal&);

struct TraceOptions {
    std::string from, to, message_id, subject_in_quarantine, since, until;
    Output output = Output::text;
    std::vector<std::string> logs;  // as for stats
};
Exit trace(const ConfigChoice&, const TraceOptions&, Terminal&);

// Parses the arguments and runs one command.
Exit run_command_line(int argc, const char* const* argv, Terminal&);

}  // namespace mugaika::ctl

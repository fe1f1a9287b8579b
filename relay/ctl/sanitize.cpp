#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/mail_input.hpp"
#include "relay/ctl/one_mail.hpp"
#include "relay/ctl/relay_user.hpp"
#include "relay/host/state_lock.hpp"
#include "relay/log/ledger_json.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "relay/recipient_groups.hpp"
#include "sanitizer/finish/finish_mail.hpp"

namespace mugaika::ctl {
namespace {

Result<smtp::Envelope> envelope_from(const SanitizeOptions& options) {
    smtp::Envelope envelope;
    if (!options.from.empty() && options.from != "<>") {
        auto sender = addresses_from({options.from});
        if (!sender) return sender.error();
        envelope.sender = std::move(sender->front());
    }
    auto recipients = addresses_from(options.recipients);
    if (!recipients) return recipients.error();
    envelope.recipients = std::move(*recipients);
    return envelope;
}

// One mail leaves, so that the same has to hold for all of its recipients.
Result<RecipientGroup> group_of(const smtp::Envelope& envelope, const Config& config) {
    std::vector<RecipientGroup> groups = grouped(config, envelope);
    if (groups.size() == 1) return std::move(groups.front());
    const bool same_route = std::all_of(groups.begin(), groups.end(),
                                        [&](const RecipientGroup& one) { return one.route == groups.front().route; });
    return Error(Fault::bad_input, same_route ? "--rcpt: different rules hold for these recipients; give those of one"
                                              : "--rcpt: the recipients are of different routes; give those of one");
}

// Opened as the relay would when no relay has ever been here, so that the key is made.
Result<std::unique_ptr<QuarantineStore>> open_for_keeping(const Config& config) {
    auto made = make_directory(config.state_dir, 0770);
    if (!made) return made.error();
    const auto became = become_relay_user(config.state_dir);
    if (!became) return became.error();
    using Access = QuarantineStore::Access;
    auto store = QuarantineStore::open(config.quarantine_dir(), config.quarantine_key_file(), Access::reader);
    if (store || store.error().fault() != Fault::not_found) return store;
    const auto locked = lock_state(config.state_dir);
    if (!locked) return locked.error();
    return QuarantineStore::open(config.quarantine_dir(), config.quarantine_key_file(), Access::relay);
}

// The file of --report, open before anything is kept: afterwards we may be the relay's user, who may not write here.
class Report {
public:
    explicit Report(const std::string& file) : file_(file) {
        if (!file.empty()) out_.open(file, std::ios::binary | std::ios::trunc);
    }

    Exit write(const Ledger& ledger, Terminal& terminal) {
        if (file_.empty()) return Exit::done;
        out_ << boost::json::serialize(to_json(ledger)) << "\n";
        out_.flush();
        return check(terminal);
    }

    Exit check(Terminal& terminal) const {
        if (out_) return Exit::done;
        return fail(terminal, Exit::cannot_write, "the report cannot be written to " + file_);
    }

private:
    std::string file_;
    std::ofstream out_;
};

Exit write_mail(const GatedMail& mail, Terminal& terminal) {
    terminal.out.write(mail.bytes().data(), static_cast<std::streamsize>(mail.bytes().size()));
    terminal.out.flush();
    if (terminal.out) return Exit::done;
    return fail(terminal, Exit::cannot_write, "the mail cannot be written to standard output");
}

// Why there is no mail to write.
Exit fail_without_mail(const Finished& finished, Terminal& terminal) {
    if (finished.verdict.verdict == MailVerdict::refused) return refuse(terminal, *finished.outcome);
    return fail(terminal, Error(Fault::internal, "the gate refused our own output: " + finished.alarms.back()));
}

Exit sanitize_one(OneMail& mail, const Config& config, const SanitizeOptions& options, Terminal& terminal) {
    const auto finished = mail.finish(options.keep ? OneMail::Keep::yes : OneMail::Keep::no);
    if (!finished) return fail(terminal, finished.error());
    Report report(options.report_file);
    if (report.check(terminal) != Exit::done) return Exit::cannot_write;
    if (!finished->mail) {
        const Exit reported = report.write(finished->ledger, terminal);
        return reported == Exit::done ? fail_without_mail(*finished, terminal) : reported;
    }
    if (options.keep && finished->verdict.keep_original) {
        const auto store = open_for_keeping(config);
        if (!store) return fail(terminal, store.error());
        const auto kept = mail.keep(**store, finished->ledger);
        if (!kept) return fail(terminal, kept.error());
    }
    const Exit reported = report.write(finished->ledger, terminal);
    return reported == Exit::done ? write_mail(*finished->mail, terminal) : reported;
}

}  // namespace

Exit sanitize(const ConfigChoice& choice, const SanitizeOptions& options, Terminal& terminal) {
    if (options.report_file == "-") {
        return fail(terminal, Exit::usage, "--report: a file name is expected, standard output holds the mail");
    }
    if (options.keep && options.recipients.empty()) {
        return fail(terminal, Exit::usage, "--keep: at least one --rcpt is expected, for a later release");
    }
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto envelope = envelope_from(options);
    if (!envelope) return fail(terminal, envelope.error());
    const auto group = group_of(*envelope, *config);
    if (!group) return fail(terminal, group.error());
    const auto input = read_mail(terminal.in, config->limits.smtp);
    if (!input) return fail(terminal, input.error());
    if (const auto* refused = std::get_if<DataRefusal>(&*input)) return refuse(terminal, *refused);
    const auto received_at = moment_option("--received-at", options.received_at, DayEdge::begin);
    if (!received_at) return fail(terminal, received_at.error());
    OneMail mail(*config, *group, std::get<RawMail>(*input), received_at->value_or(std::chrono::system_clock::now()));
    return sanitize_one(mail, *config, options, terminal);
}

}  // namespace mugaika::ctl

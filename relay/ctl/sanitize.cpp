#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/mail_input.hpp"
#include "relay/ctl/relay_user.hpp"
#include "relay/host/state_lock.hpp"
#include "relay/log/ledger_json.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item.hpp"
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

// All recipients of a transaction are of one route (DESIGN 2). Nothing: a mail of no route, for the standard profile.
Result<const Route*> route_of(const smtp::Envelope& envelope, const Config& config) {
    const Route* route = nullptr;
    for (const MailAddress& recipient : envelope.recipients) {
        const Route* its = config.route_for_domain(recipient.domain());
        if (route != nullptr && its != route) {
            return Error(Fault::bad_input, "--rcpt: the recipients are of different routes; give those of one");
        }
        route = its;
    }
    return route;
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

// The road of relay/mail_flow.cpp without a network: worker, verdict, quarantine, composer, gate.
class OneMail {
public:
    OneMail(const Config& config, const smtp::Envelope& envelope, const Route* route, const RawMail& raw,
            Moment received_at)
        : config_(config),
          raw_(raw),
          profile_(route == nullptr ? config.profiles.find("standard")->second : config.profile_of(*route)) {
        item_.id = message_id_for(raw.sha256(), envelope);
        item_.route = route == nullptr ? std::string() : route->name();
        item_.envelope = envelope;
        item_.received_at = received_at;
        item_.original_bytes = raw.size();
        item_.original_sha256 = raw.sha256();
        facts_.id = item_.id;
        facts_.hostname = config.hostname;
        facts_.received_at = item_.received_at;
        facts_.utc_offset_minutes = local_utc_offset_minutes(item_.received_at);
        facts_.language = route == nullptr ? Language::ja : route->language;
        facts_.original_bytes = raw.size();
    }

    Result<void> read() {
        auto answer = ask_about(raw_, profile_, config_);
        if (!answer) return answer.error();
        answer_ = std::move(*answer);
        if (answer_.extract) {
            item_.subject = answer_.extract->header.subject;
            item_.from_text = author_text(answer_.extract->header);
        }
        verdict_ = decide(answer_, profile_, Release::no);
        note_verdict();
        return {};
    }

    // `store` is null when nothing is to be kept. A mail that the gate refuses is held, once.
    Result<GatedMail> write(QuarantineStore* store) {
        auto kept = keep(store);
        if (!kept) return kept.error();
        auto mail = compose();
        if (!mail && verdict_.reason != Reason::gate_refused) {
            verdict_ = hold(Reason::gate_refused);
            note_verdict();
            kept = keep(store);
            if (!kept) return kept.error();
            mail = compose();
        }
        if (!mail) return Error(Fault::internal, "the gate refused our own output: " + mail.error().words());
        note_output(item_.ledger, *mail);
        return mail;
    }

    const Verdict& verdict() const noexcept { return verdict_; }
    const Ledger& ledger() const noexcept { return item_.ledger; }

private:
    void note_verdict() { item_.ledger = make_ledger(answer_, verdict_, item_.id, raw_.size(), raw_.sha256()); }

    Result<void> keep(QuarantineStore* store) {
        if (store == nullptr || !verdict_.keep_original || facts_.original_kept) return {};
        const auto added = store->add(item_, raw_);
        if (!added) return added.error();
        facts_.original_kept = true;
        return {};
    }

    Result<GatedMail> compose() const {
        return compose_and_gate(answer_, verdict_, profile_, facts_, item_.envelope.sender_text());
    }

    const Config& config_;
    const RawMail& raw_;
    const Profile& profile_;
    QuarantineItem item_;
    ComposeFacts facts_;
    WorkerAnswer answer_;
    Verdict verdict_;
};

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

Exit sanitize_one(OneMail& mail, const Config& config, const SanitizeOptions& options, Terminal& terminal) {
    const auto read = mail.read();
    if (!read) return fail(terminal, read.error());
    Report report(options.report_file);
    if (report.check(terminal) != Exit::done) return Exit::cannot_write;
    if (mail.verdict().verdict == MailVerdict::refused) {
        const Exit reported = report.write(mail.ledger(), terminal);
        if (reported != Exit::done) return reported;
        return refuse(terminal, refusal_of(mail.verdict()));
    }
    std::unique_ptr<QuarantineStore> store;
    if (options.keep) {
        auto opened = open_for_keeping(config);
        if (!opened) return fail(terminal, opened.error());
        store = std::move(*opened);
    }
    const auto written = mail.write(store.get());
    if (!written) return fail(terminal, written.error());
    const Exit reported = report.write(mail.ledger(), terminal);
    return reported == Exit::done ? write_mail(*written, terminal) : reported;
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
    const auto route = route_of(*envelope, *config);
    if (!route) return fail(terminal, route.error());
    const auto input = read_mail(terminal.in, config->limits.smtp);
    if (!input) return fail(terminal, input.error());
    if (const auto* refused = std::get_if<DataRefusal>(&*input)) return refuse(terminal, *refused);
    const auto received_at = moment_option("--received-at", options.received_at, DayEdge::begin);
    if (!received_at) return fail(terminal, received_at.error());
    OneMail mail(*config, *envelope, *route, std::get<RawMail>(*input),
                 received_at->value_or(std::chrono::system_clock::now()));
    return sanitize_one(mail, *config, options, terminal);
}

}  // namespace mugaika::ctl

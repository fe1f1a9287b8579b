// `mugaika log checkpoint`.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "relay/ctl/administration.hpp"
#include "relay/ctl/checkpoint_mail.hpp"
#include "relay/ctl/evidence_input.hpp"
#include "relay/ctl/one_mail.hpp"
#include "relay/evidence/base64.hpp"

namespace mugaika::ctl {
namespace {

// Of the seals as they are.
Result<Checkpoint> checkpoint_of(const ClosedLogs& closed, const SealChain& chain, const std::string& name,
                                 Moment now) {
    Checkpoint checkpoint{name, chain.seals.size(), chain.root(chain.seals.size()), rfc3339(now), std::nullopt};
    if (closed.live.empty()) return checkpoint;
    const auto open = read_lines(closed.live, Writing::open);
    if (!open) return open.error();
    if (!open->leaves.empty()) {
        checkpoint.open = Checkpoint::OpenLog{open->leaves.front(), open->leaves.size(), tree_root(open->leaves)};
    }
    return checkpoint;
}

// That the seals of now go on from those of an earlier checkpoint (RFC 6962 2.1.2), for whoever has neither logs nor
// seals. As JSON: {"old", "note", "path": [BASE64]}
Result<std::string> growth_proof(const std::string& file, const std::string& note, const ClosedLogs& closed,
                                 const SealChain& chain, const NoteVerifier& signer) {
    std::vector<std::string> faults;
    const auto keys = closed.seals.keys(signer, faults);
    if (!keys) return keys.error();
    const auto found = checkpoints_in(file, *keys);
    if (!found) return found.error();
    const auto& [old, old_note] = found->back();
    const std::vector<TreeHash> leaves = chain.leaves();
    if (old.seals == 0 || old.seals > leaves.size()) {
        return Error(Fault::protocol, "the checkpoint of " + old.time + " knows " + std::to_string(old.seals) +
                                          " sealed logs, and here are " + std::to_string(leaves.size()));
    }
    boost::json::array path;
    for (const TreeHash& hash : consistency_path(leaves, static_cast<std::size_t>(old.seals))) {
        path.emplace_back(base64::encode(hash));
    }
    return boost::json::serialize(boost::json::object{{"old", old_note}, {"note", note}, {"path", std::move(path)}}) +
           "\n";
}

struct Stores {
    QuarantineStore& store;
    Outbox& outbox;
};

ReleaseOrder order_for(const CheckpointMail& mail, std::string order_id, std::string item_id, const Config& config) {
    ReleaseOrder order;
    order.kind = OrderKind::checkpoint;
    order.order_id = std::move(order_id);
    order.item_id = std::move(item_id);
    order.recipients = mail.to;
    order.person = "mugaika log checkpoint";
    order.reason = "checkpoint of " + mail.checkpoint.time;
    order.ordered_at = mail.now;
    order.valid_until = mail.now + std::chrono::days(config.outbox_days);
    order.item_goes_with_it = true;
    return order;
}

// Filed like a received mail and owed, as what a password opened is: both durable when it returns. The relay walks the
// whole road with it.
Result<void> owe(CheckpointMail& mail, const Config& config, const Route& route, Stores stores) {
    const std::string order_id = make_order_id();
    mail.message_id = order_id + "@" + config.hostname;
    const auto raw = RawMail::from_bytes(checkpoint_mail(mail, config, route));
    if (!raw) return raw.error();
    smtp::Envelope envelope;  // of the null sender: nobody is told that an auditor has gone but the log
    envelope.recipients = mail.to;
    const RecipientGroup group{&route, profiles_for(config, &route, "", mail.to.front().text()), envelope};
    OneMail one(config, group, *raw, mail.now);
    const auto finished = one.finish(OneMail::Keep::yes);
    if (!finished) return finished.error();
    const auto kept = one.keep(stores.store, finished->ledger);
    if (!kept) return kept.error();
    const auto owed = stores.outbox.add(order_for(mail, order_id, one.id(), config));
    if (owed) return {};
    const auto removed = stores.store.remove(one.id());  // nobody would carry it out
    return removed ? owed.error() : removed.error();
}

std::map<const Route*, std::vector<MailAddress>> auditors_by_route(const Config& config) {
    std::map<const Route*, std::vector<MailAddress>> auditors;
    for (const MailAddress& auditor : config.auditors) {
        auditors[config.route_for_domain(auditor.domain())].push_back(auditor);
    }
    return auditors;
}

std::vector<std::string> texts_of(const std::vector<MailAddress>& addresses) {
    std::vector<std::string> texts;
    for (const MailAddress& address : addresses) texts.push_back(address.text());
    return texts;
}

// A mail for each route, and the event that reports show.
Exit send(CheckpointMail mail, const ConfigChoice& choice, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    if (config->auditors.empty()) {
        return fail(terminal, Exit::configuration,
                    "nobody gets checkpoints: name auditors under [relay.evidence] in " + choice.file);
    }
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    for (const auto& [route, auditors] : auditors_by_route(*config)) {
        mail.to = auditors;
        const auto owed = owe(mail, *config, *route, {**store, *outbox});
        if (!owed) return fail(terminal, owed.error());
    }
    (*log)->write(event::LogCheckpoint{mail.checkpoint.seals, texts_of(config->auditors), lines_of(mail.note)});
    return Exit::done;
}

}  // namespace

Exit log_checkpoint(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto signer = signer_in(options.key);
    if (!signer) return fail(terminal, signer.error());
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    const Moment now = std::chrono::system_clock::now();
    const auto chain = whole_chain(closed->seals, signer->verifier());
    if (!chain) return fail(terminal, chain.error());
    const auto checkpoint = checkpoint_of(*closed, *chain, signer->verifier().name(), now);
    if (!checkpoint) return fail(terminal, checkpoint.error());
    const std::string note = signer->sign(checkpoint->text());
    if (options.mail) {
        const Exit sent = send({*checkpoint, note, "", {}, now}, choice, terminal);
        if (sent != Exit::done) return sent;
    }
    if (options.against.empty()) {
        terminal.out << note;
        return Exit::done;
    }
    const auto proof = growth_proof(options.against.front(), note, *closed, *chain, signer->verifier());
    if (!proof) return fail(terminal, proof.error());
    terminal.out << *proof;
    return Exit::done;
}

}  // namespace mugaika::ctl

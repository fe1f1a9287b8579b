#include "relay/ctl/evidence_input.hpp"

#include "policy/private_file.hpp"
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika::ctl {
namespace {

constexpr std::size_t key_file_bytes_max = 4096;
constexpr std::size_t checkpoint_file_bytes_max = 16u << 20;  // a mail, or a month's report

}  // namespace

Result<NoteSigner> signer_in(const std::string& file) {
    const auto is_private = check_private_file(file);
    if (!is_private) return Error(Fault::configuration, "the log's key: " + is_private.error().words());
    auto text = read_small_file(file, key_file_bytes_max);
    if (!text) return text.error();
    while (text->ends_with('\n')) text->pop_back();
    auto signer = NoteSigner::parse(*text);
    if (!signer)
        return Error(Fault::configuration, "the log's key " + shown_text(file) + ": " + signer.error().words());
    return signer;
}

Result<NoteVerifier> verifier_for(const EvidenceOptions& options) {
    if (!options.public_key.empty()) return NoteVerifier::parse(options.public_key);
    const auto signer = signer_in(options.key);
    return signer ? Result<NoteVerifier>(signer->verifier()) : Result<NoteVerifier>(signer.error());
}

Result<KeyRing> keys_of_signer(const SealFolder& seals, const NoteVerifier& signer, std::vector<std::string>& faults) {
    auto keys = seals.keys(signer, faults);
    if (!keys) return keys;
    const std::string newest = keys->keys().back().key.text();
    if (newest == signer.text()) return keys;
    return Error(Fault::protocol, "the key " + signer.text() + " was replaced by " + newest);
}

Result<SealChain> whole_chain(const SealFolder& seals, const NoteVerifier& signer) {
    std::vector<std::string> faults;
    const auto keys = keys_of_signer(seals, signer, faults);
    if (!keys) return keys.error();
    auto chain = seals.chain(*keys, faults);
    if (!chain || (faults.empty() && chain->is_whole())) return chain;
    return Error(Fault::protocol, "seals are missing or not valid; see mugaika log verify" +
                                      (faults.empty() ? std::string() : ": " + faults.front()));
}

Result<std::vector<SignedCheckpoint>> checkpoints_in(const std::string& file, const KeyRing& keys) {
    const auto text = read_small_file(file, checkpoint_file_bytes_max);
    if (!text) return Error(text.error().fault(), "--against " + shown_text(file) + ": " + text.error().words());
    std::vector<SignedCheckpoint> found;
    std::string why = "it has no signed note (a text, an empty line, and \"— NAME SIGNATURE\")";
    for (const std::string& note : notes_in(*text)) {
        const auto opened = keys.open(note);
        auto checkpoint = opened ? Checkpoint::parse(opened->text) : Result<Checkpoint>(opened.error());
        if (checkpoint && !keys.signs_checkpoint(opened->key, checkpoint->seals)) {
            why = "it is signed with a key that was not the log's then";
        } else if (checkpoint) {
            found.push_back({*std::move(checkpoint), note});
        } else {
            why = checkpoint.error().words();
        }
    }
    if (!found.empty()) return found;
    return Error(Fault::protocol, "--against " + shown_text(file) + ": no checkpoint of this log: " + why);
}

Result<ClosedLogs> closed_logs(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    ClosedLogs closed;
    std::string live;
    if (options.seals.empty() || options.logs.empty()) {
        const auto config = load_config(choice, ConfigUse::tool, terminal);
        if (!config) return config.error();
        if (config->log == "-") {
            return Error(Fault::bad_input, "the relay logs to its standard output; name the logs, and --seals DIR");
        }
        live = config->log;
    }
    closed.seals = SealFolder(options.seals.empty() ? SealFolder::beside(live) : options.seals);
    const auto logs = choose_logs(options.logs, {}, choice, terminal);
    if (!logs) return logs.error();
    for (const LogFile& log : *logs) {
        if (log.path == "-") return Error(Fault::bad_input, "a log that is sealed is a file, not standard input");
        if (log.path == live) {
            closed.live = live;
        } else {
            closed.paths.push_back(log.path);
        }
    }
    closed.all = *logs;
    return closed;
}

}  // namespace mugaika::ctl

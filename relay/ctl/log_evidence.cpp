// `mugaika log key`, `seal`, `verify` and `prove`.
#include <algorithm>
#include <filesystem>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/evidence_input.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/evidence/log_verifier.hpp"
#include "relay/evidence/mail_proof.hpp"
#include "relay/log/chain_check.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika::ctl {
namespace {

// Whoever rotates a log moves it first and tells the relay then: for a moment it goes on writing there.
constexpr std::chrono::minutes still_written{1};

bool may_be_written_still(const std::string& path) {
    std::error_code fault;
    const auto written = std::filesystem::last_write_time(path, fault);
    return fault || written > std::filesystem::file_time_type::clock::now() - still_written;
}

// Also of the log that is written now; faults of its chain.
std::uint64_t say_chain_of(const std::vector<LogFile>& logs, Terminal& terminal) {
    ChainCheck chain;
    const auto reading = read_logs(
        logs, [](const ReadEvent&) {}, terminal, LogDetail::counts, &chain);
    if (!reading) return terminal.err << "mugaika: " << reading.error().words() << "\n", 1;
    say_chain(chain, terminal.out);
    say_broken(*reading, terminal);
    return chain.faults();
}

}  // namespace

Exit log_key(const ConfigChoice&, const EvidenceOptions& options, Terminal& terminal) {
    const auto signer = signer_in(options.key);
    if (!signer) return fail(terminal, signer.error());
    terminal.out << signer->verifier().text() << "\n";
    return Exit::done;
}

Exit log_new_key(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    if (std::filesystem::exists(options.key)) {
        return fail(terminal, Exit::refused,
                    shown_text(options.key) +
                        " is there already; move it away first, and keep it: old logs are "
                        "verified with its public key");
    }
    std::string name = options.name;
    if (name.empty()) {
        const auto config = load_config(choice, ConfigUse::tool, terminal);
        if (!config) return fail(terminal, config.error());
        name = config->hostname;
    }
    const auto signer = NoteSigner::make(name);
    if (!signer) return fail(terminal, signer.error());
    const auto written = write_file_durably(options.key, signer->secret_text() + "\n", 0600);
    if (!written) return fail(terminal, written.error());
    return log_key(choice, options, terminal);
}

// Every public key that the log had, the newest first.
Exit log_all_keys(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    const auto verifier = verifier_for(options);
    if (!verifier) return fail(terminal, verifier.error());
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    std::vector<std::string> faults;
    const auto ring = closed->seals.keys(*verifier, faults);
    if (!ring) return fail(terminal, ring.error());
    for (auto key = ring->keys().rbegin(); key != ring->keys().rend(); ++key) {
        terminal.out << key->key.text() << "  from seal " << key->from + 1
                     << (key->since.empty() ? "" : ", since " + shown_text(key->since)) << "\n";
    }
    for (const std::string& fault : faults) terminal.err << "mugaika: " << shown_text(fault) << "\n";
    return faults.empty() ? Exit::done : Exit::refused;
}

Exit log_seal(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto signer = signer_in(options.key);
    if (!signer) return fail(terminal, signer.error());
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    std::vector<std::string> faults;  // verify says them; whatever is wrong, what is new is sealed
    const auto keys = keys_of_signer(closed->seals, signer->verifier(), faults);
    if (!keys) return fail(terminal, keys.error());
    const auto chain = closed->seals.chain(*keys, faults);
    if (!chain) return fail(terminal, chain.error());
    std::string previous = chain->last_root();
    for (const std::string& path : closed->paths) {
        if (options.logs.empty() && may_be_written_still(path)) {
            terminal.out << shown_text(path) << "  not sealed yet: it was written less than a minute ago\n";
            continue;
        }
        const auto lines = read_lines(path);
        if (!lines) return fail(terminal, lines.error());
        const auto sealed = closed->seals.seal(*lines, *signer, previous);
        if (!sealed) return fail(terminal, sealed.error());
        if (!*sealed) continue;
        previous = (*sealed)->root_text();
        terminal.out << shown_text(path) << "  sealed: " << (*sealed)->lines << " lines, root " << previous << "\n";
    }
    return Exit::done;
}

Exit log_verify(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    const auto verifier = verifier_for(options);
    if (!verifier) return fail(terminal, verifier.error());
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    std::vector<std::string> key_faults;
    const auto keys = closed->seals.keys(*verifier, key_faults);
    if (!keys) return fail(terminal, keys.error());
    for (const std::string& fault : key_faults) terminal.out << "seals  鍵の交換が無効 / " << shown_text(fault) << "\n";
    LogVerifier logs(closed->seals, *keys, [&terminal](const LogFinding& finding) {
        terminal.out << shown_text(finding.file) << "  " << finding.words << "\n";
    });
    for (const std::string& file : options.against) {
        const auto checkpoints = checkpoints_in(file, *keys);
        if (!checkpoints) return fail(terminal, checkpoints.error());
        for (const SignedCheckpoint& found : *checkpoints) logs.expect(file, found.checkpoint);
    }
    for (const std::string& path : closed->paths) logs.look_at(path);
    if (!closed->live.empty()) logs.look_at_open(closed->live);
    const auto found = std::move(logs).finish();
    if (!found) return fail(terminal, found.error());
    const std::uint64_t faults = *found + key_faults.size() + say_chain_of(closed->all, terminal);
    terminal.out << (faults == 0 ? "全て封印時のまま / all are as they were sealed"
                                 : "問題あり / faults: " + std::to_string(faults))
                 << "; logs: " << closed->paths.size() << "\n";
    return faults == 0 ? Exit::done : Exit::refused;
}

Exit log_prove(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    const auto proof = prove_mail(options.id, closed->paths, closed->seals);
    if (!proof) return fail(terminal, proof.error());
    for (const std::string& log : proof->unsealed) {
        terminal.err << "mugaika: " << shown_text(log) << " has lines of this mail and is not sealed yet\n";
    }
    if (proof->lines == 0) {
        return fail(terminal, Exit::refused,
                    "no sealed log has a line about " + shown_text(options.id, 100) +
                        "; the log that is written now is sealed after it was rotated");
    }
    terminal.out << proof->json;
    return Exit::done;
}

}  // namespace mugaika::ctl

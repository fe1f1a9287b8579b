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

constexpr std::size_t checkpoint_file_bytes_max = 16u << 20;  // a mail, or a month's report
// Whoever rotates a log moves it first and tells the relay then: for a moment it goes on writing there.
constexpr std::chrono::minutes still_written{1};

bool may_be_written_still(const std::string& path) {
    std::error_code fault;
    const auto written = std::filesystem::last_write_time(path, fault);
    return fault || written > std::filesystem::file_time_type::clock::now() - still_written;
}

// The checkpoints that stand in a file, a mail or a page; at least one that is signed with the log's key.
Result<std::vector<Checkpoint>> checkpoints_in(const std::string& file, const NoteVerifier& verifier) {
    const auto text = read_small_file(file, checkpoint_file_bytes_max);
    if (!text) return Error(text.error().fault(), "--against " + shown_text(file) + ": " + text.error().words());
    std::vector<Checkpoint> found;
    std::string why = "it has no signed note (a text, an empty line, and \"— NAME SIGNATURE\")";
    for (const std::string& note : notes_in(*text)) {
        const auto signed_text = verifier.open(note);
        auto checkpoint = signed_text ? Checkpoint::parse(*signed_text) : Result<Checkpoint>(signed_text.error());
        if (checkpoint) {
            found.push_back(*std::move(checkpoint));
        } else {
            why = checkpoint.error().words();
        }
    }
    if (!found.empty()) return found;
    return Error(Fault::protocol, "--against " + shown_text(file) + ": no checkpoint of this log: " + why);
}

// Also of the log that is written now; faults of its chain.
std::uint64_t say_chain_of(const std::vector<LogFile>& logs, Terminal& terminal) {
    ChainCheck chain;
    const auto reading = read_logs(
        logs, [](const ReadEvent&) {}, terminal, &chain);
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

Exit log_seal(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto signer = signer_in(options.key);
    if (!signer) return fail(terminal, signer.error());
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    std::vector<std::string> others;
    const auto chain = closed->seals.chain(signer->verifier(), others);
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
    LogVerifier logs(closed->seals, *verifier, [&terminal](const LogFinding& finding) {
        terminal.out << shown_text(finding.file) << "  " << finding.words << "\n";
    });
    for (const std::string& file : options.against) {
        const auto checkpoints = checkpoints_in(file, *verifier);
        if (!checkpoints) return fail(terminal, checkpoints.error());
        for (const Checkpoint& checkpoint : *checkpoints) logs.expect(file, checkpoint);
    }
    for (const std::string& path : closed->paths) logs.look_at(path);
    if (!closed->live.empty()) logs.look_at_open(closed->live);
    const auto differing = std::move(logs).finish();
    if (!differing) return fail(terminal, differing.error());
    const std::uint64_t faults = *differing + say_chain_of(closed->all, terminal);
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

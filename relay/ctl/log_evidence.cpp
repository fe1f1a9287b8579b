// `mugaika log key`, `seal`, `verify` and `prove`.
#include <algorithm>
#include <filesystem>
#include <set>

#include "policy/private_file.hpp"
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/log_input.hpp"
#include "relay/evidence/mail_proof.hpp"
#include "relay/evidence/sealed_log.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika::ctl {
namespace {

constexpr std::size_t key_file_bytes_max = 4096;
// Whoever rotates a log moves it first and tells the relay then: for a moment it goes on writing there.
constexpr std::chrono::minutes still_written{1};

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

// Where the logs are, without the one that is written now.
struct ClosedLogs {
    std::vector<std::string> paths;  // by their times
    SealFolder seals{""};
};

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
        if (log.path != live) closed.paths.push_back(log.path);
    }
    return closed;
}

bool may_be_written_still(const std::string& path) {
    std::error_code fault;
    const auto written = std::filesystem::last_write_time(path, fault);
    return fault || written > std::filesystem::file_time_type::clock::now() - still_written;
}

// One line about a log; whether it is as it was sealed, or not sealed at all.
bool say_verified(const std::string& path, const SealFolder& seals, const NoteVerifier& verifier,
                  std::set<TreeHash>& seen, Terminal& terminal) {
    terminal.out << shown_text(path) << "  ";
    const auto lines = read_lines(path);
    if (!lines) {
        terminal.out << "読めません / cannot be read: " << lines.error().words() << "\n";
        return false;
    }
    const auto seal = seals.find(*lines, verifier);
    if (!seal && seal.error().fault() == Fault::not_found) {
        terminal.out << "封印なし / no seal: it was not sealed, or its first line is another one\n";
        return false;
    }
    if (!seal) {
        terminal.out << "封印が無効 / its seal: " << seal.error().words() << "\n";
        return false;
    }
    seen.insert(seal->root);
    const auto difference = seals.difference(*lines, *seal);
    const std::string words = difference ? *difference : difference.error().words();
    if (!words.empty()) {
        terminal.out << "改変あり / not what was sealed: " << words << "\n";
        return false;
    }
    terminal.out << "一致 / as sealed: " << seal->lines << " lines, " << shown_text(seal->first_time) << " – "
                 << shown_text(seal->last_time) << "\n";
    return true;
}

// Seals without a log, and seals that do not follow one another: logs that were taken away.
std::size_t say_missing(const SealFolder& seals, const NoteVerifier& verifier, const std::set<TreeHash>& seen,
                        Terminal& terminal) {
    std::vector<std::string> others;
    const auto all = seals.all(verifier, others);
    if (!all) return terminal.err << "mugaika: " << all.error().words() << "\n", 1;
    std::size_t faults = others.size();
    for (const std::string& other : others) terminal.out << shown_text(other) << "\n";
    bool some_seen = false;
    std::string before;
    for (const auto& [file, seal] : *all) {
        const bool is_here = seen.contains(seal.root);
        some_seen = some_seen || is_here;
        if (some_seen && !is_here) {
            ++faults;
            terminal.out << shown_text(file)
                         << "  ログなし / its log is missing or begins with another line: " << seal.lines << " lines, "
                         << shown_text(seal.first_time) << " – " << shown_text(seal.last_time) << "\n";
        }
        if (!before.empty() && seal.previous != before) {
            ++faults;
            terminal.out << shown_text(file) << "  直前の封印なし / the seal before it is missing\n";
        }
        before = seal.root_text();
    }
    return faults;
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
    const auto all = closed->seals.all(signer->verifier(), others);
    if (!all) return fail(terminal, all.error());
    std::string previous = all->empty() ? "none" : all->back().seal.root_text();
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
    std::set<TreeHash> seen;
    std::size_t faults = 0;
    for (const std::string& path : closed->paths) {
        faults += say_verified(path, closed->seals, *verifier, seen, terminal) ? 0 : 1;
    }
    faults += say_missing(closed->seals, *verifier, seen, terminal);
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

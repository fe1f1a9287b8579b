// `mugaika log key --change`.
#include <filesystem>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/evidence_input.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika::ctl {
namespace {

// The new key lies beside the old one before anybody hears of it, and takes its place once the change is written down:
// a crash between leaves both.
Result<void> replace_key(const std::string& file, const NoteSigner& new_key, const SealFolder& seals,
                         const std::string& note) {
    const std::string waiting = file + ".new";
    const auto written = write_file_durably(waiting, new_key.secret_text() + "\n", 0600);
    if (!written) return written.error();
    const auto noted = seals.add_key_change(new_key.verifier(), note);
    if (!noted) return noted.error();
    std::error_code fault;
    std::filesystem::rename(waiting, file, fault);
    if (fault) return Error(Fault::io, "renaming " + waiting + ": " + fault.message() + "; rename it to " + file);
    return sync_directory(std::filesystem::absolute(file).parent_path().string());
}

}  // namespace

Exit log_change_key(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    const auto actor = actor_for(options.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto old_key = signer_in(options.key);
    if (!old_key) return fail(terminal, old_key.error());
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    const auto chain = whole_chain(closed->seals, old_key->verifier());
    if (!chain) return fail(terminal, chain.error());
    const auto new_key = NoteSigner::make(old_key->verifier().name());
    if (!new_key) return fail(terminal, new_key.error());
    const std::string note =
        sign_key_change(*old_key, *new_key, chain->seals.size(), rfc3339(std::chrono::system_clock::now()));
    const auto replaced = replace_key(options.key, *new_key, closed->seals, note);
    if (!replaced) return fail(terminal, replaced.error());
    terminal.out << new_key->verifier().text() << "\n";
    // As the relay's user, who cannot do what was done above.
    const auto log = open_log(*config);
    if (!log) {
        return fail(
            terminal, Exit::cannot_write,
            "the key was changed, and that stands beside the seals, but not in the log: " + log.error().words());
    }
    (*log)->write(event::LogKeyChanged{*actor, lines_of(note)});
    return Exit::done;
}

}  // namespace mugaika::ctl

// `mugaika log checkpoint`.
#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/evidence_input.hpp"
#include "relay/evidence/checkpoint.hpp"

namespace mugaika::ctl {
namespace {

// Of the seals as they are. A chain that is not whole would be signed for: that is refused.
Result<Checkpoint> checkpoint_of(const ClosedLogs& closed, const NoteSigner& signer, Moment now) {
    std::vector<std::string> others;
    const auto chain = closed.seals.chain(signer.verifier(), others);
    if (!chain) return chain.error();
    if (!others.empty() || !chain->is_whole()) {
        return Error(Fault::protocol, "seals are missing or not valid; see mugaika log verify" +
                                          (others.empty() ? std::string() : ": " + others.front()));
    }
    Checkpoint checkpoint{signer.verifier().name(), chain->seals.size(), chain->root(chain->seals.size()), rfc3339(now),
                          std::nullopt};
    if (closed.live.empty()) return checkpoint;
    const auto open = read_lines(closed.live, Writing::open);
    if (!open) return open.error();
    if (!open->leaves.empty()) {
        checkpoint.open = Checkpoint::OpenLog{open->leaves.front(), open->leaves.size(), tree_root(open->leaves)};
    }
    return checkpoint;
}

}  // namespace

Exit log_checkpoint(const ConfigChoice& choice, const EvidenceOptions& options, Terminal& terminal) {
    live_in_configured_zone(choice);
    const auto signer = signer_in(options.key);
    if (!signer) return fail(terminal, signer.error());
    const auto closed = closed_logs(choice, options, terminal);
    if (!closed) return fail(terminal, closed.error());
    const auto checkpoint = checkpoint_of(*closed, *signer, std::chrono::system_clock::now());
    if (!checkpoint) return fail(terminal, checkpoint.error());
    terminal.out << signer->sign(checkpoint->text());
    return Exit::done;
}

}  // namespace mugaika::ctl

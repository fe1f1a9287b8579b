// What the commands about the log as evidence share: its keys, and which logs are closed.
#pragma once

#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/evidence/checkpoint.hpp"
#include "relay/evidence/sealed_log.hpp"
#include "relay/evidence/signed_note.hpp"
#include "relay/stats/log_files.hpp"

namespace mugaika::ctl {

// A file that nobody else can read; Fault::configuration otherwise.
Result<NoteSigner> signer_in(const std::string& file);
// The public key that was given, or that of the private one.
Result<NoteVerifier> verifier_for(const EvidenceOptions&);

struct SignedCheckpoint {
    Checkpoint checkpoint;
    std::string note;
};
// Those that stand in a file, a mail or a page; at least one that is signed with a key that was the log's then.
Result<std::vector<SignedCheckpoint>> checkpoints_in(const std::string& file, const KeyRing&);

// Where the logs are, without the one that is written now.
struct ClosedLogs {
    std::vector<std::string> paths;  // by their times
    std::string live;                // the one that is written now, where it is configured and there
    SealFolder seals{""};
    std::vector<LogFile> all;  // with the one that is written now
};
// The keys by which the one of whoever signs here is the newest; Fault::protocol when it was replaced.
Result<KeyRing> keys_of_signer(const SealFolder&, const NoteVerifier&, std::vector<std::string>& faults);
// The seals, all there and valid: nobody signs for others.
Result<SealChain> whole_chain(const SealFolder&, const NoteVerifier& signer);

Result<ClosedLogs> closed_logs(const ConfigChoice&, const EvidenceOptions&, Terminal&);

}  // namespace mugaika::ctl

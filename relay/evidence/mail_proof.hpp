// The lines of one mail, each with its path to the signed root of its log: whoever has the public key can check them
// without any other line (samples/evidence/check_proof.py). As JSON:
//
//   {"id", "logs": [{"note", "lines": [{"index", "line", "path": [BASE64]}]}]}     index from 0, paths from the leaf up
#pragma once

#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/evidence/sealed_log.hpp"

namespace mugaika {

struct MailProof {
    std::string json;  // a line
    std::size_t lines = 0;
    std::vector<std::string> unsealed;  // logs that have lines of the mail and no seal yet
};

// Of the logs in their order. A log that is no more what was sealed proves nothing: Fault::protocol.
Result<MailProof> prove_mail(const std::string& id, const std::vector<std::string>& logs, const SealFolder&);

}  // namespace mugaika

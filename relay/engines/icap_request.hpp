// What is said to an ICAP service (RFC 3507 4), and what its answer comes to.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/engines/icap_reply.hpp"
#include "relay/engines/scanner.hpp"
#include "relay/engines/scanner_settings.hpp"

namespace mugaika {

std::string icap_options_request(const IcapService&);

// The head of a request about a file: as an answer to GET (respmod) or as what PUT sends (reqmod), with the file's name
// in the address so that services which go by its ending can. Without `preview` the whole file follows.
std::string icap_request_head(const IcapService&, const FileToScan&, std::optional<std::size_t> preview);

// A piece of a body in chunks (RFC 9112 7.1): its head; "\r\n" stands behind its bytes.
std::string icap_chunk_head(std::size_t bytes);
// Behind the last chunk: of the file, of a preview that is less than the file, of one that is the file whole.
inline constexpr std::string_view icap_body_end = "0\r\n\r\n", icap_preview_end = "0\r\n\r\n",
                                  icap_preview_is_all = "0; ieof\r\n\r\n";

// The final reply about a file, which was sent as `untrusted_sent`. An Error when the service could not look at it, and
// for whatever is not known.
Result<ScanAnswer> judge_icap_reply(IcapReply, IcapMethod, std::string_view untrusted_sent);

}  // namespace mugaika

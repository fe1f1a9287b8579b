#include "sanitizer/sandboxed/signature_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/signature/cms_signers.hpp"
#include "sanitizer/sandboxed/structure/signed_octets.hpp"

namespace mugaika::sandboxed {
namespace {

const MailAddress* author_of(const HeaderFacts& header) {
    return header.from.size() == 1 ? &header.from.front().address : nullptr;
}

// A mail that was stored on Unix was signed with CRLF (RFC 8551 3.1.1).
std::string with_crlf(std::string_view octets) {
    std::string out;
    out.reserve(octets.size() + octets.size() / 32);
    for (const char c : octets) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

bool has_crlf(std::string_view octets) { return octets.find("\r\n") != octets.npos; }

}  // namespace

bool SignatureReader::looks_at(const MailStructure& mail) const {
    return !job_.signatures.certificates.empty() && !any_ambiguous(mail.findings) && found_ < signatures_max;
}

std::vector<SignatureFact> SignatureReader::counted(std::vector<SignatureFact> facts, const std::string& path) {
    if (facts.size() > signatures_max - found_) return {};
    for (SignatureFact& fact : facts) fact.path = path;
    found_ += facts.size();
    return facts;
}

std::vector<SignatureFact> SignatureReader::of_mail(const MailStructure& mail, const HeaderFacts& header,
                                                    const std::string& path) {
    if (!mail.signed_content || !mail.signed_wrapper || !looks_at(mail)) return {};
    std::vector<Reason> ignored;  // there was none when it was read
    const std::string cms = decode_body(*mail.signed_wrapper, job_.budget.decoded_bytes_max, ignored);
    const SignedBytes bytes{cms, *mail.signed_content, false, author_of(header)};
    return counted(check_signers(bytes, job_.signatures, job_.arrived_at), path);
}

std::vector<SignatureFact> SignatureReader::of_part(const MailStructure& mail, std::size_t entity,
                                                    const HeaderFacts& header, const Part& part) {
    if (part.facts.kind != PartKind::signature || !part.facts.detected_type.ends_with("pkcs7-signature") ||
        !looks_at(mail)) {
        return {};
    }
    const std::int32_t parent = mail.entities.at(entity).parent;
    if (parent < 0 || mail.entities[static_cast<std::size_t>(parent)].type != "multipart/signed") return {};
    const auto octets = signed_octets(mail, entity);
    if (!octets) return counted({SignatureFact()}, part.facts.path);
    const std::string canonical = has_crlf(*octets) ? std::string() : with_crlf(*octets);
    const SignedBytes bytes{part.untrusted_bytes, canonical.empty() ? *octets : std::string_view(canonical), true,
                            author_of(header)};
    return counted(check_signers(bytes, job_.signatures, job_.arrived_at), part.facts.path);
}

}  // namespace mugaika::sandboxed

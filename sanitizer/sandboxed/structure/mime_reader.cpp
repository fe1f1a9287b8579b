#include "sanitizer/sandboxed/structure/mime_reader.hpp"

#include <optional>
#include <utility>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/structure/mime_scanner.hpp"
#include "sanitizer/sandboxed/structure/second_reading.hpp"
#include "sanitizer/sandboxed/text/transfer_decoding.hpp"
#include "sanitizer/sandboxed/types/cms_type.hpp"

namespace mugaika::sandboxed {
namespace {

std::string decoded(const Entity& entity, std::vector<Reason>& findings) {
    switch (entity.encoding) {
        case TransferEncoding::base64:
            if (is_surely_not_base64(entity.body)) add_once(findings, Reason::encoding_mismatch);
            return decode_base64(entity.body, findings);
        case TransferEncoding::quoted_printable:
            if (is_surely_base64(entity.body)) add_once(findings, Reason::encoding_mismatch);
            return decode_quoted_printable(entity.body, findings);
        case TransferEncoding::uuencode:
            return decode_uuencode(entity.body, findings);
        case TransferEncoding::none:
            // "utf-8" in the place of an encoding says that nothing is encoded, and some readers look for themselves.
            if (contains(entity.findings, Reason::odd_transfer_encoding) && is_surely_base64(entity.body)) {
                add_once(findings, Reason::encoding_mismatch);
            }
            return std::string(entity.body);
        case TransferEncoding::unknown:
            return std::string(entity.body);
    }
    return {};
}

// UTF-16 and UTF-32 text is full of NUL and honest (AC-085).
bool may_hold_nul(const Entity& entity) {
    return !entity.type.starts_with("text/") || entity.charset_label.starts_with("utf-16") ||
           entity.charset_label.starts_with("utf-32");
}

MailStructure read_as_it_stands(std::string_view untrusted_mail, const BudgetLimits& limits,
                                std::uint32_t depth_so_far) {
    Scan scan = scan_mail(untrusted_mail, limits, depth_so_far);
    const bool is_comparable = !any_ambiguous(scan.structure.findings) && scan.is_comparable;
    if (is_comparable && !second_reading_agrees(scan)) add_once(scan.structure.findings, Reason::readings_differ);
    return std::move(scan.structure);
}

// What was signed, of a mail that is nothing but signed data; nullptr for every other, and where anything is odd on the
// way to it: the file stays then.
std::shared_ptr<const std::string> content_of_signed(const MailStructure& mail, const BudgetLimits& limits) {
    if (mail.entities.size() != 1 || any_ambiguous(mail.findings)) return nullptr;
    const Entity& whole = mail.entities.front();
    if (whole.type != "application/pkcs7-mime" && whole.type != "application/x-pkcs7-mime") return nullptr;
    std::vector<Reason> odd;
    const std::string cms = decode_body(whole, limits.decoded_bytes_max, odd);
    auto content = odd.empty() ? signed_content(cms) : std::nullopt;
    return content ? std::make_shared<const std::string>(*std::move(content)) : nullptr;
}

}  // namespace

MailStructure read_structure(std::string_view untrusted_mail, const BudgetLimits& limits, std::uint32_t depth_so_far) {
    MailStructure mail = read_as_it_stands(untrusted_mail, limits, depth_so_far);
    const auto content = content_of_signed(mail, limits);
    if (!content) return mail;
    MailStructure inner = read_as_it_stands(*content, limits, depth_so_far);
    if (inner.entities.empty()) return mail;
    // It is no mail but an entity, which has no MIME-Version (RFC 8551 3.1).
    std::erase(inner.findings, Reason::odd_mime_version);
    for (Entity& entity : inner.entities) std::erase(entity.findings, Reason::odd_mime_version);
    inner.entities.front().fields = std::move(mail.entities.front().fields);
    add_once(inner.findings, mail.findings);
    add_once(inner.findings, Reason::signature_dropped);
    inner.signed_content = content;
    inner.signed_wrapper = std::move(mail.entities.front());
    return inner;
}

std::string decode_body(const Entity& entity, std::size_t bytes_max, std::vector<Reason>& findings) {
    // No decoder makes more than it is given, so what is held here is bounded by the mail itself.
    std::string bytes = decoded(entity, findings);
    if (bytes.size() > bytes_max) {
        add_once(findings, Reason::too_much_decoded);
        return {};
    }
    if (!may_hold_nul(entity) && bytes.find('\0') != std::string::npos) add_once(findings, Reason::nul_in_text);
    return bytes;
}

std::string_view MailStructure::text_label() const noexcept {
    for (const Entity& entity : entities) {
        if (!entity.charset_label.empty() && entity.charset_label != "us-ascii") return entity.charset_label;
    }
    return {};
}

}  // namespace mugaika::sandboxed

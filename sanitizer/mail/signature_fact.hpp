// What a worker found of one electronic signature (S/MIME, RFC 8551). Its words of signer and issuer are the
// certificate's: words of a stranger, cleaned and cut, that a notice writes as it writes names of files. Nothing in
// here is believed beyond that: a worker that was taken over can say of its own mail what it likes (AC-230).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "policy/reason.hpp"
#include "sanitizer/mail/date_fact.hpp"
#include "sanitizer/mail/plain_text.hpp"

namespace mugaika {

// Why a signature says less than it wants to. The first that holds, in this order but for `none`.
enum class SignatureFault : std::uint8_t {
    none,
    unreadable,       // no CMS that is understood, or not where it belongs
    no_certificate,   // the signer's certificate does not come with it
    content_changed,  // what arrived is not what was signed
    weak,            // MD5, SHA-1 or a key that is too short, in the signature or on the way to the trusted certificate
    issuer_unknown,  // nothing that is trusted has issued it
    not_for_mail,    // a certificate that was issued for something else, such as a web server
    not_valid_then,  // expired or not valid yet, when it signed or when the mail came
    revoked,         // a list of its issuer's says so, whenever that was: when it signed is its own word
    other_address,   // it names addresses, and not the author's
    list_outdated,   // a list of revoked certificates of its issuer's is too old, or cannot be believed
};
inline constexpr SignatureFault last_signature_fault = SignatureFault::list_outdated;

struct SignatureFact {
    // Of the part that is the signature (multipart/signed); of the attached mail that is signed data as a whole, "" for
    // the mail itself.
    std::string path;
    SignatureFault fault = SignatureFault::unreadable;
    bool names_author = false;          // the certificate names the address of From
    PlainLine signer;                   // "" where there is no certificate
    PlainLine issuer;                   // so too
    std::optional<DateFact> signed_at;  // the signer's word
};

inline constexpr std::size_t signatures_max = 8;  // of one mail; the others stay signature_dropped
inline constexpr std::size_t signature_name_bytes_max = 240;

// signature_valid, signature_unknown or signature_broken.
constexpr Reason reason_of(SignatureFault fault) noexcept {
    if (fault == SignatureFault::none) return Reason::signature_valid;
    return fault == SignatureFault::content_changed ? Reason::signature_broken : Reason::signature_unknown;
}

}  // namespace mugaika

// The one line in a notice that says what a worker found of an electronic signature. Nowhere else is anything said of
// it: no mark in Subject, From or the text, where a sender could write the same (AC-230). The composer quotes lines of
// a sender that begin like this one (notice_mark), and the gate holds a mail with one outside of its notice
// (gate_voice).
#pragma once

#include <string>
#include <string_view>

#include "policy/policy.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// What the line begins with, behind its bullet.
std::string_view signature_label(Language) noexcept;

// As a notice writes words of a sender: unclickable, in quotes; "" where there is none.
struct SignatureWords {
    std::string signer;
    std::string issuer;
    std::string signed_at;
    std::string mail;         // the attached mail that it is of; "" for the mail itself
    bool is_of_part = false;  // something is shown that was not signed
};

// Without line end.
std::string signature_line(const SignatureFact&, const SignatureWords&, Language);

// To be read before the text? What a mailing list writes below a mail breaks its signature every day.
bool is_warning(const SignatureFact&, const HeaderFacts&) noexcept;

// The attached mail that the signature is of; nullptr for the mail itself.
const PartRow* attached_mail_of(const SignatureFact&, const Extract&) noexcept;

// Does the mail that the signature belongs to hold a part that was not signed? Asked of the rows, not of the worker.
bool is_of_part(const SignatureFact&, const Extract&) noexcept;

}  // namespace mugaika

// What a certificate says of its holder and its issuer, as lines that can be shown. Words of strangers (AC-230).
#pragma once

#include <openssl/x509.h>

#include <string_view>
#include <vector>

#include "policy/mail_address.hpp"
#include "sanitizer/mail/plain_text.hpp"

namespace mugaika::sandboxed {

// The addresses of a certificate (RFC 8550 3): its alternative names and the old place in its subject. At most 20.
std::vector<MailAddress> addresses_in(const X509&);

// "青葉県 総務部長 <somu@pref.example.lg.jp>": organisation and name, and `shown_address`. Cards of residents (JPKI)
// have the person's name among the alternative names and a number in the subject. Cut to signature_name_bytes_max.
PlainLine holder_words(const X509&, const MailAddress* shown_address);
PlainLine issuer_words(const X509&);

}  // namespace mugaika::sandboxed

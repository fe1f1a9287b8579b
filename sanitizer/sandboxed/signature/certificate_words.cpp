#include "sanitizer/sandboxed/signature/certificate_words.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "policy/c_handle.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/mail/signature_fact.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t addresses_max = 20;
constexpr std::string_view name_of_resident = "1.2.392.200149.8.5.5.1";  // JPKI: 氏名

using GeneralNames = CHandle<GENERAL_NAMES, GENERAL_NAMES_free>;

std::string utf8_of(const ASN1_STRING* value) {
    unsigned char* bytes = nullptr;
    const int length = value == nullptr ? -1 : ASN1_STRING_to_UTF8(&bytes, value);
    if (length < 0) return "";
    std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return text;
}

// The last one of its kind, which is the nearest to the holder.
std::string name_part(const X509_NAME* name, int nid) {
    int found = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;) found = at;
    if (found < 0) return "";
    return utf8_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, found)));
}

PlainLine to_line(std::string_view untrusted_utf8) {
    std::vector<Reason> ignored;
    const PlainLine clean = clean_line(utf8::cut(untrusted_utf8, signature_name_bytes_max), ignored);
    auto cut = PlainLine::from(std::string(utf8::cut(clean.str(), signature_name_bytes_max)));
    return cut ? *std::move(cut) : PlainLine();
}

std::string words_of(const X509_NAME* name, std::string own) {
    if (own.empty()) own = name_part(name, NID_commonName);
    if (own.empty()) own = name_part(name, NID_organizationalUnitName);
    const std::string organisation = name_part(name, NID_organizationName);
    if (own.empty() || own == organisation) return organisation;
    return organisation.empty() ? own : organisation + " " + own;
}

GeneralNames alternative_names(const X509& certificate) {
    return GeneralNames(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
}

std::string resident_name(const X509& certificate) {
    const GeneralNames names = alternative_names(certificate);
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_OTHERNAME || name->d.otherName->value->type != V_ASN1_UTF8STRING) continue;
        std::string oid(64, '\0');
        const int length = OBJ_obj2txt(oid.data(), static_cast<int>(oid.size()), name->d.otherName->type_id, 1);
        oid.resize(static_cast<std::size_t>(std::clamp(length, 0, 63)));
        if (oid == name_of_resident) return utf8_of(name->d.otherName->value->value.utf8string);
    }
    return "";
}

void add_address(std::vector<MailAddress>& addresses, const ASN1_STRING* value) {
    auto address = MailAddress::parse(utf8_of(value));
    if (address && addresses.size() < addresses_max) addresses.push_back(*std::move(address));
}

}  // namespace

std::vector<MailAddress> addresses_in(const X509& certificate) {
    std::vector<MailAddress> addresses;
    const GeneralNames names = alternative_names(certificate);
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_EMAIL) add_address(addresses, name->d.rfc822Name);
    }
    const X509_NAME* const subject = X509_get_subject_name(&certificate);
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_pkcs9_emailAddress, at)) >= 0;) {
        add_address(addresses, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    }
    return addresses;
}

PlainLine holder_words(const X509& certificate, const MailAddress* shown_address) {
    std::string words = words_of(X509_get_subject_name(&certificate), resident_name(certificate));
    if (shown_address != nullptr) words += (words.empty() ? "<" : " <") + shown_address->text() + ">";
    return to_line(words);
}

PlainLine issuer_words(const X509& certificate) { return to_line(words_of(X509_get_issuer_name(&certificate), "")); }

}  // namespace mugaika::sandboxed

// Signatures where they stand in mails: of which octets each is, and what the mail says of it.
#include "sanitizer/sandboxed/signature_reader.hpp"

#include <openssl/evp.h>

#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/mail/worker_life.hpp"
#include "sanitizer/sandboxed/find_part.hpp"
#include "sanitizer/worker/checked_extract.hpp"
#include "tests/support/made_signatures.hpp"
#include "tests/unit/sanitizer/sandboxed/written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using namespace mugaika::test;

namespace {

const MadeCertificate& root() {
    static const MadeCertificate made(authority_order());
    return made;
}

const MadeCertificate& holder() {
    static const MadeCertificate made(MadeHolder{}, &root());
    return made;
}

Job trusting_job() {
    Job job;
    job.signatures.certificates = {root().der()};
    job.arrived_at = made_arrived;
    return job;
}

// As the relay would believe it.
Extract believed(const std::string& mail, Job job = trusting_job()) {
    job.mail_bytes = mail.size();
    auto checked = check_extract(read(mail, job), job);
    if (!checked) FAIL(checked.error().words());
    return *std::move(checked);
}

std::string base64(const std::string& bytes) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 48) {
        const std::string piece = bytes.substr(at, 48);
        std::string line(4 * ((piece.size() + 2) / 3) + 1, '\0');
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(line.data()),
                        reinterpret_cast<const unsigned char*>(piece.data()), static_cast<int>(piece.size()));
        line.pop_back();
        out += line + "\r\n";
    }
    return out;
}

// With CRLF, without the last line end, which belongs to the delimiter.
const std::string letter =
    crlf("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n本文 \n\n");

std::string signature_part(const std::string& cms, const std::string& name = "smime.p7s") {
    return crlf("Content-Type: application/pkcs7-signature; name=\"" + name +
                "\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"" + name +
                "\"\n\n") +
           base64(cms);
}

std::string signed_entity(const std::string& part, const std::string& cms, const std::string& boundary = "sig") {
    return crlf(
               "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=\"" +
               boundary + "\"\n\nThis is an S/MIME signed message\n\n--" + boundary + "\n") +
           part + crlf("\n--" + boundary + "\n") + signature_part(cms) + crlf("\n--" + boundary + "--\n");
}

std::string sign(const std::string& octets, const MadeSigning& how = {}) {
    return made_signature(octets, {&holder()}, how);
}

std::string signed_mail(const std::string& part = letter) { return crlf(head) + signed_entity(part, sign(part)); }

std::string mixed(const std::vector<std::string>& parts, const std::string& boundary = "mix") {
    std::string out = crlf("Content-Type: multipart/mixed; boundary=" + boundary + "\n\n");
    for (const std::string& part : parts) out += "--" + boundary + "\r\n" + part + "\r\n";
    return out + "--" + boundary + "--\r\n";
}

std::string opaque_entity(const std::string& content) {
    MadeSigning how;
    how.is_detached = false;
    return crlf(
               "Content-Type: application/pkcs7-mime; smime-type=signed-data; "
               "name=smime.p7m\nContent-Transfer-Encoding: "
               "base64\nContent-Disposition: attachment; filename=smime.p7m\n\n") +
           base64(sign(content, how));
}

const SignatureFact& only_fact(const Extract& extract) {
    REQUIRE(extract.signatures.size() == 1);
    return extract.signatures.front();
}

std::string without_cr(std::string text) {
    std::erase(text, '\r');
    return text;
}

}  // namespace

TEST_CASE("AC-226 a multipart/signed is verified over its first part as it came, and its row says so") {
    const Extract extract = believed(signed_mail());
    const SignatureFact& fact = only_fact(extract);
    CHECK(fact.fault == SignatureFault::none);
    CHECK(fact.path == "2");
    CHECK(fact.names_author);
    CHECK(row(extract, "2").reason == Reason::signature_valid);
    CHECK(row(extract, "2").verdict == PartVerdict::removed);
    CHECK(all_text(extract).find("本文") == 0);
    CHECK_FALSE(contains(extract.findings, Reason::signature_dropped));
    CHECK_FALSE(may_live_on(extract));
}

TEST_CASE("AC-226 parts of all shapes are signed as they stand") {
    const std::string nested = mixed({letter, crlf("Content-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n")}, "in");
    const std::string bare = "\r\nno header at all";
    const std::string odd_lines = crlf("Content-Type: text/plain\n\ntrailing blanks  \n\t\n\n\n");
    for (const std::string& part : {letter, nested, bare, odd_lines}) {
        const Extract extract = believed(signed_mail(part));
        CHECK(only_fact(extract).fault == SignatureFault::none);
    }
}

TEST_CASE("AC-226 without a trusted certificate nothing is looked at, and the loss is said as ever") {
    Job job = trusting_job();
    job.signatures.certificates.clear();
    const Extract extract = believed(signed_mail(), job);
    CHECK(extract.signatures.empty());
    CHECK(row(extract, "2").reason == Reason::signature_dropped);
    const Extract opaque = believed(crlf(head) + opaque_entity(letter), job);
    CHECK(opaque.signatures.empty());
    CHECK(contains(opaque.findings, Reason::signature_dropped));
}

TEST_CASE("AC-226 what a profile does with the signature itself changes nothing about what it says") {
    for (const PartAction action : {PartAction::quarantine, PartAction::hold, PartAction::remove, PartAction::refuse}) {
        Job job = trusting_job();
        job.profile.actions.at(static_cast<std::size_t>(PartKind::signature)) = action;
        const Extract extract = believed(signed_mail(), job);
        CHECK(only_fact(extract).fault == SignatureFault::none);
        const PartRow& part = row(extract, "2");
        CHECK((part.reason == Reason::signature_valid || contains(part.notes, Reason::signature_valid)));
    }
}

TEST_CASE("AC-226 a mail that is signed data as a whole is verified over what is shown of it") {
    const Extract extract = believed(crlf(head) + opaque_entity(letter));
    CHECK(only_fact(extract).fault == SignatureFault::none);
    CHECK(only_fact(extract).path.empty());
    CHECK(contains(extract.findings, Reason::signature_valid));
    CHECK_FALSE(contains(extract.findings, Reason::signature_dropped));
    CHECK_FALSE(may_live_on(extract));
}

TEST_CASE("AC-226 a mail that was stored with LF alone was signed with CRLF") {
    const std::string stored = without_cr(signed_mail());
    CHECK(only_fact(believed(stored)).fault == SignatureFault::none);
    std::string changed = stored;
    changed.replace(changed.find("本文"), 6, "本丈");
    CHECK(only_fact(believed(changed)).fault == SignatureFault::content_changed);
}

TEST_CASE("AC-226 AC-230 what was changed on the way is said to be broken") {
    std::string changed = signed_mail();
    changed.replace(changed.find("本文"), 6, "本丈");
    std::string footer = signed_mail();
    footer.insert(footer.find("\r\n--sig\r\nContent-Type: application/pkcs7"), "\r\n-- \r\nfooter of a list");
    std::string header = signed_mail();
    header.replace(header.find("charset=utf-8"), 13, "charset=UTF-8");
    for (const std::string& mail : {changed, footer, header}) {
        const Extract extract = believed(mail);
        CHECK(only_fact(extract).fault == SignatureFault::content_changed);
        CHECK(row(extract, "2").reason == Reason::signature_broken);
    }
}

TEST_CASE("AC-230 a signature of another part, or in another place, is no signature of this one") {
    const std::string other = crlf("Content-Type: text/plain\n\nanother letter\n");
    const Extract swapped = believed(crlf(head) + signed_entity(other, sign(letter)));
    CHECK(only_fact(swapped).fault == SignatureFault::content_changed);
    // First the signature, then the part.
    const std::string turned = crlf(head) + crlf("Content-Type: multipart/signed; boundary=sig\n\n--sig\n") +
                               signature_part(sign(letter)) + crlf("\n--sig\n") + letter + crlf("\n--sig--\n");
    CHECK(only_fact(believed(turned)).fault == SignatureFault::unreadable);
    CHECK(only_fact(believed(turned)).path == "1");
    // Three parts.
    const std::string three = crlf(head) + crlf("Content-Type: multipart/signed; boundary=sig\n\n--sig\n") + letter +
                              crlf("\n--sig\n") + signature_part(sign(letter)) + crlf("\n--sig\n") + letter +
                              crlf("\n--sig--\n");
    CHECK(only_fact(believed(three)).fault == SignatureFault::unreadable);
    // Beside a letter in a multipart that is not signed, it is a file as before.
    const Extract beside = believed(crlf(head) + mixed({letter, signature_part(sign(letter))}));
    CHECK(beside.signatures.empty());
    CHECK(row(beside, "2").reason == Reason::signature_dropped);
}

TEST_CASE("AC-226 signed data beside a letter are read like an attached mail, with their own signature") {
    const std::string report = crlf("Content-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n");
    const std::string mail = crlf(head) + mixed({letter, opaque_entity(mixed({letter, report}, "in"))});
    const Extract extract = believed(mail);
    CHECK(row(extract, "2").facts.kind == PartKind::mail);
    CHECK(row(extract, "2").verdict == PartVerdict::text);
    CHECK(contains(row(extract, "2").notes, Reason::signature_valid));
    CHECK(row(extract, "2/2").facts.name == "a.pdf");
    CHECK(row(extract, "2/2").verdict == PartVerdict::quarantined);
    const auto found = find_part(mail, "2/2", {}, typer());  // by whoever rebuilds it
    REQUIRE(found);
    CHECK(found->part.untrusted_bytes.starts_with("%PDF-1.4"));
    CHECK(row(extract, "2/1").verdict == PartVerdict::text);
    CHECK(only_fact(extract).fault == SignatureFault::none);
    CHECK(only_fact(extract).path == "2");
    CHECK(only_fact(extract).names_author);
    const Extract other =
        believed(crlf("From: b@example.jp\nTo: b@example.jp\n") + mixed({letter, opaque_entity(letter)}));
    CHECK(only_fact(other).fault == SignatureFault::other_address);
    // Nobody is trusted: what is lost is said.
    const Extract untold = believed(crlf(head) + mixed({letter, opaque_entity(letter)}), Job());
    CHECK(untold.signatures.empty());
    CHECK(contains(row(untold, "2").notes, Reason::signature_dropped));
    // A bare file that is signed is no mail, and stays.
    const Extract bare = believed(crlf(head) + mixed({letter, opaque_entity("%PDF-1.4\n")}));
    CHECK(row(bare, "2").reason == Reason::signed_container);
    CHECK(row(bare, "2").verdict == PartVerdict::quarantined);
    // In each other, as often as attached mails.
    const Extract twice =
        believed(crlf(head) + mixed({letter, opaque_entity(mixed({letter, opaque_entity(letter)}, "in"))}));
    CHECK(row(twice, "2/2").verdict == PartVerdict::text);
    CHECK(row(twice, "2/2/1").verdict == PartVerdict::text);
    CHECK(twice.signatures.size() == 2);
}

TEST_CASE("AC-230 content inside a detached signature is not taken for the signed one") {
    MadeSigning how;
    how.is_detached = false;
    const Extract extract = believed(crlf(head) + signed_entity(letter, sign(letter, how)));
    CHECK(extract.signatures.empty());
    CHECK(row(extract, "2").verdict == PartVerdict::quarantined);
    CHECK(row(extract, "2").reason == Reason::signed_container);
}

TEST_CASE("AC-226 what a list adds around a signed mail leaves it whole, and it is one of a part") {
    const std::string footer = crlf("Content-Type: text/plain\n\nfooter of a list\n");
    const Extract extract = believed(crlf(head) + mixed({signed_entity(letter, sign(letter)), footer}));
    CHECK(only_fact(extract).fault == SignatureFault::none);
    CHECK(only_fact(extract).path == "1.2");
}

TEST_CASE("AC-226 nested signatures are each said where they stand") {
    const std::string inner = signed_entity(letter, sign(letter), "in");
    std::string part = inner;
    part.resize(part.size() - 2);
    const Extract twice = believed(crlf(head) + signed_entity(part, sign(part)));
    REQUIRE(twice.signatures.size() == 2);
    CHECK(twice.signatures[0].path == "1.2");
    CHECK(twice.signatures[1].path == "2");
    for (const SignatureFact& fact : twice.signatures) CHECK(fact.fault == SignatureFault::none);
    const Extract wrapped = believed(crlf(head) + opaque_entity(inner));
    REQUIRE(wrapped.signatures.size() == 2);
    CHECK(wrapped.signatures[0].path.empty());
    CHECK(wrapped.signatures[1].path == "2");
    for (const SignatureFact& fact : wrapped.signatures) CHECK(fact.fault == SignatureFault::none);
}

TEST_CASE("AC-230 a signature inside an attached mail is that mail's, by its own author") {
    const std::string inner = crlf("From: boss@example.jp\nTo: b@city.example.lg.jp\nMIME-Version: 1.0\n");
    for (const bool is_opaque : {false, true}) {
        const std::string entity = is_opaque ? opaque_entity(letter) : signed_entity(letter, sign(letter));
        const std::string mail =
            crlf(head) + mixed({letter, crlf("Content-Type: message/rfc822\n\n") + inner + entity});
        const Extract extract = believed(mail);
        const SignatureFact& fact = only_fact(extract);
        CHECK(fact.path == (is_opaque ? "2" : "2/2"));
        CHECK(fact.fault == SignatureFault::other_address);  // a@example.jp signed, and the outer mail is from there
        CHECK(row(extract, is_opaque ? "2" : "2/2").facts.path == fact.path);
    }
}

TEST_CASE("AC-230 in a mail that can be seen as two no signature is valid") {
    std::string mail = signed_mail();
    mail.insert(mail.find("Content-Type: multipart"), "Content-Type: text/plain\r\n");
    const Extract extract = believed(mail);
    CHECK(any_ambiguous(extract.findings));
    CHECK(extract.signatures.empty());
}

TEST_CASE("AC-230 several authors are nobody's signature") {
    std::string mail = signed_mail();
    mail.insert(mail.find("<a@example.jp>") + 14, ", c@example.jp");
    const Extract extract = believed(mail);
    CHECK(extract.header.from.size() == 2);
    CHECK(only_fact(extract).fault == SignatureFault::other_address);
}

TEST_CASE("AC-226 no more signatures are said than a mail may have") {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < signatures_max + 2; ++i) {
        parts.push_back(signed_entity(letter, sign(letter), "s" + std::to_string(i)));
    }
    const Extract extract = believed(crlf(head) + mixed(parts));
    CHECK(extract.signatures.size() == signatures_max);
    CHECK(row(extract, std::to_string(signatures_max) + ".2").reason == Reason::signature_valid);
    CHECK(row(extract, std::to_string(signatures_max + 1) + ".2").reason == Reason::signature_dropped);
}

TEST_CASE("AC-226 a mail that is signed with PGP keeps its text, and nobody says that it was verified") {
    const std::string pgp =
        "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\n"
        "iQEzBAEBCAAdFiEE\r\n-----END PGP SIGNATURE-----\r\n";
    const std::string mail =
        crlf(head) +
        crlf("Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=sig\n\n--sig\n") +
        letter + crlf("\n--sig\n") + pgp + crlf("\n--sig--\n");
    const Extract extract = believed(mail);
    CHECK(extract.signatures.empty());
    CHECK(all_text(extract).find("本文") == 0);
    CHECK(row(extract, "2").reason == Reason::signature_dropped);
    const Extract clear = believed(crlf(head) +
                                   "\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\ntext\r\n"
                                   "-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n"
                                   "-----END PGP SIGNATURE-----\r\n");
    CHECK(contains(row(clear, "1").notes, Reason::signature_dropped));
    CHECK(all_text(clear).find("text") != std::string::npos);
}

TEST_CASE("AC-227 AC-229 what is encrypted is held, by S/MIME and by PGP, wherever it stands") {
    const auto encrypted = [](bool authenticated) {
        const CHandle<STACK_OF(X509), [](STACK_OF(X509) * all) { sk_X509_free(all); }> to(sk_X509_new_null());
        sk_X509_push(to.get(), holder().x509());
        const CHandle<BIO, BIO_free> data(BIO_new_mem_buf("secret", 6));
        const CHandle<CMS_ContentInfo, CMS_ContentInfo_free> cms(
            CMS_encrypt(to.get(), data.get(), authenticated ? EVP_aes_128_gcm() : EVP_aes_128_cbc(), CMS_BINARY));
        REQUIRE(cms);
        unsigned char* bytes = nullptr;
        const int length = i2d_CMS_ContentInfo(cms.get(), &bytes);
        std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
        OPENSSL_free(bytes);
        return der;
    };
    for (const bool authenticated : {false, true}) {
        const std::string entity =
            crlf("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n") +
            base64(encrypted(authenticated));
        const Extract whole = believed(crlf(head) + entity);
        CHECK(row(whole, "1").reason == Reason::encrypted);
        CHECK(row(whole, "1").verdict == PartVerdict::quarantined);
        CHECK(whole.texts.empty());
        const Extract beside = believed(crlf(head) + mixed({letter, entity}));
        CHECK(row(beside, "2").reason == Reason::encrypted);
        const Extract in_signed = believed(crlf(head) + signed_entity(entity, sign(entity)));
        CHECK(only_fact(in_signed).fault == SignatureFault::none);  // somebody signed what nobody here can read
        CHECK(row(in_signed, "1").reason == Reason::encrypted);
    }
    const Extract pgp =
        believed(crlf(head) +
                 crlf("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e\n\n--e\n"
                      "Content-Type: application/pgp-encrypted\n\nVersion: 1\n\n--e\n"
                      "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n\n"
                      "hQEMA\n-----END PGP MESSAGE-----\n\n--e--\n"));
    CHECK(row(pgp, "2").verdict == PartVerdict::quarantined);
    CHECK(row(pgp, "2").reason == Reason::encrypted);
    CHECK(all_text(pgp).find("hQEMA") == std::string::npos);
}

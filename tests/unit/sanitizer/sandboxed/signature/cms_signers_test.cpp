#include "sanitizer/sandboxed/signature/cms_signers.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sanitizer/sandboxed/signature/certificate_words.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/support/made_signatures.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::test;

namespace {

const std::string content = "Content-Type: text/plain\r\n\r\nletter\r\n";

const MadeCertificate& root() {
    static const MadeCertificate made(authority_order());
    return made;
}

const MadeCertificate& holder() {
    static const MadeCertificate made(MadeHolder{}, &root());
    return made;
}

SignatureTrust trust_in(const MadeCertificate& certificate) { return {{certificate.der()}, false}; }

MailAddress address(const std::string& text) { return MailAddress::parse(text).value(); }

struct Question {
    std::string content = ::content;
    SignatureTrust trust = trust_in(root());
    std::string author = "a@example.jp";
    bool is_detached = true;
    std::uint64_t arrived = made_arrived;
};

std::vector<SignatureFact> facts_of(const std::string& cms, const Question& question = {}) {
    const MailAddress author = address(question.author);
    return check_signers({cms, question.content, question.is_detached, &author}, question.trust, question.arrived);
}

SignatureFact fact_of(const std::string& cms, const Question& question = {}) {
    const auto facts = facts_of(cms, question);
    REQUIRE(facts.size() == 1);
    return facts.front();
}

SignatureFault fault_of(const std::string& cms, const Question& question = {}) { return fact_of(cms, question).fault; }

// Of a holder whom the root has issued.
SignatureFault fault_of_holder(const MadeHolder& order, const MadeSigning& how = {}, const Question& question = {}) {
    const MadeCertificate certificate(order, &root());
    return fault_of(made_signature(content, {&certificate}, how), question);
}

}  // namespace

TEST_CASE("AC-226 a signature says who, by whom and when") {
    const SignatureFact fact = fact_of(made_signature(content, {&holder()}));
    CHECK(fact.fault == SignatureFault::none);
    CHECK(fact.signer.str() == "青葉県 山田 太郎 <a@example.jp>");
    CHECK(fact.issuer.str() == "LGPKI テスト認証局");
    CHECK(fact.names_author);
    REQUIRE(fact.signed_at.has_value());
    CHECK(fact.signed_at->unix_seconds == made_signed);
    CHECK(fact.path.empty());
}

TEST_CASE("AC-226 signatures of all usual methods are verified") {
    MadeHolder rsa;
    rsa.key = MadeKey::rsa;
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
        MadeSigning how;
        how.digest = digest;
        CHECK(fault_of_holder(MadeHolder{}, how) == SignatureFault::none);
        CHECK(fault_of_holder(rsa, how) == SignatureFault::none);
        how.is_pss = true;
        CHECK(fault_of_holder(rsa, how) == SignatureFault::none);
    }
    MadeSigning bare;  // signed directly, without attributes (RFC 5652 5.4)
    bare.has_attributes = false;
    CHECK(fault_of_holder(rsa, bare) == SignatureFault::none);
    const SignatureFact fact = fact_of(made_signature(content, {&holder()}, bare));
    CHECK(fact.fault == SignatureFault::none);
    CHECK_FALSE(fact.signed_at.has_value());
}

TEST_CASE("AC-226 AC-230 what is not what was signed is said to be changed") {
    for (const bool has_attributes : {true, false}) {
        MadeSigning how;
        how.has_attributes = has_attributes;
        const std::string cms = made_signature(content, {&holder()}, how);
        for (std::size_t i = 0; i < content.size(); ++i) {
            Question question;
            question.content[i] = static_cast<char>(question.content[i] ^ 1);
            CHECK(fault_of(cms, question) == SignatureFault::content_changed);
        }
        Question longer, shorter, other, empty;
        longer.content += "\r\n";
        shorter.content.pop_back();
        other.content = "another letter";
        empty.content = "";
        for (const Question& question : {longer, shorter, other, empty}) {
            CHECK(fault_of(cms, question) == SignatureFault::content_changed);
        }
    }
}

TEST_CASE(
    "AC-230 a detached signature that holds content, or signed data that holds other content, counts for nothing") {
    MadeSigning opaque;
    opaque.is_detached = false;
    const std::string cms = made_signature(content, {&holder()}, opaque);
    CHECK(fault_of(cms) == SignatureFault::unreadable);
    Question inside;
    inside.is_detached = false;
    CHECK(fault_of(cms, inside) == SignatureFault::none);
    inside.content += "x";  // what is shown is not what the signature holds
    CHECK(fault_of(cms, inside) == SignatureFault::unreadable);
    Question without = {};
    without.is_detached = false;
    CHECK(fault_of(made_signature(content, {&holder()}), without) == SignatureFault::unreadable);
}

TEST_CASE("AC-230 a signature of another kind of content is no signature of a mail") {
    MadeSigning how;
    how.content_type = NID_id_smime_ct_TSTInfo;
    CHECK(fault_of(made_signature(content, {&holder()}, how)) == SignatureFault::unreadable);
}

TEST_CASE("AC-230 who is not issued by somebody trusted is unknown") {
    const MadeCertificate other(authority_order());  // of the same name
    const MadeCertificate impostor(MadeHolder{}, &other);
    CHECK(fault_of(made_signature(content, {&impostor})) == SignatureFault::issuer_unknown);
    const MadeCertificate alone(MadeHolder{});
    CHECK(fault_of(made_signature(content, {&alone})) == SignatureFault::issuer_unknown);
    MadeSigning with_root;  // brings its own root
    with_root.others = {&other};
    CHECK(fault_of(made_signature(content, {&impostor}, with_root)) == SignatureFault::issuer_unknown);
    CHECK(fault_of(made_signature(content, {&holder()}), {.trust = {}}) == SignatureFault::issuer_unknown);
    const SignatureFact fact = fact_of(made_signature(content, {&impostor}));
    CHECK(fact.issuer.str() == "LGPKI テスト認証局");  // its own word, in quotes where it is shown
    // A holder who plays the authority.
    const MadeCertificate below(MadeHolder{}, &holder());
    MadeSigning chain;
    chain.others = {&holder()};
    CHECK(fault_of(made_signature(content, {&below}, chain)) == SignatureFault::issuer_unknown);
}

TEST_CASE("AC-226 a chain is found by certificates in the mail, and any certificate may be trusted") {
    const MadeCertificate middle(authority_order("部局認証局"), &root());
    const MadeCertificate below(MadeHolder{}, &middle);
    MadeSigning with_middle;
    with_middle.others = {&middle};
    const std::string cms = made_signature(content, {&below}, with_middle);
    CHECK(fault_of(cms) == SignatureFault::none);
    CHECK(fact_of(cms).issuer.str() == "LGPKI 部局認証局");
    const std::string without = made_signature(content, {&below});
    CHECK(fault_of(without) == SignatureFault::issuer_unknown);
    CHECK(fault_of(without, {.trust = trust_in(middle)}) == SignatureFault::none);
    CHECK(fault_of(without, {.trust = trust_in(below)}) == SignatureFault::none);
    CHECK(fault_of(without, {.trust = {{root().der(), middle.der()}, false}}) == SignatureFault::none);
    MadeSigning alone;
    alone.has_certificate = false;
    CHECK(fault_of(made_signature(content, {&holder()}, alone)) == SignatureFault::no_certificate);
}

TEST_CASE("AC-226 certificates are judged by when the mail came and when it was signed") {
    const auto at = [](std::int64_t signed_at, std::uint64_t arrived) {
        MadeSigning how;
        how.signed_at = signed_at;
        return fault_of(made_signature(content, {&holder()}, how), {.arrived = arrived});
    };
    CHECK(at(made_from, static_cast<std::uint64_t>(made_from)) == SignatureFault::none);
    CHECK(at(made_signed, static_cast<std::uint64_t>(made_until) + 1) == SignatureFault::not_valid_then);
    CHECK(at(made_signed, static_cast<std::uint64_t>(made_from) - 1) == SignatureFault::not_valid_then);
    CHECK(at(made_from - 1, made_arrived) == SignatureFault::not_valid_then);
    CHECK(at(made_until + 1, made_arrived) == SignatureFault::not_valid_then);
    MadeHolder expired;
    expired.until = made_signed - 1;
    CHECK(fault_of_holder(expired) == SignatureFault::not_valid_then);
}

TEST_CASE(
    "AC-226 a certificate of LGPKI or JPKI, without extended usage, is one for mail, and one of a web server is not") {
    MadeHolder order;
    for (const char* usage : {"", "emailProtection", "clientAuth,emailProtection"}) {
        order.extended_usage = usage;
        CHECK(fault_of_holder(order) == SignatureFault::none);
    }
    SignatureTrust lenient = trust_in(root());
    lenient.any_purpose = true;
    for (const char* usage : {"serverAuth", "codeSigning", "clientAuth"}) {
        order.extended_usage = usage;
        CHECK(fault_of_holder(order) == SignatureFault::not_for_mail);
        CHECK(fault_of_holder(order, {}, {.trust = lenient}) == SignatureFault::none);
    }
    MadeHolder encryption;
    encryption.usage = "critical,keyEncipherment";
    CHECK(fault_of_holder(encryption) == SignatureFault::not_for_mail);
}

TEST_CASE("AC-226 who was revoked is said to be, by the lists that the configuration has") {
    const std::string cms = made_signature(content, {&holder()});
    const MadeCertificate other(MadeHolder{}, &root());
    const auto with = [&](std::vector<std::string> lists, std::uint64_t arrived = made_arrived) {
        Question question;
        question.trust.revocations = std::move(lists);
        question.arrived = arrived;
        return fault_of(cms, question);
    };
    CHECK(with({made_list(root(), {{&holder()}})}) == SignatureFault::revoked);
    CHECK(with({made_list(root(), {{&other}})}) == SignatureFault::none);
    CHECK(with({made_list(root(), {{&other, &holder()}})}) == SignatureFault::revoked);
    // Whenever it was revoked: who has the key gives the time of signing.
    CHECK(with({made_list(root(), {{&holder()}, made_signed + 1000})}) == SignatureFault::revoked);
    // Of another authority: nothing is known of this one.
    const MadeCertificate stranger(authority_order("別の認証局"));
    CHECK(with({made_list(stranger, {{&holder()}})}) == SignatureFault::none);
    CHECK(with({made_list(stranger, {{&holder()}}), made_list(root(), {{&holder()}})}) == SignatureFault::revoked);
    // Too old, not valid yet, and signed by somebody who has only the name.
    const auto in = [](std::int64_t from, std::int64_t until) { return MadeList{{}, made_signed, from, until}; };
    CHECK(with({made_list(root(), in(made_from, made_signed))}) == SignatureFault::list_outdated);
    CHECK(with({made_list(root(), in(made_arrived + 1000, made_until))}) == SignatureFault::list_outdated);
    CHECK(with({made_list(root(), {{}}, &stranger)}) == SignatureFault::list_outdated);
    CHECK(with({"no list"}) == SignatureFault::none);
    // A list in the mail itself is not looked at; what else is wrong is said before the list's age.
    Question changed;
    changed.trust.revocations = {made_list(root(), in(made_from, made_signed))};
    changed.author = "b@example.jp";
    CHECK(fault_of(cms, changed) == SignatureFault::other_address);
    changed.content = "other";
    CHECK(fault_of(cms, changed) == SignatureFault::content_changed);
}

TEST_CASE("AC-226 an issuer that was revoked has issued nothing that is believed") {
    const MadeCertificate middle(authority_order("中間認証局"), &root());
    const MadeCertificate signer(MadeHolder{}, &middle);
    MadeSigning how;
    how.others = {&middle};
    const std::string cms = made_signature(content, {&signer}, how);
    Question question;
    question.trust.revocations = {made_list(middle, {})};
    CHECK(fault_of(cms, question) == SignatureFault::none);
    question.trust.revocations.push_back(made_list(root(), {{&middle}}));
    CHECK(fault_of(cms, question) == SignatureFault::revoked);
}

TEST_CASE("AC-230 weak digests and keys are no proof") {
    MadeSigning sha1;
    sha1.digest = EVP_sha1();
    CHECK(fault_of_holder(MadeHolder{}, sha1) == SignatureFault::weak);
    CHECK(fault_of(made_signature(content, {&holder()}, sha1), {.content = "changed"}) ==
          SignatureFault::content_changed);
    MadeSigning md5;
    md5.digest = EVP_md5();
    MadeHolder rsa;
    rsa.key = MadeKey::rsa;
    CHECK(fault_of_holder(rsa, md5) == SignatureFault::weak);
    MadeHolder short_key;
    short_key.key = MadeKey::short_rsa;
    CHECK(fault_of_holder(short_key) == SignatureFault::weak);
    MadeHolder sha1_certificate;
    sha1_certificate.digest = EVP_sha1();
    CHECK(fault_of_holder(sha1_certificate) == SignatureFault::weak);
}

TEST_CASE("AC-230 the address in the certificate is the author's, or it is said") {
    const std::string cms = made_signature(content, {&holder()});
    CHECK(fault_of(cms, {.author = "A@EXAMPLE.jp"}) == SignatureFault::none);
    CHECK(fault_of(cms, {.author = "b@example.jp"}) == SignatureFault::other_address);
    CHECK(fact_of(cms, {.author = "b@example.jp"}).signer.str().ends_with(" <a@example.jp>"));
    CHECK(check_signers({cms, content, true, nullptr}, trust_in(root()), made_arrived).front().fault ==
          SignatureFault::other_address);
    MadeHolder none;
    none.alternative.clear();
    const MadeCertificate nameless(none, &root());
    const SignatureFact fact = fact_of(made_signature(content, {&nameless}));
    CHECK(fact.fault == SignatureFault::none);
    CHECK_FALSE(fact.names_author);
    MadeHolder several;
    several.alternative = "email:z@example.jp,email:a@example.jp";
    CHECK(fault_of_holder(several) == SignatureFault::none);
    MadeHolder old = none;
    old.old_address = "a@example.jp";
    CHECK(fault_of_holder(old) == SignatureFault::none);
    old.old_address = "x@example.jp";
    CHECK(fault_of_holder(old) == SignatureFault::other_address);
}

TEST_CASE("the name on a resident's card is shown, not the number in its subject") {
    MadeHolder order;
    order.common_name = "202601010000000";
    order.organisation.clear();
    order.alternative = "otherName:1.2.392.200149.8.5.5.1;UTF8:JUKI HANAKO";
    const MadeCertificate card(order, &root());
    CHECK(fact_of(made_signature(content, {&card})).signer.str() == "JUKI HANAKO");
}

TEST_CASE("AC-230 names in certificates are cleaned and cut") {
    MadeHolder order;
    order.common_name = "a\u202eb\r\nc\x07" + std::string(40, 'x');
    order.organisation = "漢";
    for (int i = 0; i < 20; ++i) order.organisation += "漢";
    const MadeCertificate odd(order, &root());
    const std::string words = fact_of(made_signature(content, {&odd})).signer.str();
    CHECK(is_plain(words, TextRule::line));
    CHECK(words.find("\u202e") == words.npos);
    CHECK(words.size() <= signature_name_bytes_max);
}

TEST_CASE("AC-226 each signer has a fact of its own, and too many have one together") {
    const MadeCertificate other(MadeHolder{});
    const auto facts = facts_of(made_signature(content, {&holder(), &other}));
    REQUIRE(facts.size() == 2);
    CHECK((facts[0].fault == SignatureFault::none) != (facts[1].fault == SignatureFault::none));
    MadeSigning how;
    std::vector<MadeCertificate> many;
    for (int i = 0; i < 33; ++i) many.emplace_back(MadeHolder{});
    for (const MadeCertificate& one : many) how.others.push_back(&one);
    CHECK(fault_of(made_signature(content, {&holder()}, how)) == SignatureFault::unreadable);
    std::vector<const MadeCertificate*> crowd;
    for (std::size_t i = 0; i <= signatures_max; ++i) crowd.push_back(&many[i]);
    CHECK(fault_of(made_signature(content, crowd)) == SignatureFault::unreadable);
    crowd.pop_back();
    CHECK(facts_of(made_signature(content, crowd)).size() == signatures_max);
}

TEST_CASE("AC-232 what is cut or changed anywhere is no valid signature, and nothing breaks") {
    const std::string good = made_signature(content, {&holder()});
    for (std::size_t i = 0; i < good.size(); ++i) {
        CHECK(fault_of(good.substr(0, i)) == SignatureFault::unreadable);
    }
    std::size_t still_valid = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int flip : {0x01, 0x80, 0xff}) {
            std::string broken = good;
            broken[i] = static_cast<char>(broken[i] ^ flip);
            for (const SignatureFact& fact : facts_of(broken)) {
                if (fact.fault == SignatureFault::none) ++still_valid;
            }
        }
    }
    // Bytes that nobody signed: versions, the list of digests, parameters that say nothing.
    CHECK(still_valid < 60);
    CHECK(fault_of("") == SignatureFault::unreadable);
    CHECK(fault_of("text") == SignatureFault::unreadable);
    CHECK(fault_of(std::string(3u << 20, '0')) == SignatureFault::unreadable);
}

TEST_CASE("AC-226 signatures are verified in a process that has closed itself") {
    MadeHolder rsa;
    rsa.key = MadeKey::rsa;
    const MadeCertificate rsa_holder(rsa, &root());
    MadeSigning pss;
    pss.is_pss = true;
    const std::vector<std::string> all{made_signature(content, {&holder()}), made_signature(content, {&rsa_holder}),
                                       made_signature(content, {&rsa_holder}, pss), "nonsense"};
    Question listed;
    listed.trust.revocations = {made_list(root(), {{&holder()}})};
    REQUIRE(warm_up_signatures());
    const Ended ended = in_the_sandbox([&] {
        std::string said;
        for (const std::string& cms : all) said += facts_of(cms).front().fault == SignatureFault::none ? 'y' : 'n';
        return said + (facts_of(all[0], listed).front().fault == SignatureFault::revoked ? 'r' : '-');
    });
    CHECK(came_back(ended));
    CHECK(ended.said == "yyynr");
}

#include "relay/evidence/signed_note.hpp"

#include <catch2/catch.hpp>

#include "relay/evidence/base64.hpp"

using namespace mugaika;

namespace {

// The example in the documentation of the Go package that the form comes from.
constexpr std::string_view their_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view their_secret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view their_text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
constexpr std::string_view their_signature =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

}  // namespace

TEST_CASE("notes and keys of others are read, and ours are as theirs") {
    const auto verifier = NoteVerifier::parse(their_key);
    REQUIRE(verifier.has_value());
    CHECK(verifier->text() == their_key);
    const std::string note = std::string(their_text) + "\n" + std::string(their_signature);
    const auto opened = verifier->open(note);
    REQUIRE(opened.has_value());
    CHECK(*opened == their_text);

    const auto signer = NoteSigner::parse(their_secret);
    REQUIRE(signer.has_value());
    CHECK(signer->secret_text() == their_secret);
    CHECK(signer->verifier().text() == their_key);
    CHECK(signer->sign(their_text) == note);  // Ed25519 signatures are always the same
}

TEST_CASE("a note that was changed, or signed by somebody else, is refused") {
    const auto signer = NoteSigner::make("mx.example.lg.jp");
    const auto other = NoteSigner::make("mx.example.lg.jp");
    REQUIRE((signer.has_value() && other.has_value()));
    const NoteVerifier& verifier = signer->verifier();
    const std::string note = signer->sign("a\nb\n");
    REQUIRE(verifier.open(note).has_value());
    for (std::size_t i = 0; i < note.size(); ++i) {
        std::string changed = note;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CAPTURE(i);
        CHECK_FALSE(verifier.open(changed).has_value());
    }
    CHECK_FALSE(verifier.open(other->sign("a\nb\n")).has_value());
    CHECK_FALSE(verifier.open("").has_value());
    CHECK_FALSE(verifier.open("a\n\n").has_value());
    // Beside a signature that is not ours.
    CHECK(verifier.open(note + "\xe2\x80\x94 witness AAAA\n").has_value());
}

TEST_CASE("what is no key is refused") {
    for (const std::string_view wrong : {"", "a", "a+b", "a+b+c", "PeterNeumann+c74f20a3+ARpc",
                                         "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                         "PeterNeumann+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
        CAPTURE(wrong);
        CHECK_FALSE(NoteVerifier::parse(wrong).has_value());
        CHECK_FALSE(NoteSigner::parse(wrong).has_value());
    }
    CHECK_FALSE(NoteSigner::make("two words").has_value());
    CHECK_FALSE(NoteSigner::make("").has_value());
    CHECK_FALSE(base64::decode("QUJD\n").has_value());
    CHECK_FALSE(base64::decode("QQ=a").has_value());
    CHECK_FALSE(base64::decode("QR==").has_value());
    CHECK_FALSE(base64::decode("====").has_value());
    CHECK_FALSE(base64::decode("QUJD====").has_value());
    CHECK_FALSE(base64::decode("Q===").has_value());
    CHECK(base64::decode("QQ==") == "A");
}

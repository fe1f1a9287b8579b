#include "sanitizer/mail/sha256.hpp"

#include <catch2/catch.hpp>

using mugaika::Sha256;
using mugaika::sha256_hex;

TEST_CASE("the digests of FIPS 180-4's examples come out") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a digest taken in pieces is that of the whole") {
    Sha256 digest;
    for (const char* piece : {"a", "", "bc"}) digest.update(piece);
    CHECK(std::move(digest).hex() == sha256_hex("abc"));
}

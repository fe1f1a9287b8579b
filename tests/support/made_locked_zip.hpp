// ZIP files whose members have a password: by libarchive's writer, by Info-ZIP's, and by one of our own for what
// neither writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/made_archive.hpp"

namespace mugaika::test {

// By libarchive; `encryption`: "zipcrypt", "aes128", "aes256".
std::string locked_by_library(const char* encryption, const std::string& password, const std::vector<MadeMember>&);
// What libarchive reads of the first member with this password; nothing when it does not open.
std::optional<std::string> opened_by_library(std::string_view zip, const std::string& password);

// Bytes that do not pack, so that damage in the middle of a ZIP is damage of its data.
std::string noise(std::size_t bytes);

// Stored, one member, by our own writer: AE-1 or AE-2 by a key of 16, 24 or 32 bytes.
struct AesFields {
    std::string password = "password";
    std::size_t key_bytes = 32;
    std::uint32_t version = 2;
    std::string vendor = "AE";
    std::uint32_t method = 0;  // as the field says it
    std::optional<std::uint32_t> crc = std::nullopt;
};
std::string locked_by_aes(const MadeMember&, const AesFields& = {});

}  // namespace mugaika::test

// Packages that are encrypted as a whole, and the container that holds them, written by tests themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/made_package.hpp"

namespace mugaika::test {

// A compound file with these streams: small ones in the small stream, the others in sectors of their own. One with a
// slash in its name lies in a storage.
// `sector_bytes`: 512 or 4096.
std::string made_compound(const std::vector<MadePart>& streams, std::size_t sector_bytes = 512);
// Where things stand in it, for tests that damage it.
std::size_t offset_of_sector(std::string_view compound, std::uint32_t number);
std::size_t offset_of_table_row(std::string_view compound, std::uint32_t number);      // of the first sectors
std::size_t offset_of_directory_row(std::string_view compound, std::uint32_t number);  // of the first
std::uint32_t number_in(std::string_view bytes, std::size_t at);
void put_number(std::string& bytes, std::size_t at, std::uint32_t number);

struct Lock {
    std::string password = "VelvetSweatshop";
    std::string digest = "SHA512";  // as the descriptor calls it
    std::size_t key_bytes = 32;
    std::uint32_t spins = 3;  // Office writes 100,000; of the older form there are always 50,000
    std::size_t salt_bytes = 16;
    bool has_digest = true;  // of the whole: dataIntegrity
};

struct Locked {
    std::string info;     // the stream EncryptionInfo
    std::string package;  // the stream EncryptedPackage
};

Locked locked_agile(std::string_view package, const Lock& = {});
Locked locked_standard(std::string_view package, const Lock&);  // takes its password and key_bytes
std::string made_compound(const Locked&, std::size_t sector_bytes = 512);

}  // namespace mugaika::test

// Promise: any bytes are tried with a password as a ZIP, a package, a PDF, a 7z or an old Office file without a crash
// and within the purse, and what opens is not larger than allowed.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/part_facts.hpp"
#include "sanitizer/codec/locked/open_locked.hpp"
#include "sanitizer/codec/ooxml/encryption_info.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace {

using namespace mugaika;

// The first byte of the input chooses; 3 is the description of a package's encryption alone.
constexpr std::size_t description = 3;
constexpr std::array<std::string_view, 6> types{
    "application/zip",   encrypted_package_type, "application/pdf", "", "application/x-7z-compressed",
    "application/msword"};

void read_info(std::string_view bytes) {
    try {
        const auto info = codec::ooxml::read_encryption_info(bytes);
        const auto* agile = std::get_if<codec::ooxml::AgileInfo>(&info);
        if (agile != nullptr && agile->spins > codec::ooxml::spins_max) std::abort();
    } catch (const codec::zip::Refused&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool is_loaded = (codec::load_ooxml_tables(), codec::load_lock_tables(), true);
    if (!is_loaded || size == 0) return 0;
    const std::size_t choice = data[0] % types.size();
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (choice == description) {
        read_info(bytes);
        return 0;
    }
    FileLimits limits;
    limits.inner_bytes_max = 16 << 20;
    limits.out_bytes_max = 1 << 20;
    limits.archive_members_max = 20;
    FilePurse purse(limits);
    PartFacts facts;
    facts.kind = PartKind::encrypted;
    facts.detected_type = types[choice];
    const auto opened = codec::open_locked(facts, bytes, "pass表", purse);
    const auto* made = std::get_if<std::string>(&opened);
    if (made != nullptr && (made->empty() || made->size() > limits.out_bytes_max)) std::abort();
    return 0;
}

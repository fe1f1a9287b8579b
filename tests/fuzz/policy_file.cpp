// Promise: any bytes are read as a policy file without a crash, faults are single lines without controls, and a profile
// that was accepted is written out as text that is read back equal and lets no executable cross.
#include "policy/policy_file.hpp"

#include <cstdint>
#include <cstdlib>

#include "policy/shown_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mugaika;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const PolicyReading reading = read_policy_text(text, "f");
    for (const FileFault& fault : reading.faults) {
        if (fault.words.empty() || shown_text(fault.words, fault.words.size()) != fault.words) std::abort();
    }
    if (!reading.faults.empty()) return 0;
    for (const auto& [name, profile] : reading.profiles) {
        const PolicyReading again = read_policy_text(to_toml(profile), "again");
        if (!again.faults.empty() || to_toml(again.profiles.at(name)) != to_toml(profile)) std::abort();
        if (may_end_as(profile, PartKind::executable, PartVerdict::rebuilt)) std::abort();
    }
    return 0;
}

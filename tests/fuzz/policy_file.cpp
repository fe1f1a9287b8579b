// Promise: any bytes are read as a policy file without a crash, faults and warnings are single lines without controls,
// and a profile that was accepted is written out as text that is read back equal and lets no executable cross.
#include "policy/policy_file.hpp"

#include <cstdint>
#include <cstdlib>

#include "policy/shown_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mugaika;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const PolicyReading reading = read_policy_text(text, "f");
    std::vector<FileFault> said = reading.faults;
    said.insert(said.end(), reading.warnings.begin(), reading.warnings.end());
    for (const FileFault& fault : said) {
        if (fault.words.empty() || shown_text(fault.words, fault.words.size()) != fault.words) std::abort();
    }
    if (!reading.faults.empty()) return 0;
    for (const auto& [name, profile] : reading.profiles) {
        const PolicyReading again = read_policy_text(to_toml(profile), "again");
        if (!again.faults.empty() || to_toml(again.profiles.at(name)) != to_toml(profile)) std::abort();
        PartFacts program;
        program.kind = PartKind::executable;
        for (const MailParties& mail :
             {MailParties{"a@b.jp", "c@d.jp", "d.jp", true}, MailParties{"", "", "", false}}) {
            if (may_end_as(resolve(profile, mail), program, PartVerdict::rebuilt)) std::abort();
        }
    }
    return 0;
}

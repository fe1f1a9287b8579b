// Promise: no bytes make the gate fail otherwise than with an Error, and what it accepts is ASCII without controls, in
// CRLF lines of at most 998, the last one ended.
#include "sanitizer/compose/gate.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

bool is_harmless(std::string_view mail) {
    std::size_t line = 0;
    for (std::size_t i = 0; i < mail.size(); ++i) {
        const char c = mail[i];
        const bool line_end = mail.substr(i, 2) == "\r\n";
        if (!line_end && c != '\t' && (c < ' ' || c > '~')) return false;
        line = line_end ? 0 : line + 1;
        if (line > 998) return false;
        if (line_end) ++i;
    }
    return mail.ends_with("\r\n");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view mail(reinterpret_cast<const char*>(data), size);
    // The empty file, so that mails with attachments can get through.
    const mugaika::GatePermit permit{{{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}};
    if (mugaika::Gate::accepts(mail, permit) && !is_harmless(mail)) std::abort();
    return 0;
}

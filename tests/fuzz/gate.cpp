// Promise: no bytes make the gate fail otherwise than with an Error, and what it accepts is ASCII without controls, in
// CRLF lines of at most 998, the last one ended. Read as a ZIP they are refused, but for the one that is permitted.
#include "sanitizer/compose/gate.hpp"

#include <cstdint>
#include <cstdlib>

#include "sanitizer/compose/gate_zip.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/zip_writer.hpp"
#include "tests/support/sample_files.hpp"

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

// The ZIP of the seeds.
const std::string& permitted_zip() {
    static const std::string zip = [] {
        mugaika::ZipWriter writer(0);
        writer.add("資料/写真.png", mugaika::test::sample_of(mugaika::SafeKind::png));
        writer.add("見積書.pdf", mugaika::test::sample_of(mugaika::SafeKind::pdf));
        return std::move(writer).finish();
    }();
    return zip;
}

const std::vector<mugaika::PermittedMember>& permitted_members() {
    using mugaika::SafeKind, mugaika::sha256_hex, mugaika::test::sample_of;
    static const std::vector<mugaika::PermittedMember> members{
        {"資料/写真.png", sha256_hex(sample_of(SafeKind::png)), "png"},
        {"見積書.pdf", sha256_hex(sample_of(SafeKind::pdf)), "pdf"}};
    return members;
}

const mugaika::GatePermit& permit() {
    // The empty file too, so that mails with attachments can get through without a ZIP.
    static const mugaika::GatePermit permit{{{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                                             {mugaika::sha256_hex(permitted_zip()), "zip", permitted_members()}}};
    return permit;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (mugaika::Gate::accepts(bytes, permit()) && !is_harmless(bytes)) std::abort();
    if (!mugaika::gate::judge_zip(bytes, permitted_members()) && bytes != permitted_zip()) std::abort();
    return 0;
}

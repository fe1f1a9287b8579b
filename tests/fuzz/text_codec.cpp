// Promise: whatever the bytes, a text or a table is made that the checker takes and that rebuilding again does not
// change; or there are words. Never an exception. The first byte chooses the name; h: a page of HTML, whose result is a
// text. AC-207
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sanitizer/checker/text/check_text.hpp"
#include "sanitizer/codec/text/rebuild_text.hpp"

namespace {

using namespace mugaika;

PartFacts facts_of(char choice) {
    PartFacts facts;
    facts.kind = choice == 'h' ? PartKind::html : PartKind::text;
    facts.declared_type = "text/plain";
    facts.name = choice == 't' ? "a.txt" : choice == 'j' ? "a.json" : choice == 'h' ? "a.html" : "a.csv";
    return facts;
}

FileOutcome rebuilt(const PartFacts& facts, std::string_view untrusted) {
    FilePurse purse{FileLimits{}};
    return codec::rebuild_text(facts, "", untrusted, purse);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const PartFacts facts = facts_of(static_cast<char>(data[0]));
    const FileOutcome outcome = rebuilt(facts, {reinterpret_cast<const char*>(data) + 1, size - 1});
    const auto* file = std::get_if<FileMade>(&outcome);
    if (!file) return 0;
    const auto pages = checker::check_text(file->kind, file->untrusted_bytes);
    if (!pages || *pages != file->pages) std::abort();
    const FileOutcome again = rebuilt(facts.kind == PartKind::html ? facts_of('t') : facts, file->untrusted_bytes);
    const auto* second = std::get_if<FileMade>(&again);
    if (!second || second->untrusted_bytes != file->untrusted_bytes) std::abort();
    return 0;
}

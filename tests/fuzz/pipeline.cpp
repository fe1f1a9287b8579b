// Promise: whatever a mail is made of, reading it never throws; paths are unique, texts and names plain, every text has
// its row, and the relay's check of answers takes none of it for nonsense.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "sanitizer/sandboxed/pipeline.hpp"
#include "sanitizer/worker/checked_extract.hpp"

namespace {

using namespace mugaika;

void demand(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const sandboxed::FileTyper typer = sandboxed::FileTyper::load().value();
    const std::string_view mail(reinterpret_cast<const char*>(data), size);
    Job job;
    job.mail_bytes = size;
    job.profile.release_originals = true;
    job.released_parts = {"1", "2", "1/1", "2/1"};
    const Extract extract = sandboxed::read_mail(mail, job, typer);
    demand(!extract.parts.empty());
    std::set<std::string> paths;
    for (const PartRow& row : extract.parts) {
        demand(paths.insert(row.facts.path).second);
        demand(is_plain(row.facts.name, TextRule::line));
        demand(row.verdict == PartVerdict::text || row.reason != Reason::none);
    }
    for (const TextBlock& block : extract.texts) {
        demand(is_plain(block.text.str(), TextRule::text));
        demand(paths.count(block.path) == 1);
    }
    for (const SafeFile& file : extract.files) demand(!file.name.empty() && paths.count(file.path) == 1);
    demand(check_extract(extract, job).has_value());
    return 0;
}

// Promise: any bytes are read as a mail: no crash, no hang, every body inside the mail, never more entities, depth or
// decoded bytes than the limits allow, and what was read twice reads the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sanitizer/sandboxed/structure/mime_reader.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_inside(std::string_view inner, std::string_view outer) {
    return inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view mail(reinterpret_cast<const char*>(data), size);
    const BudgetLimits limits;
    const MailStructure structure = read_structure(mail, limits, 0);
    require(!structure.entities.empty() && structure.entities.size() <= limits.parts_max);
    require(structure.preamble_bytes + structure.epilogue_bytes <= mail.size());
    for (std::size_t i = 0; i < structure.entities.size(); ++i) {
        const Entity& entity = structure.entities[i];
        require(entity.parent < static_cast<std::int32_t>(i) && entity.depth < limits.depth_max);
        require(size == 0 || is_inside(entity.body, mail));
        require(entity.is_multipart || !entity.path.empty());
        std::vector<Reason> findings;
        require(decode_body(entity, size, findings).size() <= size);
    }
    require(read_structure(mail, limits, 0).findings == structure.findings);
    return 0;
}

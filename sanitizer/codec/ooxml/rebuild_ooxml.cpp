#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"

#include <exception>

#include "policy/memory.hpp"
#include "sanitizer/codec/ooxml/element_list.hpp"
#include "sanitizer/codec/ooxml/locked_package.hpp"
#include "sanitizer/codec/ooxml/package_builder.hpp"
#include "sanitizer/codec/ooxml/package_crypto.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"

namespace mugaika::codec {
namespace {

FileMade rebuilt(std::string_view untrusted, FilePurse& purse) {
    const ooxml::Package package(untrusted, purse);
    warm_heap(2 * package.largest_at_once() + untrusted.size());
    return ooxml::PackageBuilder(package).build();
}

}  // namespace

FileOutcome rebuild_ooxml(std::string_view untrusted, FilePurse& purse) {
    try {
        if (!ooxml::is_locked_package(untrusted)) return rebuilt(untrusted, purse);
        FileMade made = rebuilt(ooxml::opened_package(untrusted, purse), purse);
        add_loss(made.losses, Reason::encryption_removed);
        return made;
    } catch (const ooxml::Refused& refused) {
        return FileNotMade{refused.why, refused.words};
    } catch (const std::exception&) {
        return FileNotMade{Reason::not_representable, "the package needs more memory than there is"};
    }
}

void load_ooxml_tables() {
    ooxml::load_element_list();
    ooxml::load_algorithms();
}

}  // namespace mugaika::codec

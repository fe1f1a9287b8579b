#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"

#include <exception>

#include "policy/memory.hpp"
#include "sanitizer/codec/ooxml/element_list.hpp"
#include "sanitizer/codec/ooxml/package_builder.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"

namespace mugaika::codec {
namespace {

constexpr std::string_view ole2_magic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

// A package that is encrypted as a whole is a stream of that name in an OLE2 file (MS-OFFCRYPTO 2.3.4.4).
bool is_encrypted_package(std::string_view bytes) {
    constexpr std::string_view stream("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32);
    return bytes.starts_with(ole2_magic) && bytes.find(stream) != std::string_view::npos;
}

}  // namespace

FileOutcome rebuild_ooxml(std::string_view untrusted, FilePurse& purse) {
    try {
        if (is_encrypted_package(untrusted))
            return FileNotMade{Reason::encrypted, "the package is encrypted as a whole"};
        const ooxml::Package package(untrusted, purse);
        warm_heap(2 * package.largest_at_once() + untrusted.size());
        return ooxml::PackageBuilder(package).build();
    } catch (const ooxml::Refused& refused) {
        return FileNotMade{refused.why, refused.words};
    } catch (const std::exception&) {
        return FileNotMade{Reason::not_representable, "the package needs more memory than there is"};
    }
}

void load_ooxml_tables() { ooxml::load_element_list(); }

}  // namespace mugaika::codec

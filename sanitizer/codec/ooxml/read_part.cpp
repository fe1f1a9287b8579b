#include "sanitizer/codec/ooxml/read_part.hpp"

#include <string>

#include "sanitizer/codec/ooxml/plain_xml.hpp"

namespace mugaika::codec::ooxml {

void read_part(const ZipMember& member, FilePurse* purse, std::uint32_t depth_max, XmlHandler& handler) {
    XmlReader reader(handler, depth_max);
    if (zip::is_unpacked_at_once(member)) {
        zip::unpack_at_once(member, purse, [&](std::size_t bytes) { return reader.room_for(bytes); });
        return reader.read_room(member.size);
    }
    unpack(member, purse, [&](std::string_view piece) {
        reader.feed(piece);
        return true;
    });
    reader.finish();
}

void record_part(const ZipMember& member, FilePurse& purse, std::uint32_t depth_max, XmlTape& tape) {
    const std::string xml = zip::unpack_whole(member, purse);
    if (read_plain_xml(xml, depth_max, tape)) return;
    tape.clear();
    XmlReader reader(tape, depth_max);
    reader.feed(xml);
    reader.finish();
}

}  // namespace mugaika::codec::ooxml

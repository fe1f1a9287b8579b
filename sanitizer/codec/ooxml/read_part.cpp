#include "sanitizer/codec/ooxml/read_part.hpp"

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

}  // namespace mugaika::codec::ooxml

#include "sanitizer/codec/pictures/rebuild_picture.hpp"

namespace mugaika::codec {

FileOutcome rebuild_picture(std::string_view, FilePurse&) {
    return FileNotMade{Reason::not_representable, "picture: not of a kind that is rebuilt"};
}

}  // namespace mugaika::codec

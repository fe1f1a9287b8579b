#include "sanitizer/codec/rebuild_file.hpp"

#include <algorithm>
#include <array>

#include "sanitizer/codec/pictures/rebuild_picture.hpp"

namespace mugaika::codec {

void load_tables() {}

FileOutcome rebuild_file(std::string_view detected_type, std::string_view untrusted, FilePurse& purse) {
    if (detected_type.starts_with("image/")) return rebuild_picture(untrusted, purse);
    return FileNotMade{Reason::not_rebuilt, "no codec for this type"};
}

}  // namespace mugaika::codec

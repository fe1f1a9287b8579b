// The name of a ZIP member, where a field of its header gives another one than the header itself (Info-ZIP's Unicode
// path, APPNOTE 4.6.9).
#pragma once

#include <string_view>

#include "sanitizer/codec/zip/directory.hpp"

namespace mugaika::codec::zip {

struct NameSeen {
    std::string_view bytes;
    bool says_utf8 = false;  // by flag or field; whether it is true is for the reader to see
    bool two_names = false;  // readers of one field and of the other see two files
};

NameSeen name_seen(const Entry&);

}  // namespace mugaika::codec::zip

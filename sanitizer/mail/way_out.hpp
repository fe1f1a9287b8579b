// What somebody could do so that a file which was held is delivered after all.
#pragma once

#include <cstdint>
#include <string>

#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

enum class Act : std::uint8_t {
    password,    // somebody tells an administrator the password
    release,     // an administrator releases the original file
    smaller,     // the sender sends it again, at most `bytes` large
    other_kind,  // the sender sends it again as `kind`
    image_pdf,   // an administrator has its pages drawn
    own_mail,    // the sender sends it again, in a mail of its own
};

struct WayOut {
    std::string path;  // of the part
    Act act = Act::release;
    std::uint64_t bytes = 0;
    SafeKind kind = SafeKind::pdf;
};

// The same act, of whichever part.
inline bool is_same_act(const WayOut& a, const WayOut& b) noexcept {
    return a.act == b.act && a.bytes == b.bytes && a.kind == b.kind;
}

}  // namespace mugaika

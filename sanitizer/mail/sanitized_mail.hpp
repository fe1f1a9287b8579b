// A mail composed anew, and the same mail after the gate has read it. Only a Composer can make the first, only the
// Gate the second, and relay/outbound takes nothing but the second.
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

// Canonical form: header fields of our own writing, CRLF only, no line over 998 octets, ASCII only, not dot-stuffed.
class SanitizedMail {
public:
    SanitizedMail(SanitizedMail&&) noexcept = default;
    SanitizedMail& operator=(SanitizedMail&&) noexcept = default;
    std::string_view bytes() const noexcept { return bytes_; }

private:
    friend class Composer;
    friend class Gate;
    explicit SanitizedMail(std::string bytes) : bytes_(std::move(bytes)) {}
    std::string bytes_;
};

class GatedMail {
public:
    GatedMail(GatedMail&&) noexcept = default;
    GatedMail& operator=(GatedMail&&) noexcept = default;
    std::string_view bytes() const noexcept { return bytes_; }

private:
    friend class Gate;
    explicit GatedMail(std::string bytes) : bytes_(std::move(bytes)) {}
    std::string bytes_;
};

}  // namespace mugaika

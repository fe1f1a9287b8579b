// What the first bytes of an archive say about how to read it. A label or libmagic may say otherwise; the bytes decide.
#pragma once

#include <string_view>

namespace mugaika::codec::archive {

bool is_zip(std::string_view untrusted) noexcept;
bool is_seven_zip(std::string_view untrusted) noexcept;
bool is_rar4(std::string_view untrusted) noexcept;
bool is_rar5(std::string_view untrusted) noexcept;
bool is_lzh(std::string_view untrusted) noexcept;
bool is_cabinet(std::string_view untrusted) noexcept;
bool is_gzip(std::string_view untrusted) noexcept;
bool is_bzip2(std::string_view untrusted) noexcept;
bool is_xz(std::string_view untrusted) noexcept;
// A header of 512 bytes whose sum is right (POSIX.1-1988, ustar): older tars have no other sign.
bool is_tar(std::string_view untrusted) noexcept;

// RAR 4 and 5 only: one of several files that are an archive together (AC-155).
bool is_rar_volume(std::string_view untrusted) noexcept;
// RAR 5 only, where the library takes encrypted data for damaged ones: a member or the list is encrypted (AC-156).
bool is_rar5_encrypted(std::string_view untrusted) noexcept;

}  // namespace mugaika::codec::archive

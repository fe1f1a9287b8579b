// Files that have a password: what each is, who can open it, and what is inside that can be read without one.
#pragma once

#include <cstdint>

#include "policy/part_facts.hpp"

namespace mugaika {

enum class LockKind : std::uint8_t {
    none,
    package,    // an Office document of today, encrypted as a whole ([MS-OFFCRYPTO] 2.3.4)
    pdf,        // ISO 32000-1 7.6; where only its printing or changing is forbidden, nobody needs the password
    zip,        // ZipCrypto or AES; the names of its members can be read
    seven_zip,  // AES-256; the names of its members can be read where they are not encrypted too
    rar,        // nobody here decrypts it
    office,     // doc, xls, ppt ([MS-OFFCRYPTO] 2.3.5 to 2.3.7); some workbooks by a password that everybody knows
    mail,       // S/MIME, PGP: a key opens it, no password
    other,
};

// By the kind and the detected type alone: LockKind::none for what is not PartKind::encrypted.
LockKind lock_of(const PartFacts&) noexcept;

// Can a password given to `mugaika quarantine unlock` open it?
bool opens_by_password(LockKind) noexcept;

// Is a codec asked about it before anybody gives a password? For the names in it, or because none may be needed, or one
// that everybody knows.
bool is_tried_unasked(const PartFacts&) noexcept;

// Does a codec list the files in it? Containers, and locked archives, whose members are held one by one.
bool holds_files(const PartFacts&) noexcept;

}  // namespace mugaika

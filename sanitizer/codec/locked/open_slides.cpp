#include "sanitizer/codec/locked/open_slides.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>

#include "sanitizer/codec/locked/office_cipher.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked {
namespace {

using zip::damaged;
using zip::number16;
using zip::number32;

constexpr std::size_t head_bytes = 8;
constexpr std::uint32_t user_edit = 0x0ff5, persist_directory = 0x1772, crypt_session = 0x2f14;

void put_number(std::string& bytes, std::size_t at, std::uint32_t number) {
    std::string four;
    zip::put32(four, number);
    bytes.replace(at, four.size(), four);
}

// The record there, without its head.
std::string_view record_at(std::string_view document, std::size_t at, std::uint32_t type, std::size_t bytes_min) {
    if (at > document.size() || document.size() - at < head_bytes) damaged("an object lies behind the presentation");
    const std::string_view head = document.substr(at, head_bytes);
    const std::size_t size = number32(head, 4);
    if (number16(head, 2) != type || size < bytes_min || size > document.size() - at - head_bytes) {
        damaged("an object of a presentation is none");
    }
    return document.substr(at + head_bytes, size);
}

// Where each object stands, by its number: 2.3.4. What an earlier edit said of one does not count.
using Objects = std::map<std::uint32_t, std::uint32_t>;

void add_directory(Objects& objects, std::string_view directory) {
    while (directory.size() >= 4) {
        const std::uint32_t first = number32(directory, 0) & 0xfffff;
        const std::uint32_t count = number32(directory, 0) >> 20;
        directory.remove_prefix(4);
        if (count > directory.size() / 4) damaged("the list of a presentation's objects is cut");
        for (std::uint32_t i = 0; i < count; ++i) objects.emplace(first + i, number32(directory, std::size_t{i} * 4));
        directory.remove_prefix(std::size_t{count} * 4);
    }
}

struct Edits {
    Objects objects;
    std::uint32_t session = 0;  // the object that says how all are encrypted
    std::vector<std::size_t> at;
};

Edits read_edits(std::string_view document, std::size_t at) {
    constexpr std::size_t encrypted_bytes = 32;  // four more than otherwise: which object says how
    Edits edits;
    std::set<std::size_t> seen;
    for (; at != 0; at = number32(document, at + head_bytes + 8)) {
        const std::string_view edit = record_at(document, at, user_edit, encrypted_bytes);
        if (!seen.insert(at).second) damaged("the edits of a presentation turn in a circle");
        if (edits.at.empty()) edits.session = number32(edit, 28);
        edits.at.push_back(at);
        add_directory(edits.objects, record_at(document, number32(edit, 12), persist_directory, 4));
    }
    if (edits.at.empty()) damaged("a presentation without an edit");
    return edits;
}

// From its first byte on, its head included, which says how long it is.
void decrypt_object(std::string& document, std::uint32_t number, std::size_t at, const OfficeCipher& cipher) {
    if (at > document.size() || document.size() - at < head_bytes) damaged("an object lies behind the presentation");
    std::string head = document.substr(at, head_bytes);
    cipher.decrypt(number, head.data(), head.size());
    const std::size_t size = head_bytes + std::size_t{number32(head, 4)};
    if (size > document.size() - at) damaged("an object of a presentation is none");
    cipher.decrypt(number, document.data() + at, size);
}

// ---- pictures ([MS-ODRAW] 2.2.23): each field is encrypted apart, all with one key

bool has_two_digests(std::uint32_t instance) noexcept {
    constexpr std::array<std::uint32_t, 8> instances{0x3d5, 0x217, 0x543, 0x46b, 0x6e3, 0x6e1, 0x7a9, 0x6e5};
    return std::find(instances.begin(), instances.end(), instance) != instances.end();
}

void decrypt_pictures(std::string& pictures, const OfficeCipher& cipher) {
    constexpr std::uint32_t first_kind = 0xf01a, last_metafile = 0xf01c, last_kind = 0xf029;
    constexpr std::size_t digest_bytes = 16, metafile_head_bytes = 34;
    for (std::size_t at = 0; at + head_bytes <= pictures.size();) {
        std::size_t left = pictures.size() - at;
        const auto field = [&](std::size_t bytes) {
            const std::size_t size = std::min(bytes, left);
            cipher.decrypt(0, pictures.data() + at, size);
            at += size;
            left -= size;
        };
        const std::size_t head = at;
        field(head_bytes);
        const std::uint32_t instance = number16(pictures, head) >> 4, type = number16(pictures, head + 2);
        if (type < first_kind || type > last_kind) return;  // filler behind the last one
        left = std::min<std::size_t>(left, number32(pictures, head + 4));
        field(digest_bytes);
        if (has_two_digests(instance)) field(digest_bytes);
        field(type <= last_metafile ? metafile_head_bytes : 1);
        field(left);
    }
}

// Of the properties, which are encrypted in a form of their own: readers take a stream of this name for the sign that
// all is. It has no other effect where the same letters stand in a text.
void hide_summary(std::string& copy) {
    constexpr std::string_view name("E\0n\0c\0r\0y\0p\0t\0e\0d\0S\0u\0m\0m\0a\0r\0y\0", 32);
    for (std::size_t at = copy.find(name); at != copy.npos; at = copy.find(name, at + name.size())) {
        copy[at + name.size() - 2] = 'x';
    }
}

// A record of the same size that nobody knows: what stands behind it is found.
void blank_record(std::string& document, std::size_t at, std::size_t bytes) {
    constexpr std::size_t type_bytes = 4;
    document.replace(at, type_bytes, type_bytes, '\0');
    document.replace(at + head_bytes, bytes, bytes, '\0');
}

}  // namespace

void open_slides(const ole2::CompoundFile& file, std::string& copy, std::string_view password, FilePurse& purse) {
    constexpr std::uint32_t encrypted_token = 0xf3d1c4df, plain_token = 0xe391c05f;
    constexpr std::size_t token_at = 12, edit_at = 16, session_at = 28;
    std::string user = file.read("Current User", purse);
    std::string document = file.read("PowerPoint Document", purse);
    if (user.size() < edit_at + 4) damaged("a presentation without a user");
    if (number32(user, token_at) != encrypted_token) damaged("the presentation is not encrypted");
    const Edits edits = read_edits(document, number32(user, edit_at));
    const auto session = edits.objects.find(edits.session);
    if (session == edits.objects.end()) damaged("an encrypted presentation does not say how");
    const std::string_view info = record_at(document, session->second, crypt_session, 4);
    const OfficeCipher cipher(info, password);
    const std::size_t info_bytes = info.size();
    std::set<std::size_t> seen{session->second};
    for (const auto& [number, at] : edits.objects) {
        if (seen.insert(at).second) decrypt_object(document, number, at, cipher);
    }
    blank_record(document, session->second, info_bytes);
    for (const std::size_t at : edits.at) put_number(document, at + head_bytes + session_at, 0);
    put_number(user, token_at, plain_token);
    file.overwrite(copy, "Current User", user);
    file.overwrite(copy, "PowerPoint Document", document);
    if (file.has("Pictures")) {
        std::string pictures = file.read("Pictures", purse);
        decrypt_pictures(pictures, cipher);
        file.overwrite(copy, "Pictures", pictures);
    }
    hide_summary(copy);
}

}  // namespace mugaika::codec::locked

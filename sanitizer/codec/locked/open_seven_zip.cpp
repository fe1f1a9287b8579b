#include "sanitizer/codec/locked/open_seven_zip.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <optional>
#include <utility>
#include <vector>

#include "sanitizer/codec/archive/library_reader.hpp"
#include "sanitizer/codec/locked/lzma_data.hpp"
#include "sanitizer/codec/locked/seven_zip_cipher.hpp"
#include "sanitizer/codec/locked/seven_zip_header.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked {
namespace {

using namespace seven_zip;
using zip::damaged;
using zip::refuse;
using zip::Refused;

constexpr std::string_view copy_id("\0", 1);
constexpr std::string_view lzma_id("\x03\x01\x01", 3);
constexpr std::string_view lzma2_id("\x21", 1);
constexpr std::string_view two_way_branches_id("\x03\x03\x01\x1b", 4);  // BCJ2
constexpr std::uint32_t packed_headers_max = 4;                         // one in the other; writers make one

// What the reader knows that goes through the archive next: Copy, LZMA, LZMA2, PPMd, bzip2, Deflate, Delta, and
// branches of x86 (BCJ, BCJ2), PowerPC, IA-64, ARM, ARM Thumb, SPARC.
constexpr std::array known_ids{
    copy_id,
    lzma_id,
    lzma2_id,
    std::string_view("\x03\x04\x01", 3),
    std::string_view("\x04\x02\x02", 3),
    std::string_view("\x04\x01\x08", 3),
    std::string_view("\x03", 1),
    std::string_view("\x03\x03\x01\x03", 4),
    two_way_branches_id,
    std::string_view("\x03\x03\x02\x05", 4),
    std::string_view("\x03\x03\x04\x01", 4),
    std::string_view("\x03\x03\x05\x01", 4),
    std::string_view("\x03\x03\x07\x01", 4),
    std::string_view("\x03\x03\x08\x05", 4),
};

[[noreturn]] void wrong_password() { throw Refused{Reason::encrypted, "the password does not open it"}; }

void must_be_known(const Folder& folder) {
    const auto is = [](std::string_view id) { return [id](const Coder& coder) { return coder.id == id; }; };
    const auto begin = folder.coders.begin(), end = folder.coders.end();
    for (const Coder& coder : folder.coders) {
        const bool is_known = std::find(known_ids.begin(), known_ids.end(), coder.id) != known_ids.end();
        if (!is_known && !is_cipher(coder)) refuse("a member is packed by an unknown method");
    }
    const auto ciphers = std::count_if(begin, end, is_cipher);
    const bool is_tree = std::any_of(begin, end, is(two_way_branches_id));
    if (end - begin - ciphers > 2 && !is_tree) refuse("a member is packed by more methods than are known together");
}

// A cipher is gone: what took its bytes takes the packed stream, and whatever is numbered behind it moves up.
void take_off(Folder& folder, std::uint32_t coder, std::uint32_t input) {
    if (folder.coders.size() == 1) {
        folder.coders[0] = {std::string(copy_id), {}};
        return;
    }
    const auto bond =
        std::find_if(folder.bonds.begin(), folder.bonds.end(), [&](const Bond& one) { return one.output == coder; });
    if (bond == folder.bonds.end()) refuse("the data of a 7z file are encrypted in a form that nobody here opens");
    std::replace(folder.packed.begin(), folder.packed.end(), input, bond->input);
    folder.bonds.erase(bond);
    folder.coders.erase(folder.coders.begin() + coder);
    folder.sizes.erase(folder.sizes.begin() + coder);
    for (Bond& one : folder.bonds) {
        if (one.input > input) --one.input;
        if (one.output > coder) --one.output;
    }
    for (std::uint32_t& one : folder.packed) {
        if (one > input) --one;
    }
}

std::uint32_t first_input(const Folder& folder, std::size_t coder) {
    std::uint32_t inputs = 0;
    for (std::size_t i = 0; i < coder; ++i) inputs += folder.coders[i].inputs;
    return inputs;
}

class Opener {
public:
    Opener(std::string_view archive, std::string_view password, FilePurse& purse)
        : archive_(archive), cipher_(password), purse_(purse) {}

    PlainHeader open() {
        std::string_view header = find_header(archive_);
        const std::uint32_t folders_max = purse_.limits().archive_members_max;
        for (std::uint32_t i = 0; is_packed(header); ++i) {
            if (i == packed_headers_max) refuse("the header of a 7z file is packed again and again");
            header = unpacked_header(read_packed_header(header, archive_, folders_max));
        }
        PlainHeader plain = read_plain_header(header, archive_, folders_max);
        if (plain.streams) open(*plain.streams);
        return plain;
    }

    bool is_proven() const noexcept { return is_proven_ || cipher_.has_seen_zeros(); }
    bool is_all_locked() const noexcept { return is_all_locked_; }

private:
    // True where there was one. `streams`: of this folder.
    bool open(Folder& folder, std::string_view* streams) {
        bool has_cipher = false;
        for (std::size_t i = folder.coders.size(); i > 0; --i) {
            const Coder coder = folder.coders[i - 1];
            if (!is_cipher(coder)) continue;
            has_cipher = true;
            const std::uint32_t input = first_input(folder, i - 1);
            const auto packed = std::find(folder.packed.begin(), folder.packed.end(), input);
            if (packed == folder.packed.end() || coder.inputs != 1) {
                refuse("the data of a 7z file are encrypted in a form that nobody here opens");
            }
            std::string_view& stream = streams[packed - folder.packed.begin()];
            if (!purse_.take_inner(stream.size())) {
                throw Refused{Reason::inner_too_large, "the members are larger than allowed"};
            }
            stream = plain_.emplace_back(cipher_.decrypted(coder, stream, folder.sizes[i - 1]));
            take_off(folder, static_cast<std::uint32_t>(i - 1), input);
        }
        return has_cipher;
    }

    void open(Streams& streams) {
        std::string_view* at = streams.packed.data();
        for (Folder& folder : streams.folders) {
            must_be_known(folder);
            if (!open(folder, at)) is_all_locked_ = false;
            at += folder.packed.size();
        }
    }

    std::string_view unpacked_header(PackedHeader packed) {
        Folder& folder = packed.streams.folders.front();
        const bool has_cipher = open(folder, packed.streams.packed.data());
        if (folder.coders.size() != 1) refuse("the header of a 7z file is packed by more methods than one");
        const auto header = content_of(folder, packed.streams.packed.front());
        const bool is_right = header && (!packed.crc || crc_of(*header) == *packed.crc);
        if (!is_right && has_cipher && !is_proven()) wrong_password();
        if (!is_right) damaged("the header of a 7z file does not unpack");
        is_proven_ = is_proven_ || (has_cipher && packed.crc);
        return plain_.emplace_back(*header);
    }

    std::optional<std::string> content_of(const Folder& folder, std::string_view stream) {
        const Coder& coder = folder.coders.front();
        const std::uint64_t bytes = folder.sizes.front();
        if (coder.id == copy_id) return bytes == stream.size() ? std::optional(std::string(stream)) : std::nullopt;
        if (coder.id != lzma_id && coder.id != lzma2_id)
            refuse("the header of a 7z file is packed by an unknown method");
        const Packing packing = coder.id == lzma_id ? Packing::lzma : Packing::lzma2;
        return unpacked(packing, coder.properties, stream, bytes, purse_);
    }

    std::string_view archive_;
    Cipher cipher_;
    FilePurse& purse_;
    std::list<std::string> plain_;  // what is pointed to
    bool is_proven_ = false;        // the password has opened something that has a CRC
    bool is_all_locked_ = true;
};

// Every CRC of its members is compared. Throws Refused: document_damaged.
void unpack_all(std::string_view archive, FilePurse& purse, bool& has_opened) {
    archive::LibraryReader reader(archive, archive::Format::seven_zip);
    archive::LibraryMember member;
    std::uint32_t members = 0;
    while (reader.next(member)) {
        if (!purse.take_member() || members++ == purse.limits().archive_members_max) {
            throw Refused{Reason::too_many_members, "the archive has more members than allowed"};
        }
        if (member.is_folder || member.held != Reason::none) continue;
        if (!reader.read(purse).empty()) has_opened = true;
    }
}

}  // namespace

std::string opened_seven_zip(std::string_view untrusted, std::string_view password, FilePurse& purse) {
    Opener opener(untrusted, password, purse);
    std::string plain = written(opener.open());
    bool has_opened = false;
    try {
        unpack_all(plain, purse, has_opened);
    } catch (const Refused& refused) {
        const bool is_proven = opener.is_proven() || (has_opened && opener.is_all_locked());
        if (refused.why == Reason::document_damaged && !is_proven) wrong_password();
        throw;
    }
    return plain;
}

}  // namespace mugaika::codec::locked

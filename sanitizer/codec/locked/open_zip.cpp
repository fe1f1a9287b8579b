#include "sanitizer/codec/locked/open_zip.hpp"

#include <optional>
#include <vector>

#include "sanitizer/codec/locked/zip_cipher.hpp"
#include "sanitizer/codec/zip/directory.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::locked {
namespace {

using zip::Entry;
using zip::Packed;
using zip::put16;
using zip::put32;
using zip::Refused;

constexpr std::uint32_t unicode_path = 0x7075;

[[noreturn]] void wrong_password() { throw Refused{Reason::encrypted, "the password does not open it"}; }

// One member behind the other, and the directory that belongs to them; no member is as large as a ZIP64 field wants.
class PlainZip {
public:
    explicit PlainZip(std::size_t expected) { out_.reserve(expected); }

    void add(const Entry& entry, const Packed& packed) {
        const auto at = static_cast<std::uint32_t>(out_.size());
        const std::string extra = kept_extra(entry);
        put32(out_, 0x04034b50);
        put_facts(out_, entry, packed, extra);
        out_.append(entry.name).append(extra).append(packed.bytes);
        put32(directory_, 0x02014b50);
        put16(directory_, entry.made_by);
        put_facts(directory_, entry, packed, extra);
        put16(directory_, 0);  // no comment, the first volume, no text
        put16(directory_, 0);
        put16(directory_, 0);
        put32(directory_, entry.attributes);
        put32(directory_, at);
        directory_.append(entry.name).append(extra);
        ++count_;
    }

    std::string finish() && {
        const auto at = static_cast<std::uint32_t>(out_.size());
        out_ += directory_;
        put32(out_, 0x06054b50);
        put32(out_, 0);
        put16(out_, count_);
        put16(out_, count_);
        put32(out_, static_cast<std::uint32_t>(directory_.size()));
        put32(out_, at);
        put16(out_, 0);
        return std::move(out_);
    }

private:
    // The name may stand in a field, too; nothing else of them is needed.
    static std::string kept_extra(const Entry& entry) {
        std::string extra;
        const auto path = zip::find_extra(entry.extra, unicode_path);
        if (!path) return extra;
        put16(extra, unicode_path);
        put16(extra, static_cast<std::uint32_t>(path->size()));
        return extra.append(*path);
    }

    static void put_facts(std::string& out, const Entry& entry, const Packed& packed, std::string_view extra) {
        put16(out, 20);
        put16(out, entry.flags & zip::flag_utf8);
        put16(out, packed.method);
        put32(out, entry.modified);
        put32(out, packed.crc);
        put32(out, static_cast<std::uint32_t>(packed.bytes.size()));
        put32(out, static_cast<std::uint32_t>(packed.size));
        put16(out, static_cast<std::uint32_t>(entry.name.size()));
        put16(out, static_cast<std::uint32_t>(extra.size()));
    }

    std::string out_;
    std::string directory_;
    std::uint32_t count_ = 0;
};

void must_be_known(std::uint32_t method) {
    if (!zip::is_known_method(method)) zip::refuse("a member is packed by an unknown method");
}

void judge(const Entry& entry) {
    const bool is_locked = (entry.flags & zip::flag_encrypted) != 0;
    if ((entry.flags & zip::flag_strong) != 0) zip::refuse("a member is encrypted in a form that nobody here opens");
    if (!is_locked && entry.trouble) throw *entry.trouble;
    if (entry.packed.bytes.size() > 0xffffffff || entry.packed.size > 0xffffffff) zip::refuse("a member is too large");
}

class Opener {
public:
    Opener(std::string_view password, FilePurse& purse) : password_(password), purse_(purse) {}

    // `plain` holds the bytes of what is returned.
    Packed open(const Entry& entry, std::string& plain) {
        if (++opened_ > purse_.limits().archive_members_max) {
            throw Refused{Reason::too_many_members, "the archive has more members than allowed"};
        }
        if (!purse_.take_inner(entry.packed.bytes.size())) {
            throw Refused{Reason::inner_too_large, "the members are larger than allowed"};
        }
        const auto field = aes_field(entry);
        return field ? by_aes(entry, *field, plain) : by_classic(entry, plain);
    }

    // What one member said that no other has confirmed.
    void end() const {
        if (!failed_) return;
        if (!is_proven_) wrong_password();
        throw *failed_;
    }

private:
    Packed by_aes(const Entry& entry, const AesField& field, std::string& plain) {
        must_be_known(field.method);
        auto data = decrypted_by_aes(entry, field, password_);
        if (!data) wrong_password();
        plain = *std::move(data);
        Packed packed{field.method, entry.packed.crc, entry.packed.size, plain};
        const std::uint32_t measured = zip::measured_crc(packed, purse_);
        if (field.has_crc && measured != packed.crc) zip::damaged("a member is not what its header says");
        packed.crc = measured;
        is_proven_ = true;
        return packed;
    }

    Packed by_classic(const Entry& entry, std::string& plain) {
        must_be_known(entry.packed.method);
        auto data = decrypted(entry, password_);
        if (!data) wrong_password();
        plain = *std::move(data);
        const Packed packed{entry.packed.method, entry.packed.crc, entry.packed.size, plain};
        try {
            zip::unpack(packed, &purse_, [](std::string_view) { return true; });
            is_proven_ = true;
        } catch (const Refused& refused) {
            if (refused.why != Reason::document_damaged) throw;
            failed_ = refused;
        }
        return packed;
    }

    std::string_view password_;
    FilePurse& purse_;
    std::uint32_t opened_ = 0;
    bool is_proven_ = false;         // the password has opened a member
    std::optional<Refused> failed_;  // of a member that it seemed to open
};

}  // namespace

std::string opened_zip(std::string_view untrusted, std::string_view password, FilePurse& purse) {
    const std::vector<Entry> entries = zip::read_directory(untrusted, purse);
    for (const Entry& entry : entries) judge(entry);
    Opener opener(password, purse);
    PlainZip made(untrusted.size());
    for (const Entry& entry : entries) {
        std::string plain;
        const bool is_locked = (entry.flags & zip::flag_encrypted) != 0;
        made.add(entry, is_locked ? opener.open(entry, plain) : entry.packed);
    }
    opener.end();
    return std::move(made).finish();
}

}  // namespace mugaika::codec::locked

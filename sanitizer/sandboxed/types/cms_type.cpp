#include "sanitizer/sandboxed/types/cms_type.hpp"

#include <cstddef>
#include <cstdint>

namespace mugaika::sandboxed {
namespace {

using namespace std::string_view_literals;

constexpr auto pkcs7 = "\x2a\x86\x48\x86\xf7\x0d\x01\x07"sv;  // 1.2.840.113549.1.7, one more byte tells which
constexpr auto smime_type =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"sv;  // 1.2.840.113549.1.9.16.1: compressed and its kin
constexpr char data = 0x01, signed_data = 0x02;

constexpr unsigned char end_of_contents = 0x00, integer_tag = 0x02, octets_tag = 0x04, oid_tag = 0x06,
                        pieces_tag = 0x24, sequence_tag = 0x30, set_tag = 0x31, context_0_tag = 0xa0;

// A cursor over BER elements. Fails for good at the first thing that is not there.
class Cursor {
public:
    explicit Cursor(std::string_view bytes) : rest_(bytes) {}

    bool is_empty() const { return rest_.empty(); }
    bool is_at(unsigned char tag) const { return !rest_.empty() && static_cast<unsigned char>(rest_.front()) == tag; }

    // Steps into an element of definite or indefinite length.
    bool enter(unsigned char tag) { return header(tag).has_value(); }

    // Steps over an element and gives its content; an indefinite length cannot be stepped over.
    std::optional<std::string_view> take(unsigned char tag) {
        const auto length = header(tag);
        if (!length || *length == indefinite || *length > rest_.size()) return std::nullopt;
        const std::string_view content = rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return content;
    }

private:
    static constexpr std::size_t indefinite = SIZE_MAX;

    std::optional<std::size_t> header(unsigned char tag) {
        if (!is_at(tag) || rest_.size() < 2) return std::nullopt;
        const auto first = static_cast<unsigned char>(rest_[1]);
        rest_.remove_prefix(2);
        if (first < 0x80) return first;
        if (first == 0x80) return indefinite;
        const std::size_t count = first & 0x7fu;
        if (count > 4 || count > rest_.size()) return std::nullopt;
        std::size_t length = 0;
        for (std::size_t i = 0; i < count; ++i) length = length << 8 | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(count);
        return length;
    }

    std::string_view rest_;
};

bool is_pkcs7(std::string_view oid, char last) {
    return oid.size() == pkcs7.size() + 1 && oid.starts_with(pkcs7) && oid.back() == last;
}

// An OCTET STRING, whole or in pieces, which may come in pieces themselves (X.690 8.7). False for anything else.
bool add_octets(Cursor& cursor, std::string& out, int depth) {
    constexpr int depth_max = 4;
    if (const auto whole = cursor.take(octets_tag)) {
        out += *whole;
        return true;
    }
    if (depth == depth_max) return false;
    const Cursor before = cursor;
    if (const auto definite = cursor.take(pieces_tag)) {
        for (Cursor inside(*definite); !inside.is_empty();) {
            if (!add_octets(inside, out, depth + 1)) return false;
        }
        return true;
    }
    cursor = before;
    if (!cursor.enter(pieces_tag)) return false;
    while (!cursor.is_at(end_of_contents)) {
        if (!add_octets(cursor, out, depth + 1)) return false;
    }
    return cursor.take(end_of_contents).has_value();
}

bool enter_signed_data(Cursor& cursor) {
    if (!cursor.enter(sequence_tag)) return false;
    const auto oid = cursor.take(oid_tag);
    return oid && is_pkcs7(*oid, signed_data) && cursor.enter(context_0_tag) && cursor.enter(sequence_tag) &&
           cursor.take(integer_tag) && cursor.take(set_tag);
}

// encapContentInfo (RFC 5652 5.2): an OID and, unless the signature is detached, the content.
bool has_no_content(Cursor cursor) {
    Cursor indefinite = cursor;
    if (const auto definite = cursor.take(sequence_tag)) {
        Cursor inside(*definite);
        return inside.take(oid_tag) && inside.is_empty();
    }
    return indefinite.enter(sequence_tag) && indefinite.take(oid_tag) && indefinite.is_at(end_of_contents);
}

// SignedData up to encapContentInfo (RFC 5652 5.1). In doubt it has content.
bool is_detached(Cursor cursor) {
    return cursor.enter(context_0_tag) && cursor.enter(sequence_tag) && cursor.take(integer_tag) &&
           cursor.take(set_tag) && has_no_content(cursor);
}

}  // namespace

std::optional<FileType> cms_type_of(std::string_view untrusted_bytes) {
    Cursor cursor(untrusted_bytes);
    if (!cursor.enter(sequence_tag)) return std::nullopt;
    const auto oid = cursor.take(oid_tag);
    if (!oid || (!oid->starts_with(pkcs7) && !oid->starts_with(smime_type))) return std::nullopt;
    if (is_pkcs7(*oid, signed_data)) {
        if (is_detached(cursor)) return FileType{"application/pkcs7-signature", PartKind::signature};
        return FileType{std::string(signed_container_type), PartKind::encrypted};
    }
    return FileType{"application/pkcs7-mime", PartKind::encrypted};
}

std::optional<std::string> signed_content(std::string_view untrusted_bytes) {
    Cursor cursor(untrusted_bytes);
    if (!enter_signed_data(cursor) || !cursor.enter(sequence_tag)) return std::nullopt;
    const auto oid = cursor.take(oid_tag);
    if (!oid || !is_pkcs7(*oid, data) || !cursor.enter(context_0_tag)) return std::nullopt;
    std::string content;
    if (!add_octets(cursor, content, 0)) return std::nullopt;
    return content;
}

}  // namespace mugaika::sandboxed

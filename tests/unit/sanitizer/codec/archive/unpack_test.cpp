// One member of a ZIP file, on both sides of the size up to which it is unpacked at once: the same is taken, and the
// same lies of a header are noticed.
#include "sanitizer/codec/zip/unpack.hpp"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sanitizer/codec/zip/refused.hpp"

using namespace mugaika;
using namespace mugaika::codec::zip;

namespace {

// Packs well, but not to nothing.
std::string sample_bytes(std::size_t size) {
    std::string bytes;
    for (std::uint32_t n = 1; bytes.size() < size; n = n * 1664525 + 1013904223)
        bytes += std::to_string(n >> 20) + '\n';
    bytes.resize(size);
    return bytes;
}

std::string deflated(const std::string& bytes) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

struct Made {
    explicit Made(std::size_t size) : bytes(sample_bytes(size)), packed(deflated(bytes)) {}
    Packed member() const {
        const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
        return {8, static_cast<std::uint32_t>(crc), bytes.size(), packed};
    }
    std::string bytes;
    std::string packed;
};

std::vector<std::size_t> sizes() {
    constexpr std::size_t limit = at_once_bytes_max;
    return {0, 1, 70'000, limit - 1, limit, limit + 1, limit + 200'000};
}

Reason why_refused(const Packed& packed, FilePurse& purse, std::size_t* handed_on = nullptr) {
    try {
        unpack(packed, &purse, [&](std::string_view piece) {
            if (handed_on) *handed_on += piece.size();
            return true;
        });
    } catch (const Refused& refused) {
        return refused.why;
    }
    return Reason::none;
}
Reason why_refused(const Packed& packed) {
    FilePurse purse{FileLimits{}};
    return why_refused(packed, purse);
}

}  // namespace

TEST_CASE("a member comes out whole, in pieces, however large it is") {
    for (const std::size_t size : sizes()) {
        CAPTURE(size);
        const Made made(size);
        FilePurse purse{FileLimits{}};
        std::string out;
        unpack(made.member(), &purse, [&](std::string_view piece) {
            CHECK(piece.size() <= 64u << 10);
            out += piece;
            return true;
        });
        CHECK((out == made.bytes));
        CHECK(purse.inner_left() == FileLimits{}.inner_bytes_max - size);
    }
}

TEST_CASE("a sink that has enough gets no further piece") {
    for (const std::size_t size : {std::size_t{200'000}, std::size_t{at_once_bytes_max + 200'000}}) {
        const Made made(size);
        int pieces = 0;
        unpack(made.member(), nullptr, [&](std::string_view) { return ++pieces < 2; });
        CHECK(pieces == 2);
    }
}

TEST_CASE("AC-144 a member that is not what its header says is damaged, at once and in pieces alike") {
    for (const std::size_t size : sizes()) {
        CAPTURE(size);
        const Made made(size);
        const auto with = [&](const auto& change) {
            Packed packed = made.member();
            change(packed);
            return why_refused(packed);
        };
        const std::string behind = made.packed + '\0';
        CHECK(with([](Packed&) {}) == Reason::none);
        CHECK(with([](Packed& p) { p.size += 1; }) == Reason::document_damaged);
        CHECK(with([](Packed& p) { p.crc ^= 1; }) == Reason::document_damaged);
        CHECK(with([&](Packed& p) { p.bytes = behind; }) == Reason::document_damaged);
        CHECK(with([](Packed& p) { p.bytes.remove_suffix(1); }) == Reason::document_damaged);
        CHECK(with([](Packed& p) { p.bytes = "\x07"; }) == Reason::document_damaged);
        if (size > 0) CHECK(with([](Packed& p) { p.size -= 1; }) == Reason::document_damaged);
        if (size > 0)
            CHECK(with([](Packed& p) { p.size = 1; }) == (size == 1 ? Reason::none : Reason::document_damaged));
    }
}

TEST_CASE("what the purse does not hold is not handed on") {
    for (const std::size_t size : {std::size_t{70'000}, std::size_t{at_once_bytes_max + 200'000}}) {
        CAPTURE(size);
        const Made made(size);
        FileLimits limits;
        limits.inner_bytes_max = size - 1;
        FilePurse purse(limits);
        std::size_t handed_on = 0;
        CHECK(why_refused(made.member(), purse, &handed_on) == Reason::inner_too_large);
        CHECK(handed_on < size);
    }
}

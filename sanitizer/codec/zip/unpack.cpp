#include "sanitizer/codec/zip/unpack.hpp"

#include <libdeflate.h>

#include <algorithm>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/zip/inflater.hpp"

namespace mugaika::codec::zip {
namespace {

constexpr std::size_t piece_bytes_max = 64 << 10;

// Counts what comes out and holds it against the headers.
class Tally {
public:
    Tally(const Packed& packed, FilePurse* purse) : packed_(packed), purse_(purse) {}

    void pay(std::uint64_t bytes) {
        if (bytes > packed_.size - size_) damaged("a member is larger than its header says");
        size_ += bytes;
        if (purse_ != nullptr && !purse_->take_inner(bytes)) {
            throw Refused{Reason::inner_too_large, "the members are larger than allowed"};
        }
    }
    void count(std::string_view piece) { crc_ = libdeflate_crc32(crc_, piece.data(), piece.size()); }
    void take(std::string_view piece) {
        pay(piece.size());
        count(piece);
    }
    void end() const {
        if (size_ != packed_.size || crc_ != packed_.crc) damaged("a member is not what its header says");
    }
    std::uint32_t crc() const {
        if (size_ != packed_.size) damaged("a member is not what its header says");
        return crc_;
    }

private:
    const Packed& packed_;
    FilePurse* purse_;
    std::uint64_t size_ = 0;
    std::uint32_t crc_ = 0;
};

bool hand_on(std::string_view bytes, const std::function<bool(std::string_view)>& sink) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), piece_bytes_max))) {
        if (!sink(bytes.substr(0, piece_bytes_max))) return false;
    }
    return true;
}

// Paid as its header says, before there is room for it.
void inflate_at_once(const Packed& packed, Tally& tally, const std::function<char*(std::size_t)>& room) {
    tally.pay(packed.size);
    char* const bytes = room(packed.size);
    const CHandle<libdeflate_decompressor, libdeflate_free_decompressor> inflater(libdeflate_alloc_decompressor());
    if (!inflater) refuse("libdeflate gave no memory");
    std::size_t eaten = 0;
    std::size_t made = 0;
    const libdeflate_result result = libdeflate_deflate_decompress_ex(
        inflater.get(), packed.bytes.data(), packed.bytes.size(), bytes, packed.size, &eaten, &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) damaged("a member is larger than its header says");
    if (result != LIBDEFLATE_SUCCESS) damaged("a deflate stream is damaged");
    if (eaten != packed.bytes.size()) damaged("a member has bytes behind its deflate stream");
    if (made != packed.size) damaged("a member is not what its header says");
    tally.count({bytes, made});
    tally.end();
}

std::string inflated_at_once(const Packed& packed, Tally& tally) {
    std::string bytes;
    inflate_at_once(packed, tally, [&bytes](std::size_t size) {
        bytes.resize(size);
        return bytes.data();
    });
    return bytes;
}

void unpack_deflated(const Packed& packed, Tally& tally, const std::function<bool(std::string_view)>& sink) {
    Inflater inflater(packed.bytes, -MAX_WBITS);
    const bool is_whole = inflater.run([&](std::string_view piece) {
        tally.take(piece);
        return sink(piece);
    });
    if (!is_whole) return;
    if (!inflater.rest().empty()) damaged("a member has bytes behind its deflate stream");
    tally.end();
}

}  // namespace

bool is_known_method(std::uint32_t method) noexcept { return method == 0 || method == Z_DEFLATED; }

bool is_unpacked_at_once(const Packed& packed) noexcept {
    return packed.method == Z_DEFLATED && packed.size <= at_once_bytes_max;
}

void unpack_at_once(const Packed& packed, FilePurse* purse, const std::function<char*(std::size_t)>& room) {
    Tally tally(packed, purse);
    inflate_at_once(packed, tally, room);
}

void unpack(const Packed& packed, FilePurse* purse, const std::function<bool(std::string_view)>& sink) {
    Tally tally(packed, purse);
    if (is_unpacked_at_once(packed)) {
        hand_on(inflated_at_once(packed, tally), sink);
    } else if (packed.method == Z_DEFLATED) {
        unpack_deflated(packed, tally, sink);
    } else {
        const auto paid_sink = [&](std::string_view piece) {
            tally.take(piece);
            return sink(piece);
        };
        if (hand_on(packed.bytes, paid_sink)) tally.end();
    }
}

std::string unpack_whole(const Packed& packed, FilePurse& purse) {
    if (is_unpacked_at_once(packed)) {
        Tally tally(packed, &purse);
        return inflated_at_once(packed, tally);
    }
    std::string whole;
    unpack(packed, &purse, [&](std::string_view piece) {
        whole += piece;
        return true;
    });
    return whole;
}

std::uint32_t measured_crc(const Packed& packed, FilePurse& purse) {
    Tally tally(packed, &purse);
    const auto take = [&](std::string_view piece) {
        tally.take(piece);
        return true;
    };
    if (packed.method != Z_DEFLATED) {
        hand_on(packed.bytes, take);
        return tally.crc();
    }
    Inflater inflater(packed.bytes, -MAX_WBITS);
    inflater.run(take);
    if (!inflater.rest().empty()) damaged("a member has bytes behind its deflate stream");
    return tally.crc();
}

}  // namespace mugaika::codec::zip

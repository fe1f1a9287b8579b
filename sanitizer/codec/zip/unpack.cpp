#include "sanitizer/codec/zip/unpack.hpp"

#include <zlib.h>

#include <vector>

#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::zip {
namespace {

class Inflater {
public:
    Inflater() {
        if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) refuse("zlib gave no memory");
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream& stream() { return stream_; }

private:
    z_stream stream_{};
};

// Counts what comes out and holds it against the headers.
class Tally {
public:
    Tally(const Packed& packed, FilePurse* purse) : packed_(packed), purse_(purse) {}

    void take(std::string_view piece) {
        if (piece.size() > packed_.size - size_) damaged("a member is larger than its header says");
        size_ += piece.size();
        if (purse_ != nullptr && !purse_->take_inner(piece.size())) {
            throw Refused{Reason::inner_too_large, "the members are larger than allowed"};
        }
        crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size()));
    }
    void end() const {
        if (size_ != packed_.size || crc_ != packed_.crc) damaged("a member is not what its header says");
    }

private:
    const Packed& packed_;
    FilePurse* purse_;
    std::uint64_t size_ = 0;
    uLong crc_ = 0;
};

void unpack_deflated(const Packed& packed, Tally& tally, const std::function<bool(std::string_view)>& sink) {
    Inflater inflater;
    z_stream& stream = inflater.stream();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.bytes.data()));
    stream.avail_in = static_cast<uInt>(packed.bytes.size());
    std::vector<char> room(64 << 10);
    int state = Z_OK;
    while (state != Z_STREAM_END) {
        stream.next_out = reinterpret_cast<Bytef*>(room.data());
        stream.avail_out = static_cast<uInt>(room.size());
        state = inflate(&stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END) damaged("a member's deflate stream is damaged");
        const std::string_view piece(room.data(), room.size() - stream.avail_out);
        if (piece.empty() && state == Z_OK) damaged("a member's deflate stream does not end");
        tally.take(piece);
        if (!sink(piece)) return;
    }
    if (stream.avail_in != 0) damaged("a member has bytes behind its deflate stream");
    tally.end();
}

}  // namespace

bool is_known_method(std::uint32_t method) noexcept { return method == 0 || method == Z_DEFLATED; }

void unpack(const Packed& packed, FilePurse* purse, const std::function<bool(std::string_view)>& sink) {
    Tally tally(packed, purse);
    if (packed.method == Z_DEFLATED) return unpack_deflated(packed, tally, sink);
    for (std::size_t at = 0; at < packed.bytes.size(); at += 64 << 10) {
        const std::string_view piece = packed.bytes.substr(at, 64 << 10);
        tally.take(piece);
        if (!sink(piece)) return;
    }
    tally.end();
}

std::string unpack_whole(const Packed& packed, FilePurse& purse) {
    std::string whole;
    unpack(packed, &purse, [&](std::string_view piece) {
        whole += piece;
        return true;
    });
    return whole;
}

}  // namespace mugaika::codec::zip

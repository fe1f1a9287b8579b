#include "sanitizer/codec/zip/unpack.hpp"

#include "sanitizer/codec/zip/inflater.hpp"

namespace mugaika::codec::zip {
namespace {

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

// zlib's inflating, one stream after the other, as an object that ends by itself.
#pragma once

#include <zlib.h>

#include <functional>
#include <string_view>
#include <vector>

#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::zip {

class Inflater {
public:
    // What zlib calls window bits: negative for bare deflate, 16 + MAX_WBITS for gzip with its sums.
    Inflater(std::string_view packed, int window_bits) : room_(64 << 10) {
        if (inflateInit2(&stream_, window_bits) != Z_OK) refuse("zlib gave no memory");
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream_.avail_in = static_cast<uInt>(packed.size());
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    // Up to the end of the stream; false when the sink, which takes pieces of at most 64 KB, had enough before. Throws
    // Refused: document_damaged.
    bool run(const std::function<bool(std::string_view)>& sink) {
        for (int state = Z_OK; state != Z_STREAM_END;) {
            stream_.next_out = reinterpret_cast<Bytef*>(room_.data());
            stream_.avail_out = static_cast<uInt>(room_.size());
            state = inflate(&stream_, Z_NO_FLUSH);
            if (state != Z_OK && state != Z_STREAM_END) damaged("a deflate stream is damaged");
            const std::string_view piece(room_.data(), room_.size() - stream_.avail_out);
            if (piece.empty() && state == Z_OK && stream_.avail_in == 0) damaged("a deflate stream does not end");
            if (!sink(piece)) return false;
        }
        return true;
    }
    std::string_view rest() const { return {reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in}; }
    // The stream that follows, of the same kind.
    void begin_again() {
        if (inflateReset(&stream_) != Z_OK) refuse("zlib gave no memory");
    }

private:
    z_stream stream_{};
    std::vector<char> room_;
};

}  // namespace mugaika::codec::zip

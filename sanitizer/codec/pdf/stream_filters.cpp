#include "sanitizer/codec/pdf/stream_filters.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <qpdf/Pipeline.hh>
#include <qpdf/Pl_Flate.hh>
#include <stdexcept>
#include <vector>

#include "policy/c_handle.hpp"

namespace mugaika::codec::pdf {
namespace {

// Of zlib data that holds so many bytes, in stored blocks of no less than 5 KB.
constexpr std::uint64_t stored_size_max(std::uint64_t bytes) noexcept { return bytes + bytes / 1024 + 64; }

constexpr int level = 4;  // of libdeflate: pages of text 2 % larger than by 6, at a third of its time

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0'; }

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct TooLarge : std::runtime_error {
    TooLarge() : std::runtime_error("stream too large") {}
};

// Takes what inflate gives, up to a limit.
class Sink : public Pipeline {
public:
    explicit Sink(std::uint64_t bytes_max) : Pipeline("sink", nullptr), bytes_max_(bytes_max) {}
    void write(unsigned char const* data, size_t size) override {
        if (size > bytes_max_ - bytes.size()) throw TooLarge();
        bytes.append(reinterpret_cast<const char*>(data), size);
    }
    void finish() override {}

    std::string bytes;

private:
    std::uint64_t bytes_max_;
};

// zlib gives what stands before the damage, libdeflate only whole data.
Decoded inflate_what_is_left(std::string_view data, std::uint64_t bytes_max) {
    constexpr std::size_t piece = 4096;  // an error costs the piece it stands in
    Sink sink(bytes_max);
    try {
        Pl_Flate inflate("inflate", &sink, Pl_Flate::a_inflate, 65536);
        inflate.setWarnCallback([](char const*, int) {});
        for (std::size_t at = 0; at < data.size(); at += piece) {
            const std::string_view part = data.substr(at, piece);
            inflate.write(reinterpret_cast<const unsigned char*>(part.data()), part.size());
        }
        inflate.finish();
    } catch (const TooLarge&) {
        return std::nullopt;
    } catch (const std::runtime_error&) {  // damage: sink holds what came before
    }
    return std::move(sink.bytes);
}

class LzwReader {
public:
    LzwReader(std::string_view data, bool changes_early) : data_(data), early_(changes_early ? 1 : 0) {}

    Decoded read(std::uint64_t bytes_max) {
        std::string out;
        std::size_t last_at = 0;  // of the entry before, in `out`
        std::size_t last_size = 0;
        while (const std::optional<unsigned> code = next()) {
            if (*code == 257) break;
            if (*code == 256) {
                entries_.clear();
                last_size = 0;
                continue;
            }
            const std::size_t at = out.size();
            if (*code < 256) {
                out += static_cast<char>(*code);
            } else if (*code - 258 < entries_.size()) {
                const Entry entry = entries_[*code - 258];
                if (entry.size > bytes_max) return std::nullopt;
                append(out, entry);
            } else if (*code - 258 == entries_.size() && last_size != 0) {
                append(out, Entry{last_at, last_size});
                out += out[last_at];
            } else {
                break;
            }
            if (out.size() > bytes_max) return std::nullopt;
            // An entry is the one before and one byte more, which stand beside each other in what was written.
            if (last_size != 0 && entries_.size() < 4096 - 258) entries_.push_back(Entry{last_at, last_size + 1});
            last_at = at;
            last_size = out.size() - at;
        }
        return out;
    }

private:
    struct Entry {
        std::size_t at;
        std::size_t size;
    };

    static void append(std::string& out, const Entry& entry) {
        out.reserve(std::max(out.capacity(), out.size() + entry.size));
        out.append(out, entry.at, entry.size);
    }

    std::optional<unsigned> next() {
        const std::size_t known = 258 + entries_.size() + early_;
        const unsigned width = known < 512 ? 9 : known < 1024 ? 10 : known < 2048 ? 11 : 12;
        while (bits_ < width) {
            if (at_ == data_.size()) return std::nullopt;
            held_ = (held_ << 8) | static_cast<unsigned char>(data_[at_++]);
            bits_ += 8;
        }
        bits_ -= width;
        return (held_ >> bits_) & ((1u << width) - 1);
    }

    std::string_view data_;
    std::size_t early_;
    std::size_t at_ = 0;
    std::uint32_t held_ = 0;
    unsigned bits_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace

Decoded decode_ascii_hex(std::string_view data, std::uint64_t bytes_max) {
    std::string out;
    int high = -1;
    for (const char c : data) {
        if (c == '>') break;
        const int value = hex_value(c);
        if (value < 0) continue;
        if (high < 0) {
            high = value;
        } else {
            out += static_cast<char>(high * 16 + value);
            high = -1;
        }
    }
    if (high >= 0) out += static_cast<char>(high * 16);
    if (out.size() > bytes_max) return std::nullopt;
    return out;
}

Decoded decode_ascii_85(std::string_view data, std::uint64_t bytes_max) {
    if (data.starts_with("<~")) data.remove_prefix(2);
    std::string out;
    std::uint32_t word = 0;
    unsigned held = 0;
    const auto give = [&](unsigned bytes) {
        for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(word >> (24 - 8 * i));
    };
    for (const char c : data) {
        if (is_space(c)) continue;
        if (c == 'z' && held == 0) {
            out.append(4, '\0');
        } else if (c < '!' || c > 'u') {
            break;
        } else {
            word = word * 85 + static_cast<std::uint32_t>(c - '!');
            if (++held < 5) continue;
            give(4);
            word = held = 0;
        }
        if (out.size() > bytes_max) return std::nullopt;
    }
    if (held > 1) {
        for (unsigned i = held; i < 5; ++i) word = word * 85 + 84;
        give(held - 1);
    }
    if (out.size() > bytes_max) return std::nullopt;
    return out;
}

Decoded decode_run_length(std::string_view data, std::uint64_t bytes_max) {
    std::string out;
    for (std::size_t at = 0; at < data.size();) {
        const auto length = static_cast<unsigned char>(data[at++]);
        if (length == 128 || at == data.size()) break;
        if (length < 128) {
            out += data.substr(at, length + 1u);
            at += length + 1u;
        } else {
            out.append(257u - length, data[at++]);
        }
        if (out.size() > bytes_max) return std::nullopt;
    }
    return out;
}

Decoded decode_lzw(std::string_view data, bool changes_early, std::uint64_t bytes_max) {
    return LzwReader(data, changes_early).read(bytes_max);
}

std::optional<Inflated> inflate(std::string_view data, std::uint64_t bytes_max) {
    // Made once: its tables are larger than most streams of a document.
    static thread_local const CHandle<libdeflate_decompressor, libdeflate_free_decompressor> inflater(
        libdeflate_alloc_decompressor());
    if (!inflater) throw std::bad_alloc();
    const auto what_is_left = [&]() -> std::optional<Inflated> {
        Decoded left = inflate_what_is_left(data, bytes_max);
        if (!left) return std::nullopt;
        return Inflated{*std::move(left), false};
    };
    // What deflate can hold at most; no size that the file states is asked.
    const std::uint64_t possible =
        std::min<std::uint64_t>(bytes_max, 1032 * static_cast<std::uint64_t>(data.size()) + 64);
    Inflated out;
    for (std::uint64_t room = std::min<std::uint64_t>(possible, 5 * data.size() + 1024);;
         room = std::min(possible, 4 * room)) {
        out.data.resize(room);
        std::size_t read = 0;
        std::size_t written = 0;
        const libdeflate_result result = libdeflate_zlib_decompress_ex(inflater.get(), data.data(), data.size(),
                                                                       out.data.data(), room, &read, &written);
        if (result == LIBDEFLATE_SUCCESS) {
            out.data.resize(written);
            out.is_tidy = read == data.size() && read <= stored_size_max(written);
            return out;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return what_is_left();
        if (room == possible) return bytes_max == possible ? std::nullopt : what_is_left();
    }
}

Decoded decode_flate(std::string_view data, std::uint64_t bytes_max) {
    std::optional<Inflated> inflated = inflate(data, bytes_max);
    if (!inflated) return std::nullopt;
    return std::move(inflated->data);
}

std::string encode_flate(std::string_view data) {
    // Made once: its tables are larger than most streams of a document.
    static thread_local const CHandle<libdeflate_compressor, libdeflate_free_compressor> deflate(
        libdeflate_alloc_compressor(level));
    if (!deflate) throw std::bad_alloc();
    std::string out(libdeflate_zlib_compress_bound(deflate.get(), data.size()), '\0');
    out.resize(libdeflate_zlib_compress(deflate.get(), data.data(), data.size(), out.data(), out.size()));
    return out;
}

}  // namespace mugaika::codec::pdf

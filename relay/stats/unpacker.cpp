#include "relay/stats/unpacker.hpp"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace mugaika {
namespace {

using namespace std::string_view_literals;

struct Known {
    Packing packing;
    std::string_view name, suffix, first_bytes;
};
constexpr std::array known{
    Known{Packing::gzip, "gzip", ".gz", "\x1f\x8b"sv},
    Known{Packing::zstd, "zstd", ".zst", "\x28\xb5\x2f\xfd"sv},
    Known{Packing::xz, "xz", ".xz", "\xfd\x37\x7a\x58\x5a\x00"sv},
    Known{Packing::bzip2, "bzip2", ".bz2", "BZh"sv},
    Known{Packing::lz4, "lz4", ".lz4", "\x04\x22\x4d\x18"sv},
    Known{Packing::compress, "compress", ".Z", "\x1f\x9d"sv},
};

Error damaged(std::string_view words) {
    return {Fault::protocol, words.empty() ? "is damaged" : "is damaged: " + std::string(words)};
}
Error needs_too_much() {
    return {Fault::limit,
            "needs more than " + std::to_string(unpack_memory_max >> 20) + " MB of memory to be unpacked"};
}
Error cannot_start(std::string_view library) {
    return {Fault::unavailable, std::string(library) + " cannot be started: too little memory"};
}

uInt for_zlib(std::size_t bytes) {
    return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

class Gunzip : public Unpacker {
public:
    // 15: the largest window there is; 16: gzip only, with its checksum.
    Gunzip() : good_(inflateInit2(&stream_, 15 + 16) == Z_OK) {}
    ~Gunzip() override { inflateEnd(&stream_); }
    Gunzip(const Gunzip&) = delete;
    Gunzip& operator=(const Gunzip&) = delete;
    bool good() const noexcept { return good_; }
    bool may_end() const noexcept override { return member_ended_; }

    Result<std::size_t> unpack(std::string_view& packed, bool, std::span<char> room) override {
        if (member_ended_ && packed.empty()) return 0;
        if (member_ended_ && inflateReset(&stream_) != Z_OK) return damaged({});
        member_ended_ = false;
        // zlib takes what it reads without const, and does not write to it.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream_.avail_in = for_zlib(packed.size());
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = for_zlib(room.size());
        const uInt offered = stream_.avail_in;
        const uInt room_offered = stream_.avail_out;
        const int code = inflate(&stream_, Z_NO_FLUSH);
        packed.remove_prefix(offered - stream_.avail_in);
        member_ended_ = code == Z_STREAM_END;
        if (code == Z_MEM_ERROR) return needs_too_much();
        // Z_BUF_ERROR: no progress for want of bytes or room, which the caller sees.
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            return damaged(stream_.msg == nullptr ? "" : stream_.msg);
        }
        return room_offered - stream_.avail_out;
    }

private:
    z_stream stream_{};
    bool good_ = false;
    bool member_ended_ = false;
};

class Unzstd : public Unpacker {
public:
    Unzstd() : context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
        if (context_) ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log_max);
    }
    bool good() const noexcept { return context_ != nullptr; }
    bool may_end() const noexcept override { return frame_ended_; }

    Result<std::size_t> unpack(std::string_view& packed, bool, std::span<char> room) override {
        if (frame_ended_ && packed.empty()) return 0;
        ZSTD_inBuffer in{packed.data(), packed.size(), 0};
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        const std::size_t code = ZSTD_decompressStream(context_.get(), &out, &in);
        packed.remove_prefix(in.pos);
        if (ZSTD_isError(code) != 0) {
            const auto fault = ZSTD_getErrorCode(code);
            const bool too_much =
                fault == ZSTD_error_frameParameter_windowTooLarge || fault == ZSTD_error_memory_allocation;
            return too_much ? needs_too_much() : damaged({});  // the library's words speak of its buffers
        }
        frame_ended_ = code == 0;
        return out.pos;
    }

private:
    static constexpr int window_log_max = 27;
    static_assert(std::size_t{1} << window_log_max == unpack_memory_max);
    std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
    bool frame_ended_ = false;
};

class Unxz : public Unpacker {
public:
    Unxz() : good_(lzma_stream_decoder(&stream_, unpack_memory_max, LZMA_CONCATENATED) == LZMA_OK) {}
    ~Unxz() override { lzma_end(&stream_); }
    Unxz(const Unxz&) = delete;
    Unxz& operator=(const Unxz&) = delete;
    bool good() const noexcept { return good_; }
    bool may_end() const noexcept override { return ended_; }

    Result<std::size_t> unpack(std::string_view& packed, bool is_end, std::span<char> room) override {
        if (ended_) return 0;
        stream_.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
        stream_.avail_in = packed.size();
        stream_.next_out = reinterpret_cast<std::uint8_t*>(room.data());
        stream_.avail_out = room.size();
        const lzma_ret code = lzma_code(&stream_, is_end ? LZMA_FINISH : LZMA_RUN);
        packed.remove_prefix(packed.size() - stream_.avail_in);
        ended_ = code == LZMA_STREAM_END;
        if (code == LZMA_MEMLIMIT_ERROR || code == LZMA_MEM_ERROR) return needs_too_much();
        if (code != LZMA_OK && code != LZMA_STREAM_END && code != LZMA_BUF_ERROR) return damaged(words_of(code));
        return room.size() - stream_.avail_out;
    }

private:
    static std::string_view words_of(lzma_ret code) noexcept {
        switch (code) {
            case LZMA_FORMAT_ERROR:
                return "no xz stream";
            case LZMA_OPTIONS_ERROR:
                return "options that are not known";
            case LZMA_DATA_ERROR:
                return "its data or a checksum is wrong";
            default:
                return {};
        }
    }
    lzma_stream stream_ = LZMA_STREAM_INIT;
    bool good_ = false;
    bool ended_ = false;
};

template <class Kind>
Result<std::unique_ptr<Unpacker>> started(std::string_view library) {
    auto unpacker = std::make_unique<Kind>();
    if (!unpacker->good()) return cannot_start(library);
    return std::unique_ptr<Unpacker>(std::move(unpacker));
}

const Known& row_of(Packing packing) noexcept {
    return *std::find_if(known.begin(), known.end(), [&](const Known& row) { return row.packing == packing; });
}

}  // namespace

std::string_view to_string(Packing packing) noexcept { return row_of(packing).name; }
std::string_view suffix(Packing packing) noexcept { return row_of(packing).suffix; }

std::optional<Packing> packing_of_bytes(std::string_view first_bytes) noexcept {
    for (const Known& row : known) {
        if (first_bytes.starts_with(row.first_bytes)) return row.packing;
    }
    return std::nullopt;
}

std::optional<Packing> packing_of_name(std::string_view file_name) noexcept {
    for (const Known& row : known) {
        if (file_name.ends_with(row.suffix)) return row.packing;
    }
    return std::nullopt;
}

Result<std::unique_ptr<Unpacker>> make_unpacker(Packing packing) {
    switch (packing) {
        case Packing::gzip:
            return started<Gunzip>("zlib");
        case Packing::zstd:
            return started<Unzstd>("zstd");
        case Packing::xz:
            return started<Unxz>("xz");
        case Packing::bzip2:
        case Packing::lz4:
        case Packing::compress:
            break;
    }
    return Error(Fault::bad_input, "is packed by " + std::string(to_string(packing)) +
                                       ", which is not read here; expected plain text, gzip, zstd or xz");
}

}  // namespace mugaika

#include "sanitizer/codec/mapi/compressed_rtf.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::mapi {
namespace {

using zip::damaged;

constexpr std::size_t header_bytes = 16;
constexpr std::uint32_t is_packed = 0x75465a4c, is_plain = 0x414c454d;
constexpr std::size_t dictionary_bytes = 4096;

// 2.1.2.1: what the dictionary holds before the first byte.
constexpr std::string_view known =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    "Sans "
    "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u"
    "\\tab\\tx";
static_assert(known.size() == 207);

class Unpacker {
public:
    Unpacker(std::string_view untrusted, std::size_t bytes) : rest_(untrusted), bytes_(bytes) {
        std::copy(known.begin(), known.end(), dictionary_.begin());
        out_.reserve(bytes);
    }

    std::string unpack() && {
        while (!rest_.empty()) {
            const auto control = take();
            for (unsigned bit = 0; bit < 8 && !rest_.empty(); ++bit) {
                if ((control >> bit & 1u) == 0) {
                    put(static_cast<char>(take()));
                } else if (!copy()) {
                    return std::move(out_);
                }
            }
        }
        return std::move(out_);
    }

private:
    std::uint8_t take() {
        if (rest_.empty()) damaged("packed rich text ends early");
        const auto byte = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return byte;
    }
    void put(char c) {
        if (out_.size() == bytes_) damaged("packed rich text is longer than it says");
        out_ += c;
        dictionary_[at_] = c;
        at_ = (at_ + 1) % dictionary_bytes;
    }
    // False at the end mark: a reference to the place that is written next.
    bool copy() {
        const std::uint32_t high = take();
        const std::uint32_t reference = high << 8 | take();
        std::size_t from = reference >> 4;
        if (from == at_) return false;
        for (std::uint32_t left = (reference & 0xf) + 2; left > 0; --left) {
            put(dictionary_[from]);
            from = (from + 1) % dictionary_bytes;
        }
        return true;
    }

    std::string_view rest_;
    std::size_t bytes_;
    std::array<char, dictionary_bytes> dictionary_{};
    std::size_t at_ = known.size();
    std::string out_;
};

}  // namespace

std::string unpack_rtf(std::string_view untrusted, FilePurse& purse) {
    if (untrusted.size() < header_bytes) damaged("packed rich text without a header");
    const std::uint32_t bytes = zip::number32(untrusted, 4);
    const std::uint32_t how = zip::number32(untrusted, 8);
    const std::string_view content = untrusted.substr(header_bytes);
    // A reference of two bytes gives at most 17.
    if (bytes > std::uint64_t{content.size()} * 9 + 16) damaged("rich text that cannot be as long as it says");
    if (!purse.take_inner(bytes)) throw zip::Refused{Reason::inner_too_large, "packed rich text"};
    if (how == is_plain) return std::string(content.substr(0, bytes));
    if (how != is_packed) damaged("rich text that is packed in no way that is known");
    return Unpacker(content, bytes).unpack();
}

}  // namespace mugaika::codec::mapi

#include "sanitizer/checker/pictures/jpeg_scan.hpp"

#include <algorithm>

namespace mugaika::checker {
namespace {

constexpr unsigned dc_bits_max = 11, ac_bits_max = 10;  // ITU-T T.81 F.1.2 for samples of 8 bits
constexpr unsigned block_coefficients = 64;
constexpr unsigned sixteen_zeros = 0xf0;

// Takes bits from the front; a byte of ones is followed by a stuffed zero (F.1.2.3). Behind the end come ones without
// end, which is_overdrawn() tells.
class BitReader {
public:
    explicit BitReader(std::string_view untrusted) : bytes_(untrusted) {}

    // The next 16, not taken.
    std::uint32_t peek() noexcept {
        if (count_ < 32) fill();
        return static_cast<std::uint32_t>(bits_ >> (count_ - 16)) & 0xffff;
    }
    void skip(unsigned count) noexcept { count_ -= count; }  // at most 32, after peek(): a code and its value
    bool is_overdrawn() const noexcept { return count_ < beyond_; }

    // How many bytes are behind us when the rest of the current one is ones; nothing when it is not.
    std::optional<std::size_t> end() const noexcept {
        if (is_overdrawn()) return std::nullopt;
        const unsigned real = count_ - beyond_;
        const unsigned padding = real % 8;
        const std::uint64_t pad = bits_ >> (count_ - padding) & ((1u << padding) - 1);
        if (pad != (1u << padding) - 1) return std::nullopt;
        std::size_t at = at_;
        for (unsigned whole = real / 8; whole > 0; --whole) at -= at >= 2 && bytes_[at - 2] == '\xff' ? 2 : 1;
        return at;
    }

private:
    void fill() noexcept {
        while (count_ <= 48) {
            std::uint64_t next = 0xff;
            const bool is_ones = at_ < bytes_.size() && bytes_[at_] == '\xff';
            const bool is_stuffed = is_ones && at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '\0';
            if (at_ < bytes_.size() && (!is_ones || is_stuffed)) {
                next = static_cast<unsigned char>(bytes_[at_]);
                at_ += is_stuffed ? 2 : 1;
            } else {
                beyond_ += 8;
            }
            bits_ = bits_ << 8 | next;
            count_ += 8;
        }
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::uint64_t bits_ = 0;
    unsigned count_ = 0;   // of the low bits of bits_
    unsigned beyond_ = 0;  // how many of those, at the low end, are not of the scan
};

constexpr bool is_ac_symbol(unsigned symbol) noexcept {
    const unsigned size = symbol & 15;
    return size == 0 ? symbol == 0 || symbol == sixteen_zeros : size <= ac_bits_max;
}

bool skip_block(BitReader& bits, const JpegHuffmanTable& dc, const JpegHuffmanTable& ac) noexcept {
    const auto first = dc.find(bits.peek());
    if (first.bits == 0 || first.symbol > dc_bits_max) return false;
    bits.skip(first.bits + first.symbol);
    for (unsigned k = 1; k < block_coefficients;) {
        const std::uint32_t next = bits.peek();
        const auto run = ac.run(next);
        if (run.bits > 0 && k + run.coefficients < block_coefficients) {
            bits.skip(run.bits);
            if (run.ends_block) return true;
            k += run.coefficients;
            continue;
        }
        const auto code = ac.find(next);
        if (code.bits == 0 || !is_ac_symbol(code.symbol)) return false;
        bits.skip(code.bits + (code.symbol & 15));
        if (code.symbol == 0) return true;
        k += (code.symbol >> 4) + 1;
        if (k > block_coefficients) return false;
    }
    return true;
}

}  // namespace

bool JpegHuffmanTable::build(const std::array<std::uint8_t, code_bits_max>& codes_of_length,
                             std::string_view symbols) noexcept {
    if (symbols.empty() || symbols.size() > symbols_.size()) return false;
    std::uint32_t code = 0, index = 0;  // left-aligned in 16 bits
    for (unsigned length = 1; length <= code_bits_max; ++length) {
        first_[length] = code;
        offset_[length] = index;
        for (unsigned i = 0; i < codes_of_length[length - 1]; ++i, ++index) {
            if (index >= symbols.size()) return false;
            symbols_[index] = static_cast<std::uint8_t>(symbols[index]);
            const std::uint32_t after = code + (1u << (code_bits_max - length));
            if (after >= 1u << code_bits_max) return false;
            if (length <= short_bits) {
                const auto begin = short_codes_.begin();
                std::fill(begin + (code >> (code_bits_max - short_bits)),
                          begin + (after >> (code_bits_max - short_bits)),
                          Code{static_cast<std::uint8_t>(length), symbols_[index]});
            }
            code = after;
        }
        end_[length] = code;
    }
    return index == symbols.size();
}

JpegHuffmanTable::Code JpegHuffmanTable::find(std::uint32_t next_bits) const noexcept {
    if (const Code code = short_codes_[next_bits >> (code_bits_max - short_bits)]; code.bits != 0) return code;
    for (unsigned length = short_bits + 1; length <= code_bits_max; ++length) {
        if (next_bits >= end_[length]) continue;
        const std::uint32_t index = offset_[length] + ((next_bits - first_[length]) >> (code_bits_max - length));
        return {static_cast<std::uint8_t>(length), symbols_[index]};
    }
    return {};
}

JpegHuffmanTable::Run JpegHuffmanTable::run_from(std::uint32_t next_bits) const noexcept {
    Run run;
    while (!run.ends_block) {
        const Code code = find(next_bits << run.bits & ((1u << code_bits_max) - 1));
        const unsigned bits = run.bits + code.bits + (code.symbol & 15u);
        if (code.bits == 0 || !is_ac_symbol(code.symbol) || bits > run_bits) break;
        run.bits = static_cast<std::uint8_t>(bits);
        run.ends_block = code.symbol == 0;
        if (!run.ends_block) run.coefficients = static_cast<std::uint8_t>(run.coefficients + (code.symbol >> 4) + 1);
    }
    return run;
}

void JpegHuffmanTable::prepare_runs() noexcept {
    for (std::uint32_t front = 0; front < runs_.size(); ++front)
        runs_[front] = run_from(front << (code_bits_max - run_bits));
}

// Each block takes two bits at least, so the loop ends with the bytes, whatever size the frame states.
std::optional<std::size_t> jpeg_scan_bytes(std::string_view untrusted, const JpegFrame& frame,
                                           const JpegHuffmanTables& tables) {
    BitReader bits(untrusted);
    const std::uint64_t mcus = frame.mcus();
    for (std::uint64_t mcu = 0; mcu < mcus; ++mcu) {
        for (const JpegComponent& component : frame.components()) {
            const auto& dc = *tables.dc[component.dc_table];
            const auto& ac = *tables.ac[component.ac_table];
            for (std::uint32_t i = component.blocks_in_mcu(frame.count == 1); i > 0; --i) {
                if (!skip_block(bits, dc, ac)) return std::nullopt;
            }
        }
        if (bits.is_overdrawn()) return std::nullopt;
    }
    return bits.end();
}

}  // namespace mugaika::checker

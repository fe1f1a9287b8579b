// The entropy-coded bytes of a JPEG scan (ITU-T T.81 F.2), decoded for nothing but the proof that they are one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sanitizer/checker/pictures/jpeg_frame.hpp"

namespace mugaika::checker {

class JpegHuffmanTable {
public:
    static constexpr unsigned code_bits_max = 16;

    // False when the codes do not fit into the code space, the one of all ones taken out (C.2), or there is none.
    bool build(const std::array<std::uint8_t, code_bits_max>& codes_of_length, std::string_view symbols) noexcept;

    struct Code {
        std::uint8_t bits = 0;  // 0: no code begins like this
        std::uint8_t symbol = 0;
    };
    // Of the next 16 bits of a scan.
    Code find(std::uint32_t next_bits) const noexcept;

    // Codes of coefficients but the first, with their values, as many as stand wholly in `run_bits`.
    struct alignas(4) Run {
        std::uint8_t bits = 0;  // 0: not even one does
        std::uint8_t coefficients = 0;
        bool ends_block = false;
    };
    void prepare_runs() noexcept;  // after build()
    Run run(std::uint32_t next_bits) const noexcept { return runs_[next_bits >> (code_bits_max - run_bits)]; }

private:
    Run run_from(std::uint32_t next_bits) const noexcept;

    static constexpr unsigned short_bits = 9;
    static constexpr unsigned run_bits = 11;
    std::array<Code, 1u << short_bits> short_codes_{};
    std::array<std::uint32_t, code_bits_max + 1> end_{};     // of the codes of each length, left-aligned in 16 bits
    std::array<std::uint32_t, code_bits_max + 1> first_{};   // left-aligned
    std::array<std::uint32_t, code_bits_max + 1> offset_{};  // of the first symbol of each length
    std::array<std::uint8_t, 256> symbols_{};
    std::array<Run, 1u << run_bits> runs_{};
};

struct JpegHuffmanTables {
    std::array<std::optional<JpegHuffmanTable>, 2> dc, ac;
};

// How many bytes the scan has at the beginning of `untrusted`: all blocks, then ones up to the next byte. Nothing when
// it is not so. Tables that the frame's components name must be there.
std::optional<std::size_t> jpeg_scan_bytes(std::string_view untrusted, const JpegFrame&, const JpegHuffmanTables&);

}  // namespace mugaika::checker

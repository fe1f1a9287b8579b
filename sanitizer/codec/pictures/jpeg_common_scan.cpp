#include "sanitizer/codec/pictures/jpeg_common_scan.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace mugaika::codec {
namespace {

using namespace std::string_view_literals;

constexpr unsigned code_bits_max = 16;
constexpr unsigned dc_bits_max = 11, ac_bits_max = 10;  // ITU-T T.81 F.1.2 for samples of 8 bits
constexpr unsigned block_coefficients = 64;
constexpr unsigned symbol_of_sixteen_zeros = 0xf0;
constexpr int coefficient_max = std::numeric_limits<JCOEF>::max();  // what libjpeg keeps of a sum

// Bits from the front, the next one uppermost; a byte of ones is followed by a stuffed zero (F.1.2.3). Behind the end
// come ones without end.
class ScanBits {
public:
    explicit ScanBits(std::string_view untrusted) : bytes_(untrusted) {}

    // At least 32 of them: a code and its value.
    std::uint64_t peek() noexcept {
        if (count_ < 32 && !take_four()) take_singly();
        return bits_;
    }
    void skip(unsigned count) noexcept {  // at most 32, after peek()
        bits_ <<= count;
        count_ -= count;
    }
    bool is_overdrawn() const noexcept { return count_ < beyond_; }

    // Where the scan ends, when ones fill up its last byte.
    std::optional<std::size_t> end() const noexcept {
        const unsigned left = count_ - beyond_;
        if (is_overdrawn() || left > 7) return std::nullopt;
        if (left > 0 && ~bits_ >> (64 - left) != 0) return std::nullopt;
        return at_;
    }

private:
    bool take_four() noexcept {
        if (bytes_.size() - at_ < 4) return false;
        std::uint32_t four = 0;
        for (std::size_t i = 0; i < 4; ++i) four = four << 8 | static_cast<unsigned char>(bytes_[at_ + i]);
        if ((four & ~(four + 0x01010101u) & 0x80808080u) != 0) return false;  // one of them may be all ones
        bits_ |= std::uint64_t{four} << (32 - count_);
        count_ += 32;
        at_ += 4;
        return true;
    }

    void take_singly() noexcept {
        while (count_ <= 56) {
            std::uint64_t next = 0xff;
            const std::string_view rest = bytes_.substr(at_, 2);
            const bool is_stuffed = rest == "\xff\0"sv;
            if (!rest.empty() && (rest.front() != '\xff' || is_stuffed)) {
                next = static_cast<unsigned char>(rest.front());
                at_ += is_stuffed ? 2 : 1;
            } else {
                beyond_ += 8;
            }
            bits_ |= next << (56 - count_);
            count_ += 8;
        }
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::uint64_t bits_ = 0;
    unsigned count_ = 0;   // of the upper bits of bits_
    unsigned beyond_ = 0;  // how many of those, at the low end, are not of the scan
};

// What one code stands for.
struct Step {
    std::uint8_t bits = 0;      // of the code; 0: no code begins like this
    std::uint8_t all_bits = 0;  // with the value behind it
    std::uint8_t size = 0;      // of the value
    std::uint8_t further = 0;   // coefficients; 0: the rest of the block is zeros
};

constexpr bool is_sixteen_zeros(const Step& step) noexcept { return step.size == 0 && step.further != 0; }

Step dc_step(unsigned length, unsigned symbol) noexcept {
    if (symbol > dc_bits_max) return {};
    const auto bits = static_cast<std::uint8_t>(length), size = static_cast<std::uint8_t>(symbol);
    return {bits, static_cast<std::uint8_t>(bits + size), size, 1};
}

Step ac_step(unsigned length, unsigned symbol) noexcept {
    const unsigned run = symbol >> 4, size = symbol & 15;
    if (size > ac_bits_max || (size == 0 && symbol != 0 && symbol != symbol_of_sixteen_zeros)) return {};
    const auto bits = static_cast<std::uint8_t>(length);
    return {bits, static_cast<std::uint8_t>(length + size), static_cast<std::uint8_t>(size),
            static_cast<std::uint8_t>(symbol == 0 ? 0 : run + 1)};
}

class Steps {
public:
    // False when the codes are more than there is room for (C.2).
    bool fill(const JHUFF_TBL& table, Step (*step)(unsigned length, unsigned symbol)) {
        std::uint32_t code = 0;
        std::size_t index = 0;
        for (unsigned length = 1; length <= code_bits_max; ++length) {
            first_[length] = code;
            for (unsigned i = 0; i < table.bits[length]; ++i, ++index) {
                const std::uint32_t after = code + (1u << (code_bits_max - length));
                if (after > 1u << code_bits_max || index >= std::size(table.huffval)) return false;
                all_.push_back(step(length, table.huffval[index]));
                if (length <= short_bits) {
                    std::fill(short_.begin() + (code >> (code_bits_max - short_bits)),
                              short_.begin() + (after >> (code_bits_max - short_bits)), all_.back());
                }
                code = after;
            }
            end_[length] = code;
            behind_[length] = index;
        }
        return true;
    }

    Step next(std::uint64_t bits) const noexcept {
        const Step step = short_[bits >> (64 - short_bits)];
        return step.bits != 0 ? step : next_long(static_cast<std::uint32_t>(bits >> (64 - code_bits_max)));
    }

private:
    Step next_long(std::uint32_t bits) const noexcept {
        for (unsigned length = short_bits + 1; length <= code_bits_max; ++length) {
            if (bits >= end_[length] || bits < first_[length]) continue;
            return all_[behind_[length] - 1 - ((end_[length] - 1 - bits) >> (code_bits_max - length))];
        }
        return {};
    }

    static constexpr unsigned short_bits = 10;
    std::array<Step, 1u << short_bits> short_{};
    std::vector<Step> all_;
    std::array<std::uint32_t, code_bits_max + 1> first_{}, end_{};  // of the codes of each length, left-aligned
    std::array<std::size_t, code_bits_max + 1> behind_{};           // the last one's place in all_
};

// Codes with their values that stand wholly in so many bits; none of them is sixteen zeros.
struct alignas(4) Leap {
    std::uint8_t bits = 0;     // 0: one step must be taken
    std::uint8_t further = 0;  // coefficients
    bool is_last = false;      // the rest of the block is zeros
};

class Leaps {
public:
    void fill(const Steps& steps) noexcept {
        for (std::size_t front = 0; front < all_.size(); ++front) {
            all_[front] = from(std::uint64_t{front} << (64 - leap_bits), steps);
        }
    }
    Leap next(std::uint64_t bits) const noexcept { return all_[bits >> (64 - leap_bits)]; }

private:
    static Leap from(std::uint64_t bits, const Steps& steps) noexcept {
        Leap leap;
        while (!leap.is_last) {
            const Step step = steps.next(bits);
            if (step.bits == 0 || is_sixteen_zeros(step) || leap.bits + step.all_bits > leap_bits) break;
            leap.bits = static_cast<std::uint8_t>(leap.bits + step.all_bits);
            leap.further = static_cast<std::uint8_t>(leap.further + step.further);
            leap.is_last = step.further == 0;
            bits <<= step.all_bits;
        }
        return leap;
    }

    static constexpr unsigned leap_bits = 11;
    std::array<Leap, 1u << leap_bits> all_{};
};

struct Component {
    JpegScanLayout::Component layout{};
    Steps dc, ac;
    Leaps leaps;
    int sum = 0;  // of the differences: the last block's first coefficient
};

// F.1.2.1.1: the upper half of the values of a size are positive.
int signed_value(std::uint64_t bits, unsigned size) noexcept {
    if (size == 0) return 0;
    const auto value = static_cast<int>(bits >> (64 - size));
    return value >> (size - 1) != 0 ? value : value - (1 << size) + 1;
}

constexpr unsigned to_the_end = 0xff;

// One coefficient with the zeros before it, or the end of the block, to which all zeros behind the last one are left.
// 0: neither.
unsigned skip_coefficient(ScanBits& scan, const Steps& ac) noexcept {
    unsigned further = 0;
    for (;;) {
        const Step step = ac.next(scan.peek());
        if (step.bits == 0) return 0;
        scan.skip(step.all_bits);
        if (step.further == 0) return further == 0 ? to_the_end : 0;
        further += step.further;
        if (!is_sixteen_zeros(step)) return further;
        if (further >= block_coefficients) return 0;
    }
}

bool skip_block(ScanBits& scan, Component& component) noexcept {
    const std::uint64_t bits = scan.peek();
    const Step first = component.dc.next(bits);
    component.sum += signed_value(bits << first.bits, first.size);
    if (first.bits == 0 || component.sum > coefficient_max || component.sum < -coefficient_max) return false;
    scan.skip(first.all_bits);
    for (unsigned k = 1; k < block_coefficients;) {
        const Leap leap = component.leaps.next(scan.peek());
        if (leap.bits != 0 && k + leap.further < block_coefficients) {
            scan.skip(leap.bits);
            if (leap.is_last) return true;
            k += leap.further;
        } else {
            const unsigned further = skip_coefficient(scan, component.ac);
            if (further == to_the_end) return true;
            k += further;
            if (further == 0 || k > block_coefficients) return false;
        }
    }
    return true;
}

// As an encoder fills up a unit.
bool skip_blank_block(ScanBits& scan, const Component& component) noexcept {
    const Step first = component.dc.next(scan.peek());
    if (first.bits == 0 || first.size != 0) return false;
    scan.skip(first.all_bits);
    const Step step = component.ac.next(scan.peek());
    scan.skip(step.all_bits);
    return step.bits != 0 && step.further == 0;
}

bool skip_unit(ScanBits& scan, std::vector<Component>& components, std::uint64_t across, std::uint64_t down) noexcept {
    for (Component& component : components) {
        const JpegScanLayout::Component& layout = component.layout;
        const std::uint64_t columns = layout.all_columns - across * layout.columns;
        const std::uint64_t rows = layout.all_rows - down * layout.rows;
        for (unsigned row = 0; row < layout.rows; ++row) {
            for (unsigned column = 0; column < layout.columns; ++column) {
                const bool is_seen = row < rows && column < columns;
                if (!(is_seen ? skip_block(scan, component) : skip_blank_block(scan, component))) return false;
            }
        }
    }
    return !scan.is_overdrawn();
}

bool fill_tables(Component& component) {
    if (!component.dc.fill(*component.layout.dc, dc_step) || !component.ac.fill(*component.layout.ac, ac_step))
        return false;
    component.leaps.fill(component.ac);
    return true;
}

// Those of the colours have the same tables: filled once.
std::optional<std::vector<Component>> components_of(const JpegScanLayout& layout) {
    std::vector<Component> components(layout.count);
    for (std::size_t i = 0; i < layout.count; ++i) {
        const JpegScanLayout::Component& wanted = layout.components[i];
        const bool is_filled =
            i > 0 && wanted.dc == layout.components[i - 1].dc && wanted.ac == layout.components[i - 1].ac;
        if (is_filled) components[i] = components[i - 1];
        components[i].layout = wanted;
        if (!is_filled && !fill_tables(components[i])) return std::nullopt;
    }
    return components;
}

}  // namespace

// Each block takes two bits at least, so the loop ends with the bytes, whatever size the frame states.
std::optional<std::size_t> common_scan_bytes(std::string_view untrusted, const JpegScanLayout& layout) {
    auto components = components_of(layout);
    if (!components) return std::nullopt;
    ScanBits scan(untrusted);
    for (std::uint64_t down = 0; down < layout.units_down; ++down) {
        for (std::uint64_t across = 0; across < layout.units_across; ++across) {
            if (!skip_unit(scan, *components, across, down)) return std::nullopt;
        }
    }
    const auto size = scan.end();
    return size && untrusted.substr(*size).starts_with("\xff\xd9"sv) ? size : std::nullopt;
}

}  // namespace mugaika::codec

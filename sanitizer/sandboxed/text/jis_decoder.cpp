#include "sanitizer/sandboxed/text/jis_decoder.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/broken_line.hpp"
#include "sanitizer/sandboxed/text/carrier_emoji.hpp"
#include "sanitizer/sandboxed/text/charset_detect.hpp"
#include "sanitizer/sandboxed/text/jis_writer.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr unsigned to_byte(char c) { return static_cast<unsigned char>(c); }
constexpr bool is_graphic(unsigned byte) { return byte >= 0x21 && byte <= 0x7e; }
constexpr bool is_kana_byte(unsigned byte) { return byte >= 0xa1 && byte <= 0xdf; }

enum class Set { ascii, kana, jis_x_0208, jis_x_0212, jis_x_0213_1, jis_x_0213_2, gb2312, ks_c_5601 };

struct Designation {
    std::string_view escape;
    Set set;
};

// ESC ( B … as they stand in mail. JIS X 0213's first plane was O in 2000 and is Q since 2004.
constexpr std::array designations{
    Designation{"\x1b(B", Set::ascii},         Designation{"\x1b(J", Set::ascii},
    Designation{"\x1b(H", Set::ascii},         Designation{"\x1b(I", Set::kana},
    Designation{"\x1b$@", Set::jis_x_0208},    Designation{"\x1b$B", Set::jis_x_0208},
    Designation{"\x1b$(@", Set::jis_x_0208},   Designation{"\x1b$(B", Set::jis_x_0208},
    Designation{"\x1b$(O", Set::jis_x_0213_1}, Designation{"\x1b$(Q", Set::jis_x_0213_1},
    Designation{"\x1b$(P", Set::jis_x_0213_2}, Designation{"\x1b$(D", Set::jis_x_0212},
    Designation{"\x1b$A", Set::gb2312},        Designation{"\x1b$(A", Set::gb2312},
    Designation{"\x1b$(C", Set::ks_c_5601},
};

const Designation* designation_at(std::string_view text) noexcept {
    for (const Designation& designation : designations) {
        if (text.starts_with(designation.escape)) return &designation;
    }
    return nullptr;
}

// Lines of other charsets between those of ISO-2022-JP: footers that lists and gateways add.
enum class EightBit { kana, utf8, cp932, eucjp };

// One pair of bytes that could be UTF-8 may be two kana, two pairs are no chance.
EightBit eight_bit_of(std::string_view line) {
    bool is_utf8 = true;
    std::size_t characters = 0;
    for (std::string_view rest = line; !rest.empty() && is_utf8;) {
        const utf8::Character c = utf8::first(rest);
        is_utf8 = c.valid;
        characters += c.bytes > 1 ? 1 : 0;
        rest.remove_prefix(c.bytes);
    }
    const bool is_kana =
        std::all_of(line.begin(), line.end(), [](char c) { return to_byte(c) < 0x80 || is_kana_byte(to_byte(c)); });
    if (is_utf8 && (!is_kana || characters > 1)) return EightBit::utf8;
    if (is_kana) return EightBit::kana;
    return guess_charset(line, Guess::japanese).family == CharsetFamily::eucjp ? EightBit::eucjp : EightBit::cp932;
}

// Length of the EUC-JP character at the start of `text`, 0 when there is none.
std::size_t euc_length(std::string_view text) {
    const auto in = [&](std::size_t i, unsigned first, unsigned last) {
        return i < text.size() && to_byte(text[i]) >= first && to_byte(text[i]) <= last;
    };
    if (in(0, 0, 0x7f)) return 1;
    if (in(0, 0x8e, 0x8e)) return in(1, 0xa1, 0xdf) ? 2 : 0;
    if (in(0, 0x8f, 0x8f)) return in(1, 0xa1, 0xfe) && in(2, 0xa1, 0xfe) ? 3 : 0;
    return in(0, 0xa1, 0xfe) && in(1, 0xa1, 0xfe) ? 2 : 0;
}

enum class Edition { windows, jis_x_0213 };

// Three-byte characters are of JIS X 0212 or of the second plane of JIS X 0213; the two share no row.
void write_three_bytes(JisWriter& writer, unsigned row, unsigned cell, Edition edition) {
    const bool is_plane_2 = row <= 0x21 || row == 0x23 || row == 0x24 || row == 0x25 || row == 0x28 ||
                            (row >= 0x2c && row <= 0x2f) || row >= 0x6e;
    if (edition == Edition::jis_x_0213 && is_plane_2) return writer.jis_x_0213(2, row, cell);
    writer.jis_x_0212(row, cell);
}

void write_eucjp(JisWriter& writer, std::string_view bytes, Edition edition) {
    for (std::size_t i = 0; i < bytes.size();) {
        const std::string_view text = bytes.substr(i);
        const std::size_t length = euc_length(text);
        const auto seven_bits = [&](std::size_t at) { return to_byte(text[at]) & 0x7fu; };
        if (length == 0) writer.bad();
        if (length == 1) writer.ascii(text[0]);
        if (length == 2 && text[0] == '\x8e') {
            writer.kana(seven_bits(1));
        } else if (length == 2 && edition == Edition::jis_x_0213) {
            writer.jis_x_0213(1, seven_bits(0), seven_bits(1));
        } else if (length == 2) {
            writer.pair(seven_bits(0), seven_bits(1));
        }
        if (length == 3) write_three_bytes(writer, seven_bits(1), seven_bits(2), edition);
        i += length == 0 ? 1 : length;
    }
}

class Iso2022JpReader {
public:
    explicit Iso2022JpReader(std::string_view bytes) : bytes_(bytes) {}

    Utf16Text read() {
        while (at_ < bytes_.size()) step();
        return writer_.finish();
    }

private:
    void step() {
        const unsigned byte = to_byte(bytes_[at_]);
        if (byte == 0x1b) return escape();
        if (byte == 0x0e || byte == 0x0f) {  // SO, SI
            shifted_ = byte == 0x0e;
            ++at_;
        } else if (byte >= 0x80) {
            eight_bit(byte);
        } else if (!is_graphic(byte)) {  // blanks too: some mailers leave them bare between double bytes
            control(static_cast<char>(byte));
        } else {
            graphic(byte);
        }
    }

    // To the end of the line or the next escape, where ASCII is expected.
    void eight_bit(unsigned byte) {
        if (set_ != Set::ascii) {
            is_kana_byte(byte) ? writer_.kana(byte) : writer_.bad();
            ++at_;
            return;
        }
        const std::string_view rest = bytes_.substr(at_);
        const std::string_view stretch = rest.substr(0, rest.find_first_of("\x1b\r\n\x0e\x0f"));
        at_ += stretch.size();
        const EightBit coding = eight_bit_of(stretch);
        if (coding != EightBit::kana) writer_.mixed();
        switch (coding) {
            case EightBit::utf8:
                return writer_.utf8(stretch);
            case EightBit::cp932:
                return writer_.cp932(stretch);
            case EightBit::eucjp:
                return write_eucjp(writer_, stretch, Edition::windows);
            case EightBit::kana:
                break;
        }
        for (const char c : stretch) to_byte(c) < 0x80 ? writer_.ascii(c) : writer_.kana(to_byte(c));
    }

    void control(char c) {
        writer_.ascii(c);
        ++at_;
        if (c != '\n' && c != '\r') return;
        const Set before = std::exchange(set_, Set::ascii);
        if (is_double_byte(before)) broken_ = before;
        shifted_ = false;
        const bool is_line_end = c == '\n' || at_ >= bytes_.size() || bytes_[at_] != '\n';
        if (is_line_end) begin_line();
    }

    // Behind a line that was broken inside a double-byte set.
    void begin_line() {
        const std::optional<Set> broken = std::exchange(broken_, std::nullopt);
        const std::optional<unsigned> half = std::exchange(half_, std::nullopt);
        if (!broken || at_ >= bytes_.size()) return;
        const LineRest rest = judge_line_rest(bytes_.substr(at_), half.has_value());
        if (rest == LineRest::doubtful) writer_.doubt();
        if (rest != LineRest::pairs) return;
        set_ = *broken;
        if (half) write_pair(*half, to_byte(bytes_[at_++]));
    }

    // Where a line ends with the first byte of a character: the second is what the next line begins with.
    bool continues_after_break() const {
        const std::string_view rest = bytes_.substr(at_);
        const std::size_t line_end = rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : 0;
        return line_end > 0 && judge_line_rest(rest.substr(line_end), true) == LineRest::pairs;
    }

    // What is no designation stays for clean_text: it takes terminal sequences away as a whole.
    void escape() {
        const std::string_view rest = bytes_.substr(at_);
        if (const std::size_t length = web_code_length(rest)) {
            for (const char c : rest.substr(0, length)) writer_.ascii(c);
            at_ += length;
        } else if (rest.starts_with("\x1b&@")) {  // "of the 1990 edition", stands before ESC $ B
            at_ += 3;
        } else if (const Designation* designation = designation_at(rest)) {
            set_ = designation->set;
            shifted_ = false;
            at_ += designation->escape.size();
        } else if (!broken_escape()) {
            writer_.ascii('\x1b');
            ++at_;
        }
    }

    // A line may be broken inside an escape, too.
    bool broken_escape() {
        constexpr std::size_t bytes_max = 6;  // four of the escape, CR and LF
        const std::string_view rest = bytes_.substr(at_, bytes_max);
        std::string escape;
        std::string line_end;
        for (std::size_t i = 0; i < rest.size(); ++i) {
            (rest[i] == '\r' || rest[i] == '\n' ? line_end : escape) += rest[i];
            const Designation* designation = designation_at(escape);
            if (designation == nullptr || line_end.empty()) continue;
            for (const char c : line_end) writer_.ascii(c);
            set_ = designation->set;
            shifted_ = false;
            at_ += i + 1;
            return true;
        }
        return false;
    }

    void graphic(unsigned byte) {
        if (shifted_ || set_ == Set::kana) {
            byte <= 0x5f ? writer_.kana(byte) : writer_.bad();
            ++at_;
        } else if (set_ == Set::ascii) {
            writer_.ascii(static_cast<char>(byte));
            ++at_;
        } else {
            double_byte(byte);
        }
    }

    void double_byte(unsigned row) {
        const unsigned cell = at_ + 1 < bytes_.size() ? to_byte(bytes_[at_ + 1]) : 0;
        ++at_;
        if (!is_graphic(cell)) {  // the second byte is read again, it may end the line
            if (!continues_after_break()) return writer_.bad();
            half_ = row;
            return;
        }
        ++at_;
        write_pair(row, cell);
    }

    void write_pair(unsigned row, unsigned cell) {
        switch (set_) {
            case Set::jis_x_0208:  // au's emoji: 0x75 to 0x7B, but from 0x79 on IBM's kanji to all others
                return row >= 0x75 && row <= 0x78 ? writer_.emoji() : writer_.pair(row, cell);
            case Set::jis_x_0212:
                return writer_.jis_x_0212(row, cell);
            case Set::jis_x_0213_1:
                return writer_.jis_x_0213(1, row, cell);
            case Set::jis_x_0213_2:
                return writer_.jis_x_0213(2, row, cell);
            case Set::gb2312:
                return writer_.gb2312(row, cell);
            case Set::ks_c_5601:
                return writer_.ks_c_5601(row, cell);
            case Set::ascii:
            case Set::kana:
                return writer_.bad();
        }
    }

    static bool is_double_byte(Set set) { return set != Set::ascii && set != Set::kana; }

    std::string_view bytes_;
    std::size_t at_ = 0;
    Set set_ = Set::ascii;
    bool shifted_ = false;
    std::optional<Set> broken_;     // the double-byte set in which the line before ended
    std::optional<unsigned> half_;  // the first byte of a character that goes on behind the break
    JisWriter writer_;
};

// Rows of the second plane of JIS X 0213 in the order of Shift_JIS: two for each lead byte from F0 on.
constexpr std::array<unsigned, 26> plane_2_rows{1,  8,  3,  4,  5,  12, 13, 14, 15, 78, 79, 80, 81,
                                                82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94};

// Length of the character written.
std::size_t write_shift_jis_2004(JisWriter& writer, std::string_view text) {
    const unsigned lead = to_byte(text[0]);
    const unsigned trail = text.size() > 1 ? to_byte(text[1]) : 0;
    if (lead < 0x80) {
        writer.ascii(text[0]);
        return 1;
    }
    if (is_kana_byte(lead)) {
        writer.kana(lead);
        return 1;
    }
    if (lead == 0x80 || lead == 0xa0 || lead > 0xfc || trail < 0x40 || trail == 0x7f || trail > 0xfc) {
        writer.bad();
        return 1;
    }
    const unsigned pair = lead - (lead >= 0xe0 ? 0xc1 : 0x81);
    const bool is_second = trail >= 0x9f;
    const unsigned cell = is_second ? trail - 0x7e : trail - (trail >= 0x80 ? 0x20 : 0x1f);
    const unsigned row = pair * 2 + (is_second ? 1 : 0);  // from 0
    if (row < 94) {
        writer.jis_x_0213(1, 0x21 + row, cell);
    } else {
        writer.jis_x_0213(2, 0x20 + plane_2_rows.at(row - 94), cell);
    }
    return 2;
}

}  // namespace

Utf16Text decode_iso2022jp(std::string_view untrusted_bytes) { return Iso2022JpReader(untrusted_bytes).read(); }

Utf16Text decode_eucjp(std::string_view untrusted_bytes) {
    JisWriter writer;
    write_eucjp(writer, untrusted_bytes, Edition::windows);
    return writer.finish();
}

Utf16Text decode_euc_jis_2004(std::string_view untrusted_bytes) {
    JisWriter writer;
    write_eucjp(writer, untrusted_bytes, Edition::jis_x_0213);
    return writer.finish();
}

Utf16Text decode_shift_jis_2004(std::string_view untrusted_bytes) {
    JisWriter writer;
    for (std::size_t i = 0; i < untrusted_bytes.size();) i += write_shift_jis_2004(writer, untrusted_bytes.substr(i));
    return writer.finish();
}

bool has_jis_escape(std::string_view untrusted_bytes) noexcept {
    for (std::size_t i = untrusted_bytes.find('\x1b'); i != std::string_view::npos;
         i = untrusted_bytes.find('\x1b', i + 1)) {
        const Designation* designation = designation_at(untrusted_bytes.substr(i, 4));
        if (designation != nullptr && designation->escape != "\x1b(B") return true;
    }
    return false;
}

}  // namespace mugaika::sandboxed

#include "sanitizer/sandboxed/text/jis_decoder.hpp"

#include <array>
#include <optional>

#include "sanitizer/sandboxed/text/carrier_emoji.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr unsigned to_byte(char c) { return static_cast<unsigned char>(c); }
constexpr bool is_graphic(unsigned byte) { return byte >= 0x21 && byte <= 0x7e; }
constexpr bool is_kana_byte(unsigned byte) { return byte >= 0xa1 && byte <= 0xdf; }

// What eucJP-ms puts at 8F F3F3 … 8F F4FE: IBM's characters that JIS X 0212 lacks, in order.
constexpr std::array<char16_t, 106> euc_ibm_characters{
    0x2170, 0x2171, 0x2172, 0x2173, 0x2174, 0x2175, 0x2176, 0x2177, 0x2178, 0x2179, 0x2160, 0x2161, 0x2162, 0x2163,
    0x2164, 0x2165, 0x2166, 0x2167, 0x2168, 0x2169, 0xff07, 0xff02, 0x3231, 0x2116, 0x2121, 0x70bb, 0x4efc, 0x50f4,
    0x51ec, 0x5307, 0x5324, 0xfa0e, 0x548a, 0x5759, 0xfa0f, 0xfa10, 0x589e, 0x5bec, 0x5cf5, 0x5d53, 0xfa11, 0x5fb7,
    0x6085, 0x6120, 0x654e, 0x663b, 0x6665, 0xfa12, 0xf929, 0x6801, 0xfa13, 0xfa14, 0x6a6b, 0x6ae2, 0x6df8, 0x6df2,
    0x7028, 0xfa15, 0xfa16, 0x7501, 0x7682, 0x769e, 0xfa17, 0x7930, 0xfa18, 0xfa19, 0xfa1a, 0xfa1b, 0x7ae7, 0xfa1c,
    0xfa1d, 0x7da0, 0x7dd6, 0xfa1e, 0x8362, 0xfa1f, 0x85b0, 0xfa20, 0xfa21, 0x8807, 0xfa22, 0x8b7f, 0x8cf4, 0x8d76,
    0xfa23, 0xfa24, 0xfa25, 0x90de, 0xfa26, 0x9115, 0xfa27, 0xfa28, 0x9592, 0xf9dc, 0xfa29, 0x973b, 0x974d, 0x9751,
    0xfa2a, 0xfa2b, 0xfa2c, 0x999e, 0x9ad9, 0x9b72, 0xfa2d, 0x9ed1};

// Collects characters as CP932 bytes and has them decoded in long runs; the few of other sets are decoded between.
class JisWriter {
public:
    void ascii(char c) { cp932_bytes_.push_back(c); }
    void kana(unsigned seven_bits) { put(seven_bits | 0x80); }
    void bad() { put(0x80); }  // no character of CP932: becomes U+FFFD and is counted

    // JIS X 0208, both bytes 21 … 7E. Rows without characters come out as undecodable.
    void pair(unsigned row, unsigned cell) {
        const unsigned lead = (row - 0x21) / 2 + 0x81;
        put(lead >= 0xa0 ? lead + 0x40 : lead);
        const bool odd_row = row % 2 == 1;
        put(odd_row ? cell + (cell >= 0x60 ? 0x20 : 0x1f) : cell + 0x7e);
    }

    void jis_x_0212(unsigned row, unsigned cell) {
        const unsigned ibm = (row - 0x73) * 94 + cell - 0x73;  // from row 73, cell 73
        if (row >= 0x73 && row <= 0x74 && ibm < euc_ibm_characters.size()) {
            flush();
            text_.utf16.push_back(euc_ibm_characters.at(ibm));
        } else {
            foreign(jis_x_0212_, "EUC-JP", {'\x8f', high(row), high(cell)});
        }
    }
    void gb2312(unsigned row, unsigned cell) { foreign(gb2312_, "gb18030", {high(row), high(cell)}); }
    void ks_c_5601(unsigned row, unsigned cell) { foreign(ks_c_5601_, "windows-949-2000", {high(row), high(cell)}); }

    void emoji() {
        pair(0x22, 0x2e);  // 〓
        ++text_.emoji;
    }

    Utf16Text finish() {
        flush();
        text_.undecodable = cp932_.undecodable();
        for (const auto* decoder : {&jis_x_0212_, &gb2312_, &ks_c_5601_}) {
            if (*decoder) text_.undecodable += (*decoder)->undecodable();
        }
        return std::move(text_);
    }

private:
    static constexpr char high(unsigned seven_bits) { return static_cast<char>(seven_bits | 0x80); }
    void put(unsigned byte) { cp932_bytes_.push_back(static_cast<char>(byte)); }

    void flush() {
        if (!cp932_bytes_.empty()) cp932_.append(cp932_bytes_, text_.utf16);
        cp932_bytes_.clear();
    }

    void foreign(std::optional<IcuDecoder>& decoder, const char* icu_name, std::initializer_list<char> bytes) {
        flush();
        if (!decoder) decoder.emplace(icu_name);
        decoder->append(std::string_view(bytes.begin(), bytes.size()), text_.utf16);
    }

    IcuDecoder cp932_{"ibm-943_P15A-2003"};
    std::optional<IcuDecoder> jis_x_0212_;
    std::optional<IcuDecoder> gb2312_;
    std::optional<IcuDecoder> ks_c_5601_;
    std::string cp932_bytes_;
    Utf16Text text_;
};

enum class Set { ascii, kana, jis_x_0208, jis_x_0212, gb2312, ks_c_5601, unknown };

struct Designation {
    std::string_view escape;
    Set set;
};

// ESC ( B … as they stand in mail. JIS X 0213's first plane is JIS X 0208 and more; its second is not decoded.
constexpr std::array designations{
    Designation{"\x1b(B", Set::ascii},       Designation{"\x1b(J", Set::ascii},
    Designation{"\x1b(H", Set::ascii},       Designation{"\x1b(I", Set::kana},
    Designation{"\x1b$@", Set::jis_x_0208},  Designation{"\x1b$B", Set::jis_x_0208},
    Designation{"\x1b$(@", Set::jis_x_0208}, Designation{"\x1b$(B", Set::jis_x_0208},
    Designation{"\x1b$(O", Set::jis_x_0208}, Designation{"\x1b$(Q", Set::jis_x_0208},
    Designation{"\x1b$(D", Set::jis_x_0212}, Designation{"\x1b$A", Set::gb2312},
    Designation{"\x1b$(A", Set::gb2312},     Designation{"\x1b$(C", Set::ks_c_5601},
    Designation{"\x1b$(P", Set::unknown},
};

const Designation* designation_at(std::string_view text) noexcept {
    for (const Designation& designation : designations) {
        if (text.starts_with(designation.escape)) return &designation;
    }
    return nullptr;
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
            is_kana_byte(byte) ? writer_.kana(byte) : writer_.bad();
            ++at_;
        } else if (!is_graphic(byte)) {  // blanks too: some mailers leave them bare between double bytes
            control(static_cast<char>(byte));
        } else {
            graphic(byte);
        }
    }

    void control(char c) {
        if (c == '\n' || c == '\r') {
            set_ = Set::ascii;
            shifted_ = false;
        }
        writer_.ascii(c);
        ++at_;
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
        } else {
            writer_.ascii('\x1b');
            ++at_;
        }
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
        if (!is_graphic(cell)) return writer_.bad();  // the second byte is read again, it may end the line
        ++at_;
        switch (set_) {
            case Set::jis_x_0208:  // au's emoji: 0x75 to 0x7B, but from 0x79 on IBM's kanji to all others
                return row >= 0x75 && row <= 0x78 ? writer_.emoji() : writer_.pair(row, cell);
            case Set::jis_x_0212:
                return writer_.jis_x_0212(row, cell);
            case Set::gb2312:
                return writer_.gb2312(row, cell);
            case Set::ks_c_5601:
                return writer_.ks_c_5601(row, cell);
            case Set::ascii:
            case Set::kana:
            case Set::unknown:
                return writer_.bad();
        }
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    Set set_ = Set::ascii;
    bool shifted_ = false;
    JisWriter writer_;
};

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

}  // namespace

Utf16Text decode_iso2022jp(std::string_view untrusted_bytes) { return Iso2022JpReader(untrusted_bytes).read(); }

Utf16Text decode_eucjp(std::string_view untrusted_bytes) {
    JisWriter writer;
    for (std::size_t i = 0; i < untrusted_bytes.size();) {
        const std::string_view text = untrusted_bytes.substr(i);
        const std::size_t length = euc_length(text);
        const auto seven_bits = [&](std::size_t at) { return to_byte(text[at]) & 0x7fu; };
        if (length == 0) writer.bad();
        if (length == 1) writer.ascii(text[0]);
        if (length == 2 && text[0] == '\x8e') writer.kana(seven_bits(1));
        if (length == 2 && text[0] != '\x8e') writer.pair(seven_bits(0), seven_bits(1));
        if (length == 3) writer.jis_x_0212(seven_bits(1), seven_bits(2));
        i += length == 0 ? 1 : length;
    }
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

// Where the readers of Japanese charsets put their characters. They are collected as CP932 bytes and decoded in long
// runs; the few of other sets are decoded between.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/sandboxed/text/icu_decoder.hpp"

namespace mugaika::sandboxed {

// Rows and cells are both 0x21 … 0x7E. Places without a character come out as undecodable.
class JisWriter {
public:
    void ascii(char c) { cp932_bytes_.push_back(c); }
    void kana(unsigned seven_bits) { put(seven_bits | 0x80); }
    void bad() { put(0x80); }                // no character of CP932: becomes U+FFFD and is counted
    void doubt() { ++text_.undecodable; }    // what was written may not be what was meant
    void pair(unsigned row, unsigned cell);  // JIS X 0208 and what CP932 has in its other rows
    void jis_x_0212(unsigned row, unsigned cell);
    void jis_x_0213(unsigned plane, unsigned row, unsigned cell);
    void gb2312(unsigned row, unsigned cell) { foreign(gb2312_, "gb18030", {high(row), high(cell)}); }
    void ks_c_5601(unsigned row, unsigned cell) { foreign(ks_c_5601_, "windows-949-2000", {high(row), high(cell)}); }
    void emoji();  // 〓

    // Eight-bit text between.
    void cp932(std::string_view bytes) { cp932_bytes_ += bytes; }
    void utf8(std::string_view valid_utf8);
    void mixed() { text_.is_mixed = true; }  // what some of it was read as is a guess

    Utf16Text finish();

private:
    static constexpr char high(unsigned seven_bits) { return static_cast<char>(seven_bits | 0x80); }
    void put(unsigned byte) { cp932_bytes_.push_back(static_cast<char>(byte)); }
    void flush();
    void append(char32_t);
    void foreign(std::optional<IcuDecoder>& decoder, const char* icu_name, std::initializer_list<char> bytes);

    IcuDecoder cp932_{"ibm-943_P15A-2003"};
    std::optional<IcuDecoder> jis_x_0212_;
    std::optional<IcuDecoder> gb2312_;
    std::optional<IcuDecoder> ks_c_5601_;
    std::string cp932_bytes_;
    Utf16Text text_;
};

}  // namespace mugaika::sandboxed

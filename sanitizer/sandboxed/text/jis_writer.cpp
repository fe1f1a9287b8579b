#include "sanitizer/sandboxed/text/jis_writer.hpp"

#include <array>

#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/jis_x_0213.hpp"

namespace mugaika::sandboxed {
namespace {

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

}  // namespace

void JisWriter::pair(unsigned row, unsigned cell) {
    const unsigned lead = (row - 0x21) / 2 + 0x81;
    put(lead >= 0xa0 ? lead + 0x40 : lead);
    const bool odd_row = row % 2 == 1;
    put(odd_row ? cell + (cell >= 0x60 ? 0x20 : 0x1f) : cell + 0x7e);
}

void JisWriter::jis_x_0212(unsigned row, unsigned cell) {
    const unsigned ibm = (row - 0x73) * 94 + cell - 0x73;  // from row 73, cell 73
    if (row >= 0x73 && row <= 0x74 && ibm < euc_ibm_characters.size()) {
        flush();
        text_.utf16.push_back(euc_ibm_characters.at(ibm));
    } else {
        foreign(jis_x_0212_, "EUC-JP", {'\x8f', high(row), high(cell)});
    }
}

// What the first plane has in common with CP932 is decoded by its table.
void JisWriter::jis_x_0213(unsigned plane, unsigned row, unsigned cell) {
    const JisX0213 character = sandboxed::jis_x_0213(plane, row - 0x20, cell - 0x20);
    if (character.first == 0) return plane == 1 ? pair(row, cell) : bad();
    flush();
    append(character.first);
    if (character.second != 0) append(character.second);
}

void JisWriter::emoji() {
    pair(0x22, 0x2e);  // 〓
    ++text_.emoji;
}

void JisWriter::utf8(std::string_view valid_utf8) {
    flush();
    while (!valid_utf8.empty()) {
        const utf8::Character c = utf8::first(valid_utf8);
        append(c.value);
        valid_utf8.remove_prefix(c.bytes);
    }
}

Utf16Text JisWriter::finish() {
    flush();
    text_.undecodable += cp932_.undecodable();
    for (const auto* decoder : {&jis_x_0212_, &gb2312_, &ks_c_5601_}) {
        if (*decoder) text_.undecodable += (*decoder)->undecodable();
    }
    return std::move(text_);
}

void JisWriter::flush() {
    if (!cp932_bytes_.empty()) cp932_.append(cp932_bytes_, text_.utf16);
    cp932_bytes_.clear();
}

void JisWriter::append(char32_t c) {
    if (c >= 0x10000) text_.utf16.push_back(static_cast<char16_t>(0xd7c0 + (c >> 10)));
    text_.utf16.push_back(static_cast<char16_t>(c >= 0x10000 ? 0xdc00 | (c & 0x3ff) : c));
}

void JisWriter::foreign(std::optional<IcuDecoder>& decoder, const char* icu_name, std::initializer_list<char> bytes) {
    flush();
    if (!decoder) decoder.emplace(icu_name);
    decoder->append(std::string_view(bytes.begin(), bytes.size()), text_.utf16);
}

}  // namespace mugaika::sandboxed

#include "small_profile.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace mugaika::test {
namespace {

using namespace std::string_literals;

std::string number(std::size_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

}  // namespace

SmallProfile& SmallProfile::put(std::string_view name, std::string bytes) {
    const auto same = std::find_if(tags.begin(), tags.end(), [&](const auto& tag) { return tag.first == name; });
    if (same != tags.end()) tags.erase(same);
    tags.emplace_back(name, std::move(bytes));
    return *this;
}

std::string SmallProfile::write() const {
    std::string entries = number(tags.size());
    std::string data;
    for (const auto& [name, bytes] : tags) {
        entries += name + number(132 + 12 * tags.size() + data.size()) + number(bytes.size());
        data += bytes;
        data += std::string((4 - data.size() % 4) % 4, 'p') + "gap!";
    }
    std::string header = number(132 + 12 * tags.size() + data.size()) + "cmm!" + version + "\x10pp"s + profile_class +
                         space + connection + "\7\xEA\0\1\0\2\0\3\0\4\0\5"s + "acsp" + std::string(28, 's') +
                         std::string(12, 'i') + "made" + std::string(16, 'd');
    header.resize(128, 'r');
    header[67] = '\1';
    return header + entries + data;
}

std::string icc_xyz(char value) { return "XYZ words"s.substr(0, 8) + std::string(12, value); }

std::string icc_curve() { return "curvword\0\0\0\2\0\0\xFF\xFF"s; }

std::string icc_parametric() { return "paraword\0\0pp\0\2\0\0"s; }

std::string icc_table(char inputs, bool is_wide, char seed) {
    std::string out = (is_wide ? "mft2word"s : "mft1word"s) + inputs + "\3\2p"s + std::string(36, '\0');
    std::size_t entries = 3;
    for (char i = 0; i < inputs; ++i) entries *= 2;
    const auto channels = static_cast<std::size_t>(inputs);
    if (is_wide) return out + "\0\2\0\2"s + std::string(2 * (2 * channels + entries + 6), seed);
    return out + std::string(256 * channels + entries + 768, seed);
}

SmallProfile rgb_profile() {
    SmallProfile out;
    out.put("cprt", "text\0\0\0\0secret rights\0"s).put("dmnd", "desc\0\0\0\0secret maker\0"s);
    out.put("rXYZ", icc_xyz('\1')).put("gXYZ", icc_xyz('\2')).put("bXYZ", icc_xyz('\3')).put("wtpt", icc_xyz('\4'));
    for (const char* curve : {"rTRC", "gTRC", "bTRC"}) out.put(curve, icc_curve());
    return out;
}

SmallProfile grey_profile() {
    SmallProfile out;
    out.version = 4;
    out.space = "GRAY";
    return out.put("wtpt", icc_xyz('\4')).put("kTRC", icc_parametric());
}

SmallProfile cmyk_profile(bool is_wide) {
    SmallProfile out;
    out.profile_class = "prtr";
    out.space = "CMYK";
    out.connection = "Lab ";
    return out.put("A2B0", icc_table(4, is_wide)).put("A2B1", icc_table(4, is_wide)).put("B2A0", icc_table(3, is_wide));
}

}  // namespace mugaika::test

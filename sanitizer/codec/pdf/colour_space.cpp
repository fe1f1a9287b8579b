// Colour spaces (ISO 32000-1, 8.6): the part of the selector whose arrays have their own shape for each family.
#include <memory>

#include "sanitizer/codec/pdf/colour_profile.hpp"
#include "sanitizer/codec/pdf/selector.hpp"
#include "sanitizer/codec/pdf/stream_data.hpp"
#include "sanitizer/codec/pdf/stream_filters.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr unsigned depth_max = 4;  // with what stands around it, no deeper than the checker reads
constexpr std::size_t palette_bytes_max = 256 * 32;
constexpr int colorants_max = 32;

std::string device_of(std::int64_t components) {
    return components == 1 ? "/DeviceGray" : components == 4 ? "/DeviceCMYK" : "/DeviceRGB";
}

}  // namespace

Token Selector::colour_space(QPDFObjectHandle source, unsigned depth) {
    if (source.isName()) return word_value(source, "DeviceGray DeviceRGB DeviceCMYK Pattern");
    if (!source.isArray() || depth == depth_max) return std::nullopt;
    if (!source.isIndirect()) return colour_space_in_place(source, depth);
    const auto key = std::pair(source.getObjGen(), Role::colour_space);
    const auto found = copied_.find(key);
    if (found != copied_.end()) return found->second;
    // Reserved before what it refers to, whose text is known only then.
    const auto text = std::make_shared<std::string>();
    std::string name;
    Token reference = attempt([&]() -> Token {
        std::string own = reference_token(document_.reserve([this, text] { document_.put(*text); }));
        const Token token = colour_space_in_place(source, depth);
        if (token && token->starts_with('[')) {
            *text = *token;
            return own;
        }
        name = token.value_or("");  // a device's, which needs no object
        return std::nullopt;
    });
    if (!reference) return name.empty() ? Token() : name;
    remember(key, *reference);
    return reference;
}

Token Selector::colour_space_in_place(QPDFObjectHandle source, unsigned depth) {
    if (source.getArrayNItems() == 0) return std::nullopt;
    const std::string family = name_of(source.getArrayItem(0));
    if (is_among(family, "DeviceGray DeviceRGB DeviceCMYK")) return name_token(family);
    if (family == "Pattern" && source.getArrayNItems() == 1) return "/Pattern";
    if (source.getArrayNItems() < 2) return std::nullopt;
    if (family == "ICCBased") return icc_based(source.getArrayItem(1));
    return colour_space_array(source, family, depth);
}

Token Selector::colour_space_array(QPDFObjectHandle source, const std::string& family, unsigned depth) {
    const int count = source.getArrayNItems();
    const std::string open = "[ " + name_token(family) + ' ';
    if (is_among(family, "CalGray CalRGB Lab")) {
        const Token white = dictionary_in_place(Role::calibrated, source.getArrayItem(1));
        return white ? Token(open + *white + " ]") : std::nullopt;
    }
    if (family == "Pattern") {
        const Token base = colour_space(source.getArrayItem(1), depth + 1);
        return base ? Token(open + *base + " ]") : std::nullopt;
    }
    if (count < 4) return std::nullopt;
    if (family == "Indexed") {
        QPDFObjectHandle palette = source.getArrayItem(3);
        std::optional<std::string> bytes;
        if (palette.isString()) bytes = palette.getStringValue();
        if (palette.isStream()) bytes = plain_data(palette, purse_);
        const Token last = integer_value(source.getArrayItem(2));
        const Token base = bytes && last ? colour_space(source.getArrayItem(1), depth + 1) : std::nullopt;
        if (!base) return std::nullopt;
        return open + *base + ' ' + *last + ' ' + text_token(std::string_view(*bytes).substr(0, palette_bytes_max)) +
               " ]";
    }
    if (family != "Separation" && family != "DeviceN") return std::nullopt;
    QPDFObjectHandle names = source.getArrayItem(1);
    if (names.isArray() != (family == "DeviceN") || (names.isArray() && names.getArrayNItems() > colorants_max)) {
        return std::nullopt;
    }
    const Token colorants = names_value(names);
    const Token base = colorants ? colour_space(source.getArrayItem(2), depth + 1) : std::nullopt;
    const Token tint = base ? object(Role::function, source.getArrayItem(3)) : std::nullopt;
    return tint ? Token(open + *colorants + ' ' + *base + ' ' + *tint + " ]") : std::nullopt;
}

// A profile that is none, or none that can be reduced, gives way to what stands for it.
Token Selector::icc_based(QPDFObjectHandle profile) {
    if (!profile.isStream()) return std::nullopt;
    const auto key = std::pair(profile.getObjGen(), Role::icc);
    const auto found = copied_.find(key);
    if (found != copied_.end()) return "[ /ICCBased " + found->second + " ]";
    QPDFObjectHandle components = profile.getDict().getKey("/N");
    const std::int64_t count = components.isInteger() ? components.getIntValue() : 3;
    const std::optional<std::string> bytes = plain_data(profile, purse_);
    const std::optional<std::string> reduced = bytes ? reduced_profile(*bytes, count) : std::nullopt;
    if (!reduced) {
        losses_.add(Reason::colour_profile_dropped);
        const Token alternate = word_value(profile.getDict().getKey("/Alternate"), "DeviceGray DeviceRGB DeviceCMYK");
        return alternate.value_or(device_of(count));
    }
    if (*reduced != *bytes) losses_.add(Reason::metadata_removed);
    const std::string reference = reference_token(document_.reserve([this, profile, packed = encode_flate(*reduced)] {
        Dictionary entries = dictionary(Role::icc, QPDFObjectHandle(profile).getDict());
        entries["Filter"] = "/FlateDecode";
        document_.put_stream(std::move(entries), packed);
    }));
    remember(key, reference);
    return "[ /ICCBased " + reference + " ]";
}

}  // namespace mugaika::codec::pdf

#include "sanitizer/codec/pdf/values.hpp"

#include "sanitizer/codec/pdf/roles.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr std::size_t name_bytes_max = 500;
constexpr std::size_t text_bytes_max = 65'535;

template <class Copy>
Token array_of(QPDFObjectHandle array, Copy copy) {
    if (!array.isArray()) return std::nullopt;
    std::string out = "[ ";
    for (const QPDFObjectHandle& item : array.getArrayAsVector()) {
        const Token token = copy(item);
        if (!token) return std::nullopt;
        (out += *token) += ' ';
    }
    return out += ']';
}

}  // namespace

Token flag_value(QPDFObjectHandle value) {
    if (!value.isBool()) return std::nullopt;
    return value.getBoolValue() ? "true" : "false";
}

Token integer_value(QPDFObjectHandle value) {
    if (value.isInteger()) return integer_token(value.getIntValue());
    if (!value.isReal()) return std::nullopt;
    const std::string number = number_token(value.getRealValue());
    const std::string whole = number.substr(0, number.find('.'));
    return integer_token(whole == "-0" ? 0 : std::stoll(whole));
}

Token number_value(QPDFObjectHandle value) {
    if (value.isInteger()) return integer_token(value.getIntValue());
    if (value.isReal()) return number_token(value.getRealValue());
    return std::nullopt;
}

Token name_value(QPDFObjectHandle value) {
    const std::string name = name_of(value);
    if (name.empty() || name.size() > name_bytes_max) return std::nullopt;
    return name_token(name);
}

Token word_value(QPDFObjectHandle value, std::string_view words) {
    const std::string name = name_of(value);
    if (!is_among(name, words)) return std::nullopt;
    return name_token(name);
}

Token text_value(QPDFObjectHandle value) {
    if (!value.isString()) return std::nullopt;
    return text_token(value.getStringValue().substr(0, text_bytes_max));
}

Token numbers_value(QPDFObjectHandle value) { return array_of(value, number_value); }
Token number_lists_value(QPDFObjectHandle value) { return array_of(value, numbers_value); }
Token flags_value(QPDFObjectHandle value) { return array_of(value, flag_value); }

Token names_value(QPDFObjectHandle value) {
    if (value.isName()) return name_value(value);
    return array_of(value, name_value);
}

Token line_dash_value(QPDFObjectHandle value) {
    if (!value.isArray() || value.getArrayNItems() != 2 || !value.getArrayItem(1).isNumber()) return std::nullopt;
    const Token dashes = numbers_value(value.getArrayItem(0));
    if (!dashes) return std::nullopt;
    return "[ " + *dashes + ' ' + *number_value(value.getArrayItem(1)) + " ]";
}

Token border_value(QPDFObjectHandle value) {
    if (!value.isArray()) return std::nullopt;
    const int count = value.getArrayNItems();
    if (count != 3 && count != 4) return std::nullopt;
    std::string out = "[ ";
    for (int i = 0; i < count; ++i) {
        const Token item = i == 3 ? numbers_value(value.getArrayItem(3)) : number_value(value.getArrayItem(i));
        if (!item) return std::nullopt;
        (out += *item) += ' ';
    }
    return out += ']';
}

Token cid_widths_value(QPDFObjectHandle value) {
    return array_of(value,
                    [](QPDFObjectHandle item) { return item.isArray() ? numbers_value(item) : number_value(item); });
}

Token differences_value(QPDFObjectHandle value) {
    return array_of(value, [](QPDFObjectHandle item) -> Token {
        if (!item.isName()) return integer_value(item);
        const Token name = name_value(item);
        return name ? name : "/.notdef";
    });
}

std::string clean_name(std::string name) {
    name.erase(0, 1);
    std::erase(name, '\0');
    return name;
}

std::string name_of(QPDFObjectHandle value) { return value.isName() ? clean_name(value.getName()) : std::string(); }

}  // namespace mugaika::codec::pdf

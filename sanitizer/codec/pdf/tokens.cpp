#include "sanitizer/codec/pdf/tokens.hpp"

#include <algorithm>
#include <cmath>

namespace mugaika::codec::pdf {
namespace {

constexpr std::size_t whole_digits_max = 10;
constexpr std::size_t fraction_digits_max = 9;
constexpr std::string_view hex = "0123456789abcdef";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool stands_as_is(char c) noexcept {
    return c > ' ' && c <= '~' && std::string_view("()<>[]{}/%#").find(c) == std::string_view::npos;
}

void append_hex(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    out += hex[byte >> 4];
    out += hex[byte & 15];
}

}  // namespace

std::string name_token(std::string_view name) {
    std::string out = "/";
    for (const char c : name) {
        if (stands_as_is(c)) {
            out += c;
        } else if (c != '\0') {  // a name cannot hold it (7.3.5)
            out += '#';
            append_hex(out, c);
        }
    }
    return out;
}

std::string text_token(std::string_view bytes) {
    std::string out = "<";
    out.reserve(2 * bytes.size() + 2);
    for (const char c : bytes) append_hex(out, c);
    return out += '>';
}

std::string integer_token(std::int64_t value) {
    return std::to_string(std::clamp<std::int64_t>(value, INT32_MIN, INT32_MAX));
}

std::string number_token(std::string_view digits) {
    bool is_negative = false;
    if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
        is_negative = digits[0] == '-';
        digits.remove_prefix(1);
    }
    const std::size_t whole_end =
        static_cast<std::size_t>(std::find_if_not(digits.begin(), digits.end(), is_digit) - digits.begin());
    std::string_view whole = digits.substr(0, whole_end);
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    std::string_view fraction;
    if (whole_end < digits.size() && digits[whole_end] == '.') {
        fraction = digits.substr(whole_end + 1);
        fraction = fraction.substr(
            0,
            static_cast<std::size_t>(std::find_if_not(fraction.begin(), fraction.end(), is_digit) - fraction.begin()));
    }
    if (whole.size() > whole_digits_max) {
        whole = "2147483647";
        fraction = {};
    }
    fraction = fraction.substr(0, fraction_digits_max);
    const std::size_t last = fraction.find_last_not_of('0');
    fraction = last == std::string_view::npos ? std::string_view{} : fraction.substr(0, last + 1);
    if (whole.empty() && fraction.empty()) return "0";
    std::string out = is_negative ? "-" : "";
    if (whole.empty()) out += '0';
    out += whole;
    if (!fraction.empty()) (out += '.') += fraction;
    return out;
}

std::string number_token(double value) {
    if (!std::isfinite(value)) return "0";
    const double scaled = std::round(std::clamp(value, -2147483647.0, 2147483647.0) * 1000.0);
    std::string digits = std::to_string(static_cast<std::int64_t>(std::abs(scaled)));
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    digits.insert(digits.size() - 3, 1, '.');
    return number_token((scaled < 0 ? "-" : "") + digits);
}

}  // namespace mugaika::codec::pdf

#include "relay/smtp/dsn.hpp"

#include <algorithm>

#include "policy/ascii.hpp"

namespace mugaika::smtp {
namespace {

constexpr std::size_t envid_bytes_max = 100;  // RFC 3461 4.4
constexpr std::size_t orcpt_bytes_max = 500;  // RFC 3461 4.2

std::string in_capitals(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    return out;
}

bool is_capital_hex(char c) noexcept { return ascii::is_digit(c) || (c >= 'A' && c <= 'F'); }

// RFC 3461 4: printable ASCII without "+" and "=", or "+" and two hexadecimal digits in capitals.
bool is_xtext(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            if (i + 2 >= text.size() || !is_capital_hex(text[i + 1]) || !is_capital_hex(text[i + 2])) return false;
            i += 2;
        } else if (!ascii::is_printable(text[i]) || text[i] == ' ' || text[i] == '=') {
            return false;
        }
    }
    return !text.empty();
}

// RFC 3461 4.2: "rfc822;" and the like, then xtext.
bool is_original_recipient(std::string_view text) noexcept {
    const std::size_t semicolon = text.find(';');
    if (text.size() > orcpt_bytes_max || semicolon == std::string_view::npos || semicolon == 0) return false;
    const std::string_view type = text.substr(0, semicolon);
    return std::all_of(type.begin(), type.end(), [](char c) { return ascii::is_alnum(c) || c == '-'; }) &&
           is_xtext(text.substr(semicolon + 1));
}

// RFC 3461 4.1: NEVER alone, or each of the others at most once.
bool is_notify(std::string_view list) noexcept {
    if (list == "NEVER") return true;
    bool success = false, failure = false, delay = false;
    for (;;) {
        const std::size_t comma = list.find(',');
        const std::string_view word = list.substr(0, comma);
        bool* const seen = word == "SUCCESS"   ? &success
                           : word == "FAILURE" ? &failure
                           : word == "DELAY"   ? &delay
                                               : nullptr;
        if (seen == nullptr || *seen) return false;
        *seen = true;
        if (comma == std::string_view::npos) return true;
        list.remove_prefix(comma + 1);
    }
}

DsnParameter take(std::string& target, std::string value, bool valid) {
    if (!target.empty() || !valid) return DsnParameter::wrong;
    target = std::move(value);
    return DsnParameter::taken;
}

std::string parameter(std::string_view keyword, const std::string& value) {
    return value.empty() ? std::string() : std::string(" ").append(keyword).append("=").append(value);
}

}  // namespace

DsnParameter take_dsn_parameter(std::string_view keyword, std::optional<std::string_view> value, MailDsn& dsn) {
    const std::string_view text = value.value_or("");
    if (ascii::iequals(keyword, "RET")) {
        const std::string ret = in_capitals(text);
        return take(dsn.ret, ret, ret == "FULL" || ret == "HDRS");
    }
    if (ascii::iequals(keyword, "ENVID")) {
        return take(dsn.envid, std::string(text), is_xtext(text) && text.size() <= envid_bytes_max);
    }
    return DsnParameter::not_dsn;
}

DsnParameter take_dsn_parameter(std::string_view keyword, std::optional<std::string_view> value, RecipientDsn& dsn) {
    const std::string_view text = value.value_or("");
    if (ascii::iequals(keyword, "NOTIFY")) {
        const std::string notify = in_capitals(text);
        return take(dsn.notify, notify, is_notify(notify));
    }
    if (ascii::iequals(keyword, "ORCPT")) return take(dsn.orcpt, std::string(text), is_original_recipient(text));
    return DsnParameter::not_dsn;
}

std::string parameters_of(const MailDsn& dsn) { return parameter("RET", dsn.ret) + parameter("ENVID", dsn.envid); }

std::string parameters_of(const RecipientDsn& dsn) {
    return parameter("NOTIFY", dsn.notify) + parameter("ORCPT", dsn.orcpt);
}

}  // namespace mugaika::smtp

#include "relay/smtp/client_attributes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "policy/ascii.hpp"

namespace mugaika::smtp {
namespace {

constexpr std::size_t value_bytes_max = 255;
constexpr std::string_view ipv6_prefix = "IPV6:";
constexpr std::array<std::string_view, 2> unknown_values{"[UNAVAILABLE]", "[TEMPUNAVAIL]"};
// Protocols that may stand in Received (RFC 3848, RFC 6531); of any other nothing is said.
constexpr std::array<std::string_view, 5> protocols{"SMTP", "ESMTP", "ESMTPS", "UTF8SMTP", "UTF8SMTPS"};

// One word and the blanks behind it.
std::string_view take_word(std::string_view& rest) noexcept {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return word;
}

bool stands_in(std::string_view name, std::string_view offered) noexcept {
    while (!offered.empty()) {
        if (ascii::iequals(take_word(offered), name)) return true;
    }
    return false;
}

// Upper case only: RFC 3461 4.
std::optional<unsigned> hex_digit(char c) noexcept {
    if (ascii::is_digit(c)) return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<std::string> from_xtext(std::string_view xtext) {
    std::string text;
    while (!xtext.empty()) {
        if (xtext.front() != '+') {
            text += xtext.front();
            xtext.remove_prefix(1);
            continue;
        }
        if (xtext.size() < 3) return std::nullopt;
        const auto high = hex_digit(xtext[1]);
        const auto low = hex_digit(xtext[2]);
        if (!high || !low) return std::nullopt;
        text += static_cast<char>(*high << 4 | *low);
        xtext.remove_prefix(3);
    }
    const bool sound = text.size() <= value_bytes_max && std::all_of(text.begin(), text.end(), ascii::is_printable);
    return sound && !text.empty() ? std::optional(std::move(text)) : std::nullopt;
}

bool is_unknown(std::string_view value) noexcept {
    return std::any_of(unknown_values.begin(), unknown_values.end(),
                       [value](std::string_view unknown) { return ascii::iequals(unknown, value); });
}

bool is_port(std::string_view text) noexcept {
    std::uint16_t port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    return fault == std::errc() && end == text.data() + text.size();
}

std::optional<IpAddress> address_from(std::string_view value) {
    const bool says_ipv6 = ascii::istarts_with(value, ipv6_prefix);
    if (says_ipv6) value.remove_prefix(ipv6_prefix.size());
    return says_ipv6 == (value.find(':') != std::string_view::npos) ? IpAddress::parse(value) : std::nullopt;
}

std::string protocol_from(std::string_view value) {
    const auto known = std::find_if(protocols.begin(), protocols.end(),
                                    [value](std::string_view name) { return ascii::iequals(name, value); });
    return known == protocols.end() ? std::string() : std::string(*known);
}

// False when the value is not what the name promises.
bool take_attribute(std::string_view name, const std::string& value, ClientAttributes& attributes) {
    const bool known = !is_unknown(value);
    const std::string text = known ? value : std::string();
    if (ascii::iequals(name, "NAME")) attributes.name = text;
    if (ascii::iequals(name, "HELO")) attributes.helo = text;
    if (ascii::iequals(name, "PROTO")) attributes.protocol = protocol_from(text);
    if (ascii::iequals(name, "ADDR") || ascii::iequals(name, "DESTADDR")) {
        const auto address = address_from(text);
        if (known && !address) return false;
        if (ascii::iequals(name, "DESTADDR")) return true;
        attributes.address_said = true;
        attributes.address = address;
    }
    const bool is_a_port = ascii::iequals(name, "PORT") || ascii::iequals(name, "DESTPORT");
    return !is_a_port || !known || is_port(text);
}

}  // namespace

void ClientAttributes::add(const ClientAttributes& later) {
    if (later.name) name = later.name;
    if (later.helo) helo = later.helo;
    if (later.protocol) protocol = later.protocol;
    if (!later.address_said) return;
    address_said = true;
    address = later.address;
}

std::optional<ClientAttributes> parse_client_attributes(std::string_view untrusted_argument, std::string_view offered) {
    ClientAttributes attributes;
    std::vector<std::string_view> seen;  // no more than are offered
    if (untrusted_argument.empty()) return std::nullopt;
    while (!untrusted_argument.empty()) {
        const std::string_view word = take_word(untrusted_argument);
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view name = word.substr(0, equals);
        const bool again = std::any_of(seen.begin(), seen.end(),
                                       [name](std::string_view before) { return ascii::iequals(before, name); });
        const auto value = from_xtext(word.substr(equals + 1));
        if (again || !value || !stands_in(name, offered) || !take_attribute(name, *value, attributes)) {
            return std::nullopt;
        }
        seen.push_back(name);
    }
    return attributes;
}

}  // namespace mugaika::smtp

#include "sanitizer/sandboxed/html/html_redirect.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t address_bytes_max = 8192;  // longer ones are shown as they are

struct Address {
    std::string host;        // lower case, without port
    std::string_view path;   // with its slash
    std::string_view query;  // without '?', and without a fragment
};

// Nothing odd: a user, a backslash or a percent sign in the host is not how such services write.
Address split(std::string_view address) {
    address.remove_prefix(address.find(':') + 1);
    if (!address.starts_with("//")) return {};
    address.remove_prefix(2);
    const std::string_view authority = address.substr(0, address.find_first_of("/?#\\"));
    const std::string_view host = authority.substr(0, authority.find(':'));
    if (authority.find_first_of("@%") != authority.npos) return {};
    address.remove_prefix(authority.size());
    const std::string_view path = address.substr(0, address.find_first_of("?#"));
    address.remove_prefix(path.size());
    std::string_view query = address.substr(0, address.find('#'));
    if (!query.empty()) query.remove_prefix(1);
    return {ascii::to_lower(host), path, query};
}

// The value of the only parameter of that name, as it stands; "" when there is none, or there are two.
std::string_view parameter(std::string_view query, std::string_view name) {
    std::string_view found;
    while (!query.empty()) {
        std::string_view one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(one.size() + 1, query.size()));
        if (one.starts_with("amp;")) one.remove_prefix(4);  // escaped twice by careless mailers
        const std::size_t equals = one.find('=');
        if (equals == one.npos || !ascii::iequals(one.substr(0, equals), name)) continue;
        if (!found.empty()) return {};
        found = one.substr(equals + 1);
    }
    return found;
}

std::string base64_decoded(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=') break;
        const int value = ascii::is_upper(c)     ? c - 'A'
                          : ascii::is_lower(c)   ? c - 'a' + 26
                          : ascii::is_digit(c)   ? c - '0' + 52
                          : c == '-' || c == '+' ? 62
                          : c == '_' || c == '/' ? 63
                                                 : -1;
        if (value < 0) return {};
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>(bits >> count & 0xff));
    }
    return out;
}

// Proofpoint, version 2: '-' is '%' and '_' is '/'.
std::string of_proofpoint_2(std::string_view value) {
    std::string text(value);
    std::replace(text.begin(), text.end(), '-', '%');
    std::replace(text.begin(), text.end(), '_', '/');
    return percent_decoded(text);
}

// Proofpoint, version 3: "/v3/__<address>__;<base64>!!…". A '*' stands for the next of the replaced bytes, "**" and a
// letter for a run of them.
std::string of_proofpoint_3(std::string_view path) {
    constexpr std::string_view start = "/v3/__";
    constexpr std::string_view lengths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (!path.starts_with(start)) return {};
    path.remove_prefix(start.size());
    const std::size_t end = path.find("__;");
    if (end == path.npos) return {};
    const std::string_view coded = path.substr(end + 3);
    const std::string replaced = base64_decoded(coded.substr(0, coded.find('!')));
    std::string out;
    std::size_t used = 0;
    for (std::size_t i = 0; i < end; ++i) {
        if (path[i] != '*') {
            out.push_back(path[i]);
            continue;
        }
        const bool is_run = i + 2 < end && path[i + 1] == '*';
        const std::size_t length = is_run ? lengths.find(path[i + 2]) : 0;
        if (length == lengths.npos) return {};
        const std::size_t count = is_run ? length + 2 : 1;
        if (replaced.size() - used < count) return {};
        out.append(replaced, used, count);
        used += count;
        if (is_run) i += 2;
    }
    if (out.starts_with("http:/") || out.starts_with("https:/")) {  // some servers join the two slashes
        const std::size_t slash = out.find('/');
        if (out.compare(slash, 2, "//") != 0) out.insert(slash, "/");
    }
    return out;
}

// The address between "___" and "___" (Check Point), each wrapped once more: "…/v2/___https://x___.token".
std::string between_underscores(std::string_view path) {
    const std::size_t begin = path.find("___");
    const std::size_t end = begin == path.npos ? path.npos : path.find("___", begin + 3);
    return end == path.npos ? std::string() : percent_decoded(path.substr(begin + 3, end - begin - 3));
}

// The last segment, percent-encoded (Cisco: "/<token>/https%3A%2F%2Fx").
std::string last_segment(std::string_view path) { return percent_decoded(path.substr(path.rfind('/') + 1)); }

enum class Form : std::uint8_t { parameter, base64, proofpoint_2, proofpoint_3, underscores, last_segment };

struct Service {
    std::string_view host;  // with a leading dot: hosts below it
    std::string_view path;  // how the path begins
    Form form;
    std::string_view parameter;
};

constexpr auto services = std::to_array<Service>({
    // filters of mail
    {".safelinks.protection.outlook.com", "/", Form::parameter, "url"},
    {".safelinks.protection.outlook.cn", "/", Form::parameter, "url"},
    {".safelinks.protection.office365.us", "/", Form::parameter, "url"},
    {"statics.teams.cdn.office.net", "/evergreen-assets/safelinks/", Form::parameter, "url"},
    {".safelink.emails.azure.net", "/redirect", Form::parameter, "destination"},
    {"urldefense.proofpoint.com", "/v1/url", Form::parameter, "u"},
    {"urldefense.proofpoint.com", "/v2/url", Form::proofpoint_2, "u"},
    {"urldefense.proofpoint.com", "/v3/", Form::proofpoint_3, ""},
    {"urldefense.com", "/v2/url", Form::proofpoint_2, "u"},
    {"urldefense.com", "/v3/", Form::proofpoint_3, ""},
    {"urldefense.us", "/v3/", Form::proofpoint_3, ""},
    {"linkprotect.cudasvc.com", "/url", Form::parameter, "a"},
    {"secure-web.cisco.com", "/", Form::last_segment, ""},
    {".trendmicro.com", "/wis/clicktime/", Form::parameter, "url"},
    {".protection.sophos.com", "/", Form::base64, "u"},
    {"protect.fireeye.com", "/", Form::parameter, "u"},
    {"protect2.fireeye.com", "/", Form::parameter, "u"},
    {"protect.checkpoint.com", "/v2/", Form::underscores, ""},
    {"url.avanan.click", "/v2/", Form::underscores, ""},
    {"clicktime.symantec.com", "/", Form::parameter, "u"},
    {"deref-mail.com", "/mail/client/", Form::parameter, "redirectUrl"},
    // searching and social
    {"google.com", "/url", Form::parameter, "q"},
    {"google.com", "/url", Form::parameter, "url"},
    {"www.google.com", "/url", Form::parameter, "q"},
    {"www.google.com", "/url", Form::parameter, "url"},
    {"www.google.co.jp", "/url", Form::parameter, "q"},
    {"www.google.co.jp", "/url", Form::parameter, "url"},
    {"l.facebook.com", "/l.php", Form::parameter, "u"},
    {"lm.facebook.com", "/l.php", Form::parameter, "u"},
    {"l.instagram.com", "/", Form::parameter, "u"},
    {"www.linkedin.com", "/redir/redirect", Form::parameter, "url"},
    {"www.youtube.com", "/redirect", Form::parameter, "q"},
    {"slack-redir.net", "/link", Form::parameter, "url"},
});

bool is_of(const Service& service, const Address& address) noexcept {
    const std::string_view host = address.host;
    const bool is_host = service.host.front() == '.' ? host.ends_with(service.host) : host == service.host;
    return is_host && std::string_view(address.path.empty() ? "/" : address.path).starts_with(service.path);
}

std::string read(const Service& service, const Address& address) {
    const std::string_view value = parameter(address.query, service.parameter);
    switch (service.form) {
        case Form::parameter:
            return percent_decoded(value);
        case Form::base64:
            return base64_decoded(percent_decoded(value));
        case Form::proofpoint_2:
            return of_proofpoint_2(value);
        case Form::proofpoint_3:
            return of_proofpoint_3(address.path);
        case Form::underscores:
            return between_underscores(address.path);
        case Form::last_segment:
            break;
    }
    return last_segment(address.path);
}

bool is_web_address(std::string_view text) noexcept {
    return ascii::istarts_with(text, "https://") || ascii::istarts_with(text, "http://");
}

}  // namespace

std::string percent_decoded(std::string_view text) {
    if (text.find('%') == text.npos) return std::string(text);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = i + 2 < text.size() && text[i] == '%' ? ascii::hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? ascii::hex_value(text[i + 2]) : -1;
        if (low >= 0) i += 2;
        out.push_back(low >= 0 ? static_cast<char>(high * 16 + low) : text[i]);
    }
    return out;
}

std::string redirect_target(std::string_view untrusted_address) {
    if (untrusted_address.size() > address_bytes_max || !is_web_address(untrusted_address)) return {};
    const Address address = split(untrusted_address);
    std::string found;
    for (const Service& service : services) {
        if (!is_of(service, address)) continue;
        std::string target = read(service, address);
        if (!is_web_address(target)) continue;
        if (!found.empty() && found != target) return {};
        found = std::move(target);
    }
    return found;
}

}  // namespace mugaika::sandboxed

#include "relay/engines/icap_request.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

// RFC 3986 2.1: everything but unreserved characters, so that no name is anything but a name.
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF", unreserved = "-._~";
    std::string encoded;
    for (const char c : text) {
        if (ascii::is_alnum(c) || unreserved.find(c) != std::string_view::npos) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return encoded;
}

std::string first_line(const IcapService& service, std::string_view method) {
    return std::string(method) + " icap://" + service.host + service.path + " ICAP/1.0\r\nHost: " + service.host +
           "\r\n";
}

std::string http_request_head(IcapMethod method, const FileToScan& file) {
    const std::string name = file.name.empty() ? "file" : percent_encoded(file.name);
    const std::string target = "http://mail.invalid/" + name;
    if (method == IcapMethod::respmod) return "GET " + target + " HTTP/1.1\r\nHost: mail.invalid\r\n\r\n";
    return "PUT " + target +
           " HTTP/1.1\r\nHost: mail.invalid\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
           std::to_string(file.untrusted_bytes.size()) + "\r\n\r\n";
}

std::string http_response_head(const FileToScan& file) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
           std::to_string(file.untrusted_bytes.size()) + "\r\n\r\n";
}

// It took the place of the file: a page for whoever would have got it.
bool is_refusal(const IcapReply& reply, IcapMethod method) noexcept {
    if (reply.holds != IcapHolds::response) return false;
    return method == IcapMethod::reqmod || reply.http_status != 200;
}

}  // namespace

std::string icap_options_request(const IcapService& service) {
    return first_line(service, "OPTIONS") + "Encapsulated: null-body=0\r\n\r\n";
}

std::string icap_request_head(const IcapService& service, const FileToScan& file, std::optional<std::size_t> preview) {
    const bool respmod = service.method == IcapMethod::respmod;
    const std::string request = http_request_head(service.method, file);
    const std::string response = respmod ? http_response_head(file) : std::string();
    std::string head = first_line(service, respmod ? "RESPMOD" : "REQMOD") + "Allow: 204\r\n";
    if (preview) head += "Preview: " + std::to_string(*preview) + "\r\n";
    head += "Encapsulated: req-hdr=0, ";
    if (respmod) {
        head += "res-hdr=" + std::to_string(request.size()) +
                ", res-body=" + std::to_string(request.size() + response.size());
    } else {
        head += "req-body=" + std::to_string(request.size());
    }
    return head + "\r\n\r\n" + request + response;
}

std::string icap_chunk_head(std::size_t bytes) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16).ptr;
    return std::string(digits.data(), end) + "\r\n";
}

Result<ScanAnswer> judge_icap_reply(IcapReply reply, IcapMethod method, std::string_view untrusted_sent) {
    if (!reply.found.empty()) return ScanAnswer(ScanForbids{reply.found});
    if (reply.status == 204) return ScanAnswer(ScanPassed{});
    if (reply.status != 200) return Error(Fault::unavailable, "ICAP: " + reply.words);
    if (is_refusal(reply, method)) return ScanAnswer(ScanForbids{"HTTP " + std::to_string(reply.http_status)});
    if (!reply.has_body) return Error(Fault::protocol, "ICAP: an answer without the file");
    if (reply.untrusted_body == untrusted_sent) return ScanAnswer(ScanPassed{});
    return ScanAnswer(ScanChanged{std::move(reply.untrusted_body)});
}

}  // namespace mugaika

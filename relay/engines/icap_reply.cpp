#include "relay/engines/icap_reply.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/shown_text.hpp"
#include "relay/engines/scanner.hpp"

namespace mugaika {
namespace {

std::optional<std::size_t> number_in(std::string_view text, int base = 10) noexcept {
    std::size_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
    return number;
}

// "ICAP/1.0 204 Unmodified", "HTTP/1.1 403 Forbidden": the number, 0 when it is no such line.
int status_of(std::string_view line, std::string_view protocol) noexcept {
    if (!line.starts_with(protocol) || line.size() < protocol.size() + 6) return 0;
    line.remove_prefix(protocol.size() + 3);  // "1.0"
    if (line[0] != ' ' || (line.size() > 4 && line[4] != ' ')) return 0;
    const auto number = number_in(line.substr(1, 3));
    return number && *number >= 100 && *number <= 599 ? static_cast<int>(*number) : 0;
}

// Of "Type=0; Resolution=2; Threat=NAME;" the name.
std::string_view threat_in(std::string_view value) noexcept {
    constexpr std::string_view key = "Threat=";
    const std::size_t at = value.find(key);
    if (at == std::string_view::npos) return value;
    value.remove_prefix(at + key.size());
    return value.substr(0, value.find(';'));
}

void note_found(IcapReply& reply, std::string_view untrusted_name) {
    if (!reply.found.empty()) return;
    const std::string shown = shown_text(ascii::trim(untrusted_name), scan_words_bytes_max);
    reply.found = shown.empty() ? "something" : shown;
}

}  // namespace

std::size_t IcapReplyReader::read(std::string_view untrusted_bytes) {
    std::size_t taken = 0;
    while (taken < untrusted_bytes.size() && broken_.empty() && !complete_) {
        if (at_ == At::http_head || at_ == At::chunk) {
            const std::string_view piece = untrusted_bytes.substr(taken, counted_);
            (at_ == At::chunk ? reply_.untrusted_body : http_head_).append(piece);
            taken += piece.size();
            counted_ -= piece.size();
            if (counted_ > 0) continue;
            if (at_ == At::chunk) at_ = At::chunk_end;
            if (at_ == At::http_head) end_http_head();
        } else {
            take_byte(untrusted_bytes[taken++]);
        }
    }
    return taken;
}

void IcapReplyReader::take_byte(char c) {
    if (c == '\0') {
        broken_ = "NUL in a head";
    } else if (c == '\n') {
        if (line_.ends_with('\r')) line_.pop_back();
        end_line();
        line_.clear();
    } else if (line_.size() == icap_line_bytes_max || ++head_bytes_ > icap_head_bytes_max) {
        broken_ = "a head that is too long";
    } else {
        line_ += c;
    }
}

void IcapReplyReader::end_line() {
    switch (at_) {
        case At::status:
            return read_status();
        case At::field:
            return line_.empty() ? end_head() : read_field();
        case At::chunk_head:
            return read_chunk_head();
        case At::chunk_end:
            if (!line_.empty()) broken_ = "a chunk longer than it says";
            at_ = At::chunk_head;
            return;
        case At::trailer:
            return line_.empty() ? finish() : void();
        case At::http_head:
        case At::chunk:
            return;  // counted, not read by lines
    }
}

void IcapReplyReader::read_status() {
    reply_.status = status_of(line_, "ICAP/");
    if (reply_.status == 0) broken_ = "no status line";
    reply_.words = shown_text(line_, scan_words_bytes_max);
    at_ = At::field;
}

void IcapReplyReader::read_field() {
    if (ascii::is_blank(line_.front())) return;  // the rest of a field that says enough in its first line
    const std::string_view line = line_;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        broken_ = "a line in a head that is no field";
        return;
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = ascii::trim(line.substr(colon + 1));
    if (ascii::iequals(name, "Encapsulated")) return read_encapsulated(value);
    if (ascii::iequals(name, "Preview")) reply_.preview = number_in(value);
    if (ascii::iequals(name, "Max-Connections")) reply_.connections_max = number_in(value);
    if (ascii::iequals(name, "Methods")) reply_.methods = value;
    if (ascii::iequals(name, "Connection") && ascii::iequals(value, "close")) reply_.closes = true;
    if (ascii::iequals(name, "X-Infection-Found")) note_found(reply_, threat_in(value));
    if (ascii::iequals(name, "X-Virus-ID")) note_found(reply_, value);
    if (ascii::iequals(name, "X-Violations-Found") && value != "0")
        note_found(reply_, "violations: " + std::string(value));
    if (ascii::iequals(name, "Options-TTL")) {
        if (const auto seconds = number_in(value); seconds && *seconds <= 86400u * 365) {
            reply_.options_ttl = std::chrono::seconds(*seconds);
        }
    }
}

// RFC 3507 4.4.1: "res-hdr=0, res-body=161": what is in it, and where in it that begins.
void IcapReplyReader::read_encapsulated(std::string_view value) {
    std::size_t last = 0;
    bool ended = false;
    while (!value.empty()) {
        const std::string_view entry = ascii::trim(value.substr(0, value.find(',')));
        value.remove_prefix(
            std::min(value.size(), value.find(',') == std::string_view::npos ? value.size() : value.find(',') + 1));
        const std::size_t equals = entry.find('=');
        const auto at = equals == std::string_view::npos ? std::nullopt : number_in(entry.substr(equals + 1));
        if (!at || *at < last || *at > icap_head_bytes_max || ended) {
            broken_ = "an Encapsulated field that does not fit";
            return;
        }
        last = *at;
        const std::string_view what = entry.substr(0, equals);
        if (what == "res-hdr") http_is_response_ = true;
        if (what.ends_with("-body")) {
            ended = true;
            reply_.has_body = what != "null-body";
            if (what == "req-body") reply_.holds = IcapHolds::request;
            if (what == "res-body") reply_.holds = IcapHolds::response;
        } else if (what == "res-hdr" || what == "req-hdr") {
            reply_.holds = http_is_response_ ? IcapHolds::response : IcapHolds::request;
        }
    }
    if (!ended) broken_ = "an Encapsulated field that does not fit";
    counted_ = last;
}

void IcapReplyReader::end_head() {
    head_bytes_ = 0;
    if (counted_ > 0) {
        at_ = At::http_head;
    } else {
        end_http_head();
    }
}

void IcapReplyReader::end_http_head() {
    if (http_is_response_) {
        reply_.http_status =
            status_of(std::string_view(http_head_).substr(0, http_head_.find_first_of("\r\n")), "HTTP/");
    }
    at_ = At::chunk_head;
    if (!reply_.has_body) finish();
}

void IcapReplyReader::read_chunk_head() {
    head_bytes_ = 0;
    const std::string_view line = line_;
    const auto bytes = number_in(ascii::trim(line.substr(0, line.find(';'))), 16);
    if (!bytes) {
        broken_ = "a chunk without its length";
    } else if (*bytes > body_bytes_max_ - reply_.untrusted_body.size()) {
        broken_ = "a body that is too large";
        too_large_ = true;
    } else {
        counted_ = *bytes;
        at_ = *bytes == 0 ? At::trailer : At::chunk;
    }
}

void IcapReplyReader::finish() {
    complete_ = std::exchange(reply_, {});
    http_head_.clear();
    http_is_response_ = false;
    head_bytes_ = 0;
    at_ = At::status;
}

std::optional<IcapReply> IcapReplyReader::take() { return std::exchange(complete_, std::nullopt); }

}  // namespace mugaika

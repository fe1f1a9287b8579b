#include "relay/smtp/data_reader.hpp"

#include <algorithm>

#include "policy/ascii.hpp"

namespace mugaika::smtp {
namespace {

constexpr std::string_view received = "received";
constexpr std::size_t not_received = received.size() + 1;
constexpr std::string_view bare_cr = "a bare CR, without LF";
constexpr std::string_view nul_at_line_start = "NUL at the start of a line";

}  // namespace

DataReader::Step DataReader::read(std::string_view untrusted_bytes) {
    std::size_t at = 0;
    while (at < untrusted_bytes.size() && is_mark(untrusted_bytes[at])) {
        step(untrusted_bytes[at++]);
        if (finished()) return {at, {}};
    }
    const std::size_t begin = at;
    while (at < untrusted_bytes.size() && !is_mark(untrusted_bytes[at])) at += take(untrusted_bytes.substr(at));
    content_bytes_ += at - begin;
    return {at, fault() == nullptr ? untrusted_bytes.substr(begin, at - begin) : std::string_view()};
}

const Outcome* DataReader::fault() const noexcept {
    if (malformed_) return &outcome<Stage::data, Failure::malformed>();
    if (loop_) return &outcome<Stage::data, Failure::loop>();
    if (content_bytes_ > limits_.message_bytes_max) return &outcome<Stage::data, Failure::limit>();
    return nullptr;
}

DataReader::Finding DataReader::finding() const noexcept {
    if (malformed_) return *malformed_;
    return loop_.value_or(Finding{"more bytes than a mail may have", 0, limits_.message_bytes_max});
}

void DataReader::note_malformed(std::string_view what, std::uint64_t limit) noexcept {
    if (!malformed_) malformed_ = Finding{what, line_, limit};
}

// Bytes that are no content: the dot that begins a line (RFC 5321 4.5.2 deletes it) and the line end behind it. A CR
// behind the dot is no content even where no LF follows; then the mail is refused, and its content with it.
bool DataReader::is_mark(char c) const noexcept {
    switch (place_) {
        case Place::line_start:
            return c == '.';
        case Place::after_dot:
            return c == '\r';
        case Place::after_dot_cr:
            return c == '\n';
        case Place::in_line:
        case Place::after_cr:
        case Place::end:
            return false;
    }
    return false;
}

std::size_t DataReader::take(std::string_view bytes) noexcept {
    if (place_ == Place::in_line && !in_header_) {
        const std::size_t dull = bytes_to_line_end(bytes);
        if (dull > 0) return dull;
    }
    step(bytes.front());
    return 1;
}

// Linear whatever comes: LF is looked for only in front of the next CR, and no more once one was found bare.
std::size_t DataReader::bytes_to_line_end(std::string_view bytes) const noexcept {
    const std::string_view line = bytes.substr(0, bytes.find('\r'));
    return malformed_ ? line.size() : std::min(line.size(), line.find('\n'));
}

void DataReader::step(char c) noexcept {
    switch (place_) {
        case Place::line_start:
            if (c == '.') {
                place_ = Place::after_dot;
                return;
            }
            if (c == '\0') note_malformed(nul_at_line_start);  // AC-009
            break;
        case Place::after_dot:
            if (c == '\r') {
                place_ = Place::after_dot_cr;
                return;
            }
            if (c == '\0') note_malformed(nul_at_line_start);  // AC-010
            break;
        case Place::after_dot_cr:
            if (c == '\n') {
                place_ = Place::end;
                return;
            }
            note_malformed(bare_cr);
            break;
        case Place::after_cr:
            if (c == '\n') {
                end_line();
                return;
            }
            note_malformed(bare_cr);
            break;
        case Place::in_line:
        case Place::end:
            break;
    }
    if (c == '\n') note_malformed("a bare LF, without CR");
    if (in_header_ && c != '\r') take_header_byte(c);
    place_ = c == '\r' ? Place::after_cr : Place::in_line;
}

void DataReader::end_line() noexcept {
    if (line_bytes_ == 0) in_header_ = false;
    line_bytes_ = 0;
    ++line_;
    place_ = Place::line_start;
}

void DataReader::take_header_byte(char c) noexcept {
    if (line_bytes_ == 0 && !ascii::is_blank(c)) {
        ++header_fields_;
        field_bytes_ = 0;
        received_matched_ = 0;
    }
    ++line_bytes_;
    ++field_bytes_;
    ++header_bytes_;
    match_received(c);
    check_header_limits(c);
}

void DataReader::check_header_limits(char c) noexcept {
    if (c == '\0') note_malformed("NUL in the header");
    if (field_bytes_ > limits_.header_line_bytes_max) {
        note_malformed("more bytes than a header field may have", limits_.header_line_bytes_max);
    }
    if (header_bytes_ > limits_.header_bytes_max) {
        note_malformed("more bytes than a header may have", limits_.header_bytes_max);
    }
    if (header_fields_ > limits_.header_fields_max) {
        note_malformed("more fields than a header may have", limits_.header_fields_max);
    }
}

// RFC 5321 6.3: hops are counted by Received fields. Blanks before the colon are of RFC 5322 4.5.8.
void DataReader::match_received(char c) noexcept {
    if (received_matched_ < received.size()) {
        received_matched_ = ascii::to_lower(c) == received[received_matched_] ? received_matched_ + 1 : not_received;
    } else if (received_matched_ == received.size() && !ascii::is_blank(c)) {
        received_matched_ = not_received;
        if (c != ':' || ++received_fields_ <= limits_.hops_max || loop_) return;
        loop_ = Finding{"more Received fields than a header may have", line_, limits_.hops_max};
    }
}

}  // namespace mugaika::smtp

#include "relay/stats/syslog_message.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"
#include "relay/stats/member_texts.hpp"

namespace mugaika {
namespace {

constexpr std::size_t host_bytes_max = 255;  // RFC 5424 6, as the next two
constexpr std::size_t message_id_bytes_max = 32;
constexpr std::size_t name_bytes_max = 32;  // of an SD-NAME
// The number that RFC 5612 keeps for documentation: mugaika has none of its own.
constexpr std::string_view data_id = "mugaika@32473";

// Printable ASCII without what would end the field; "-" for nothing.
std::string field(std::string_view shown, std::size_t bytes_max) {
    std::string text;
    for (const char c : shown.substr(0, bytes_max)) text += c > ' ' && c < '\x7f' ? c : '_';
    return text.empty() ? "-" : text;
}

std::string data_name(std::string_view shown) {
    std::string text = field(shown, name_bytes_max);
    for (char& c : text) {
        if (c == '=' || c == ']' || c == '"') c = '_';
    }
    return text;
}

std::string data_value(std::string_view shown) {
    std::string text;
    for (const char c : shown) {
        if (c == '"' || c == '\\' || c == ']') text += '\\';
        text += c;
    }
    return text;
}

std::string data_pair(std::string_view key, std::string_view shown) {
    return ' ' + data_name(key) + "=\"" + data_value(shown) + '"';
}

constexpr std::string_view was_cut = " cut=\"true\"";

}  // namespace

Severity severity_of(const ReadEvent& read) { return read.event ? name_of(*read.event).severity : Severity::notice; }

std::string syslog_message(const ReadEvent& read, std::size_t bytes_max, const std::optional<ChainLink>& link) {
    std::string message = "<" + std::to_string(mail_facility * 8 + static_cast<int>(severity_of(read))) + ">1 " +
                          field(shown_text(read.time), 32) + ' ' + field(shown_text(read.host), host_bytes_max) +
                          " mugaika - " + field(shown_text(read.name), message_id_bytes_max) + " [";
    message += data_id;
    if (link) message += data_pair("writer", shown_text(link->writer, name_bytes_max));
    if (link) message += data_pair("seq", std::to_string(link->number));
    const std::size_t room = bytes_max - std::min(bytes_max, was_cut.size() + 1);
    bool is_cut = false;
    for (const MemberText& member : member_texts(read)) {
        const std::string pair = data_pair(member.key, member.text);
        if (message.size() + pair.size() > room) {
            is_cut = true;
        } else {
            message += pair;
        }
    }
    if (is_cut) message += was_cut;
    return message + ']';
}

}  // namespace mugaika

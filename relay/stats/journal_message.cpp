#include "relay/stats/journal_message.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"
#include "relay/stats/event_facts.hpp"
#include "relay/stats/event_text.hpp"
#include "relay/stats/member_texts.hpp"
#include "relay/stats/syslog_message.hpp"

namespace mugaika {
namespace {

constexpr std::string_view was_cut = "MUGAIKA_CUT=true\n";
constexpr std::size_t name_bytes_max = 64;  // of a field, systemd.journal-fields(7)

std::string field(std::string_view name, std::string_view shown) {
    return std::string(name) + '=' + std::string(shown) + '\n';
}

// A-Z, 0-9 and "_" alone.
std::string field_name(std::string_view key) {
    std::string name = "MUGAIKA_";
    for (const char c : key.substr(0, name_bytes_max - name.size())) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        name += is_letter || (c >= '0' && c <= '9') ? c : '_';
    }
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return name;
}

std::string words_for(const ReadEvent& read) {
    const std::string_view id = read.event ? facts_of(*read.event).id : std::string_view();
    return shown_text(read.name) + (id.empty() ? "" : " " + shown_text(id)) + members_text(read);
}

}  // namespace

std::string journal_message(const ReadEvent& read, std::size_t bytes_max, const std::optional<ChainLink>& link) {
    std::string message = field("PRIORITY", std::to_string(static_cast<int>(severity_of(read)))) +
                          field("SYSLOG_FACILITY", std::to_string(mail_facility)) +
                          field("SYSLOG_IDENTIFIER", "mugaika") + field("MUGAIKA_EVENT", shown_text(read.name)) +
                          field("MUGAIKA_TIME", shown_text(read.time)) + field("MUGAIKA_HOST", shown_text(read.host));
    if (link) message += field("MUGAIKA_WRITER", shown_text(link->writer, name_bytes_max));
    if (link) message += field("MUGAIKA_SEQ", std::to_string(link->number));
    const std::size_t room = bytes_max - std::min(bytes_max, was_cut.size());
    message += field("MESSAGE", shown_text(words_for(read), std::min(shown_bytes_max, room / 2)));
    bool is_cut = false;
    for (const MemberText& member : member_texts(read)) {
        const std::string line = field(field_name(member.key), shown_text(member.text, bytes_max));
        if (message.size() + line.size() > room) {
            is_cut = true;
        } else {
            message += line;
        }
    }
    if (is_cut) message += was_cut;
    return message;
}

}  // namespace mugaika

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"
#include "relay/stats/event_export.hpp"
#include "relay/stats/member_texts.hpp"

namespace mugaika {
namespace {

constexpr int mail_facility = 2;             // RFC 5424 6.2.1
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

class SyslogExport final : public EventExport {
public:
    explicit SyslogExport(std::ostream& out) : out_(out) {}

    void write(const ReadEvent& read) override {
        const Severity severity = read.event ? name_of(*read.event).severity : Severity::notice;
        out_ << '<' << mail_facility * 8 + static_cast<int>(severity) << ">1 " << field(shown_text(read.time), 32)
             << ' ' << field(shown_text(read.host), host_bytes_max) << " mugaika - "
             << field(shown_text(read.name), message_id_bytes_max) << " [" << data_id;
        for (const MemberText& member : member_texts(read)) {
            out_ << ' ' << data_name(member.key) << "=\"" << data_value(member.text) << '"';
        }
        out_ << "]\n";
    }

private:
    std::ostream& out_;
};

}  // namespace

std::unique_ptr<EventExport> make_syslog_export(std::ostream& out) { return std::make_unique<SyslogExport>(out); }

}  // namespace mugaika

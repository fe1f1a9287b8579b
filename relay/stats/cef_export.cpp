#include <algorithm>
#include <array>

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"
#include "relay/stats/event_export.hpp"
#include "relay/stats/member_texts.hpp"

namespace mugaika {
namespace {

struct Place {
    std::string_view ours;
    std::string_view theirs;      // key of the extension dictionary
    std::string_view label = {};  // of a custom string or number
};
constexpr std::array places{Place{"id", "externalId"},
                            Place{"from", "suser"},
                            Place{"to", "duser"},
                            Place{"recipient", "duser"},
                            Place{"client", "src"},
                            Place{"helo", "shost"},
                            Place{"verdict", "act"},
                            Place{"reason", "reason"},
                            Place{"why", "msg"},
                            Place{"how", "msg"},
                            Place{"bytes", "fsize"},
                            Place{"sha256", "fileHash"},
                            Place{"file", "filePath"},
                            Place{"code", "outcome"},
                            Place{"person", "spriv"},
                            Place{"uid", "suid"},
                            Place{"times", "cnt"},
                            Place{"route", "cs1", "route"},
                            Place{"session", "cs2", "session"},
                            Place{"message_id", "cs3", "message_id"},
                            Place{"order", "cs4", "order"},
                            Place{"part", "cs5", "part"},
                            Place{"parts", "cs5", "parts"},
                            Place{"answer", "cs6", "answer"},
                            Place{"total_us", "cn1", "total_us"}};

std::string escaped_in_header(std::string_view shown) {
    std::string text;
    for (const char c : shown) {
        if (c == '\\' || c == '|') text += '\\';
        text += c;
    }
    return text;
}

std::string escaped_value(std::string_view shown) {
    std::string text;
    for (const char c : shown) {
        if (c == '\\' || c == '=') text += '\\';
        text += c;
    }
    return text;
}

// Ours are of letters and underscores; those of a later version may be anything.
std::string own_key(std::string_view name) {
    std::string key = "mugaika";
    bool capital = true;
    for (const char c : name) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter) key += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        capital = !is_letter;
    }
    return key;
}

// From 0 to 10, 10 being worst.
int weight(Severity severity) {
    switch (severity) {
        case Severity::alert:
            return 10;
        case Severity::error:
            return 8;
        case Severity::warning:
            return 6;
        case Severity::notice:
            return 4;
        case Severity::info:
            break;
    }
    return 2;
}

// "10.0.0.5:25", "[2001:db8::5]:25"
void add_next_hop(std::string& line, std::string_view next_hop) {
    const std::size_t colon = next_hop.rfind(':');
    if (colon == std::string_view::npos) {
        line.append(" dhost=").append(escaped_value(next_hop));
        return;
    }
    std::string_view host = next_hop.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const bool is_name = host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos;
    line.append(is_name ? " dhost=" : " dst=").append(escaped_value(host));
    line.append(" dpt=").append(escaped_value(next_hop.substr(colon + 1)));
}

class CefExport final : public EventExport {
public:
    explicit CefExport(std::ostream& out) : out_(out) {}

    void write(const ReadEvent& read) override {
        const EventName later{read.name, read.name, read.name};
        const EventName& name = read.event ? name_of(*read.event) : later;
        std::string line = "CEF:0|mugaika|mugaika|" MUGAIKA_VERSION "|";
        line.append(escaped_in_header(shown_text(read.name))).append("|");
        line.append(escaped_in_header(shown_text(name.english))).append("|");
        line.append(std::to_string(weight(name.severity))).append("|");
        const auto since_1970 = std::chrono::duration_cast<std::chrono::milliseconds>(read.moment.time_since_epoch());
        line.append("rt=").append(std::to_string(since_1970.count()));
        line.append(" dvchost=").append(escaped_value(shown_text(read.host)));
        for (const MemberText& member : member_texts(read)) add(line, member);
        out_ << line << "\n";
    }

private:
    static void add(std::string& line, const MemberText& member) {
        if (member.text.empty()) return;
        if (member.key == key::next_hop.name) return add_next_hop(line, member.text);
        const auto place =
            std::find_if(places.begin(), places.end(), [&](const Place& p) { return p.ours == member.key; });
        if (place == places.end()) {
            line.append(" ").append(own_key(member.key)).append("=").append(escaped_value(member.text));
            return;
        }
        line.append(" ").append(place->theirs).append("=").append(escaped_value(member.text));
        if (place->label.empty()) return;
        line.append(" ").append(place->theirs).append("Label=").append(place->label);
    }

    std::ostream& out_;
};

}  // namespace

std::unique_ptr<EventExport> make_cef_export(std::ostream& out) { return std::make_unique<CefExport>(out); }

}  // namespace mugaika

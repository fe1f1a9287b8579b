#include "relay/stats/mail_story.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/reason.hpp"
#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/log_reader.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

// Said in front of the line already, the same in every line, or printed below it.
constexpr std::array<std::string_view, 6> not_repeated{"time", "event", "host", "id", "parts", "findings"};
constexpr std::size_t event_columns = 27;

std::string one_line(const json::value& value) {
    if (value.is_string()) return shown_text(value.get_string());
    if (!value.is_array()) return shown_text(json::serialize(value));
    std::string list;
    for (const json::value& item : value.get_array()) list += (list.empty() ? "" : ",") + one_line(item);
    return list;
}

std::string time_text(const json::object& event) {
    const auto moment = moment_from_rfc3339(text_in(event, "time"));
    return moment ? local_time_text(*moment) : shown_text(text_in(event, "time"));
}

void print_part(std::ostream& out, const json::object& part) {
    out << "    " << shown_text(text_in(part, "path")) << "  " << shown_text(text_in(part, "action")) << "  "
        << shown_text(text_in(part, "kind")) << "  " << number_in(part, "bytes") << " bytes";
    if (const auto name = text_in(part, "name"); !name.empty()) out << "  " << shown_text(name);
    const auto reason = reason_from_name(text_in(part, "reason"));
    if (reason && *reason != Reason::none) out << "  (" << japanese(*reason) << " / " << english(*reason) << ")";
    out << "\n";
}

}  // namespace

bool print_if_about(std::ostream& out, const json::object& event, std::string_view id) {
    if (text_in(event, "id") != id) return false;
    out << time_text(event) << "  " << fitted(shown_text(text_in(event, "event")), event_columns);
    for (const auto& member : event) {
        const bool repeated = std::find(not_repeated.begin(), not_repeated.end(), member.key()) != not_repeated.end();
        if (!repeated) out << " " << shown_text(member.key()) << "=" << one_line(member.value());
    }
    out << "\n";
    const json::value* parts = event.if_contains("parts");
    const bool is_ledger = parts != nullptr && parts->is_array() && text_in(event, "event") == "message.sanitized";
    if (!is_ledger) return true;
    for (const json::value& part : parts->get_array()) {
        if (part.is_object()) print_part(out, part.get_object());
    }
    return true;
}

}  // namespace mugaika

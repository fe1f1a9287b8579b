#include "relay/stats/mail_story.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "policy/reason.hpp"
#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/stats/event_text.hpp"
#include "relay/stats/log_reader.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::size_t event_columns = 27;

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
    out << event_time_text(event) << "  " << fitted(shown_text(text_in(event, "event")), event_columns)
        << members_text(event) << "\n";
    const json::value* parts = event.if_contains("parts");
    const bool is_ledger = parts != nullptr && parts->is_array() && text_in(event, "event") == "message.sanitized";
    if (!is_ledger) return true;
    for (const json::value& part : parts->get_array()) {
        if (part.is_object()) print_part(out, part.get_object());
    }
    return true;
}

}  // namespace mugaika

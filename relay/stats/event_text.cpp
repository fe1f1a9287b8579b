#include "relay/stats/event_text.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>

#include "policy/shown_text.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/log_reader.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

// Said in front of the line already, the same in every line, or printed below it.
constexpr std::array<std::string_view, 6> not_repeated{"time", "event", "host", "id", "parts", "findings"};

std::string one_line(const json::value& value) {
    if (value.is_string()) return shown_text(value.get_string());
    if (!value.is_array()) return shown_text(json::serialize(value));
    std::string list;
    for (const json::value& item : value.get_array()) list += (list.empty() ? "" : ",") + one_line(item);
    return list;
}

}  // namespace

std::string event_time_text(const json::object& event) {
    const auto moment = moment_from_rfc3339(text_in(event, "time"));
    return moment ? local_time_text(*moment) : shown_text(text_in(event, "time"));
}

std::string members_text(const json::object& event) {
    std::string text;
    for (const auto& member : event) {
        const bool repeated = std::find(not_repeated.begin(), not_repeated.end(), member.key()) != not_repeated.end();
        if (!repeated) text += " " + shown_text(member.key()) + "=" + one_line(member.value());
    }
    return text;
}

}  // namespace mugaika

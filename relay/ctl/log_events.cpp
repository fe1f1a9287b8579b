#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/terminal_columns.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/log/event_members.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t key_columns = 16;
constexpr std::size_t kind_columns = 16;
constexpr std::size_t presence_columns = 10;

std::string_view presence(bool always) noexcept { return always ? "always" : "if known"; }

void print_member(std::ostream& out, const EventDescription::Member& member) {
    out << "    " << fitted(member.key.name, key_columns) << fitted(to_string(member.kind), kind_columns)
        << fitted(presence(member.always), presence_columns) << member.key.japanese << " / " << member.key.english
        << "\n";
}

void print_text(std::ostream& out) {
    out << "全ての事象にある項目 / in every event\n";
    for (const Key& key : {key::time, key::event, key::host}) print_member(out, {key, ValueKind::text, true});
    print_member(out, {key::writer, ValueKind::text, false});
    print_member(out, {key::seq, ValueKind::number, false});
    print_member(out, {key::prev, ValueKind::text, false});
    for (const EventDescription& event : all_events()) {
        out << "\n" << event.name.name << "  " << event.name.japanese << " / " << event.name.english << "\n";
        for (const auto& member : event.members) print_member(out, member);
    }
}

void print_json(std::ostream& out) {
    for (const EventDescription& event : all_events()) {
        json::array members;
        for (const auto& member : event.members) {
            members.push_back(json::object{{"key", member.key.name},
                                           {"kind", to_string(member.kind)},
                                           {"always", member.always},
                                           {"english", member.key.english},
                                           {"japanese", member.key.japanese}});
        }
        const json::object object{{"event", event.name.name},
                                  {"english", event.name.english},
                                  {"japanese", event.name.japanese},
                                  {"severity", static_cast<int>(event.name.severity)},
                                  {"members", std::move(members)}};
        out << json::serialize(object) << "\n";
    }
}

}  // namespace

Exit log_events(Output output, Terminal& terminal) {
    if (output == Output::json) {
        print_json(terminal.out);
    } else {
        print_text(terminal.out);
    }
    return Exit::done;
}

}  // namespace mugaika::ctl

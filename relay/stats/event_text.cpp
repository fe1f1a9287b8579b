#include "relay/stats/event_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"
#include "relay/log/ledger_json.hpp"

namespace mugaika {
namespace {

// Members as "key=value", behind one another.
class TextMembers final : public EventOut {
public:
    void text(const Key& key, std::string_view untrusted) override { add(key.name, shown_text(untrusted)); }
    void number(const Key& key, std::uint64_t value) override { add(key.name, std::to_string(value)); }
    void truth(const Key& key, bool value) override { add(key.name, value ? "true" : "false"); }
    void texts(const Key& key, const std::vector<std::string>& untrusted) override {
        std::string list;
        for (const std::string& text : untrusted) list += (list.empty() ? "" : ",") + shown_text(text);
        add(key.name, list);
    }
    void stays(const Key& key, const std::vector<StayingPart>& untrusted) override {
        std::string list;
        for (const StayingPart& part : untrusted) {
            list += (list.empty() ? "" : ",") + shown_text(part.part) + ":" + shown_text(part.reason.text());
        }
        add(key.name, list);
    }
    // Its parts stand below the line.
    void ledger(const Ledger& ledger) override {
        const boost::json::object members = to_json(ledger);
        for (const Key& key : {key::verdict, key::reason, key::in, key::out}) {
            const boost::json::value& value = members.at(key.name);
            add(key.name, shown_text(value.is_string() ? std::string(value.get_string()) : serialize(value)));
        }
    }
    void other(std::string_view untrusted_key, std::string_view untrusted_json) {
        add(shown_text(untrusted_key), shown_text(untrusted_json));
    }
    std::string take() && { return std::move(text_); }

private:
    void add(std::string_view name, const std::string& shown) {
        if (name != key::id.name) text_.append(1, ' ').append(name).append(1, '=').append(shown);
    }

    std::string text_;
};

}  // namespace

std::string members_text(const ReadEvent& read) {
    TextMembers members;
    if (read.event) put_members(*read.event, members);
    for (const auto& [key, json] : read.others) members.other(key, json);
    return std::move(members).take();
}

}  // namespace mugaika

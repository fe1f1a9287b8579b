#include "relay/stats/member_texts.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"

namespace mugaika {
namespace {

template <class Values, class Text>
std::string joined(const Values& values, const Text& text) {
    std::string list;
    for (const auto& value : values) list += (list.empty() ? "" : ",") + text(value);
    return list;
}

class Texts final : public EventOut {
public:
    void text(const Key& key, std::string_view untrusted) override { add(key, shown_text(untrusted)); }
    void number(const Key& key, std::uint64_t value) override { add(key, std::to_string(value)); }
    void truth(const Key& key, bool value) override { add(key, value ? "true" : "false"); }
    void texts(const Key& key, const std::vector<std::string>& untrusted) override {
        add(key, joined(untrusted, [](const std::string& text) { return shown_text(text); }));
    }
    void stays(const Key& key, const std::vector<StayingPart>& untrusted) override {
        add(key, joined(untrusted, [](const StayingPart& part) {
                return shown_text(part.part) + ":" + shown_text(part.reason.text());
            }));
    }
    void ledger(const Ledger& ledger) override {
        add(key::verdict, shown_text(ledger.word("/verdict", to_string(ledger.verdict))));
        add(key::reason, shown_text(ledger.word("/reason", to_string(ledger.reason))));
        add(key::findings, joined(ledger.findings, [](Reason reason) { return std::string(to_string(reason)); }));
        add(key::bytes, std::to_string(ledger.in_bytes));
        add(key::sha256, shown_text(ledger.in_sha256));
        add(key::ledger_parts, joined(ledger.parts, [](const PartRow& part) {
                return shown_text(part.facts.path) + ":" + std::string(to_string(part.verdict)) +
                       (part.reason == Reason::none ? "" : ":" + std::string(to_string(part.reason)));
            }));
    }
    std::vector<MemberText> take() && { return std::move(members_); }
    void add(const Key& key, std::string shown) { members_.push_back({std::string(key.name), std::move(shown)}); }

private:
    std::vector<MemberText> members_;
};

}  // namespace

std::vector<MemberText> member_texts(const ReadEvent& read) {
    Texts texts;
    if (read.event) put_members(*read.event, texts);
    std::vector<MemberText> members = std::move(texts).take();
    for (const auto& [key, json] : read.others) members.push_back({shown_text(key), shown_text(json)});
    return members;
}

}  // namespace mugaika

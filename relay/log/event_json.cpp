#include "relay/log/event_json.hpp"

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serializer.hpp>

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"
#include "relay/log/ledger_json.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::size_t usual_line_bytes = 1024;
constexpr std::size_t usual_ledger_bytes = 8192;  // as values in memory

// Members of one object, appended to a text.
class JsonMembers final : public EventOut {
public:
    JsonMembers(std::string& line, const Pseudonyms* pseudonyms) : line_(line), pseudonyms_(pseudonyms) {
        line_ += '{';
    }

    void text(const Key& key, std::string_view untrusted) override {
        name(key.name);
        quote(without_addresses(key, shown_text(untrusted)));
    }
    void number(const Key& key, std::uint64_t value) override {
        name(key.name);
        line_ += std::to_string(value);
    }
    void truth(const Key& key, bool value) override {
        name(key.name);
        line_ += value ? "true" : "false";
    }
    void texts(const Key& key, const std::vector<std::string>& untrusted) override {
        name(key.name);
        list(untrusted, [&](const std::string& text) { quote(without_addresses(key, shown_text(text))); });
    }
    void stays(const Key& key, const std::vector<StayingPart>& untrusted) override {
        name(key.name);
        list(untrusted, [this](const StayingPart& part) {
            JsonMembers members(line_, pseudonyms_);
            members.text(mugaika::key::part, part.part);
            members.text(mugaika::key::reason, part.reason.text());
            members.close();
        });
    }
    void ledger(const Ledger& ledger) override {
        std::array<unsigned char, usual_ledger_bytes> buffer;
        json::monotonic_resource memory(buffer.data(), buffer.size());
        const json::object members = to_json(ledger, &memory);
        for (const auto& member : members) {
            if (member.key() == key::id.name) continue;  // the tag has it
            name(member.key());
            append(member.value());
        }
    }
    void close() { line_ += '}'; }

private:
    void name(std::string_view name) {
        if (line_.back() != '{') line_ += ',';
        line_.append(1, '"').append(name).append("\":");
    }
    void append(const json::value& value) {
        json::serializer serializer;
        serializer.reset(&value);
        std::array<char, usual_line_bytes> piece;
        while (!serializer.done()) line_ += serializer.read(piece.data(), piece.size());
    }
    // A Message-ID looks like an address and is none; persons who give orders stand there with their names.
    std::string without_addresses(const Key& key, std::string shown) const {
        const bool stays = key.name == key::message_id.name || key.name == key::person.name;
        return pseudonyms_ == nullptr || stays ? std::move(shown) : pseudonyms_->in_text(shown);
    }
    // What shown_text() made has no controls, and is valid.
    void quote(std::string_view shown) {
        line_ += '"';
        for (const char c : shown) {
            if (c == '"' || c == '\\') line_ += '\\';
            line_ += c;
        }
        line_ += '"';
    }
    template <class Values, class Write>
    void list(const Values& values, const Write& write) {
        char before = '[';
        for (const auto& value : values) {
            line_ += before;
            write(value);
            before = ',';
        }
        line_ += values.empty() ? "[]" : "]";
    }

    std::string& line_;
    const Pseudonyms* const pseudonyms_;
};

}  // namespace

std::string json_line(Moment time, std::string_view host, const AnyEvent& event, const Pseudonyms* pseudonyms) {
    std::string line;
    line.reserve(usual_line_bytes);
    JsonMembers members(line, pseudonyms);
    members.text(key::time, rfc3339(time));
    members.text(key::event, name_of(event).name);
    members.text(key::host, host);
    put_members(event, members);
    members.close();
    line += '\n';
    return line;
}

}  // namespace mugaika

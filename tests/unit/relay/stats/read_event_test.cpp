#include "relay/stats/read_event.hpp"

#include <boost/pfr/core.hpp>
#include <catch2/catch.hpp>
#include <set>

#include "relay/log/event_json.hpp"
#include "relay/log/event_members.hpp"

using namespace mugaika;

namespace {

// Every member of every event gets a value of its own, so that none is lost or taken for another.
class Filling {
public:
    void fill(std::string& text) { text = "text \"" + number_text() + "\" 日本語"; }
    void fill(std::optional<std::string>& text) { fill(text.emplace()); }
    void fill(std::vector<std::string>& texts) { texts = {number_text(), number_text()}; }
    void fill(bool& truth) { truth = true; }
    void fill(int& number) { number = static_cast<int>(++last_); }
    void fill(std::uint64_t& number) { number = (std::uint64_t{1} << 60) + static_cast<std::uint64_t>(++last_); }
    void fill(uid_t& number) { number = static_cast<uid_t>(++last_); }
    void fill(Moment& moment) { moment = Moment(std::chrono::milliseconds(1764460800000 + 1000 * ++last_)); }
    void fill(StageTimes& times) {
        for (const Stage stage : StageTimes::measured) times.add(stage, StageTimes::Time(++last_));
        times.set_total(StageTimes::Time(++last_));
    }
    void fill(Ledger& ledger) {
        ledger.id = id;
        ledger.verdict = MailVerdict::sanitized;
        ledger.reason = Reason::not_rebuilt;
        ledger.in_bytes = static_cast<std::uint64_t>(++last_);
        PartRow row;
        row.facts.path = "1.2";
        row.facts.name = "見積書.pdf";
        ledger.parts = {row};
    }
    void fill(std::vector<StayingPart>& parts) { parts = {{number_text(), Reason::encrypted}}; }
    void fill(Word<Reason>& word) { word = Reason::encrypted; }
    void fill(Word<Stage>& word) { word = Stage::compose; }
    void fill(Word<Failure>& word) { word = Failure::late; }
    void fill(Word<MailVerdict>& word) { word = MailVerdict::quarantined; }
    void fill(MailTag& tag) {
        members(tag);
        tag.id = id;
    }
    template <class Value>
    void fill(std::optional<Value>& value) {
        fill(value.emplace());
    }
    template <class Value>
    void fill(Value& value) {
        members(value);
    }
    template <class Value>
    void members(Value& value) {
        boost::pfr::for_each_field(value, [this](auto& member) { this->fill(member); });
    }

    static constexpr const char* id = "0123456789abcdef";

private:
    std::string number_text() { return std::to_string(++last_); }

    std::int64_t last_ = 0;
};

template <>
void Filling::members(OrderTag& tag) {
    fill(tag.item);
    fill(tag.order);
    fill(tag.person);
}

template <class Event>
void check_round_trip() {
    CAPTURE(Event::name.name);
    Filling filling;
    Event full{};
    filling.members(full);
    const Moment moment(std::chrono::milliseconds(1764460800123));
    const std::string line = json_line(moment, "mx.example.lg.jp", full);
    REQUIRE(line.back() == '\n');
    EventReader reader;
    const auto read = reader.read(std::string_view(line).substr(0, line.size() - 1));
    REQUIRE(read.has_value());
    CHECK(read->moment == moment);
    CHECK(read->name == Event::name.name);
    CHECK(read->host == "mx.example.lg.jp");
    CHECK(read->others.empty());
    REQUIRE(read->event);
    REQUIRE(std::holds_alternative<Event>(*read->event));
    CHECK(json_line(moment, "mx.example.lg.jp", *read->event) == line);

    // What it must not lack stands in the line of an empty one too, and is read.
    const std::string bare = json_line(moment, "h", Event{});
    CHECK(reader.read(std::string_view(bare).substr(0, bare.size() - 1)).has_value());
}

std::string words_of(std::string_view line) {
    EventReader reader;
    const auto read = reader.read(line);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().fault() == Fault::bad_input);
    return read.error().words();
}

constexpr std::string_view idle =
    R"({"time":"2026-11-30T09:00:00.000+09:00","event":"session.idle","host":"h","client":"192.0.2.1","sessions":7})";

std::string idle_with(std::string_view from, std::string_view to) {
    std::string line(idle);
    return line.replace(line.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("every event that is written is read back with all of its members") {
    []<class... Events>(const std::variant<Events...>*) {
        (check_round_trip<Events>(), ...);
    }(static_cast<AnyEvent*>(nullptr));
}

TEST_CASE("each event has a name and words of its own, and no key twice") {
    std::set<std::string_view> names;
    for (const EventDescription& event : all_events()) {
        CAPTURE(event.name.name);
        CHECK(names.insert(event.name.name).second);
        CHECK_FALSE(event.name.english.empty());
        CHECK_FALSE(event.name.japanese.empty());
        std::set<std::string_view> keys{"time", "event", "host"};
        for (const auto& member : event.members) {
            CAPTURE(member.key.name);
            CHECK(keys.insert(member.key.name).second);
        }
    }
    CHECK(names.size() == std::variant_size_v<AnyEvent>);
}

TEST_CASE("what a later version wrote is kept as words, what an earlier one did not write is empty") {
    EventReader reader;
    const auto later_key = reader.read(idle_with(R"("sessions":7)", R"("sessions":7,"zone":{"a":[1,"x"]})"));
    REQUIRE(later_key.has_value());
    REQUIRE(later_key->event);
    CHECK(later_key->others == std::vector{std::pair(std::string("zone"), std::string(R"({"a":[1,"x"]})"))});

    const auto later_event = reader.read(idle_with("session.idle", "session.later"));
    REQUIRE(later_event.has_value());
    CHECK_FALSE(later_event->event);
    CHECK(later_event->name == "session.later");
    CHECK(later_event->others.size() == 2);

    const auto earlier = reader.read(idle_with(R"(,"sessions":7)", ""));
    REQUIRE(earlier.has_value());
    CHECK(std::get<event::SessionIdle>(*earlier->event).sessions == 0);

    // Whatever order another version wrote.
    const auto turned = reader.read(
        R"({"sessions":7,"host":"h","client":"192.0.2.1","event":"session.idle","time":"2026-11-30T09:00:00+09:00"})");
    REQUIRE(turned.has_value());
    CHECK(std::get<event::SessionIdle>(*turned->event).sessions == 7);
    CHECK(std::get<event::SessionIdle>(*turned->event).client == "192.0.2.1");

    const auto word = reader.read(
        R"({"time":"2026-11-30T09:00:00Z","event":"message.quarantined","host":"h","reason":"later_reason"})");
    REQUIRE(word.has_value());
    CHECK(std::get<event::MessageQuarantined>(*word->event).reason.text() == "later_reason");
    CHECK_FALSE(std::get<event::MessageQuarantined>(*word->event).reason.is(Reason::none));
}

TEST_CASE("a line that is no event of ours says what is wrong with it") {
    CHECK_THAT(words_of(""), Catch::Contains("no JSON"));
    CHECK_THAT(words_of("{\"time\":"), Catch::Contains("no JSON"));
    CHECK_THAT(words_of("[]"), Catch::Contains("no JSON object"));
    CHECK_THAT(words_of("{}"), Catch::Contains("\"time\""));
    CHECK_THAT(words_of(idle_with("2026-11-30T09", "yesterday")), Catch::Contains("\"time\" is none"));
    CHECK_THAT(words_of(idle_with(R"("event":"session.idle",)", "")), Catch::Contains("no \"event\""));
    CHECK_THAT(words_of(idle_with(R"("event":"session.idle")", R"("event":7)")), Catch::Contains("\"event\""));
    CHECK_THAT(words_of(idle_with("\"sessions\":7", "\"sessions\":\"7\"")),
               Catch::Contains("\"sessions\" of session.idle is no number"));
    CHECK_THAT(words_of(idle_with("\"sessions\":7", "\"sessions\":-7")), Catch::Contains("\"sessions\""));
    CHECK_THAT(words_of(idle_with("\"sessions\":7", "\"sessions\":7,\"sessions\":8")), Catch::Contains("twice"));
    CHECK_THAT(words_of(idle_with("\"host\":\"h\"", "\"host\":\"h\",\"host\":\"i\"")), Catch::Contains("twice"));
    CHECK_THAT(words_of(std::string(idle) + std::string(idle)), Catch::Contains("no JSON"));
    CHECK_THAT(words_of(std::string(100000, '[')), Catch::Contains("no JSON"));
    CHECK_THAT(words_of("{\"time\":\"\xff\"}"), Catch::Contains("no JSON"));
}

#include "relay/stats/event_export.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <regex>
#include <sstream>

#include "relay/log/event_json.hpp"

using namespace mugaika;
namespace json = boost::json;

namespace {

constexpr Moment moment{std::chrono::milliseconds(1764460800123)};

ReadEvent read(const AnyEvent& event, std::string_view host = "mx.example.lg.jp") {
    const std::string line = json_line(moment, host, event);
    EventReader reader;
    return reader.read(std::string_view(line).substr(0, line.size() - 1)).value();
}

ReadEvent read_line(std::string_view line) {
    EventReader reader;
    return reader.read(line).value();
}

std::string exported(ExportForm form, const std::vector<ReadEvent>& events, bool bom = false) {
    std::ostringstream out;
    const auto exporting = make_export(form, out, bom);
    for (const ReadEvent& event : events) exporting->write(event);
    return out.str();
}

event::MessageDelivered delivered() {
    StageTimes times;
    times.set_total(StageTimes::Time(1500));
    return {{"0123456789abcdef", "s1", "city.example.lg.jp", "", "a@b.example"},
            "sender@example.com",
            {"a@city.example.lg.jp", "b@city.example.lg.jp"},
            MailVerdict::sanitized,
            Reason::not_rebuilt,
            "[2001:db8::5]:25",
            {},
            {250, "2.0.0", "queued"},
            times};
}

event::QuarantineDeleted hostile() {
    const std::string text = "=cmd|' /C calc'!A0 \"],x=\"y\\\r\n<0>1 forged | a=b \x1b[2J";
    return {text, Actor{text, 0, text}, text};
}

// A reader of RFC 4180 of our own, strict: a quote stands at the edges of a cell or doubled.
std::vector<std::vector<std::string>> csv_rows(const std::string& text) {
    std::vector<std::vector<std::string>> rows(1);
    std::string cell;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            cell += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            rows.back().push_back(std::exchange(cell, {}));
        } else if (!quoted && c == '\r') {
            REQUIRE(text.at(++i) == '\n');
            rows.back().push_back(std::exchange(cell, {}));
            rows.emplace_back();
        } else {
            REQUIRE((quoted || c != '\n'));
            cell += c;
        }
    }
    REQUIRE(rows.back().empty());
    rows.pop_back();
    return rows;
}

std::string cell_of(const std::vector<std::vector<std::string>>& rows, std::size_t row, std::string_view column) {
    const auto found = std::find(rows.front().begin(), rows.front().end(), column);
    REQUIRE(found != rows.front().end());
    return rows.at(row).at(static_cast<std::size_t>(found - rows.front().begin()));
}

}  // namespace

TEST_CASE("as CSV all events stand in one table, whose cells no spreadsheet runs") {
    const ReadEvent later = read_line(
        R"({"time":"2026-11-30T09:00:00Z","event":"session.idle","host":"h","client":"c","sessions":1,"zone":"x"})");
    const std::string text = exported(ExportForm::csv, {read(delivered()), read(hostile()), later}, true);
    REQUIRE(text.starts_with("\xef\xbb\xbftime,event,host,"));
    const auto rows = csv_rows(text.substr(3));
    REQUIRE(rows.size() == 4);
    for (const auto& row : rows) CHECK(row.size() == rows.front().size());
    CHECK(cell_of(rows, 1, "to") == "a@city.example.lg.jp,b@city.example.lg.jp");
    CHECK(cell_of(rows, 1, "total_us") == "1500");
    CHECK(cell_of(rows, 2, "event") == "quarantine.deleted");
    CHECK(cell_of(rows, 2, "why").starts_with("'=cmd|"));
    CHECK(cell_of(rows, 3, "others") == "zone=\"x\"");
    CHECK_FALSE(exported(ExportForm::csv, {}).starts_with("\xef\xbb\xbf"));
}

TEST_CASE("CEF has the names that collectors know, and no value ends its field") {
    const std::string line = exported(ExportForm::cef, {read(delivered())});
    CHECK(line.starts_with("CEF:0|mugaika|mugaika|"));
    CHECK_THAT(line, Catch::Contains("|message.delivered|delivered|2|rt=1764460800123 dvchost=mx.example.lg.jp "));
    for (const char* const pair :
         {" externalId=0123456789abcdef ", " suser=sender@example.com ",
          " duser=a@city.example.lg.jp,b@city.example.lg.jp ", " act=sanitized ", " reason=not_rebuilt ",
          " dst=2001:db8::5 dpt=25 ", " cs1=city.example.lg.jp cs1Label=route ", " cn1=1500 cn1Label=total_us"}) {
        CHECK_THAT(line, Catch::Contains(pair));
    }
    const std::string bad = exported(ExportForm::cef, {read(hostile(), "a|b")});
    CHECK(std::count(bad.begin(), bad.end(), '\n') == 1);
    CHECK_THAT(bad, Catch::Contains("msg=\\=cmd|' /C calc'!A0 \"],x\\=\"y\\\\"));
    CHECK(bad.find('\x1b') == std::string::npos);
    CHECK_THAT(exported(ExportForm::cef, {read(event::GateRefused{{}, "why"})}), Catch::Contains("|10|rt="));
    CHECK_THAT(exported(ExportForm::cef, {read(event::NextHopUp{"mail.example:25"})}),
               Catch::Contains(" dhost=mail.example dpt=25"));
}

TEST_CASE("syslog lines are as RFC 5424 has them, whatever stands in them") {
    const std::regex form(R"re(<(\d+)>1 [!-~]+ [!-~]{1,255} mugaika - [!-~]{1,32} \[mugaika@32473)re"
                          R"re(( [!-<>-\\^-~]{1,32}="([^"\\\]]|\\["\\\]])*")*\]\n)re");
    const ReadEvent later =
        read_line(R"({"time":"2026-11-30T09:00:00Z","event":"a later\nname","host":"","b=\"] c":"x","long":"]\""})");
    for (const ReadEvent& event : {read(delivered()), read(hostile(), "host name\n"), later}) {
        const std::string line = exported(ExportForm::rfc5424, {event});
        CAPTURE(line);
        CHECK(std::regex_match(line, form));
    }
    CHECK(exported(ExportForm::rfc5424, {read(delivered())}).starts_with("<22>1 "));
    CHECK(exported(ExportForm::rfc5424, {read(event::GateRefused{{}, "why"})}).starts_with("<17>1 "));
}

TEST_CASE("OCSF has what befalls a mail as Email Activity, and everything else as it is") {
    const json::object sent = json::parse(exported(ExportForm::ocsf, {read(delivered())})).as_object();
    CHECK(sent.at("class_uid") == 4009);
    CHECK(sent.at("category_uid") == 4);
    CHECK(sent.at("activity_id") == 1);
    CHECK(sent.at("type_uid") == 400901);
    CHECK(sent.at("time") == 1764460800123);
    CHECK(sent.at("disposition_id") == 1);
    CHECK(sent.at("action_id") == 1);
    CHECK(sent.at("direction_id") == 1);
    CHECK(sent.at("status_code") == "250");
    const json::object& email = sent.at("email").as_object();
    CHECK(email.at("smtp_from") == "sender@example.com");
    CHECK(email.at("smtp_to").as_array().size() == 2);
    CHECK(email.at("uid") == "0123456789abcdef");
    CHECK(email.at("message_uid") == "a@b.example");
    CHECK(sent.at("unmapped").at("total_us") == "1500");
    CHECK(sent.at("unmapped").at("verdict") == "sanitized");

    const auto disposition = [](const AnyEvent& event) {
        const json::object object = json::parse(exported(ExportForm::ocsf, {read(event)})).as_object();
        return object.at("disposition_id").to_number<int>();
    };
    event::MessageDelivered held = delivered();
    held.verdict = MailVerdict::quarantined;
    CHECK(disposition(held) == 3);
    CHECK(disposition(event::MessageRefused{{}, "", {}, Reason::none, {550, "5.7.1", "no"}, {}}) == 2);
    CHECK(disposition(event::MessageDeferred{{}, "", {}, Stage::deliver, Failure::timeout, {}, "", {}}) == 99);

    const json::object base = json::parse(exported(ExportForm::ocsf, {read(hostile())})).as_object();
    CHECK(base.at("class_uid") == 0);
    CHECK(base.at("type_uid") == 0);
    CHECK(base.at("metadata").at("event_code") == "quarantine.deleted");
    CHECK_FALSE(base.contains("email"));
}

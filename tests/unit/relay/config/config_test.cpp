#include "relay/config/config.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "config_reading.hpp"
#include "test_places.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// Everything that a file can set, as text, so that two configurations can be compared at a glance.
std::string everything(const Config& config) {
    std::string text = config.hostname + "|" + config.state_dir + "|" + config.log + "|" + config.key_file;
    for (const Listener& listener : config.listeners) text += "|" + listener.address.text();
    const ClientLimits& clients = config.clients;
    for (const std::size_t number :
         {std::size_t{clients.connections_per_address_max}, std::size_t{clients.connections_per_minute_per_address},
          std::size_t{clients.mails_per_minute_per_address}, std::size_t{clients.recipients_per_minute_per_domain},
          static_cast<std::size_t>(clients.greeting_delay.count()),
          static_cast<std::size_t>(clients.error_delay.count()), clients.data_bytes_per_second_min}) {
        text += "|" + std::to_string(number);
    }
    const SmtpLimits& limits = config.limits.smtp;
    for (const std::size_t number : {std::size_t{config.workers},
                                     std::size_t{config.originals_days},
                                     static_cast<std::size_t>(config.drain_time / std::chrono::seconds(1)),
                                     static_cast<std::size_t>(config.outbox_retry / std::chrono::seconds(1)),
                                     std::size_t{config.outbox_days},
                                     std::size_t{config.sync_log},
                                     limits.command_line_bytes_max,
                                     limits.recipients_max,
                                     limits.message_bytes_max,
                                     limits.errors_max,
                                     limits.idle_commands_max,
                                     limits.transactions_max,
                                     limits.hops_max,
                                     limits.header_line_bytes_max,
                                     limits.header_bytes_max,
                                     limits.header_fields_max,
                                     limits.memory_bytes_max,
                                     limits.memory_bytes_together_max,
                                     limits.sessions_max,
                                     static_cast<std::size_t>(limits.command_timeout / std::chrono::seconds(1)),
                                     static_cast<std::size_t>(limits.data_timeout / std::chrono::seconds(1)),
                                     static_cast<std::size_t>(limits.transaction_timeout / std::chrono::seconds(1)),
                                     static_cast<std::size_t>(limits.mail_deadline / std::chrono::seconds(1)),
                                     static_cast<std::size_t>(limits.tls_handshake_timeout / std::chrono::seconds(1)),
                                     std::size_t{config.limits.reserve.disk_free_min},
                                     std::size_t{config.limits.reserve.memory_free_min},
                                     config.limits.reserve.waiting_mails_max}) {
        text += "|" + std::to_string(number);
    }
    for (const TlsKeyPair& pair : config.tls) text += "|" + pair.certificate + "+" + pair.key;
    const NextHopLimits& next_hop = config.limits.next_hop;
    for (const std::chrono::milliseconds time :
         {next_hop.connect_timeout, next_hop.reply_timeout, next_hop.final_reply_timeout, next_hop.idle_timeout,
          next_hop.host_avoided_for}) {
        text += "|" + std::to_string(time.count());
    }
    text += "|" + std::to_string(next_hop.mails_per_connection_max);
    for (const auto& [name, profile] : config.profiles) text += "\n" + to_toml(profile);
    return text;
}

std::string sample_text() {
    std::ifstream in(std::string(MUGAIKA_SOURCE) + "/samples/config/mugaika.toml");
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string with_commented_values(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts_line = i == 0 || text[i - 1] == '\n';
        const bool is_value = i + 1 < text.size() && text[i] == '#' && text[i + 1] >= 'a' && text[i + 1] <= 'z';
        if (!(starts_line && is_value)) out += text[i];
    }
    return out;
}

}  // namespace

TEST_CASE("the sample is accepted and changes nothing but the routes") {
    const Config config = config_in(sample_text());
    CHECK(everything(config) == everything(Config{}));
    REQUIRE(config.routes.size() == 1);
    CHECK(config.routes[0].next_hops == std::vector<HostPort>{{"10.0.0.5", 25}, {"10.0.0.6", 25}});
}

TEST_CASE("every value that the sample shows commented out is the built-in one") {
    const Config config = config_in(with_commented_values(sample_text()));
    CHECK(everything(config) == everything(Config{}));
    CHECK(config.engines == Config().engines);
    CHECK(config.routes.at(0).profile == Route{}.profile);
    CHECK(config.routes.at(0).language == Route{}.language);
    CHECK(config.routes.at(0).tls == Route{}.tls);
    CHECK(config.routes.at(0).connections_max == Route{}.connections_max);
}

TEST_CASE("the sample's rules are taken as they stand") {
    std::istringstream lines(sample_text());
    std::string rules;
    bool is_rule = false;
    for (std::string line; std::getline(lines, line);) {
        is_rule = is_rule || line.find("[[profile.standard.rule]]") != std::string::npos;
        if (is_rule && line.starts_with("#     ")) rules += line.substr(6) + "\n";
    }
    const ConfigReading reading = read_config_text(sample_text() + rules, "m.toml");
    for (const ConfigFault& fault : reading.faults) FAIL(fault.text());
    CHECK(reading.warnings.empty());
    CHECK(reading.config.profiles.at("standard").rules.size() == 2);
}

TEST_CASE("every key of [relay], its limits and a route is read") {
    const Config config = config_in(R"(
[relay]
hostname = "mx.city.example.lg.jp"
listen = ["0.0.0.0:25", "[::1]:0"]
state_dir = "/srv/mugaika"
log = "-"
key_file = "/etc/mugaika/key"
sync_log = true
max_message = "20M"
workers = 4
originals_days = 30
drain_time = "45s"
outbox_retry = "2m"
outbox_days = 9
[relay.limits]
command_line_bytes_max = 4096
recipients_max = 200
errors_max = 5
idle_commands_max = 6
transactions_max = 7
hops_max = 30
header_line_bytes_max = "32K"
header_bytes_max = "2M"
header_fields_max = 500
memory_bytes_max = "1M"
memory_bytes_together_max = "2M"
sessions_max = 50
command_timeout = "10s"
data_timeout = "2m"
transaction_timeout = "1h"
mail_deadline = "300s"
tls_handshake_timeout = "20s"
[relay.tls]
certificate = "/etc/mugaika/mx.pem"
key = "/etc/mugaika/mx.key"
[relay.reserve]
disk_free_min = "1K"
memory_free_min = "2K"
waiting_mails_max = 3
[relay.metrics]
listen = "[::1]:9125"
[relay.clients]
connections_per_address_max = 11
connections_per_minute_per_address = 15
mails_per_minute_per_address = 12
recipients_per_minute_per_domain = 13
greeting_delay = "2s"
error_delay = "3s"
data_bytes_per_second_min = 14
[[listener]]
address = "192.0.2.1:2526"
allow = ["192.0.2.0/24", "2001:db8::/32"]
deny = ["192.0.2.7"]
proxy_protocol_from = ["192.0.2.8/30"]
xclient_from = ["192.0.2.16/28"]
[[route]]
domains = ["City.Example.LG.jp", "xn--wgv71a119e.jp"]
next_hop = ["[2001:DB8::5]:2525", "mail.example.lg.jp:25"]
profile = "strict"
language = "en"
tls = "verify"
tls_ca = "/etc/mugaika/ca.pem"
tls_names = ["MX.lgwan.example", "mx2.lgwan.example"]
[profile.strict]
links = "drop"
)");
    const std::string text = everything(config);
    CHECK_THAT(text,
               Catch::StartsWith(
                   "mx.city.example.lg.jp|/srv/mugaika|-|/etc/mugaika/"
                   "key|0.0.0.0:25|[::1]:0|192.0.2.1:2526|11|15|12|13|2|3|14|"
                   "4|30|45|120|9|1|4096|200|20971520|5|6|7|30|32768|2097152|500|1048576|2097152|50|10|120|3600|300|"
                   "20|1024|2048|3|/etc/mugaika/mx.pem+/etc/mugaika/mx.key|10000|60000|180000|30000|30000|100\n"));
    REQUIRE(config.routes.size() == 1);
    const Route& route = config.routes[0];
    CHECK(route.domains == std::vector<std::string>{"city.example.lg.jp", "xn--wgv71a119e.jp"});
    CHECK(route.next_hops == std::vector<HostPort>{{"2001:db8::5", 2525}, {"mail.example.lg.jp", 25}});
    CHECK(route.language == Language::en);
    CHECK(route.tls == TlsPolicy{TlsMode::verify, "/etc/mugaika/ca.pem", {"mx.lgwan.example", "mx2.lgwan.example"}});
    CHECK(config.profile_of(&route).base.links == LinkStyle::drop);
    CHECK(config.route_for_domain("city.example.lg.jp") == &route);
    CHECK(config.route_for_domain("sub.city.example.lg.jp") == nullptr);
    CHECK(config.metrics == MetricsPort{{"::1", 9125}, {}});
    CHECK_FALSE(Config{}.metrics);
    CHECK(config.worker_count() == 4);
    CHECK(Config{}.worker_count() == std::max(4u, std::thread::hardware_concurrency()));
}

TEST_CASE("all faults of a file are said at once, in order of place") {
    const auto faults = faults_in(R"([relay]
hostnme = "mx.example.lg.jp"
listen = "0.0.0.0:25"
max_message = "50MB"
workers = -1
state_dir = "var"
[relay.limits]
hops_max = 1
command_timeout = 300
[[route]]
domains = ["city.example.lg.jp", "*.example.lg.jp"]
next_hop = ["10.0.0.5"]
profile = "standrad"
tls = "starttls"
[[route]]
domains = ["CITY.example.lg.jp"]
)");
    const std::vector<std::string> starts{
        "m.toml:2:1: [relay]: the key \"hostnme\" is not known, did you mean \"hostname\"?",
        "m.toml:3:10: [relay] listen: a string stands here, expected a list of strings",
        "m.toml:4:15: [relay] max_message: expected a size such as \"50M\" from 64K to 200M",
        "m.toml:5:11: [relay] workers: expected a whole number from 0 to 1024",
        "m.toml:6:13: [relay] state_dir: expected an absolute path",
        "m.toml:8:12: [relay.limits] hops_max: 1 is out of range, expected from 25 to 1000",
        "m.toml:9:19: [relay.limits] command_timeout: expected a time such as \"300s\" from 1s to 3600s",
        "m.toml:11:34: [[route]] domains: \"*.example.lg.jp\" is no domain, expected a domain such as",
        "m.toml:12:13: [[route]] next_hop: \"10.0.0.5\" is no next hop, expected host:port such as \"10.0.0.5:25\"",
        "m.toml:13:11: [[route]] profile: there is no [profile.standrad], did you mean \"standard\"?",
        "m.toml:14:7: [[route]] tls:",
        "m.toml:15:1: [[route]] next_hop: is missing, expected a list of strings",
        "m.toml:16:12: [[route]] domains: \"CITY.example.lg.jp\" stands in line 11 already",
    };
    REQUIRE(faults.size() == starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i) CHECK_THAT(faults[i], Catch::StartsWith(starts[i]));
}

TEST_CASE("the relay needs a route, a tool does not") {
    REQUIRE(faults_in("").size() == 1);
    CHECK_THAT(faults_in("")[0], Catch::Contains("[[route]]"));
    CHECK(faults_in("", ConfigUse::tool).empty());
    CHECK(faults_in("route = []\n").size() == 1);
    CHECK(faults_in("[[route]]\ndomains = []\nnext_hop = []\n").size() == 2);
}

TEST_CASE("mail for Postmaster goes to an address of a route, by default of the first") {
    const std::string two_routes =
        route_text + "[[route]]\ndomains = [\"town.example.lg.jp\"]\nnext_hop = [\"h:25\"]\n";
    CHECK(config_in(two_routes).postmaster->text() == "postmaster@city.example.lg.jp");
    CHECK(config_in("[relay]\npostmaster = \"Johoka@Town.Example.LG.jp\"\n" + two_routes).postmaster->text() ==
          "Johoka@town.example.lg.jp");
    for (const char* bad :
         {"", "postmaster", "postmaster@elsewhere.example", "<it@city.example.lg.jp>", "a%b@city.example.lg.jp"}) {
        CAPTURE(bad);
        const auto faults = faults_in("[relay]\npostmaster = \"" + std::string(bad) + "\"\n" + two_routes);
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults[0], Catch::StartsWith("m.toml:2:14: [relay] postmaster: \"" + std::string(bad) + "\"") &&
                                  Catch::EndsWith("such as \"postmaster@city.example.lg.jp\""));
    }
    CHECK(faults_in("[relay]\npostmaster = 1\n" + route_text).size() == 1);
    CHECK(faults_in("[relay]\npostmaster = \"\\u60c5@city.example.lg.jp\"\n" + route_text).size() == 1);
    CHECK_FALSE(read_config_text("", "m.toml", ConfigUse::tool).config.postmaster);
}

TEST_CASE("auditors are addresses of routes, since the relay sends checkpoints nowhere else") {
    const std::string two_routes =
        route_text + "[[route]]\ndomains = [\"town.example.lg.jp\"]\nnext_hop = [\"h:25\"]\n";
    const Config config = config_in(
        "[relay.evidence]\nauditors = [\"kansa@city.example.lg.jp\", \"Kansa@Town.Example.LG.jp\"]\n" + two_routes);
    REQUIRE(config.auditors.size() == 2);
    CHECK(config.auditors.back().text() == "Kansa@town.example.lg.jp");
    CHECK(config_in(two_routes).auditors.empty());
    for (const std::string_view bad : {"", "kansa", "kansa@elsewhere.example", "a%b@city.example.lg.jp"}) {
        CAPTURE(bad);
        const auto faults = faults_in("[relay.evidence]\nauditors = [\"" + std::string(bad) + "\"]\n" + two_routes);
        REQUIRE(faults.size() == 1);
        CHECK_THAT(faults[0],
                   Catch::StartsWith("m.toml:2:13: [relay.evidence] auditors: \"" + std::string(bad) + "\""));
    }
    CHECK(faults_in("[relay.evidence]\nauditor = [\"kansa@city.example.lg.jp\"]\n" + two_routes).size() == 1);
}

TEST_CASE("the words and the clock of notices are read, a route's own before those of the site") {
    const Config config = config_in(
        "[relay]\ntime_zone = \"UTC\"\ncontact = \"情報システム課 山田（内線 1234）\"\nnotice_phrase = \"さくら "
        "三番\"\n" +
        route_text + "contact = \"学校教育課（内線 5）\"\nsubject_tags = true\nwarn_own_domain = true\n");
    CHECK(config.time_zone == "UTC");
    CHECK(config.zone_name() == "UTC");
    CHECK(config.contact.str() == "情報システム課 山田（内線 1234）");
    CHECK(config.notice_phrase.str() == "さくら 三番");
    CHECK(config.routes.at(0).contact.str() == "学校教育課（内線 5）");
    CHECK(config.routes.at(0).subject_tags);
    CHECK(config.routes.at(0).warn_own_domain);
}

TEST_CASE("Japanese notices have Japan's clock unless time_zone says otherwise") {
    const Config japanese = config_in(route_text);
    CHECK(japanese.zone_name() == "Asia/Tokyo");
    CHECK(japanese.notice_zone(Language::ja)(0).name == "JST");
    const Config english = config_in(route_text + "language = \"en\"\n");
    CHECK(english.zone_name().empty());  // the machine's
    CHECK(english.notice_zone(Language::en) == process_time);
    CHECK(english.notice_zone(Language::ja) == japan_time);
    const Config elsewhere = config_in("[relay]\ntime_zone = \"UTC\"\n" + route_text);
    CHECK(elsewhere.notice_zone(Language::ja) == process_time);
}

TEST_CASE("a zone that nobody knows and words that a reader could click are faults, with an example") {
    const auto fault_of = [](const std::string& line) {
        const auto faults = faults_in("[relay]\n" + line + "\n" + route_text);
        return faults.size() == 1 ? faults.front() : std::to_string(faults.size()) + " faults";
    };
    CHECK_THAT(fault_of("time_zone = \"Asia/Tokio\""),
               Catch::StartsWith("m.toml:2:13: [relay] time_zone: \"Asia/Tokio\" is no time zone of this machine"));
    CHECK_THAT(fault_of("time_zone = \"\""), Catch::Contains("is no time zone"));
    for (const char* value : {"x@city.example.lg.jp", "https://x", "www.x.jp", "\\\\\\\\server", "  ", "\u3000 \u3000",
                              "\u00a0", "a\\nb", "a\\u202eb"}) {
        CAPTURE(value);
        CHECK_THAT(fault_of("contact = \"" + std::string(value) + "\""), Catch::Contains("（内線 1234）"));
        CHECK_THAT(fault_of("notice_phrase = \"" + std::string(value) + "\""), Catch::Contains("さくら"));
    }
    CHECK_THAT(fault_of("contact = \"" + std::string(81, 'a') + "\""), Catch::Contains("at most 80 characters"));
    CHECK_THAT(fault_of("notice_phrase = \"" + std::string(41, 'a') + "\""), Catch::Contains("at most 40 characters"));
}

TEST_CASE("a file is checked for the folders and files that it names") {
    std::string folder = (std::filesystem::temp_directory_path() / "mugaika-config-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    const std::string path = folder + "/m.toml";
    const auto faults_with = [&](const std::string& relay_keys, ConfigUse use) {
        std::ofstream(path, std::ios::trunc) << "[relay]\n" << relay_keys << route_text;
        std::vector<std::string> words;
        for (const ConfigFault& fault : read_config_file(path, use).faults) words.push_back(fault.text());
        return words;
    };
    const std::string good = "state_dir = \"" + folder + "/state\"\nlog = \"" + folder + "/events.jsonl\"\n";
    CHECK(faults_with(good, ConfigUse::relay).empty());
    const std::string bad = "state_dir = \"" + folder + "/x/y\"\nlog = \"" + folder + "/x/e.jsonl\"\nkey_file = \"" +
                            folder + "/no.key\"\n";
    const auto faults = faults_with(bad, ConfigUse::relay);
    REQUIRE(faults.size() == 3);
    CHECK_THAT(faults[0], Catch::StartsWith(path + ":2:13: [relay] state_dir: the folder " + folder + "/x does not"));
    CHECK_THAT(faults[1], Catch::Contains("log: the folder"));
    CHECK_THAT(faults[2], Catch::Contains("no.key does not exist"));
    CHECK(faults_with(bad, ConfigUse::tool).empty());

    CHECK(read_config_file(folder + "/none.toml").faults.size() == 1);
    CHECK(read_config_file(folder).faults.size() == 1);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a syntax error or a huge file is one fault") {
    CHECK(faults_in("[relay\n").size() == 1);
    CHECK(faults_in("relay = 1\n", ConfigUse::tool).size() == 1);
}

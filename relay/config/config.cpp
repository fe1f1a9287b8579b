#include "relay/config/config.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <thread>

#include "policy/ascii.hpp"
#include "policy/host_name.hpp"
#include "policy/ip_address.hpp"
#include "policy/shown_text.hpp"
#include "relay/config/config_clients.hpp"
#include "relay/config/config_commands.hpp"
#include "relay/config/config_log.hpp"
#include "relay/config/config_log_outputs.hpp"
#include "relay/config/config_metrics.hpp"
#include "relay/config/config_reserve.hpp"
#include "relay/config/config_scanners.hpp"
#include "relay/config/config_signatures.hpp"
#include "relay/config/config_tls.hpp"
#include "relay/config/own_listener.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika {
namespace {

constexpr std::size_t config_bytes_max = 4u << 20;
constexpr std::size_t contact_characters_max = 80;
constexpr std::size_t phrase_characters_max = 40;
constexpr std::array log_failures{LogFailure::refuse, LogFailure::carry_on};
constexpr std::array languages{Language::ja, Language::en};

std::string quoted(std::string_view text) { return '"' + shown_text(text, 100) + '"'; }

constexpr std::string_view domain_expected =
    "expected a domain such as \"city.example.lg.jp\" (letters, digits, \"-\" and dots; an international name in its "
    "xn-- form)";

// Reads one configuration file into a Config. Faults are collected; what is wrong keeps its default.
class ConfigReader {
public:
    ConfigReader(FileFaults& faults, FileFaults& warnings, ConfigUse use)
        : faults_(faults), warnings_(warnings), use_(use) {}

    void read(const TomlValue& root) {
        TableReader reader(root, "the file", faults_);
        if (const TomlValue* relay = reader.table("relay")) read_relay(*relay);
        const std::vector<const TomlValue*> routes = reader.tables("route");
        const KnownRoutes known = known_routes(routes);
        config_.profiles = read_profiles(reader.table("profile"), &known, faults_, warnings_);
        read_listeners(listen_, reader.tables("listener"), config_.listeners, faults_);
        for (const TomlValue* route : routes) read_route(*route);
        reader.finish();
        refuse_circles();
        warn_of_the_unspoken();
        choose_postmaster();
        choose_auditors();
        if (use_ == ConfigUse::relay && routes.empty()) {
            faults_.add({}, "there is no [[route]], so that every recipient would be refused; expected at least one");
        }
    }
    Config take() && { return std::move(config_); }

private:
    // What the rules of profiles may name, before routes are read, which name profiles.
    static KnownRoutes known_routes(const std::vector<const TomlValue*>& routes) {
        KnownRoutes known;
        for (const TomlValue* route : routes) {
            const TomlMember* const domains = route->find("domains");
            if (domains == nullptr || domains->value.items.empty()) continue;
            for (const TomlValue& domain : domains->value.items) known.domains.push_back(ascii::to_lower(domain.text));
            known.names.push_back(ascii::to_lower(domains->value.items.front().text));
        }
        return known;
    }

    void read_relay(const TomlValue& table) {
        TableReader reader(table, "[relay]", faults_);
        if (const TomlValue* value = reader.text("hostname", config_.hostname)) check_hostname(reader, *value);
        listen_ = reader.texts("listen", TableReader::Needed::no);
        read_path(reader, "state_dir", config_.state_dir);
        read_path(reader, "log", config_.log);
        read_path(reader, "key_file", config_.key_file);
        postmaster_ = reader.text("postmaster", postmaster_text_);
        read_believed_ids(reader);
        reader.truth("sync_log", config_.sync_log);
        read_path(reader, "log_pseudonym_key", config_.log_pseudonym_key);
        reader.one_of<LogFailure>("when_log_fails", config_.when_log_fails, log_failures);
        if (const TomlValue* rotation = reader.table("log_rotation")) {
            read_log_rotation(*rotation, faults_, config_.log, config_.log_rotation);
        }
        read_log_outputs(reader.tables("log_output"), faults_, config_.log, config_.log_outputs);
        reader.bytes<std::size_t>("max_message", config_.limits.smtp.message_bytes_max, 64u << 10, 200u << 20);
        reader.number<std::uint32_t>("workers", config_.workers, 0, 1024);
        reader.duration("drain_time", config_.drain_time, std::chrono::seconds(1), std::chrono::seconds(600));
        reader.duration("outbox_retry", config_.outbox_retry, std::chrono::seconds(1), std::chrono::seconds(3600));
        reader.number<std::uint32_t>("outbox_days", config_.outbox_days, 1, 60);
        reader.number<std::uint32_t>("originals_days", config_.originals_days, 1, 36500);
        read_time_zone(reader);
        read_words(reader, "contact", contact_characters_max, config_.contact);
        read_words(reader, "notice_phrase", phrase_characters_max, config_.notice_phrase);
        if (const TomlValue* limits = reader.table("limits")) read_limits(*limits);
        if (const TomlValue* clients = reader.table("clients")) read_clients(*clients, config_.clients, faults_);
        if (const TomlValue* next_hop = reader.table("next_hop")) read_next_hop_limits(*next_hop);
        if (const TomlValue* tls = reader.table("tls")) read_server_tls(*tls, faults_, config_.tls);
        if (const TomlValue* signatures = reader.table("signatures")) {
            read_signatures(*signatures, faults_, config_.signatures);
        }
        if (const TomlValue* reserve = reader.table("reserve")) {
            read_reserve_limits(*reserve, faults_, config_.limits.reserve);
        }
        if (const TomlValue* evidence = reader.table("evidence")) {
            TableReader of_evidence(*evidence, "[relay.evidence]", faults_);
            auditors_ = of_evidence.texts("auditors", TableReader::Needed::no);
            of_evidence.finish();
        }
        if (const TomlValue* engines = reader.table("engines")) read_engines(*engines, faults_, config_.engines);
        if (const TomlValue* metrics = reader.table("metrics"))
            read_metrics(*metrics, faults_, warnings_, config_.metrics);
        read_scanners(reader.tables("scanner"), faults_, config_.scanners);
        reader.finish();
    }

    void check_hostname(TableReader& reader, const TomlValue& value) {
        if (is_domain(value.text)) return;
        reader.fault(value.place, "hostname", quoted(value.text) + " is no host name, " + std::string(domain_expected));
    }

    void read_believed_ids(TableReader& reader) {
        constexpr std::string_view key = "authentication_results_from";
        for (const TableReader::Item& item : reader.texts(key, TableReader::Needed::no)) {
            if (is_domain(item.text)) {
                config_.authentication_results_from.push_back(ascii::to_lower(item.text));
            } else {
                reader.fault(item.place, key, quoted(item.text) + " is no host name, " + std::string(domain_expected));
            }
        }
    }

    void read_time_zone(TableReader& reader) {
        const TomlValue* value = reader.text("time_zone", config_.time_zone);
        if (value == nullptr || is_time_zone(config_.time_zone)) return;
        reader.fault(value->place, "time_zone",
                     quoted(value->text) +
                         " is no time zone of this machine, expected a name such as \"Asia/Tokyo\" (see "
                         "/usr/share/zoneinfo, package tzdata)");
    }

    // Of ideographic and other spaces too, which a keyboard for Japanese makes.
    static bool is_blank(std::string_view utf8) noexcept {
        constexpr std::array<std::string_view, 5> wide{"\u3000", "\u00a0", "\u2003", "\u3164", "\u2800"};
        while (!utf8.empty()) {
            const auto space = std::find_if(wide.begin(), wide.end(), [&](auto one) { return utf8.starts_with(one); });
            if (space == wide.end() && !ascii::is_blank(utf8.front())) return false;
            utf8.remove_prefix(space == wide.end() ? 1 : space->size());
        }
        return true;
    }

    // Words of the site that stand in notices, where nothing may be clicked and nothing may look like an end of it.
    static void read_words(TableReader& reader, std::string_view key, std::size_t characters_max, PlainLine& target) {
        std::string text;
        const TomlValue* value = reader.text(key, text);
        if (value == nullptr) return;
        auto line = PlainLine::from(text);
        const auto characters = static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
        const bool is_linked = text.find_first_of("@\\") != std::string::npos || text.find(":/") != std::string::npos ||
                               text.find("www.") != std::string::npos;
        if (line && characters <= characters_max && !is_blank(text) && !is_linked) {
            target = std::move(*line);
            return;
        }
        reader.fault(value->place, key,
                     "expected one line of at most " + std::to_string(characters_max) +
                         " characters without an address or link, such as " + std::string(words_example(key)));
    }

    static std::string_view words_example(std::string_view key) noexcept {
        return key == "contact" ? "\"情報システム課 山田（内線 1234）\"" : "\"さくら 三番\"";
    }

    void read_path(TableReader& reader, std::string_view key, std::string& target) {
        const TomlValue* value = reader.text(key, target);
        if (value == nullptr || (key == "log" && target == "-")) return;
        const bool printable = shown_text(target, target.size()) == target;
        if (target.starts_with('/') && printable) return;
        const std::string_view also = key == "log" ? ", or \"-\" for standard output" : "";
        reader.fault(value->place, key, "expected an absolute path" + std::string(also));
    }

    // Names as in policy/limits.hpp. The lower bounds keep mail that follows RFC 5321 4.5.3 flowing.
    void read_limits(const TomlValue& table) {
        TableReader reader(table, "[relay.limits]", faults_);
        SmtpLimits& limits = config_.limits.smtp;
        using std::chrono::seconds;
        reader.bytes<std::size_t>("command_line_bytes_max", limits.command_line_bytes_max, 512, 64u << 10);
        reader.number<std::size_t>("recipients_max", limits.recipients_max, 100, 100000);
        reader.number<std::size_t>("errors_max", limits.errors_max, 1, 1000);
        reader.number<std::size_t>("idle_commands_max", limits.idle_commands_max, 1, 10000);
        reader.number<std::size_t>("transactions_max", limits.transactions_max, 1, 1000000);
        reader.number<std::size_t>("hops_max", limits.hops_max, 25, 1000);
        reader.bytes<std::size_t>("header_line_bytes_max", limits.header_line_bytes_max, 998, 1u << 20);
        reader.bytes<std::size_t>("header_bytes_max", limits.header_bytes_max, 16u << 10, 16u << 20);
        reader.number<std::size_t>("header_fields_max", limits.header_fields_max, 100, 100000);
        reader.bytes<std::size_t>("memory_bytes_max", limits.memory_bytes_max, 0, 64u << 20);
        reader.bytes<std::size_t>("memory_bytes_together_max", limits.memory_bytes_together_max, 0,
                                  std::size_t{1} << 40);
        reader.number<std::size_t>("sessions_max", limits.sessions_max, 1, 1000000);
        reader.duration("command_timeout", limits.command_timeout, seconds(1), seconds(3600));
        reader.duration("data_timeout", limits.data_timeout, seconds(1), seconds(3600));
        reader.duration("transaction_timeout", limits.transaction_timeout, seconds(10), seconds(7200));
        // Longer than a delivery may take (NextHopLimits), shorter than the ten minutes that clients wait for the last
        // answer (RFC 5321 4.5.3.2.6).
        reader.duration("mail_deadline", limits.mail_deadline, seconds(240), seconds(590));
        reader.duration("tls_handshake_timeout", limits.tls_handshake_timeout, seconds(1), seconds(300));
        reader.finish();
    }

    // For all routes. The whole transaction has its own limit, so that a mail keeps its mail_deadline whatever stands
    // here.
    void read_next_hop_limits(const TomlValue& table) {
        TableReader reader(table, "[relay.next_hop]", faults_);
        NextHopLimits& limits = config_.limits.next_hop;
        using std::chrono::seconds;
        reader.duration("connect_timeout", limits.connect_timeout, seconds(1), seconds(60));
        reader.duration("reply_timeout", limits.reply_timeout, seconds(1), seconds(200));
        reader.duration("final_reply_timeout", limits.final_reply_timeout, seconds(1), seconds(200));
        reader.duration("idle_timeout", limits.idle_timeout, seconds(1), seconds(300));
        reader.duration("host_avoided_for", limits.host_avoided_for, seconds(1), seconds(600));
        reader.number<std::size_t>("mails_per_connection_max", limits.mails_per_connection_max, 1, 100000);
        reader.finish();
    }

    void read_route(const TomlValue& table) {
        TableReader reader(table, "[[route]]", faults_);
        Route route;
        read_domains(reader, route);
        read_next_hops(reader, route);
        if (const TomlValue* profile = reader.text("profile", route.profile)) check_profile(reader, *profile);
        reader.one_of<Language>("language", route.language, languages);
        read_route_tls(reader, route.tls);
        reader.number<std::size_t>("connections_max", route.connections_max, 1, 10000);
        read_source_address(reader, route);
        read_words(reader, "contact", contact_characters_max, route.contact);
        reader.truth("subject_tags", route.subject_tags);
        reader.truth("warn_own_domain", route.warn_own_domain);
        reader.finish();
        config_.routes.push_back(std::move(route));
    }

    void read_domains(TableReader& reader, Route& route) {
        for (const TableReader::Item& item : reader.texts("domains", TableReader::Needed::yes)) {
            const std::string domain = ascii::to_lower(item.text);
            const auto [before, is_new] = domain_lines_.emplace(domain, item.place.line);
            if (!is_domain(domain)) {
                reader.fault(item.place, "domains",
                             quoted(item.text) + " is no domain, " + std::string(domain_expected));
            } else if (!is_new) {
                reader.fault(item.place, "domains",
                             quoted(item.text) + " stands in line " + std::to_string(before->second) +
                                 " already, expected each domain once in all routes");
            } else {
                route.domains.push_back(domain);
            }
        }
    }

    void read_next_hops(TableReader& reader, Route& route) {
        for (const TableReader::Item& item : reader.texts("next_hop", TableReader::Needed::yes)) {
            const auto hop = host_port_from_text(item.text);
            if (hop && hop->port != 0) {
                route.next_hops.push_back(*hop);
                hop_places_.emplace_back(*hop, item.place);
            } else {
                reader.fault(item.place, "next_hop",
                             quoted(item.text) +
                                 " is no next hop, expected host:port such as \"10.0.0.5:25\" or "
                                 "\"[2001:db8::5]:25\"");
            }
        }
    }

    void read_source_address(TableReader& reader, Route& route) {
        const TomlValue* value = reader.text("source_address", route.source_address);
        if (value == nullptr || route.source_address.empty() || IpAddress::parse(route.source_address)) return;
        reader.fault(
            value->place, "source_address",
            quoted(route.source_address) + " is no address, expected one of this machine's own such as \"10.0.0.1\"");
    }

    void check_profile(TableReader& reader, const TomlValue& value) {
        if (config_.profiles.contains(value.text)) return;
        std::vector<std::string_view> names;
        for (const auto& [name, profile] : config_.profiles) names.push_back(name);
        reader.fault(value.place, "profile",
                     "there is no [profile." + shown_text(value.text, 100) + "]" + did_you_mean(value.text, names));
    }

    // Once all listeners are known. A tool connects to nobody.
    void refuse_circles() {
        if (use_ != ConfigUse::relay) return;
        const std::vector<IpAddress> local = local_addresses();
        for (const auto& [hop, place] : hop_places_) {
            const Listener* own = own_listener_at(hop, config_.listeners, config_.hostname, local);
            if (own == nullptr) continue;
            faults_.add(place, "[[route]] next_hop: " + quoted(hop.text()) + " is our own listener " +
                                   quoted(own->address.text()) +
                                   ", so that mail would go in a circle; expected a server on the LGWAN side");
        }
    }

    // Rules for mail whose sender somebody has spoken for, where nobody is believed.
    void warn_of_the_unspoken() {
        if (!config_.authentication_results_from.empty()) return;
        for (const auto& [name, profile] : config_.profiles) {
            for (const MailRule& rule : profile.rules) {
                if (!rule.authenticated.value_or(false)) continue;
                warnings_.add({rule.part.line, 1}, "[[profile." + name +
                                                       ".rule]] authenticated: is true of no mail, since nobody is "
                                                       "believed; expected authentication_results_from under [relay]");
            }
        }
    }

    // Once all routes are known: the relay sends mail nowhere else.
    void choose_auditors() {
        for (const TableReader::Item& item : auditors_) {
            const auto address = MailAddress::parse(item.text);
            const bool usable = address && !address->asks_for_routing() && !address->needs_smtputf8() &&
                                config_.route_for_domain(address->domain()) != nullptr;
            if (usable) {
                config_.auditors.push_back(*address);
                continue;
            }
            faults_.add(item.place, "[relay.evidence] auditors: " + quoted(item.text) +
                                        " cannot get checkpoints, expected an address of a [[route]]'s domains, since "
                                        "the relay sends mail to those alone");
        }
    }

    // RFC 5321 4.5.1: <Postmaster> is taken whatever is configured. Without routes there is nobody to take it, and that
    // is said elsewhere.
    void choose_postmaster() {
        if (config_.routes.empty() || config_.routes.front().domains.empty()) return;
        const bool chosen = postmaster_ != nullptr;
        const std::string text = chosen ? postmaster_text_ : "postmaster@" + config_.routes.front().name();
        const auto address = MailAddress::parse(text);
        const bool usable = address && !address->asks_for_routing() && !address->needs_smtputf8() &&
                            config_.route_for_domain(address->domain()) != nullptr;
        if (usable) {
            config_.postmaster = *address;
            return;
        }
        faults_.add(chosen ? postmaster_->place : TomlPlace{},
                    "[relay] postmaster: " + quoted(text) +
                        " cannot take mail for <Postmaster>, expected an address of a [[route]]'s domains such as "
                        "\"postmaster@" +
                        shown_text(config_.routes.front().name(), 100) + "\"");
    }

    FileFaults& faults_;
    FileFaults& warnings_;
    ConfigUse use_;
    Config config_;
    std::vector<TableReader::Item> listen_;  // as written
    std::map<std::string, std::uint32_t> domain_lines_;
    std::vector<std::pair<HostPort, TomlPlace>> hop_places_;
    const TomlValue* postmaster_ = nullptr;  // as written, until the routes are known
    std::string postmaster_text_;
    std::vector<TableReader::Item> auditors_;  // likewise
};

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.find_last_not_of('/') == std::string::npos ? 0 : path.find_last_of('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool is_folder(const std::string& path) {
    struct stat facts {};
    return ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

TomlPlace place_in(const TomlValue& root, std::string_view key) {
    const TomlMember* relay = root.find("relay");
    const TomlMember* member = relay == nullptr ? nullptr : relay->value.find(key);
    return member == nullptr ? TomlPlace{} : member->value.place;
}

// state_dir, log and key file as the relay will want them: it makes the last folder and the files, not what is above.
void check_files(const Config& config, const TomlValue& root, FileFaults& faults) {
    const std::string state_parent = parent_of(config.state_dir);
    if (!is_folder(config.state_dir) && !is_folder(state_parent)) {
        faults.add(place_in(root, "state_dir"), "[relay] state_dir: the folder " + state_parent + " does not exist");
    }
    const std::string log_parent = parent_of(config.log);
    if (config.log != "-" && !is_folder(log_parent)) {
        faults.add(place_in(root, "log"), "[relay] log: the folder " + log_parent + " does not exist");
    }
    if (!config.key_file.empty() && ::access(config.key_file.c_str(), F_OK) != 0) {
        faults.add(place_in(root, "key_file"), "[relay] key_file: " + config.key_file + " does not exist");
    }
}

enum class FileChecks { no, yes };

ConfigReading read_text(std::string_view toml, std::string file_name, ConfigUse use, FileChecks checks) {
    FileFaults faults(file_name);
    FileFaults warnings(std::move(file_name));
    ConfigReader reader(faults, warnings, use);
    ConfigReading reading;
    auto root = parse_toml(toml, faults);
    if (root) reader.read(*root);
    reading.config = std::move(reader).take();
    if (root && checks == FileChecks::yes && use == ConfigUse::relay) {
        check_files(reading.config, *root, faults);
        load_tls_files(reading.config, *root, faults, warnings);
        check_command_files(reading.config, *root, faults);
        check_pseudonym_key(reading.config, place_in(*root, "log_pseudonym_key"), faults);
        check_log_packer(reading.config, place_in(*root, "log_rotation"), faults);
        check_log_outputs(reading.config.log_outputs, place_in(*root, "log_output"), faults);
    }
    if (root && checks == FileChecks::yes) load_signature_files(reading.config, *root, faults, warnings);
    reading.faults = std::move(faults).in_order();
    reading.warnings = std::move(warnings).in_order();
    if (root) reading.root = *std::move(root);
    return reading;
}

}  // namespace

std::string HostPort::text() const {
    const bool needs_brackets = host.find(':') != std::string::npos;
    return (needs_brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<HostPort> host_port_from_text(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view port = text.substr(colon + 1);
    std::string host(text.substr(0, colon));
    HostPort result;
    const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), result.port);
    if (fault != std::errc() || end != port.data() + port.size() || port.empty()) return std::nullopt;
    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in_brackets) host = host.substr(1, host.size() - 2);
    const bool is_ipv6 = host.find(':') != std::string::npos;
    if (in_brackets != is_ipv6 || !(IpAddress::parse(host) || is_domain(host))) return std::nullopt;
    result.host = ascii::to_lower(host);
    return result;
}

const Route* Config::route_for_domain(std::string_view lower_case_domain) const noexcept {
    for (const Route& route : routes) {
        if (std::find(route.domains.begin(), route.domains.end(), lower_case_domain) != route.domains.end()) {
            return &route;
        }
    }
    return nullptr;
}

const WrittenProfile& Config::profile_of(const Route* route) const {
    return profiles.find(route == nullptr ? std::string_view("standard") : std::string_view(route->profile))->second;
}

std::uint32_t Config::worker_count() const noexcept {
    // Fewer than four, and one large mail would hold up half of all others.
    constexpr std::uint32_t fewest = 4;
    return workers != 0 ? workers : std::max(fewest, std::thread::hardware_concurrency());
}

std::string Config::zone_name() const {
    const bool any_japanese =
        std::any_of(routes.begin(), routes.end(), [](const Route& route) { return route.language == Language::ja; });
    return time_zone.empty() && any_japanese ? std::string(japan_zone) : time_zone;
}

TimeZone Config::notice_zone(Language language) const noexcept {
    return time_zone.empty() && language == Language::ja ? japan_time : process_time;
}

ConfigReading read_config_text(std::string_view toml, std::string file_name, ConfigUse use) {
    return read_text(toml, std::move(file_name), use, FileChecks::no);
}

ConfigReading read_config_file(const std::string& path, ConfigUse use) {
    const auto text = read_small_file(path, config_bytes_max);
    if (text) return read_text(*text, path, use, FileChecks::yes);
    ConfigReading reading;
    reading.faults.push_back({path, 1, 1, "the configuration cannot be read: " + text.error().words()});
    return reading;
}

}  // namespace mugaika

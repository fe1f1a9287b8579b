// The configuration file as values (INTERFACE "Configuration"). Reading collects every fault at once, each with
// FILE:LINE:COL, what is wrong and what was expected; unknown keys and wrong kinds are faults.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/client_access.hpp"
#include "policy/client_limits.hpp"
#include "policy/limits.hpp"
#include "policy/log_output.hpp"
#include "policy/log_rotation.hpp"
#include "policy/mail_address.hpp"
#include "policy/policy.hpp"
#include "policy/policy_file.hpp"
#include "policy/time_zone.hpp"
#include "policy/tls_policy.hpp"
#include "relay/config/config_engines.hpp"
#include "relay/config/config_signatures.hpp"
#include "relay/engines/scanner_settings.hpp"
#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/mail/signature_trust.hpp"

namespace mugaika {

class TlsClientContext;

struct HostPort {
    std::string host;  // an address, or a name resolved when the relay connects; listeners take addresses only
    std::uint16_t port = 25;
    std::string text() const;  // "[::1]:25" for IPv6
    friend bool operator==(const HostPort&, const HostPort&) = default;
};

struct Listener {
    HostPort address;
    ClientAccess access;
    friend bool operator==(const Listener&, const Listener&) = default;
};

struct Route {
    std::vector<std::string> domains;  // lower case, no leading dot; compared whole
    std::vector<HostPort> next_hops;   // in order of preference
    std::string profile = "standard";
    Language language = Language::ja;
    TlsPolicy tls;
    // What `tls` wants, loaded when the file was read, and shared by all connections that were opened with it. None for
    // TlsMode::none, and where no files are looked at: in text without a file, and for tools.
    std::shared_ptr<const TlsClientContext> tls_context;
    std::string source_address;  // our own address towards them; "": the system's choice
    // To all of them together, each with one mail at a time; more mails wait. Below the 50 that Postfix takes from one
    // client, with room for a second relay or a restart.
    std::size_t connections_max = 40;
    PlainLine contact;             // whom readers ask, in notices; "": that of [relay]
    bool subject_tags = false;     // 【隔離】【注意】 in Subjects, and copies of them from outside taken away
    bool warn_own_domain = false;  // readers are warned of authors who claim one of `domains`
    std::string name() const { return domains.empty() ? std::string() : domains.front(); }
};

// Where health checks and metrics are answered, and whom beside the machine itself.
struct MetricsPort {
    HostPort address;
    Networks allow;  // never empty when the address is no loopback address
    friend bool operator==(const MetricsPort&, const MetricsPort&) = default;
};

// What becomes of mail while events cannot be written.
enum class LogFailure : std::uint8_t { refuse, carry_on };
std::string_view to_string(LogFailure) noexcept;

struct Config {
    std::string hostname = "localhost";
    // `listen` of [relay], open to everybody, then the [[listener]] tables; the built-in one only without either.
    std::vector<Listener> listeners{{{"127.0.0.1", 2525}, {}}};
    std::string state_dir = "/var/lib/mugaika";
    std::string log = "/var/log/mugaika/events.jsonl";  // "-": standard output
    std::uint32_t workers = 0;                          // 0: one per core, four at least
    std::string key_file;         // quarantine key; "" = state_dir/quarantine.key, made when missing
    std::vector<TlsKeyPair> tls;  // of our own side; none: STARTTLS is not offered
    bool sync_log = false;        // LogSync
    LogFailure when_log_fails = LogFailure::refuse;
    std::string log_pseudonym_key;            // file of Pseudonyms; "": addresses stand in the log
    std::optional<LogRotation> log_rotation;  // nothing: somebody else does it, and says so with SIGUSR1
    std::vector<LogOutput> log_outputs;       // beside the file
    std::optional<MailAddress> postmaster;    // gets mail for <Postmaster>; of a route, and nothing only without routes
    std::chrono::seconds drain_time{20};    // after SIGTERM running sessions may finish for so long, then they get 421
    std::chrono::seconds outbox_retry{60};  // first wait of the outbox (Outbox::back_off)
    std::uint32_t outbox_days = 5;          // then the rest of a delivery is given up, and stays to be seen
    EngineSettings engines;
    std::optional<MetricsPort> metrics;     // nothing: no health checks and no metrics
    std::vector<ScannerSettings> scanners;  // each looks at every file before it is rebuilt
    std::uint32_t originals_days = 90;      // `quarantine purge` deletes older items
    std::string time_zone;                  // of notices, lists and reports; "": see zone_name()
    PlainLine contact;                      // in notices: whom to ask, with extension; "": the IT section
    PlainLine notice_phrase;                // in every notice of ours; "": none
    // authserv-ids (RFC 8601) whose Authentication-Results are believed, when the mail comes from a network of
    // xclient_from.
    std::vector<std::string> authentication_results_from;
    SignatureSettings signatures;
    // What `signatures` names, read from its files; nothing where no files are looked at (text without a file) and
    // where nobody is trusted.
    std::shared_ptr<const SignatureTrust> signature_trust;
    std::vector<MailAddress> auditors;  // who get checkpoints of the log; of routes
    std::vector<Route> routes;
    Profiles profiles{{"standard", WrittenProfile{}}};
    Limits limits;
    ClientLimits clients;

    const Route* route_for_domain(std::string_view lower_case_domain) const noexcept;
    // As it is written, for recipient_groups.hpp to resolve. Checked when read: always there. Null: "standard".
    const WrittenProfile& profile_of(const Route*) const;
    std::uint32_t worker_count() const noexcept;
    // Where the process lives: `time_zone`, without it Japan when a route speaks Japanese, "" (the machine's)
    // otherwise.
    std::string zone_name() const;
    // The clock of notices in this language: `time_zone`, without it Japan's for Japanese ones.
    TimeZone notice_zone(Language) const noexcept;
    // Where things lie below state_dir; the one place that says so.
    std::string quarantine_dir() const { return state_dir + "/quarantine"; }
    std::string quarantine_key_file() const { return key_file.empty() ? state_dir + "/quarantine.key" : key_file; }
    std::string outbox_dir() const { return state_dir + "/outbox"; }
    std::string spool_dir() const { return state_dir + "/spool"; }
};

using ConfigFault = FileFault;

struct ConfigReading {
    Config config;                      // meaningful only without faults
    TomlValue root;                     // the file as it is written; an empty table where it could not be read
    std::vector<ConfigFault> faults;    // in order of place
    std::vector<ConfigFault> warnings;  // what can be used and yet is likely not meant: an expired certificate
};

// What the configuration is for. The relay needs a route, and files and folders that are there; a tool that reads one
// mail from standard input needs neither.
enum class ConfigUse { relay, tool };

ConfigReading read_config_text(std::string_view toml, std::string file_name, ConfigUse = ConfigUse::relay);
ConfigReading read_config_file(const std::string& path, ConfigUse = ConfigUse::relay);

// "10.0.0.5:25", "[2001:db8::5]:25", "relay.example.lg.jp:25". Nothing for anything else.
std::optional<HostPort> host_port_from_text(std::string_view);

}  // namespace mugaika

// The configuration file as values (INTERFACE "Configuration"). Reading collects every fault at once, each with
// FILE:LINE:COL, what is wrong and what was expected; unknown keys and wrong kinds are faults.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "policy/result.hpp"

namespace mugaika {

struct HostPort {
    std::string host;  // an address, or a name resolved when the relay connects; listeners take addresses only
    std::uint16_t port = 25;
    std::string text() const;  // "[::1]:25" for IPv6
    friend bool operator==(const HostPort&, const HostPort&) = default;
};

struct Route {
    std::vector<std::string> domains;  // lower case, no leading dot; compared whole
    std::vector<HostPort> next_hops;   // in order of preference
    std::string profile = "standard";
    Language language = Language::ja;
    std::string name() const { return domains.empty() ? std::string() : domains.front(); }
};

struct Config {
    std::string hostname = "localhost";
    std::vector<HostPort> listen{{"127.0.0.1", 2525}};
    std::string state_dir = "/var/lib/mugaika";
    std::string log = "/var/log/mugaika/events.jsonl";  // "-": standard output
    std::uint32_t workers = 0;                          // 0: one per core
    std::string key_file;        // quarantine key; "" = state_dir/quarantine.key, made when missing
    bool sync_log = false;
    std::uint32_t originals_days = 90;                  // `quarantine purge` deletes older items
    std::vector<Route> routes;
    std::map<std::string, Profile, std::less<>> profiles{{"standard", Profile{}}};
    Limits limits;

    const Route* route_for_domain(std::string_view lower_case_domain) const noexcept;
    const Profile& profile_of(const Route&) const;      // checked when read: always there
    std::uint32_t worker_count() const noexcept;
};

struct ConfigFault {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string words;  // what is wrong and what was expected
    std::string text() const;  // "FILE:LINE:COL: words"
};

struct ConfigReading {
    Config config;                    // meaningful only without faults
    std::vector<ConfigFault> faults;  // in order of place
};

ConfigReading read_config_text(std::string_view toml, std::string file_name);
ConfigReading read_config_file(const std::string& path);  // also checks that named files and folders are there

}  // namespace mugaika

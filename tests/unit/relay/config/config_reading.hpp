// What tests of the configuration have in common: a text read as a file, and what became of it.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "relay/config/config.hpp"

namespace mugaika::test {

inline const std::string route_text = "[[route]]\ndomains = [\"city.example.lg.jp\"]\nnext_hop = [\"10.0.0.5:25\"]\n";

inline std::vector<std::string> faults_in(const std::string& toml, ConfigUse use = ConfigUse::relay) {
    std::vector<std::string> texts;
    for (const ConfigFault& fault : read_config_text(toml, "m.toml", use).faults) texts.push_back(fault.text());
    return texts;
}

inline Config config_in(const std::string& toml) {
    ConfigReading reading = read_config_text(toml, "m.toml");
    for (const ConfigFault& fault : reading.faults) FAIL(fault.text());
    return std::move(reading.config);
}

}  // namespace mugaika::test

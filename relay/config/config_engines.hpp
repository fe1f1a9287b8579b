// [relay.engines] of the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/engine_limits.hpp"
#include "policy/toml_reader.hpp"
#include "sanitizer/mail/file_command.hpp"

namespace mugaika {

enum class OfficeEngine : std::uint8_t { automatic, off };  // LibreOffice converts where it is installed, or never
std::string_view to_string(OfficeEngine) noexcept;          // as the file says it

struct EngineSettings {
    OfficeEngine office = OfficeEngine::automatic;
    std::string socket;         // of mugaika-engine.socket; "": the relay starts mugaika-engine itself
    std::uint32_t at_once = 2;  // conversions; more wait
    EngineLimits limits;
    FileCommands commands;  // further converters, none of which takes files of another
    friend bool operator==(const EngineSettings&, const EngineSettings&) = default;
};

void read_engines(const TomlValue& table, FileFaults&, EngineSettings&);

}  // namespace mugaika

#include "relay/config/config_engines.hpp"

#include <array>

#include "relay/config/config_commands.hpp"

namespace mugaika {
namespace {

constexpr std::size_t socket_bytes_max = 107;  // unix(7)

}  // namespace

std::string_view to_string(OfficeEngine engine) noexcept { return engine == OfficeEngine::off ? "off" : "auto"; }

void read_engines(const TomlValue& table, FileFaults& faults, EngineSettings& settings) {
    TableReader reader(table, "[relay.engines]", faults);
    constexpr std::array choices{OfficeEngine::automatic, OfficeEngine::off};
    reader.one_of<OfficeEngine>("office", settings.office, choices);
    const TomlValue* value = reader.text("socket", settings.socket);
    if (value != nullptr && (!settings.socket.starts_with('/') || settings.socket.size() > socket_bytes_max)) {
        reader.fault(value->place, "socket",
                     "expected the absolute path of mugaika-engine.socket, such as \"/run/mugaika/engine.sock\"");
    }
    reader.number<std::uint32_t>("at_once", settings.at_once, 1, 64);
    reader.duration("time_limit", settings.limits.wall_clock, std::chrono::seconds(5), std::chrono::seconds(600));
    reader.bytes<std::uint64_t>("memory", settings.limits.memory_bytes, std::uint64_t{1} << 30,
                                std::uint64_t{64} << 30);
    read_commands(reader.tables("command"), settings.limits, faults, settings.commands);
    reader.finish();
}

}  // namespace mugaika

// mugaika-relay: the daemon.
#include <CLI/CLI.hpp>
#include <iostream>

#include "relay/relay.hpp"
#include "sanitizer/worker/worker_template.hpp"

namespace {

constexpr int exit_unavailable = 69;
constexpr int exit_cannot_write = 73;
constexpr int exit_try_later = 75;
constexpr int exit_configuration = 78;

int exit_for(mugaika::Fault fault) noexcept {
    switch (fault) {
        case mugaika::Fault::configuration:
            return exit_configuration;
        case mugaika::Fault::busy:
            return exit_try_later;
        case mugaika::Fault::disk_full:
        case mugaika::Fault::io:
            return exit_cannot_write;
        default:
            return exit_unavailable;
    }
}

int run(const std::string& config_path) {
    auto manager = mugaika::ServiceManager::from_environment();
    if (!manager) {
        std::cerr << "mugaika-relay: " << manager.error().words() << "\n";
        return exit_configuration;
    }
    mugaika::ConfigReading reading = mugaika::read_config_file(config_path);
    for (const auto& fault : reading.faults) std::cerr << fault.text() << "\n";
    for (const auto& warning : reading.warnings) std::cerr << "warning: " << warning.text() << "\n";
    if (!reading.faults.empty()) return exit_configuration;
    mugaika::use_time_zone(reading.config.zone_name());
    std::vector<std::string> programs;
    for (const std::string_view name : {"mugaika-worker", "mugaika-codec", "mugaika-checker"}) {
        auto found = mugaika::find_program(name);
        if (!found) {
            std::cerr << "mugaika-relay: " << found.error().words() << "\n";
            return exit_unavailable;
        }
        programs.push_back(std::move(*found));
    }
    auto relay = mugaika::Relay::start(
        {std::move(reading.config), config_path, programs[0], {programs[1], programs[2]}, std::move(*manager)});
    if (!relay) {
        std::cerr << "mugaika-relay: " << relay.error().words() << "\n";
        return exit_for(relay.error().fault());
    }
    for (std::uint16_t port : (*relay)->ports()) std::cerr << "mugaika-relay: listening on port " << port << "\n";
    (*relay)->run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "mugaika-relay: SMTP relay that lets only rebuilt mail cross\n\nExample:\n"
        "  mugaika-relay --config /etc/mugaika/mugaika.toml\n");
    std::string config_path = "/etc/mugaika/mugaika.toml";
    app.add_option("--config", config_path, "configuration file")->capture_default_str();
    app.set_version_flag("--version", std::string("mugaika-relay ") + MUGAIKA_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    try {
        return run(config_path);
    } catch (const std::exception& error) {
        std::cerr << "mugaika-relay: " << error.what() << "\n";
        return 70;
    }
}

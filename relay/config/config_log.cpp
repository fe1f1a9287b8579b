#include "relay/config/config_log.hpp"

#include <unistd.h>

#include "relay/log/pseudonyms.hpp"

namespace mugaika {

std::string_view to_string(LogFailure failure) noexcept {
    return failure == LogFailure::refuse ? "refuse" : "carry_on";
}

void read_log_rotation(const TomlValue& table, FileFaults& faults, const std::string& log,
                       std::optional<LogRotation>& target) {
    LogRotation rotation;
    TableReader reader(table, "[relay.log_rotation]", faults);
    reader.truth("daily", rotation.daily);
    reader.bytes<std::uint64_t>("size_max", rotation.size_max, 0, std::uint64_t{1} << 50);
    reader.truth("compress", rotation.compress);
    reader.number<std::uint32_t>("days", rotation.days, 0, 36500);
    reader.finish();
    constexpr std::uint64_t size_max_min = 1u << 20;
    if (rotation.size_max > 0 && rotation.size_max < size_max_min) {
        reader.fault(table.find("size_max")->value.place, "size_max",
                     "expected \"1M\" or more, or 0 for files of any size");
    }
    if (!rotation.daily && rotation.size_max == 0) {
        reader.fault(table.place, "daily",
                     "without it, and with size_max = 0, no file is ever closed; expected one of both");
    }
    if (log == "-") reader.fault(table.place, "log_rotation", "standard output has no files; expected a file for log");
    target = rotation;
}

void check_pseudonym_key(const Config& config, TomlPlace place, FileFaults& faults) {
    if (config.log_pseudonym_key.empty()) return;
    const auto key = Pseudonyms::read(config.log_pseudonym_key);
    if (!key) faults.add(place, "[relay] log_pseudonym_key: " + key.error().words());
}

void check_log_packer(const Config& config, TomlPlace place, FileFaults& faults) {
    if (!config.log_rotation || !config.log_rotation->compress || ::access(log_packer, X_OK) == 0) return;
    faults.add(place, "[relay.log_rotation] compress: " + std::string(log_packer) +
                          " is not installed; install zstd, or set compress = false");
}

}  // namespace mugaika

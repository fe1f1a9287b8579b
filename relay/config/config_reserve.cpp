#include "relay/config/config_reserve.hpp"

namespace mugaika {

void read_reserve_limits(const TomlValue& table, FileFaults& faults, ReserveLimits& limits) {
    TableReader reader(table, "[relay.reserve]", faults);
    reader.bytes<std::uint64_t>("disk_free_min", limits.disk_free_min, 0, std::uint64_t{1} << 50);
    reader.bytes<std::uint64_t>("memory_free_min", limits.memory_free_min, 0, std::uint64_t{1} << 50);
    reader.number<std::size_t>("waiting_mails_max", limits.waiting_mails_max, 1, 1000000);
    reader.finish();
}

}  // namespace mugaika

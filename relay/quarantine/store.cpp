#include "relay/quarantine/store.hpp"

#include <future>

#include "relay/quarantine/file_store.hpp"

namespace mugaika {

QuarantineStore::~QuarantineStore() = default;

Result<std::unique_ptr<QuarantineStore>> QuarantineStore::open(const std::string& folder, const std::string& key_file,
                                                               Access access) {
    auto store = FileQuarantine::open(folder, key_file, access);
    if (!store) return store.error();
    return std::unique_ptr<QuarantineStore>(std::move(*store));
}

Result<QuarantineStore::Added> QuarantineStore::add(const QuarantineItem& item, const RawMail& raw) {
    std::promise<Result<Added>> promise;
    auto result = promise.get_future();
    add_async(item, raw, [&promise](Result<Added> r) { promise.set_value(std::move(r)); });
    return result.get();
}

}  // namespace mugaika

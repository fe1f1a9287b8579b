#include "relay/quarantine/outbox.hpp"

#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <iostream>

#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item_text.hpp"

namespace mugaika {
namespace {

constexpr std::size_t order_bytes_max = 1u << 20;
constexpr std::string_view suffix = ".order";

}  // namespace

Result<Outbox> Outbox::open(const std::string& folder) {
    for (const std::string& needed : {folder, folder + "/aside"}) {
        auto made = make_directory(needed, 0770);
        if (!made) return made.error();
    }
    return Outbox(folder);
}

Result<void> Outbox::add(const ReleaseOrder& order) {
    const std::string path = folder_ + "/" + order.order_id + std::string(suffix);
    if (access(path.c_str(), F_OK) == 0) return {};
    OwedOrder owed;
    owed.order = order;
    owed.next_try = order.ordered_at;
    return write_file_durably(path, owed_order_to_text(owed), 0660);
}

Result<std::vector<OwedOrder>> Outbox::list() const {
    std::vector<OwedOrder> orders;
    std::error_code wrong;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, wrong)) {
        const std::string path = entry.path().string();
        if (!path.ends_with(suffix)) continue;
        auto text = read_small_file(path, order_bytes_max);
        if (!text && text.error().fault() == Fault::not_found) continue;  // done by the relay in this moment
        auto owed = text ? owed_order_from_text(*text) : Result<OwedOrder>(text.error());
        if (owed) {
            orders.push_back(std::move(*owed));
            continue;
        }
        // One bad file must not stop the others (AC-241). What cannot be read is not deleted either.
        std::cerr << "mugaika: " << path << ": " << owed.error().words() << "; moved to aside/\n";
        rename(path.c_str(), (folder_ + "/aside/" + entry.path().filename().string()).c_str());
    }
    if (wrong) return Error(Fault::io, "reading " + folder_ + ": " + wrong.message());
    std::sort(orders.begin(), orders.end(), [](const OwedOrder& a, const OwedOrder& b) {
        return std::tie(a.order.ordered_at, a.order.order_id) < std::tie(b.order.ordered_at, b.order.order_id);
    });
    return orders;
}

Result<void> Outbox::update(const OwedOrder& owed) {
    const std::string path = folder_ + "/" + owed.order.order_id + std::string(suffix);
    return write_file_durably(path, owed_order_to_text(owed), 0660);
}

Result<void> Outbox::done(const std::string& order_id) {
    return remove_file_durably(folder_, order_id + std::string(suffix));
}

std::chrono::seconds Outbox::back_off(std::uint32_t attempts) noexcept {
    constexpr std::chrono::seconds first{60};
    constexpr std::chrono::seconds longest{3600};
    const std::uint32_t doublings = std::min<std::uint32_t>(attempts == 0 ? 0 : attempts - 1, 6);
    return std::min(longest, first * (1u << doublings));
}

std::string make_order_id() {
    constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    std::array<unsigned char, 16> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        throw_exception_from_error(Error(Fault::internal, "no random bytes"), BOOST_CURRENT_LOCATION);
    }
    std::string id;
    for (unsigned char byte : random) id.push_back(alphabet[byte & 31]);
    return id;
}

}  // namespace mugaika

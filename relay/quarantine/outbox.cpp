#include "relay/quarantine/outbox.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <iostream>

#include "policy/shown_text.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "relay/quarantine/item.hpp"
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

void Outbox::remove_left_overs() const { mugaika::remove_left_overs(folder_); }

Result<void> Outbox::add(const ReleaseOrder& order) {
    const std::string path = folder_ + "/" + order.order_id + std::string(suffix);
    if (access(path.c_str(), F_OK) == 0) return {};
    OwedOrder owed;
    owed.order = order;
    owed.next_try = order.ordered_at;
    return write_file_durably(path, owed_order_to_text(owed), 0660);
}

Result<Outbox::Owed> Outbox::owe(const ReleaseOrder& order, std::chrono::system_clock::time_point first_try) {
    const auto path = path_of(order.order_id);
    if (!path) return path.error();
    const auto locked = lock();
    if (!locked) return locked.error();
    OwedOrder fresh;
    fresh.order = order;
    fresh.next_try = first_try;
    const auto known = load(order.order_id);
    if (!known && known.error().fault() != Fault::not_found) return known.error();
    if (known) {
        fresh.order.item_goes_with_it = order.item_goes_with_it || known->order.item_goes_with_it;
        const bool same =
            known->state != OwedOrder::State::failed && fresh.order.item_goes_with_it == known->order.item_goes_with_it;
        if (same) return Owed::before;
        if (known->state == OwedOrder::State::held) fresh.state = OwedOrder::State::held;
    }
    const auto written = write_file_durably(*path, owed_order_to_text(fresh), 0660);
    if (!written) return written.error();
    return known ? Owed::before : Owed::now;
}

Result<std::vector<OwedOrder>> Outbox::list() const {
    std::vector<OwedOrder> orders;
    std::error_code wrong;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, wrong)) {
        const std::string path = entry.path().string();
        if (!path.ends_with(suffix)) continue;
        auto text = read_small_file(path, order_bytes_max);
        if (!text && text.error().fault() == Fault::not_found) continue;  // done by the relay in this moment
        if (!text && text.error().fault() != Fault::limit) {              // the disk's fault, not the order's
            std::cerr << "mugaika: " << text.error().words() << "; tried again later\n";
            continue;
        }
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

Result<std::string> Outbox::path_of(const std::string& order_id) const {
    if (!is_message_id(order_id))
        return Error(Fault::bad_input, "\"" + shown_text(order_id, 100) + "\" is no order id");
    return folder_ + "/" + order_id + std::string(suffix);
}

Result<FileDescriptor> Outbox::lock() const {
    const std::string path = folder_ + "/lock";
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0660));
    if (!file.is_open()) return error_from_errno("opening " + path, errno);
    while (::flock(file.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return error_from_errno("locking " + path, errno);
    }
    return file;
}

Result<OwedOrder> Outbox::load(const std::string& order_id) const {
    const auto path = path_of(order_id);
    if (!path) return path.error();
    const auto text = read_small_file(*path, order_bytes_max);
    if (text) return owed_order_from_text(*text);
    if (text.error().fault() == Fault::not_found) return Error(Fault::not_found, "there is no order " + order_id);
    return text.error();
}

Result<OwedOrder> Outbox::change(const std::string& order_id, const std::function<void(OwedOrder&)>& change) {
    const auto locked = lock();
    if (!locked) return locked.error();
    auto owed = load(order_id);
    if (!owed) return owed;
    change(*owed);
    const auto written = write_file_durably(*path_of(order_id), owed_order_to_text(*owed), 0660);
    if (!written) return written.error();
    return owed;
}

Result<OwedOrder> Outbox::remove(const std::string& order_id) {
    const auto locked = lock();
    if (!locked) return locked.error();
    auto owed = load(order_id);
    if (!owed) return owed;
    const auto removed = remove_file_durably(folder_, order_id + std::string(suffix));
    if (!removed) return removed.error();
    return owed;
}

std::chrono::seconds Outbox::back_off(std::uint32_t attempts, std::chrono::seconds first) noexcept {
    constexpr std::array<int, 4> steps{1, 5, 15, 60};
    constexpr std::chrono::seconds longest{3600};
    const std::size_t step = std::min<std::size_t>(attempts == 0 ? 0 : attempts - 1, steps.size() - 1);
    return std::min(std::max(longest, first), first * steps[step]);
}

std::string_view to_string(OwedOrder::State state) noexcept {
    switch (state) {
        case OwedOrder::State::waiting:
            return "waiting";
        case OwedOrder::State::held:
            return "held";
        case OwedOrder::State::failed:
            return "failed";
    }
    return "?";
}

std::string make_order_id() {
    constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    std::array<unsigned char, 26> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        throw_exception_from_error(Error(Fault::internal, "no random bytes"), BOOST_CURRENT_LOCATION);
    }
    std::string id;
    for (unsigned char byte : random) id.push_back(alphabet[byte & 31]);
    return id;
}

}  // namespace mugaika

// How much memory many may hold together. Who cannot have more goes another way (a mail: to its temporary file).
// Thread-safe: mails end on other threads than they begin on.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace mugaika {

class MemoryPurse {
public:
    explicit MemoryPurse(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    void use(std::size_t bytes_max) noexcept { bytes_max_ = bytes_max; }  // from now on; what is held stays held
    std::size_t held() const noexcept { return held_; }

private:
    friend class MemoryShare;
    bool take(std::size_t bytes) noexcept {
        if (held_.fetch_add(bytes) + bytes <= bytes_max_) return true;
        held_ -= bytes;
        return false;
    }
    void give(std::size_t bytes) noexcept { held_ -= bytes; }

    std::atomic<std::size_t> bytes_max_;
    std::atomic<std::size_t> held_{0};
};

// What one holds of it; given back at its end. Without a purse: as much as it likes.
class MemoryShare {
public:
    MemoryShare() = default;
    explicit MemoryShare(std::shared_ptr<MemoryPurse> purse) : purse_(std::move(purse)) {}
    MemoryShare(MemoryShare&& other) noexcept
        : purse_(std::move(other.purse_)), bytes_(std::exchange(other.bytes_, 0)) {}
    MemoryShare& operator=(MemoryShare&& other) noexcept {
        if (this == &other) return *this;
        shrink_to(0);
        purse_ = std::move(other.purse_);
        bytes_ = std::exchange(other.bytes_, 0);
        return *this;
    }
    ~MemoryShare() { shrink_to(0); }

    // False: there is not so much left, and nothing has changed.
    bool grow_to(std::size_t bytes) noexcept {
        if (!purse_ || bytes <= bytes_) return true;
        if (!purse_->take(bytes - bytes_)) return false;
        bytes_ = bytes;
        return true;
    }
    void shrink_to(std::size_t bytes) noexcept {
        if (!purse_ || bytes >= bytes_) return;
        purse_->give(bytes_ - bytes);
        bytes_ = bytes;
    }

private:
    std::shared_ptr<MemoryPurse> purse_;  // shared by all who hold of it
    std::size_t bytes_ = 0;
};

}  // namespace mugaika

// A password while it is tried: never copied, never swapped out, in no core, and wiped when it goes.
#pragma once

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "sanitizer/mail/file_job.hpp"

namespace mugaika::ctl {

class Secret {
public:
    Secret() noexcept {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        ::mlock(bytes_.data(), bytes_.size());  // where it is not allowed, the try goes on without
    }
    ~Secret() {
        OPENSSL_cleanse(bytes_.data(), bytes_.size());
        ::munlock(bytes_.data(), bytes_.size());
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    // False: there is no more room.
    bool put(char byte) noexcept {
        if (size_ == bytes_.size()) return false;
        bytes_[size_++] = byte;
        return true;
    }
    // What a line ends with is no part of it.
    void drop_carriage_return() noexcept {
        if (size_ > 0 && bytes_[size_ - 1] == '\r') --size_;
    }
    std::string_view view() const noexcept { return {bytes_.data(), size_}; }

private:
    std::array<char, password_bytes_max> bytes_{};
    std::size_t size_ = 0;
};

}  // namespace mugaika::ctl

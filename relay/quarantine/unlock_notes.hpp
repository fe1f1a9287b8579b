// How often a wrong password was tried for a kept mail, and which of its files were opened: one small file beside the
// items for each mail of which that is so. Of the passwords themselves nothing is ever here. Several commands may
// change it at the same time: each change holds the folder's lock from reading to writing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace mugaika {

// Wrong passwords for one mail; then it is for `export` and a machine of its own.
inline constexpr std::uint32_t password_tries_max = 10;

struct UnlockNote {
    std::string person;
    std::string reason;
    std::vector<std::string> parts;
    std::string follow_up;  // id of the mail in which they went on
    std::chrono::system_clock::time_point at;
};

struct UnlockRecord {
    std::uint32_t wrong_tries = 0;
    std::vector<UnlockNote> opened;  // oldest first
};

class UnlockNotes {
public:
    explicit UnlockNotes(std::string folder) : folder_(std::move(folder)) {}

    // Nothing tried and nothing opened, when there is no file. One that cannot be read is Fault::protocol: it never
    // gives new tries. What is no id is Fault::bad_input, here and where something is counted or added.
    Result<UnlockRecord> of(std::string_view item_id) const;
    // Each durable when it returns.
    Result<std::uint32_t> count_try(std::string_view item_id) const;  // how many are left; Fault::limit: none was
    Result<void> take_back_try(std::string_view item_id) const;
    Result<void> add(std::string_view item_id, const UnlockNote&) const;
    Result<void> remove(std::string_view item_id) const;  // existing or not
    Result<void> keep_only(const std::function<bool(std::string_view item_id)>& is_there) const;

private:
    // What `change` answers with an Error is not written.
    Result<void> change(std::string_view item_id, const std::function<Result<void>(UnlockRecord&)>& change) const;
    std::string path_of(std::string_view item_id) const;

    std::string folder_;
};

}  // namespace mugaika

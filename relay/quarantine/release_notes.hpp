// Who released which kept mail to whom and when: one small file beside the items for each mail that was released, since
// items do not change and an order is gone once it is carried out. A line of JSON for each release, oldest first.
// One process adds, the relay; everybody reads.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "policy/release_order.hpp"
#include "policy/result.hpp"

namespace mugaika {

struct ReleaseNote {
    std::string order_id;
    std::string person;
    std::string reason;
    std::vector<std::string> parts;       // empty: the rebuilt mail
    std::vector<std::string> recipients;  // as text; not addresses, since nothing is sent by a note
    std::chrono::system_clock::time_point delivered_at;
    bool as_pictures = false;  // the parts came as pictures of their pages, and not as they were
};

class ReleaseNotes {
public:
    explicit ReleaseNotes(std::string folder) : folder_(std::move(folder)) {}

    // Durable when it returns; the same order again changes nothing.
    Result<void> add(const ReleaseOrder& delivered, std::chrono::system_clock::time_point at) const;
    // Oldest first; empty when there was none. A line that is no note is passed over: a note never stops a mail.
    Result<std::vector<ReleaseNote>> of(std::string_view item_id) const;
    Result<void> remove(std::string_view item_id) const;  // existing or not
    std::vector<std::string> item_ids() const;            // sorted

private:
    std::string path_of(std::string_view item_id) const;

    std::string folder_;
};

}  // namespace mugaika

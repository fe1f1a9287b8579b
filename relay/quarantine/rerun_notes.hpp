// What became of kept mails that were judged again: one small file beside the items for each, a line of JSON for each
// end that is worth knowing, oldest first. What is noted as brought to a recipient is not sent there again, so a note
// is durable before its order goes. One process adds, the relay; everybody reads.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

enum class RerunResult {
    brought,      // something followed, or the word that nothing does
    nothing_new,  // nothing could cross that had not before: nothing was sent
    given_up,     // what it waited for did not come in time
};
std::string_view to_string(RerunResult) noexcept;

struct RerunNote {
    struct Stay {
        std::string path;
        Reason why;
    };
    std::string order_id;
    std::string person;
    RerunResult result = RerunResult::nothing_new;
    std::vector<std::string> recipients;  // as text; not addresses, since nothing is sent by a note
    std::vector<std::string> brought;     // paths of parts
    std::vector<std::string>
        not_coming;           // paths that had been announced, and of which it was said that they do not come
    std::vector<Stay> stays;  // what stayed, and why by now
    std::chrono::system_clock::time_point at;
};

// The kept ledger, with what scanners found later.
Ledger found_so_far(const Ledger& stored, const std::vector<RerunNote>& runs);

class RerunNotes {
public:
    explicit RerunNotes(std::string folder) : folder_(std::move(folder)) {}

    Result<void> add(std::string_view item_id, const RerunNote&) const;  // durable when it returns
    // Empty when there was none. A line that is no note is Fault::protocol: what it says was brought would be sent
    // again.
    Result<std::vector<RerunNote>> of(std::string_view item_id) const;
    Result<void> remove(std::string_view item_id) const;  // existing or not
    Result<void> keep_only(const std::function<bool(std::string_view item_id)>& is_there) const;

private:
    std::string path_of(std::string_view item_id) const;

    std::string folder_;
};

}  // namespace mugaika

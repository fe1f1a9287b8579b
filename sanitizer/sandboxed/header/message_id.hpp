// Message-ID, In-Reply-To and References, strictly: id-left@id-right of dot-atoms (RFC 5322 3.6.4), at most 250 bytes.
// What is stricter than the RFC (no quoted left side) costs only the threading of rare mailers. AC-114, AC-117.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

bool is_message_id(std::string_view without_brackets) noexcept;

struct MessageIds {
    std::vector<std::string> ids;  // without angle brackets, in order
    bool has_bad = false;          // something in angle brackets was none
};

// All <…> of a field; text between them is passed over. Of more than `ids_max` the newest, which stand last, are kept.
MessageIds read_message_ids(std::string_view untrusted_value, std::size_t ids_max);

}  // namespace mugaika::sandboxed

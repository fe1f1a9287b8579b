// Notes beside kept mails lie in folders of their own, a file for each mail: ITEM_ID and the suffix of its kind.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

// The ids of notes whose mail is gone, as one that was deleted in the moment of a note. A folder that cannot be read
// has none: its notes stay.
std::vector<std::string> ids_left_over(const std::string& folder, std::string_view suffix,
                                       const std::function<bool(std::string_view item_id)>& is_there);

// Nobody else changes notes of this folder until the descriptor is closed: no thread, no process. Waits.
Result<FileDescriptor> lock_notes(const std::string& folder);

}  // namespace mugaika

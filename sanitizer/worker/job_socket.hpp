// A forked process's side of its one socket: a job with a descriptor comes in, an answer goes out. Blocking; nothing
// here survives an error, the process ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/frame.hpp"

namespace mugaika {

struct ReceivedFrame {
    std::string payload;
    FileDescriptor bytes;  // what the job is about; open
};

// Nothing when the relay wants no more.
Result<std::optional<ReceivedFrame>> receive_frame(int socket, FrameKind);

// What came beside the frame, mapped. Fails when it is not as long as the job says.
Result<RawMail::Mapping> map_bytes(const FileDescriptor&, std::uint64_t bytes);

// False when the relay is gone.
bool write_answer(int socket, std::string_view frame) noexcept;

}  // namespace mugaika

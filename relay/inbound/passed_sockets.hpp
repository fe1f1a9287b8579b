// Listening sockets that were open before the relay (socket activation): each must be one that the configuration names,
// because a socket that nobody accepts from would let clients wait for ever.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

using ListenAddress = std::pair<std::string, std::uint16_t>;

struct PassedSocket {
    ListenAddress address;  // as it stands in `wanted`
    FileDescriptor socket;
};

// Fault::configuration: which socket is none of `wanted`, comes twice, or does not listen on TCP.
Result<std::vector<PassedSocket>> match_passed_sockets(std::vector<FileDescriptor>,
                                                       const std::vector<ListenAddress>& wanted);

}  // namespace mugaika

#include "policy/result.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace mugaika {

std::string_view to_string(Fault fault) noexcept {
    switch (fault) {
        case Fault::internal:
            return "internal";
        case Fault::bad_input:
            return "bad_input";
        case Fault::limit:
            return "limit";
        case Fault::busy:
            return "busy";
        case Fault::unavailable:
            return "unavailable";
        case Fault::timeout:
            return "timeout";
        case Fault::disconnected:
            return "disconnected";
        case Fault::protocol:
            return "protocol";
        case Fault::disk_full:
            return "disk_full";
        case Fault::io:
            return "io";
        case Fault::not_found:
            return "not_found";
        case Fault::configuration:
            return "configuration";
    }
    return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::runtime_error(std::string(to_string(error.fault())) + ": " + error.words());
}

Error error_from_errno(std::string_view what, int errno_value) {
    const bool full = errno_value == ENOSPC || errno_value == EDQUOT;
    const Fault fault = full ? Fault::disk_full : errno_value == ENOENT ? Fault::not_found : Fault::io;
    return {fault, std::string(what) + ": " + std::generic_category().message(errno_value)};
}

}  // namespace mugaika

// How our own faults travel. A fault of ours is an Error: the mail is not answered with 250, nothing is kept half.
// Hostile or odd content is never an Error; it is a Reason in a verdict (policy/reason.hpp).
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace mugaika {

enum class Fault {
    internal,       // a bug: something we promised ourselves does not hold
    bad_input,      // an administrator's or caller's input does not fit; words say where and what was expected
    limit,          // a limit of policy/limits.hpp was reached
    busy,           // somebody else has it now
    unavailable,    // something we need is not there: worker, engine, next hop
    timeout,        // a deadline passed
    disconnected,   // the peer went away
    protocol,       // the peer spoke nonsense
    disk_full,      // no space or no inodes left
    io,             // a system call failed
    not_found,      // no such item
    configuration,  // the configuration cannot be used
};

std::string_view to_string(Fault) noexcept;

// Fault for programs, words for people. Words are ours: they never hold unescaped bytes of a peer or a mail.
class [[nodiscard]] Error {
public:
    Error() = default;  // boost::system::result wants it; equals an internal fault without words
    Error(Fault fault, std::string words) : fault_(fault), words_(std::move(words)) {}

    Fault fault() const noexcept { return fault_; }
    const std::string& words() const noexcept { return words_; }

private:
    Fault fault_ = Fault::internal;
    std::string words_;
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] void throw_exception_from_error(const Error&, const boost::source_location&);

// Error from errno; ENOSPC, EDQUOT and ENFILE's kin become disk_full. `what` names the call and the file.
Error error_from_errno(std::string_view what, int errno_value);

}  // namespace mugaika

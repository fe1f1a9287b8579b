#include "relay/log/lines_backward.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mugaika {

Result<bool> LinesBackward::next() {
    if (is_done_) return false;
    std::size_t newline = text_.rfind('\n');
    while (newline == std::string::npos && from_ > 0) {
        const auto more = read_more();
        if (!more) return more.error();
        newline = text_.rfind('\n', *more - 1);
    }
    const bool is_first_of_file = newline == std::string::npos;
    line_ = text_.substr(is_first_of_file ? 0 : newline + 1);
    text_.resize(is_first_of_file ? 0 : newline);
    is_done_ = is_first_of_file;
    if (begun_) return true;
    begun_ = true;
    return next();
}

Result<std::size_t> LinesBackward::read_more() {
    if (text_.size() > line_bytes_max) {
        text_.clear();
        begun_ = false;
    }
    // The longer a line, the larger the pieces: each byte is moved a few times at most.
    const std::size_t wanted = std::min<std::uint64_t>(from_, std::max(chunk_bytes, text_.size()));
    std::string piece(wanted, '\0');
    for (std::size_t done = 0; done < wanted;) {
        const ssize_t got =
            ::pread(file_, piece.data() + done, wanted - done, static_cast<off_t>(from_ - wanted + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error_from_errno("reading the event log", errno);
        if (got == 0) return Error(Fault::io, "the event log became shorter while it was read");
        done += static_cast<std::size_t>(got);
    }
    from_ -= wanted;
    text_.insert(0, piece);
    return wanted;
}

}  // namespace mugaika

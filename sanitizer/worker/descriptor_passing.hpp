// One record or the start of a stream together with open descriptors (SCM_RIGHTS, unix(7)).
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>

#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika {

// As sendmsg: the number of bytes sent, or -1 and errno. Never raises SIGPIPE.
template <std::size_t Count>
ssize_t send_with_descriptors(int socket, std::string_view bytes, const std::array<int, Count>& descriptors,
                              int flags = 0) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(Count * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(Count * sizeof(int));
    std::memcpy(CMSG_DATA(header), descriptors.data(), Count * sizeof(int));
    ssize_t sent = -1;
    do {
        sent = ::sendmsg(socket, &message, flags | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

// As recvmsg: bytes received, 0 at the end, or -1 and errno. Descriptors that came are owned by `descriptors`; fewer
// leave the rest as they were, more than fit are not installed and count as an error (EMSGSIZE).
template <std::size_t Count>
ssize_t receive_with_descriptors(int socket, std::span<char> buffer, std::array<FileDescriptor, Count>& descriptors,
                                 int flags = 0) {
    iovec part{buffer.data(), buffer.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(Count * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = CMSG_LEN(Count * sizeof(int));  // not the padded size: room for one more would be used
    ssize_t received = -1;
    do {
        received = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received < 0) return received;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count && i < Count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
            descriptors[i] = FileDescriptor(fd);
        }
    }
    if ((message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) == 0) return received;
    errno = EMSGSIZE;
    return -1;
}

}  // namespace mugaika

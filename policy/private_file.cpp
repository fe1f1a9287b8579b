#include "policy/private_file.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace mugaika {
namespace {

std::string octal(mode_t mode) {
    std::string text = "0000";
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('0' + (mode >> (9 - 3 * i) & 7));
    return text;
}

}  // namespace

Result<void> check_private_file(const std::string& path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) return error_from_errno("reading " + path, errno);
    if (!S_ISREG(facts.st_mode)) return Error(Fault::configuration, path + ": expected a file");
    if ((facts.st_mode & (S_IRWXO | S_IWGRP)) == 0) return {};
    return Error(Fault::configuration, path + ": its mode is " + octal(facts.st_mode & 07777) +
                                           ", so that others can read or change it; expected 0600, or 0640 with the "
                                           "relay's group (chmod 0600 " +
                                           path + ")");
}

}  // namespace mugaika

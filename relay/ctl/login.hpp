// Who sits at the terminal, as far as the system knows: taken before the process becomes the relay's user.
#pragma once

#include <sys/types.h>

#include <string>

namespace mugaika::ctl {

struct Login {
    uid_t uid = 0;          // real
    std::string sudo_user;  // SUDO_USER as it stands, "" without it
    std::string name;       // of the account SUDO_USER or else of the uid; "" when there is neither
};

Login login_of(uid_t real_uid, const char* sudo_user);  // null: not set

}  // namespace mugaika::ctl

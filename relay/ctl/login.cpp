#include "relay/ctl/login.hpp"

#include <pwd.h>

namespace mugaika::ctl {

Login login_of(uid_t real_uid, const char* sudo_user) {
    Login login;
    login.uid = real_uid;
    if (sudo_user != nullptr) login.sudo_user = sudo_user;
    const passwd* account = login.sudo_user.empty() ? nullptr : getpwnam(login.sudo_user.c_str());
    if (account == nullptr) account = getpwuid(real_uid);
    if (account != nullptr) login.name = account->pw_name;
    return login;
}

}  // namespace mugaika::ctl

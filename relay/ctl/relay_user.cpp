#include "relay/ctl/relay_user.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace mugaika::ctl {
namespace {

// With the groups that the relay has, since one of them may be what lets it read its key.
bool take_groups(uid_t user, gid_t group) {
    const passwd* entry = getpwuid(user);
    const bool taken = entry == nullptr ? setgroups(0, nullptr) == 0 : initgroups(entry->pw_name, group) == 0;
    return taken && setresgid(group, group, group) == 0;
}

}  // namespace

Result<void> become_relay_user(const std::string& state_dir) {
    struct stat folder {};
    if (geteuid() != 0 || stat(state_dir.c_str(), &folder) != 0 || folder.st_uid == 0) return {};
    const uid_t user = folder.st_uid;
    if (take_groups(user, folder.st_gid) && setresuid(user, user, user) == 0) return {};
    return error_from_errno("becoming the owner of " + state_dir + ", uid " + std::to_string(user), errno);
}

}  // namespace mugaika::ctl
